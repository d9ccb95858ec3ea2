"""Two people with one display name: whoever asks by that name is told of both, and what is told of one is theirs."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harness.forks import ran
from harness.process import PEOPLE, Proxy, fetch, settings
from harness.recorder import Recorder
from harness.replies import telling

TOKEN = "admin-token-of-this-test"
NAME = "Annika Solberg"
BOTH = {"p-ann": "m1", "p-two": "m2"}
HERE = ("--purpose", "summary", "--scope", "meeting", "--scope-id", "m2")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Each was heard in a meeting of their own, where the other was not."""
    directory: Path = tmp_path_factory.mktemp("one-name")
    with Recorder(telling("Fine.")) as recorder:
        document = settings(directory, recorder.base_url)
        document["admin"]["token"] = {"env": "ADMIN_TOKEN"}
        made = Proxy(directory, document, {"ADMIN_TOKEN": TOKEN})
        made.meeting(PEOPLE[:1], "m1")
        made.meeting([{"id": "p-two", "name": NAME.upper(), "emails": ["two@fjord.example"]}], "m2")
        made.cli("people", "confirm", "p-ann", "--distinct-from", "p-two", "--config", str(made.config))
        for person, meeting in (("p-ann", "m1"), ("p-two", "m2")):
            made.consent("grant", person, meeting=meeting)
        made.start()
        for meeting in ("m1", "m2"):
            assert made.chat(f"{NAME}: We meet in {meeting}.", meeting=meeting).status == 200
        made.settled()
        yield made
        made.stop()


def asked(proxy: Proxy, *words: str) -> Any:
    return ran((*words[:2], "--config", str(proxy.config), *words[2:]), proxy.directory, "")


def on_file(proxy: Proxy) -> list[object]:
    """What the store has of people, but for what was asked about them."""
    with closing(sqlite3.connect(proxy.directory / "proxy.db")) as raw:
        return [raw.execute(f"SELECT * FROM {table}").fetchall() for table in ("participants", "grants", "holds")]


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        (("subject", "report"), NAME, ("--json",)),
        (("subject", "forget"), NAME.lower(), ("--yes",)),
        (("subject", "hold"), "annika_solberg", ("--reason", "court")),
        (("ledger", "carried", "--participant"), NAME, ()),
        (("ledger", "query", "--participant"), NAME.upper(), ("--json",)),
        (("ledger", "export", "--format", "csv", "--participant"), NAME, ()),
        (("consent", "withdraw", "--participant"), f" {NAME}", HERE),
        (("consent", "deny", "--participant"), NAME, HERE),
        (("consent", "list", "--participant"), NAME, ("--json",)),
    ],
    ids=["report", "forget", "hold", "carried", "query", "export", "withdraw", "deny", "list"],
)
def test_the_name_of_two_is_nobodys_and_both_are_named(
    proxy: Proxy, before: tuple[str, ...], name: str, after: tuple[str, ...]
) -> None:
    file = on_file(proxy)
    ended = asked(proxy, *before, name, *after)
    assert (ended.code, ended.out) == (1, "")
    assert "ambiguous_participant" in ended.err
    assert all(one in ended.err for one in BOTH)
    assert on_file(proxy) == file


@pytest.mark.parametrize("person", BOTH)
def test_by_their_id_each_gets_their_own(proxy: Proxy, person: str) -> None:
    listed = json.loads(asked(proxy, "ledger", "carried", "--participant", person, "--json").out)
    report = json.loads(asked(proxy, "subject", "report", person, "--json").out)
    (exchange,) = listed["exchanges"]
    (same,) = report["exchanges"]
    assert (same["exchange"], same["meeting"]["id"]) == (exchange["exchange"], BOTH[person])
    assert [each["id"] for each in report["meetings"]] == [BOTH[person]]
    (other,) = set(BOTH) - {person}
    assert not [text for text in (json.dumps(listed), json.dumps(report)) if other in text]
    shown = fetch(f"http://127.0.0.1:{proxy.document['admin']['port']}/v1/people/{person}/exchanges", None,
                  {"Authorization": f"Bearer {TOKEN}"})  # fmt: skip
    assert [each["exchange"] for each in shown.json["exchanges"]] == [exchange["exchange"]]


def test_who_is_forgotten_leaves_the_other_as_they_were(proxy: Proxy) -> None:
    """The last of this file: afterwards the name is one person's."""
    before = json.loads(asked(proxy, "subject", "report", "p-two", "--json").out)
    told = json.loads(asked(proxy, "subject", "forget", "p-ann", "--yes", "--json").out)
    assert [each for each in told["remains"] if "p-two" in each]
    after = json.loads(asked(proxy, "subject", "report", NAME, "--json").out)
    same = ("person", "exchanges", "consent_records", "meetings")
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    assert asked(proxy, "subject", "report", "p-ann", "--json").code == 1
