"""``vocabulary learn``: names for a list of allowed words or a dictionary, from transcripts, to be reviewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.cli.vocabulary import Use, written
from proxy.redaction.decision.proposals import Proposal

MONDAY = """WEBVTT

1
00:00:01.000 --> 00:00:06.000
Annika Solberg: We moved the billing service to Zorbnet in Oslo, and Zorbnet 2 is next.

2
00:00:07.000 --> 00:00:12.000
Ben Okoro: The traffic on Zorbnet is fine. I met with Klaus Wexel of Larkspur about Zorbnet.
"""
TUESDAY = """Annika Solberg: Every Zorbnet needs a name. Who owns Zorbnet at Larkspur?
Ben Okoro: We shipped it to Zorbnet on Friday, and Larkspur has seen Zorbnet.
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "monday.vtt").write_text(MONDAY, "utf-8")
    (tmp_path / "tuesday.txt").write_text(TUESDAY, "utf-8")
    return [str(tmp_path / "monday.vtt"), str(tmp_path / "tuesday.txt")]


def learn(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["vocabulary", "learn", *arguments])


def entries(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_what_is_said_often_and_on_no_list_is_proposed_with_its_counts(files: list[str]) -> None:
    done = learn(*files)
    assert done.exit_code == 0, done.output
    assert "Zorbnet" in done.output
    rows = {row["name"]: row for row in json.loads(learn(*files, "--json").output)}
    assert (rows["Zorbnet"]["mentions"], rows["Zorbnet"]["files"]) == (8, 2)
    assert sum(rows["Zorbnet"]["kinds"].values()) >= 1
    assert {"Annika", "Solberg", "Okoro", "Oslo", "Klaus"}.isdisjoint(rows)


def test_nothing_of_what_was_said_stands_in_it_unless_asked(files: list[str]) -> None:
    assert "billing" not in learn(*files).output + learn(*files, "--json").output
    assert "# example: " in learn(*files, "--context").output
    assert "billing" in learn(*files, "--context", "--json").output


def configured(directory: Path, **detection: object) -> str:
    document = {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "http://127.0.0.1:9/v1", "terms": {"version": "v1"}}},
        "routes": [{"name": "chat", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
                    "recipient": "acme"}],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["chat"]}],
        "detection": detection,
        "store": f"sqlite:///{directory}/proxy.db",
        "ledger": {"directory": f"{directory}/ledger", "signing_key": f"{directory}/ledger.key"},
    }  # fmt: skip
    config = directory / "proxy.yaml"
    config.write_text(yaml.safe_dump(document), "utf-8")
    return str(config)


@pytest.mark.parametrize("use", ["allow", "dictionary"])
def test_the_configuration_reads_what_is_printed(files: list[str], tmp_path: Path, use: str) -> None:
    """What is allowed is found no more, what is in a dictionary as its kind; and neither is proposed again."""
    words = tmp_path / "words.txt"
    words.write_text(learn(*files, "--use", use).output, "utf-8")
    file = {"file": str(words)}
    listed = {"allow_files": [file]} if use == "allow" else {"dictionaries": [{"kind": "PROJECT", **file}]}
    config = configured(tmp_path, **listed)
    said = tmp_path / "said.txt"
    said.write_text("We moved the billing service to Zorbnet in Oslo.", "utf-8")
    done = CliRunner().invoke(app, ["detect", "--config", config, str(said)])
    assert done.exit_code == 0, done.output
    found = [each["kind"] for each in json.loads(done.output)["findings"] if each["start"] == 32]
    assert found == ([] if use == "allow" else ["PROJECT"])
    assert "Zorbnet" not in entries(learn(*files, "--config", config).output)


def test_what_may_be_a_person_is_no_entry_of_a_list_of_allowed_words() -> None:
    doubtful = Proposal("Wexel", 4, 2, {"PERSON": 3}, {"Wexel": 4}, person=True, example="")
    allowed = list(written([doubtful], Use.ALLOW, 2, 90, context=False))
    assert allowed[-2:] == ["# 4 mentions in 2 files; found as PERSON 3; perhaps a person", "#Wexel"]
    assert list(written([doubtful], Use.DICTIONARY, 2, 90, context=False))[-1] == "Wexel"


def test_speakers_and_named_people_are_not_proposed(files: list[str]) -> None:
    assert "Zorbnet" not in learn(*files, "--roster", "Ina Zorbnet").output
    assert "Larkspur" not in entries(learn(*files, "--least", "9").output)


def test_where_nothing_is_said_often_it_says_so(files: list[str]) -> None:
    done = learn(*files, "--least", "99")
    assert (done.exit_code, done.output) == (
        1,
        "No name that is on no list is mentioned 99 times; --least asks for fewer.\n",
    )


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = learn(str(tmp_path / "none.vtt"))
    assert done.exit_code == 1
    assert "none.vtt: cannot be read" in done.output
