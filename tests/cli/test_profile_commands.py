"""``profile learn`` and ``profile test``, and ``explain --origins``: what is whose in a client's requests."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from typer.testing import CliRunner

from proxy.cli.main import app
from proxy.edge.store.store import Store
from proxy.formats.places import digest
from proxy.model import Meeting, Participant, ParticipantClass, Roster

ANN = Participant("p-ann", "Annika Solberg", participant_class=ParticipantClass.EMPLOYEE)
FRAME = "Summarize this.\n<talk>\n{}\n</talk>\nBe brief."
OWN = tuple(map(digest, ["Summarize this.", "<talk>", "</talk>", "Be brief."]))
THREE = FRAME.format("Annika Solberg: zq one\nzq two\n\nzq three") + "\nzq four"


def body(text: str, **fields: Any) -> str:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": text}], **fields})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("profile")

    async def fill() -> None:
        async with await Store.open(f"sqlite:///{directory}/proxy.db") as store:
            start = datetime(2026, 3, 2, 10, tzinfo=UTC)
            await store.meetings.put(Meeting("m1", start, roster=Roster((ANN,), complete=True)))

    asyncio.run(fill())
    document = {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "http://127.0.0.1:9/v1", "terms": {"version": "v1"}}},
        "routes": [{"name": "chat", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
                    "recipient": "acme"}],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["chat"], "profile": "ours"}],
        "profiles": {"ours": {"tags": ["talk"], "texts": list(OWN)}},
        "consent": {"min_retained_ratio": 0.0},
        "detection": {"workers": 1},
        "store": f"sqlite:///{directory}/proxy.db",
    }  # fmt: skip
    (directory / "proxy.yaml").write_text(yaml.safe_dump(document))
    (directory / "one.json").write_text(body(FRAME.format("Annika Solberg: yes")))
    (directory / "two.json").write_text(body(FRAME.format("Benedikt Oyelaran: no")))
    (directory / "three.json").write_text(body(THREE))
    (directory / "plain.json").write_text(body("all of it is said"))
    (directory / "broken.json").write_text("{")
    return directory


def run(place: Path, *words: str) -> Result:
    files = [str(place / word) if word.endswith((".json", ".yaml", ".txt")) else word for word in words]
    return CliRunner().invoke(app, files)


def test_learn_prints_a_profile_for_the_configuration(place: Path) -> None:
    told = run(place, "profile", "learn", "one.json", "two.json", "--name", "bot")

    assert told.exit_code == 0, told.output
    assert yaml.safe_load(told.stdout) == {"profiles": {"bot": {"tags": ["talk"], "texts": sorted(OWN)}}}
    assert "Summarize" not in told.output
    assert "Annika" not in told.output


def test_learn_prints_json(place: Path) -> None:
    told = run(place, "profile", "learn", "one.json", "two.json", "--json")
    assert json.loads(told.stdout)["profiles"]["our-client"]["tags"] == ["talk"]


def test_learn_from_system_messages_says_so(place: Path) -> None:
    for name, words in (("s1.json", "yes"), ("s2.json", "no")):
        system = {"role": "system", "content": f"Rules.\n<notes>\n{words}\n</notes>"}
        (place / name).write_text(json.dumps({"model": "m", "messages": [system, {"role": "user", "content": words}]}))
    told = run(place, "profile", "learn", "s1.json", "s2.json", "--system", "--json")
    found = json.loads(told.stdout)["profiles"]["our-client"]

    assert (found["system"], found["tags"]) == ("transcript", ["notes"])
    assert digest("Rules.") in found["texts"]


@pytest.mark.parametrize(
    ("words", "code", "remedy"),
    [
        (["learn", "one.json", "one.json"], 1, "two different requests"),
        (["learn", "plain.json", "one.json"], 1, "no line in common"),
        (["learn", "one.json", "missing.json"], 2, "missing.json"),
        (["learn", "one.json", "broken.json"], 2, "broken.json"),
        (["learn", "one.json", "two.json", "--dialect", "zq"], 2, "no dialect 'zq'"),
        (["test", "one.json", "--profile", "zq", "--config", "proxy.yaml"], 1, "no profile 'zq'; there are: "),
        (["test", "one.json", "--profile", "ours", "--config", "proxy.yaml", "--meeting", "zq"], 1, "no meeting 'zq'"),
        (["test", "broken.json", "--profile", "ours", "--config", "proxy.yaml"], 2, "broken.json"),
    ],
)
def test_what_is_wrong_is_told_with_an_exit_code(place: Path, words: list[str], code: int, remedy: str) -> None:
    told = run(place, "profile", *words)
    assert told.exit_code == code, told.output
    assert remedy in " ".join(told.output.split())


def test_a_request_like_no_other_is_named(place: Path) -> None:
    told = run(place, "profile", "learn", "one.json", "two.json", "plain.json")
    assert told.exit_code == 0, told.output
    assert "plain.json: no other request begins or ends like it" in told.output


def test_test_shows_whose_each_stretch_is(place: Path) -> None:
    words = ("profile", "test", "three.json", "--profile", "ours", "--config", "proxy.yaml", "--meeting", "m1")
    rows = json.loads(run(place, *words, "--json").stdout)

    assert [(row["origin"], row["participant"], row["text"].strip()) for row in rows] == [
        ("instruction", None, "Summarize this.\n<talk>"),
        ("said", "p-ann", "zq one"),
        ("said", "p-ann", "zq two"),
        ("nobody's", None, "zq three"),
        ("instruction", None, "</talk>\nBe brief."),
        ("nobody's", None, "zq four"),
    ]
    assert rows[0]["proof"] == "line of the client's profile"
    told = run(place, *words)
    assert told.exit_code == 0
    assert "profile learn" in " ".join(told.output.split())


def test_explain_shows_the_origins(place: Path) -> None:
    words = ("explain", "three.json", "--config", "proxy.yaml", "--meeting", "m1", "--origins")
    told = json.loads(run(place, *words, "--json").stdout)

    assert {row["origin"] for row in told["origins"]} == {"instruction", "said", "nobody's"}
    shown = " ".join(run(place, *words).output.split())
    assert "instruction" in shown
    assert "docs/operations.md#why-single-utterances-are-withheld" in shown


@pytest.mark.parametrize("text", ["Annika Solberg: zq one", "[00:01] Annika Solberg: zq one"], ids=["line", "time"])
def test_explain_takes_a_transcript_for_the_message_of_a_request(place: Path, text: str) -> None:
    (place / "said.txt").write_text(text)

    shown = json.loads(run(place, "explain", "said.txt", "--config", "proxy.yaml", "--meeting", "m1", "--json",
                           "--utterances").stdout)  # fmt: skip

    assert [row["participant"] for row in shown["utterances"]] == ["p-ann"]


def test_explain_tells_of_broken_json_and_of_text_in_another_encoding(place: Path) -> None:
    (place / "latin.txt").write_bytes("Annika Solberg: J\xe4.".encode("latin-1"))

    for file, code in (("broken.json", "invalid_json"), ("latin.txt", "invalid_utf8")):
        shown = run(place, "explain", file, "--config", "proxy.yaml", "--meeting", "m1")
        assert shown.exit_code == 1
        assert code in f"{shown.output}{shown.exception!r}"
