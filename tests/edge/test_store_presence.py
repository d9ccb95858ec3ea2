"""Who came and went: notices are kept once, fold into the roster, and in doubt somebody was there."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from proxy.edge.store.presence import Presence, fold
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Participant("p-ann", "Annika Solberg", aliases=("Annika",))
BEN = Participant("p-ben", "Benedikt Oyelaran")
ROSTER = Roster((ANN, BEN), complete=True)


def minute(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def seen(*events: tuple[str, float], person: str | None = "p-ann", label: str | None = None) -> list[Presence]:
    return [Presence(label, person, event, minute(at)) for event, at in events]


def ann(roster: Roster) -> tuple[datetime | None, datetime | None]:
    person = roster.by_id("p-ann")
    assert person is not None
    return person.joined_at, person.left_at


@pytest.mark.parametrize(
    ("events", "joined", "left"),
    [
        ([("joined", 5)], 5, None),
        ([("joined", 5), ("left", 20)], 5, 20),
        ([("left", 20), ("joined", 5)], 5, 20),
        ([("joined", 5), ("left", 10), ("joined", 12), ("left", 30)], 5, 30),
        ([("joined", 5), ("left", 10), ("joined", 12)], 5, None),
        # On two devices, one of which went: still there.
        ([("joined", 5), ("joined", 6), ("left", 10)], 5, None),
        # Left before ever joining: there before anybody told.
        ([("left", 10), ("joined", 12)], None, None),
        ([("left", 10)], None, 10),
        # At the same instant: came last, went first.
        ([("joined", 5), ("left", 10), ("joined", 10)], 5, None),
        ([("left", 5), ("joined", 5)], None, None),
    ],
)
def test_first_came_and_last_went(events: list[tuple[str, float]], joined: float | None, left: float | None):
    expected = (None if joined is None else minute(joined), None if left is None else minute(left))

    folded = fold(ROSTER, seen(*events))

    assert ann(folded) == expected
    assert folded.complete
    assert folded.by_id("p-ben") == BEN


@pytest.mark.parametrize(
    ("noted", "joined", "left"), [((1, 30), 1, 30), ((8, 15), 5, 20), ((None, None), 5, 20), ((8, None), 5, 20)]
)
def test_what_the_roster_says_only_widens_the_time(
    noted: tuple[float | None, float | None], joined: float, left: float
):
    there = [None if at is None else minute(at) for at in noted]
    roster = Roster((dataclasses.replace(ANN, joined_at=there[0], left_at=there[1]), BEN), complete=True)

    assert ann(fold(roster, seen(("joined", 5), ("left", 20)))) == (minute(joined), minute(left))


@pytest.mark.parametrize(
    ("person", "label", "complete"),
    [(None, "Guest 4021", False), ("p-new", None, False), (None, "annika", False), (None, "Annika", True)],
)
def test_whoever_is_not_on_the_roster_makes_it_incomplete(person: str | None, label: str | None, complete: bool):
    folded = fold(ROSTER, seen(("joined", 5), person=person, label=label))

    assert folded.complete is complete
    assert len(folded.participants) == 2


def test_a_label_of_two_people_names_nobody():
    twins = Roster((ANN, Participant("p-two", "Annika")), complete=True)

    assert not fold(twins, seen(("joined", 5), person=None, label="Annika")).complete


def test_a_roster_that_was_incomplete_stays_so():
    assert not fold(Roster((ANN,)), seen(("joined", 5))).complete


async def test_notices_count_in_the_next_read_and_once(store: Store):
    await store.add_meeting(Meeting("m1", NOON, series="weekly", roster=ROSTER))
    await store.add_meeting(Meeting("m2", NOON, roster=ROSTER))

    assert await store.note_presence("m1", "Annika", "p-ann", "joined", minute(5), "zoom", "k1")
    assert not await store.note_presence("m1", "Annika", "p-ann", "joined", minute(1), "zoom", "k1")
    assert await store.note_presence("m1", "Annika", "p-ann", "left", minute(9), "zoom", "k2")

    meeting, other = await store.meeting("m1"), await store.meeting("m2")
    assert meeting is not None
    assert other is not None
    assert ann(meeting.roster) == (minute(5), minute(9))
    assert meeting.roster.complete
    assert other.roster == ROSTER
    assert await store.meetings_around("weekly", minute(1)) == [meeting]


async def test_a_notice_before_its_meeting_waits_for_it_and_outlives_its_roster(store: Store):
    await store.note_presence("m1", "Guest 4021", None, "joined", minute(5), "zoom", "k1")
    assert await store.meeting("m1") is None

    for _ in range(2):
        await store.add_meeting(Meeting("m1", NOON, roster=ROSTER))
        meeting = await store.meeting("m1")
        assert meeting is not None
        assert not meeting.roster.complete


async def test_an_unknown_label_counts_for_whom_the_roster_names_so_later(store: Store):
    await store.note_presence("m1", "Guest 4021", None, "joined", minute(5), "zoom", "k1")
    named = dataclasses.replace(ANN, aliases=("Guest 4021",))
    await store.add_meeting(Meeting("m1", NOON, roster=Roster((named, BEN), complete=True)))

    meeting = await store.meeting("m1")
    assert meeting is not None
    assert meeting.roster.complete
    assert ann(meeting.roster) == (minute(5), None)
