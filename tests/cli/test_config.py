"""The annotated example and the schema come with the package, as the repository has them."""

from pathlib import Path

from typer.testing import CliRunner

from proxy.cli.config import app

ROOT = Path(__file__).parents[2]


def printed(command: str) -> str:
    answer = CliRunner().invoke(app, [command])
    assert answer.exit_code == 0
    return answer.stdout


def test_the_example_is_the_annotated_file():
    assert printed("example") == (ROOT / "config/proxy.yaml").read_text()


def test_the_schema_is_the_committed_one():
    assert printed("schema") == (ROOT / "config/proxy.schema.json").read_text()
