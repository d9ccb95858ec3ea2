"""Examples for shippers and receivers: the files of deploy/ship and what docs/shipping.md shows are what they say."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import orjson
import pytest
import yaml
from audit.ledger_samples import log_lines

from proxy.audit.log import MAX_EVENT_BYTES, parse
from proxy.settings import Ledger

ROOT = Path(__file__).parents[2]
SHIP = ROOT / "deploy/ship"
PAGE = (ROOT / "docs/shipping.md").read_text()
LONGEST_LINE = MAX_EVENT_BYTES + 1000


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def fluent_bit(name: str) -> list[tuple[str, dict[str, str]]]:
    """The sections of a configuration in Fluent Bit's classic format."""
    sections: list[tuple[str, dict[str, list[str]]]] = []
    for line in (SHIP / name).read_text().splitlines():
        text = line.strip()
        if text.startswith("["):
            sections.append((text.strip("[]"), {}))
        elif text and not text.startswith("#"):
            key, value = text.split(None, 1)
            sections[-1][1].setdefault(key.lower(), []).append(value)
    return [(section, {key: " ".join(values) for key, values in found.items()}) for section, found in sections]


def test_vector_follows_the_segments_and_drops_nothing():
    config = tomllib.loads((SHIP / "vector.toml").read_text())
    (source,) = config["sources"].values()
    (sink,) = config["sinks"].values()

    assert source["include"] == ["${LEDGER}/segments/*.jsonl"]
    assert source["read_from"] == "beginning"
    assert source["max_line_bytes"] > LONGEST_LINE
    assert sink["acknowledgements"]["enabled"] is True
    assert (sink["buffer"]["type"], sink["buffer"]["when_full"]) == ("disk", "block")
    assert sink["buffer"]["max_size"] >= 268_435_488  # Vector's least
    named = {*config["sources"], *config["transforms"]}
    assert {
        name for part in (config["transforms"], config["sinks"]) for each in part.values() for name in each["inputs"]
    } <= named


def test_fluent_bit_follows_the_segments_and_drops_nothing():
    sections = fluent_bit("fluent-bit.conf")
    (service,) = (found for section, found in sections if section == "SERVICE")
    (source,) = (found for section, found in sections if section == "INPUT")
    (output,) = (found for section, found in sections if section == "OUTPUT")
    ((_, parser),) = fluent_bit(service["parsers_file"])

    assert source["path"] == "${LEDGER}/segments/*.jsonl"
    assert (source["parser"], parser) == ("ledger", {"name": "ledger", "format": "json"})
    assert (source["read_from_head"], source["skip_long_lines"], source["storage.type"]) == ("on", "off", "filesystem")
    assert int(source["buffer_max_size"].removesuffix("M")) << 20 > LONGEST_LINE
    assert "db" in source
    assert (output["retry_limit"], output["tls.verify"]) == ("no_limits", "on")
    assert (service["storage.sync"], service["storage.checksum"]) == ("full", "off")


def test_fluent_bit_sends_the_event_and_nothing_of_what_surrounds_it():
    line = orjson.loads(log_lines(1)[0][0])
    removed = re.findall(r"Remove_key +(\S+)", (SHIP / "fluent-bit.conf").read_text())

    assert set(line) - {"event"} <= set(removed)
    assert not set(removed) & set(line["event"])


@pytest.mark.parametrize(
    "words",
    [["fluent-bit", "--dry-run", "-c", "fluent-bit.conf"], ["vector", "validate", "--no-environment", "vector.toml"]],
)
def test_the_shippers_themselves_accept_their_files(words, tmp_path):
    if shutil.which(words[0]) is None:
        pytest.skip(f"no {words[0]} here")
    names = ("LEDGER", "STATE", "SIEM_HOST", "SIEM_TOKEN")
    environment = {
        **dict.fromkeys(names, str(tmp_path)),
        "SIEM_PORT": "1",
        "SIEM_TLS": "off",
        "SIEM_URL": "http://127.0.0.1:1",
    }
    done = subprocess.run(
        [shutil.which(words[0]), *words[1:]], cwd=SHIP, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_target_on_the_page_is_valid():
    shown = 0
    for block in blocks("yaml"):
        document = yaml.safe_load(block.replace("[…]", "[]"))
        if isinstance(document, list) and "name" in document[0]:
            document = {"ledger": {"ship": document}}
        if isinstance(document, dict) and "ledger" in document:
            shown += len(Ledger.model_validate(document["ledger"]).ship)
    assert shown == 5


def test_what_elastic_is_given_is_json():
    requests = re.findall(r"^PUT \S+\n(.*?)(?=^PUT |\n\n|```)", PAGE, re.DOTALL | re.MULTILINE)

    assert len(requests) == 2
    assert all(json.loads(body) for body in requests)


def test_splunk_takes_the_event_out_of_a_line():
    expression = re.search(r"^REGEX = (.*)$", PAGE, re.MULTILINE)[1]
    for written in log_lines(4)[0]:
        line = written.rstrip(b"\n")
        event = re.search(expression, line.decode())[1].encode()
        assert event == parse(line).event
        assert re.search(rb'"time":([0-9]{13})', event)
