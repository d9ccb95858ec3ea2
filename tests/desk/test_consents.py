"""What somebody said is taken down by the same rules, whichever way it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from harness.stores import sqlite_store

from proxy.audit.query import CarryingExchange, Subject
from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents, people, subjects
from proxy.desk.consents import ConsentStatement
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import Settings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = Participant("p-ann", "Ann Berg", emails=("ann@fjord.example",))
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
        "consent": {"methods": ["verbal"]},
    }
)  # fmt: skip
YES = ConsentStatement("p-ann", ConsentState.GRANTED, Scope.ORG, "summary", "verbal", recipient="acme")
NO = replace(YES, state=ConsentState.DENIED)
BACK = replace(YES, state=ConsentState.WITHDRAWN)
LEFT = CarryingExchange("ex-1", NOW, "acme", "summary", "v1", 3, 120)


class Ledger:
    """What has left, as the test says; keeps whom it was asked about."""

    def __init__(self, *left: CarryingExchange) -> None:
        self.left, self.asked = left, list[Subject]()

    async def carried(self, subjects: Collection[Subject]) -> tuple[CarryingExchange, ...] | None:
        self.asked = list(subjects)
        return self.left


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.people.put(ANN)
        yield opened


async def said(
    store: Store, what: ConsentStatement, past: Ledger | None = None, *, as_written: bool = False
) -> consents.RecordedConsent:
    draft = consents.drafted(what, SETTINGS, NOW, f"cr-{what.state}-{what.participant}")
    return await consents.record(store, past or Ledger(), draft, SETTINGS, as_written=as_written)


async def test_a_withdrawal_tells_what_had_left_under_any_id_and_from_rooms(store: Store) -> None:
    room = Participant("r-1", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann",))
    await store.people.put(replace(ANN, id="p-old", name="Ann B."))
    await store.meetings.put(Meeting("m-1", NOW, roster=Roster((ANN, room))))
    await store.keys.of(["p-ann", "p-old", "r-1", "p-other"])
    await people.confirm_one(store, "p-old", "p-ann", NOW, iter("abc").__next__)
    past = Ledger(LEFT)

    done = await said(store, BACK, past)

    assert done.left is not None
    assert done.left.exchanges == (LEFT,)
    assert len(past.asked) == 3
    # The id that went means the same person, whoever asks by it.
    await subjects.already_left(store, past, "fjord", "p-old")
    assert len(past.asked) == 3
    assert len(await subjects.subjects_of(store, "fjord", "p-old")) == 2
    assert done.receipt["dct:source"] == done.record.id


@pytest.mark.parametrize("what", [YES, NO])
async def test_what_takes_nothing_back_tells_of_nothing(store: Store, what: ConsentStatement) -> None:
    assert (await said(store, what, Ledger(LEFT))).left is None


@pytest.mark.parametrize("written", ["p-ann", "Ann Berg", "ANN@fjord.example"])
async def test_the_record_is_under_the_id_of_whom_is_meant(store: Store, written: str) -> None:
    done = await said(store, replace(NO, participant=written))

    assert (done.record.participant, done.record.actor, done.remarks) == ("p-ann", "p-ann", ())


async def test_an_id_as_written_may_be_nobodys_yet_and_a_name_may_not(store: Store) -> None:
    done = await said(store, replace(NO, participant="p-later"), as_written=True)
    with pytest.raises(ClientFault, match="unknown_participant"):
        await said(store, replace(NO, participant="p-later"))

    assert done.record.participant == "p-later"
    assert done.remarks == ("no person with this id is on any roster yet",)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (replace(NO, valid_until=NOW), "invalid_period"),
        (replace(YES, affirmative=False), "not_affirmative"),
        (replace(YES, actor="p-host"), "on_behalf"),
        (replace(YES, recipient="other"), "unknown_recipient"),
        (replace(YES, scope=Scope.SERIES), "incomplete_record"),
    ],
)
def test_what_is_no_record_is_refused_before_anything_is_read(what: ConsentStatement, reason: str) -> None:
    with pytest.raises(ClientFault, match=reason):
        consents.drafted(what, SETTINGS, NOW, "cr-1")


async def test_a_person_is_put_with_what_the_entry_says(store: Store) -> None:
    put = await people.put(store, Entry("p-ann", None, aliases=("Annie",)), SETTINGS.people, lambda: "x")

    assert (put.person.name, put.person.aliases, put.found) == ("Ann Berg", ("Annie",), False)
    with pytest.raises(ClientFault, match="invalid_roster"):
        await people.put(store, Entry("p-ann", None, members=("p-ann",)), SETTINGS.people, lambda: "x")
