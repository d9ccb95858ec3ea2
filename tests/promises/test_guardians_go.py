"""A child is heard by the yes of a guardian who is on file, and by no other; a hold keeps what the guardian answered.

Everything is driven from outside, with a proxy that runs meanwhile, on both databases.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from harness.child_heard import ChildHeard
from harness.patience import PATIENCE
from harness.postgres import Postgres
from harness.process import PEOPLE, Proxy, settings
from harness.recorder import Recorder
from promises.test_withdrawn import Caller, Stalling
from sqlalchemy import make_url
from typer.testing import CliRunner

from proxy.cli.main import app

NORA = {"id": "p-nora", "name": "Nora Lund", "minor": True}
ULF, EVA = {"id": "p-ulf", "name": "Ulf Lund"}, {"id": "p-eva", "name": "Evamaria Lund"}
BY_ULF, BY_EVA = ("--guardian", "--actor", "p-ulf"), ("--guardian", "--actor", "p-eva")
LONG_AGO = "2020-01-01T00:00:00.000000Z"


@dataclass
class Stand(ChildHeard):
    """A proxy with a meeting of a child and an adult; neither guardian is on its roster."""

    postgres: Postgres | None

    def cli(self, *words: str, code: int = 0) -> str:
        return self.proxy.cli(*words[:2], "--config", str(self.proxy.config), *words[2:], code=code)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        database = make_url(self.proxy.document["store"]).database or ""
        if self.postgres is not None:
            return self.postgres.sql(statement, database)
        with closing(sqlite3.connect(database, timeout=PATIENCE)) as raw, raw:
            return raw.execute(statement).fetchall()

    def expire(self) -> dict[str, Any]:
        """What goes once whoever is idle now has been so for years."""
        self.cli("store", "expire")
        self.sql(f"UPDATE participants SET idle_since = '{LONG_AGO}' WHERE idle_since IS NOT NULL")
        return json.loads(self.cli("store", "expire", "--json"))

    def records(self) -> list[tuple[Any, ...]]:
        return self.sql("SELECT id, participant, actor, evidence_ref, state FROM grants ORDER BY seq")


def add(proxy: Proxy, person: dict[str, str]) -> None:
    words = ["people", "add", "--config", str(proxy.config), "--id", person["id"], "--name", person["name"]]
    assert CliRunner().invoke(app, words).exit_code == 0


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    postgres: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with Recorder() as recorder:
        document = settings(
            tmp_path, recorder.base_url, retention={"meetings_days": 36500, "people_days": 1},
            # Where each guardian's yes is needed, all stay while the child does: `test_each_guardian`.
            consent={"min_retained_ratio": 0.0, "custody": "one"},
        )  # fmt: skip
        proxy = Proxy(tmp_path, document | ({"store": postgres.database()} if postgres else {}))
        for each in (ULF, EVA):
            add(proxy, each)
        proxy.meeting([NORA, PEOPLE[0]])
        proxy.consent("grant", "p-ann")
        proxy.consent("grant", "p-nora", *BY_ULF)
        yield Stand(proxy.start(), recorder, postgres)
        proxy.stop()


def test_a_guardian_stays_on_file_while_the_child_is_heard_by_their_yes(stand: Stand) -> None:
    """Whoever answered last: the child's own no and its end come after the yes that counts."""
    stand.proxy.consent("deny", "p-nora")
    stand.proxy.consent("grant", "p-nora", *BY_ULF)
    assert not stand.hears_nora()
    stand.proxy.consent("grant", "p-nora")
    assert stand.hears_nora()
    before = stand.records()

    gone = stand.expire()

    assert (gone["meetings"], gone["people"], gone["kept"]) == ([], ["p-eva"], [])
    assert stand.records() == before
    assert stand.hears_nora()
    stand.proxy.consent("withdraw", "p-nora")
    assert stand.expire()["people"] == ["p-ulf"]
    assert not stand.hears_nora()


def test_a_guardian_stays_on_file_while_their_no_stands(stand: Stand) -> None:
    """Nobody else takes it back: not the other guardian, and not the child."""
    stand.proxy.consent("deny", "p-nora", *BY_ULF)
    stand.proxy.consent("deny", "p-nora")
    stand.proxy.consent("grant", "p-nora")
    stand.proxy.consent("grant", "p-nora", *BY_EVA)
    assert not stand.hears_nora()
    assert stand.expire()["people"] == ["p-eva"]
    stand.proxy.consent("grant", "p-nora", *BY_ULF)
    assert stand.hears_nora()


def test_once_the_guardian_is_forgotten_the_child_is_heard_no_more(stand: Stand) -> None:
    assert stand.hears_nora()
    told = stand.cli("subject", "forget", "p-ulf", "--yes")
    assert "gave as the guardian of p-nora stay and name nobody" in told
    assert "a yes among them no more" in told
    assert not stand.hears_nora()
    add(stand.proxy, ULF)
    assert not stand.hears_nora(), "whoever comes back under the id has not said it"
    stand.proxy.consent("grant", "p-nora", *BY_EVA)
    assert stand.hears_nora()


def test_a_guardians_no_stands_after_they_are_forgotten(stand: Stand) -> None:
    stand.proxy.consent("deny", "p-nora", *BY_ULF)
    stand.cli("subject", "forget", "p-ulf", "--yes")
    stand.proxy.consent("grant", "p-nora", *BY_EVA)
    assert not stand.hears_nora()


@pytest.mark.parametrize("held", ["p-nora", "p-ulf"])
def test_a_hold_on_the_child_or_the_guardian_keeps_what_was_answered(stand: Stand, held: str) -> None:
    stand.proxy.consent("deny", "p-nora", *BY_ULF)
    stand.proxy.consent("deny", "p-nora")
    stand.cli("subject", "hold", held, "--reason", "case 12")
    before = stand.records()

    for person in ("p-nora", "p-ulf"):
        refused = stand.proxy.cli("subject", "forget", person, "--yes", "--config", str(stand.proxy.config), code=1)
        assert "Forgotten" not in refused
    assert "p-ulf" not in stand.expire()["people"]

    assert stand.records() == before
    stand.cli("subject", "release", held)
    stand.cli("subject", "forget", "p-ulf", "--yes")
    assert [row[2] for row in stand.records() if row[2].startswith("forgotten:")]


def test_a_reply_under_way_ends_when_the_guardian_is_forgotten(tmp_path: Path) -> None:
    stalling = Stalling(pieces=2)
    with Recorder(stalling) as recorder:
        document = settings(tmp_path, recorder.base_url)
        document["recipients"]["acme-llm"] |= {"idle_seconds": 300}
        proxy = Proxy(tmp_path, document)
        add(proxy, ULF)
        proxy.meeting([{**PEOPLE[0], "minor": True}, PEOPLE[2]])
        proxy.consent("grant", "p-ann", *BY_ULF)
        proxy.consent("grant", "p-cho")
        proxy.start()
        caller = Caller(proxy)
        caller.start()
        assert caller.begun.wait(PATIENCE)
        proxy.cli("subject", "forget", "p-ulf", "--yes", "--config", str(proxy.config))
        assert stalling.hung_up.wait(PATIENCE)
        caller.join(PATIENCE)
        assert b"consent_withdrawn" in caller.heard
        proxy.kill()
