"""The configuration that docs/dialects.md shows is a valid one, and its table names every dialect."""

import json
import re
from pathlib import Path

import yaml
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, inbound, run

from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.settings import DIALECTS, JsonShape, Route, Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/dialects.md").read_text()
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_the_routes_of_the_page_are_valid_and_speak_what_it_says() -> None:
    shown = BLOCKS[0]
    client = {"name": "bot", "key_sha256": "0" * 64, "routes": [route["name"] for route in shown["routes"]]}
    settings = Settings.model_validate({"version": 1, "clients": [client], **shown})
    assert settings.route_at("/openai/deployments/gpt-large/chat/completions").dialect == "azure-chat"
    assert settings.route_at("/v1/models").purpose is None


def test_the_routes_for_jobs_are_valid_and_fetched_by_their_path() -> None:
    section = PAGE.partition("\n## skynet-summaries and skynet-job\n")[2]
    shown = yaml.safe_load(re.search(r"```yaml\n(.*?)```", section, re.DOTALL)[1])
    shown["clients"][0]["key_sha256"] = "0" * 64
    settings = Settings.model_validate({"version": 1, **shown})
    assert settings.route_at("/summaries/v1/table-of-contents").purpose == "summary"
    assert settings.route_at("/summaries/v1/job/5e0c").dialect == "skynet-job"


def test_every_dialect_has_a_row() -> None:
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.partition("\n## ")[0], re.MULTILINE))
    assert rows == set(DIALECTS)


def test_the_shapes_of_the_page_and_of_the_annotated_configuration_are_valid() -> None:
    declared = [each for block in BLOCKS for each in block.get("routes", ()) if "shape" in each]
    assert [Route.model_validate(each).name for each in declared] == ["notes", "compose"]
    route = declared[0]
    streamed = next(block for block in BLOCKS if "stream" in str(block.get("reply")))
    both = {**route["shape"], "reply": streamed["reply"], "controls": route["shape"]["controls"] | streamed["controls"]}
    assert JsonShape.model_validate(both).reply.stream is not None

    lines = (ROOT / "config/proxy.yaml").read_text().partition("    # shape:")[2].partition("\n\n")[0].split("\n")[2:]
    annotated = yaml.safe_load("\n".join(line.removeprefix("    # ") for line in lines))
    assert JsonShape.model_validate(annotated).reply.stream is not None


def test_the_stream_of_the_page_is_restored_as_it_says() -> None:
    streamed = next(block for block in BLOCKS if "stream" in str(block.get("reply")))
    dialect = JsonDialect("json", JsonShape.model_validate({"speech": ["/notes"], **streamed}))
    shown = re.search(r"```\n(event: delta.*?)```", PAGE, re.DOTALL)[1].encode() + b"\n"
    parsed = dialect.parse(inbound({"notes": "x", "stream": True}), ParsePolicy())
    got = run(dialect.rewriter(parsed, "text/event-stream", FakeRestorer), [shown])

    texts = re.findall(r'"text": ("[^\n]*")}}', got.decode())
    assert [json.loads(text) for text in texts] == ["Ask ", f"{ORIGINALS['PERSON_1']} about it."]
