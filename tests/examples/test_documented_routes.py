"""The configuration that docs/dialects.md shows is a valid one, and its table names every dialect."""

import re
from pathlib import Path

import yaml

from proxy.settings import DIALECTS, Settings

PAGE = (Path(__file__).parents[2] / "docs/dialects.md").read_text()


def test_the_routes_of_the_page_are_valid_and_speak_what_it_says() -> None:
    shown = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[1])
    client = {"name": "bot", "key_sha256": "0" * 64, "routes": [route["name"] for route in shown["routes"]]}
    settings = Settings.model_validate({"version": 1, "clients": [client], **shown})
    assert settings.route_at("/openai/deployments/gpt-large/chat/completions").dialect == "azure-chat"
    assert settings.route_at("/v1/models").purpose is None


def test_every_dialect_has_a_row() -> None:
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.partition("\n## ")[0], re.MULTILINE))
    assert rows == set(DIALECTS)
