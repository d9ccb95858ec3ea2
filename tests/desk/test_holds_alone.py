"""A hold on one person alone keeps what is of them, and lets others go from their meetings by their age."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from desk.test_expiring import OVER, kept
from harness.stores import sqlite_store
from sqlalchemy import select

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import expiring, forgetting
from proxy.desk.expiring import Expired
from proxy.edge.store.store import Store
from proxy.edge.store.tables import presence
from proxy.model import Meeting, Participant, ParticipantClass, RequestNotes, Roster

DAY = timedelta(days=1)
ANN = Participant("p-ann", "Annika Solberg", emails=("ann@fjord.example",))
BEN = Participant("p-ben", "Benedikt Oyelaran", emails=("ben@fjord.example",))
CHO = Participant("p-cho", "Chiara Montefusco")
OSLO = Participant("r-oslo", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann", "p-cho"))
BERGEN = Participant("r-bergen", "Bergen", participant_class=ParticipantClass.ROOM)
MEETING = Meeting("standup", OVER - DAY / 24, OVER, "weekly", title="Stand-up",
                  roster=Roster((ANN, BEN, CHO, OSLO, BERGEN), True))  # fmt: skip
NUMBERS = count()


def asks(of: str, guardian: str | None = None) -> Asked:
    offers, terms = (Offer("summary", "acme-llm"),), (("acme-llm", "00"),)
    asked = Invitation(f"i-{of}-{guardian}", of, Scope.MEETING, "standup", offers, terms, OVER, guardian=guardian)
    return Asked(asked, Channel.LINK, OVER)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A meeting that is over, in which people were listed, seen, noted and asked."""
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(MEETING)
        seen = (("Annika Solberg", "p-ann"), ("Benedikt Oyelaran", "p-ben"), ("A. Solberg", None), ("Guest 7", None))
        for label, person in seen:
            await opened.meetings.note_presence("standup", label, person, "joined", OVER, "zoom", f"k-{label}")
        await opened.notes.note(RequestNotes("summary", "standup", OVER, 2, ("p-ann", "p-ben")))
        await opened.invitations.put_all([asks("p-ann"), asks("p-ben"), asks("p-cho", "p-ann")])
        yes = ConsentRecord("r-ben", "p-ben", Scope.MEETING, "standup", "summary", "acme-llm", "v1",
                            ConsentState.GRANTED, OVER, OVER, "written", True, "p-ben", OVER)  # fmt: skip
        await opened.consents.record(yes)
        yield opened


async def expired(store: Store, at: datetime, people: int | None = 10) -> Expired:
    return await expiring.expire(store, kept(30, people), lambda: f"x-{next(NUMBERS)}", at)


async def on_roster(store: Store) -> list[str]:
    meeting = await store.meetings.by_id("standup")
    assert meeting is not None
    return [each.id for each in meeting.roster.participants]


async def test_others_go_from_the_meeting_and_then_off_file(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    assert (await expired(store, OVER + 29 * DAY)).narrowed == ()
    assert len(await on_roster(store)) == 5

    done = await expired(store, OVER + 30 * DAY)
    assert (done.meetings, done.narrowed, done.kept) == ((), ("standup",), (("standup", "on_hold"),))
    meeting = await store.meetings.by_id("standup")
    assert meeting is not None
    assert [each.id for each in meeting.roster.participants] == ["p-ann", "r-oslo"]
    assert (meeting.title, meeting.started_at, meeting.roster.complete) == ("Stand-up", MEETING.started_at, False)

    gone = await expired(store, OVER + 41 * DAY)
    assert set(gone.people) == {"p-ben", "r-bergen"}
    left = {each.id for each in await store.people.everybody()}
    assert left == {"p-ann", "p-cho", "r-oslo"}, "the room lists Chiara, and Annika answered for her"


async def test_what_is_of_the_person_stays_under_whatever_name(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    await expired(store, OVER + 30 * DAY)
    assert await store.holds.meetings(["standup"]) == {"standup": {"p-ann"}}
    seen = await store.meetings._db.rows(select(presence.c.participant, presence.c.label))
    assert {tuple(row) for row in seen} == {("p-ann", None), (None, "A. Solberg")}
    assert [who for who, _ in (await store.notes.of("standup")).objected] == ["p-ann"]
    asked = await store.invitations.of([(Scope.MEETING, "standup")])
    assert {(each.invitation.participant, each.invitation.guardian) for each in asked} == {
        ("p-ann", None), ("p-cho", "p-ann"),
    }  # fmt: skip
    assert [each.id for each in await store.consents.listed()] == ["r-ben"], "records go with their people"


async def test_it_is_told_once_and_of_whom(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    for day in (30, 31, 32):
        await expired(store, OVER + day * DAY, None)
    told = [act for act in (await store.acts.oldest(100)).values() if act.facts.get("change") == "narrowed"]
    assert [(act.code, act.meeting, set(act.people)) for act in told] == [
        ("meeting.changed", "standup", {"p-ben", "p-cho", "r-bergen"})
    ]


async def test_what_is_due_says_so_beforehand_and_changes_nothing(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    found = await expiring.due(store, kept(30), OVER + 30 * DAY)
    assert (found.meetings, found.narrowed) == ((), ("standup",))
    assert len(await on_roster(store)) == 5


@pytest.mark.parametrize("holds", [[("p-ann", False)], [("p-ann", True), ("p-ben", False)],
                                   [("p-ann", True), ("p-ann", False)]])  # fmt: skip
async def test_one_hold_that_is_not_alone_keeps_the_meeting_whole(store: Store, holds: list[tuple[str, bool]]) -> None:
    for person, alone in holds:
        await forgetting.hold(store, person, "a lawsuit", OVER, alone=alone)
    done = await expired(store, OVER + 300 * DAY)
    assert (done.meetings, done.narrowed) == ((), ())
    assert len(await on_roster(store)) == 5


async def test_several_on_hold_alone_stay_together(store: Store) -> None:
    for person in ("p-ann", "p-ben"):
        await forgetting.hold(store, person, "a lawsuit", OVER, alone=True)
    await expired(store, OVER + 30 * DAY)
    assert await on_roster(store) == ["p-ann", "p-ben", "r-oslo"]


async def test_under_another_id_of_theirs_they_stay_too(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    old = Participant("p-ann-old", "Anni S")
    await store.meetings.put(replace(MEETING, id="other", roster=Roster((old, BEN), True)))
    await store.people.put_as_one("p-ann-old", ANN, [])
    done = await expired(store, OVER + 30 * DAY)
    assert done.narrowed == ("other", "standup")
    other = await store.meetings.by_id("other")
    assert other is not None
    assert [each.id for each in other.roster.participants] == ["p-ann"]


async def test_after_the_release_the_meeting_goes(store: Store) -> None:
    await forgetting.hold(store, "p-ann", "a lawsuit", OVER, alone=True)
    await expired(store, OVER + 30 * DAY)
    await forgetting.release(store, "p-ann")
    assert (await expired(store, OVER + 31 * DAY)).meetings == ("standup",)
