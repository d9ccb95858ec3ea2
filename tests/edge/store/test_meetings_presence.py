"""Who came and went: notices are kept once, fold into the roster, and in doubt somebody was there."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from proxy.edge.store.store import Store
from proxy.meetings.presence import Presence, address_mark, fold
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
        # Left before ever joining: there before anybody told, and nothing says that they went.
        ([("left", 10), ("joined", 12)], None, None),
        ([("left", 10)], None, None),
        ([("left", 10), ("joined", 12), ("left", 20)], None, 20),
        ([("joined", 5), ("left", 10), ("left", 20)], 5, 20),
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
    ("noted", "joined", "left"),
    [
        ((1, 30), 1, 30),
        ((8, 15), 5, 20),
        ((None, None), 5, 20),
        # The other end of a time that stands alone is open.
        ((8, None), 5, None),
        ((1, None), 1, None),
        ((None, 3), None, 20),
        ((None, 30), None, 30),
    ],
)
def test_what_the_roster_says_only_widens_the_time(
    noted: tuple[float | None, float | None], joined: float | None, left: float | None
):
    there = [None if at is None else minute(at) for at in noted]
    roster = Roster((dataclasses.replace(ANN, joined_at=there[0], left_at=there[1]), BEN), complete=True)

    expected = tuple(None if at is None else minute(at) for at in (joined, left))
    assert ann(fold(roster, seen(("joined", 5), ("left", 20)))) == expected


@pytest.mark.parametrize(
    ("person", "label", "complete"),
    [(None, "Guest 4021", False), ("p-new", None, False), (None, "Anni", False), (None, "annika", True)],
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


BO = Participant("p-bo", "Bo Ek", emails=("bo@partner.example",))
WITH_BO = Roster((ANN, BO), complete=True)
Told = tuple[str, float, str | None, bool]
"""An event, its minute, the seat, and whether the person is vouched for."""


def of_bo(*events: Told) -> list[Presence]:
    return [Presence(None, "p-bo", event, minute(at), seat, vouched) for event, at, seat, vouched in events]


@pytest.mark.parametrize(
    ("events", "joined", "left", "complete"),
    [
        # By label alone nobody who has an address is away.
        ([("joined", 30, "G", False)], None, None, True),
        ([("joined", 5, "G", False), ("left", 9, "G", False)], None, None, True),
        ([("joined", 5, None, False), ("left", 9, None, False)], None, None, True),
        ([("left", 9, "G", False)], None, None, True),
        ([("joined", 5, "A", True), ("left", 20, "A", False)], 5, None, True),
        ([("joined", 5, "A", False), ("left", 20, "A", True)], None, None, True),
        ([("joined", 5, "A", False), ("joined", 8, "A", True), ("left", 20, "A", True)], 5, None, True),
        ([("joined", 5, "A", True), ("left", 20, "A", True), ("left", 25, "A", False)], 5, None, True),
        ([("joined", 5, "A", True), ("left", 10, "A", False), ("left", 20, "A", True)], 5, 20, True),
        # Vouched for, without a seat's id and with one.
        ([("joined", 5, None, True), ("left", 20, None, True)], 5, 20, True),
        ([("joined", 5, "A", True), ("left", 20, "A", True)], 5, 20, True),
        # A leave ends the seat that it is of, and only one that joined.
        ([("joined", 5, "A", True), ("joined", 6, "B", True), ("left", 20, "B", True)], 5, None, True),
        ([("joined", 5, "A", True), ("joined", 6, "B", True), ("left", 20, "B", True), ("left", 9, "A", True)],
         5, 20, True),
        ([("joined", 5, "A", True), ("left", 20, "B", True)], None, None, True),
        ([("left", 20, "A", True)], None, None, True),
        # Beside a vouched seat, one that bears only the label is nobody's.
        ([("joined", 5, "A", True), ("left", 9, "G", False)], 5, None, False),
        ([("joined", 5, "A", True), ("joined", 2, "G", False), ("left", 20, "A", True)], 5, 20, False),
        ([("joined", 5, "A", True), ("joined", 30, None, False)], 5, None, False),
    ],
)  # fmt: skip
def test_an_identity_is_a_seat_with_evidence(
    events: list[Told], joined: float | None, left: float | None, complete: bool
):
    folded = fold(WITH_BO, of_bo(*events))

    bo = folded.by_id("p-bo")
    assert bo is not None
    expected = (None if joined is None else minute(joined), None if left is None else minute(left), complete)
    assert (bo.joined_at, bo.left_at, folded.complete) == expected


@pytest.mark.parametrize(
    ("events", "joined", "left"),
    [
        ([("joined", 8, "G", False)], 5, None),
        ([("joined", 8, "G", False), ("left", 15, "G", False)], None, None),
        ([("joined", 2, "G", False)], 2, None),
        ([("left", 9, "G", False)], None, None),
        ([("joined", 8, "A", True), ("left", 15, "A", True)], 5, 20),
        ([("joined", 2, "A", True), ("left", 30, "A", True)], 2, 30),
    ],
)
def test_no_event_shortens_what_is_on_file_of_a_person(events: list[Told], joined: float | None, left: float | None):
    there = dataclasses.replace(BO, joined_at=minute(5), left_at=minute(20))

    bo = fold(Roster((ANN, there), complete=True), of_bo(*events)).by_id("p-bo")

    assert bo is not None
    assert (bo.joined_at, bo.left_at) == (
        None if joined is None else minute(joined),
        None if left is None else minute(left),
    )


def test_a_seat_in_which_two_people_were_seen_is_nobodys():
    swapped = [Presence(None, "p-ann", "joined", minute(5), "A"), Presence(None, "p-ben", "left", minute(9), "A")]

    folded = fold(ROSTER, swapped)

    assert not folded.complete
    assert [(p.joined_at, p.left_at) for p in folded.participants] == [(minute(5), None), (None, None)]


def test_what_contradicts_itself_is_nobody_whatever_the_roster_says():
    assert not fold(ROSTER, [Presence(None, None, "joined", minute(5), "A")]).complete


async def test_notices_count_in_the_next_read_and_once(store: Store):
    await store.meetings.put(Meeting("m1", NOON, series="weekly", roster=ROSTER))
    await store.meetings.put(Meeting("m2", NOON, roster=ROSTER))

    assert await store.meetings.note_presence("m1", "Annika", "p-ann", "joined", minute(5), "zoom", "k1")
    assert not await store.meetings.note_presence("m1", "Annika", "p-ann", "joined", minute(1), "zoom", "k1")
    assert await store.meetings.note_presence("m1", "Annika", "p-ann", "left", minute(9), "zoom", "k2")

    meeting, other = await store.meetings.by_id("m1"), await store.meetings.by_id("m2")
    assert meeting is not None
    assert other is not None
    assert ann(meeting.roster) == (minute(5), minute(9))
    assert meeting.roster.complete
    assert other.roster == ROSTER
    assert await store.meetings.around("weekly", minute(1)) == [meeting]


async def test_a_notice_before_its_meeting_waits_for_it_and_outlives_its_roster(store: Store):
    await store.meetings.note_presence("m1", "Guest 4021", None, "joined", minute(5), "zoom", "k1")
    assert await store.meetings.by_id("m1") is None

    for _ in range(2):
        await store.meetings.put(Meeting("m1", NOON, roster=ROSTER))
        meeting = await store.meetings.by_id("m1")
        assert meeting is not None
        assert not meeting.roster.complete


async def test_an_unknown_label_counts_for_whom_the_roster_names_so_later(store: Store):
    await store.meetings.note_presence("m1", "Guest 4021", None, "joined", minute(5), "zoom", "k1")
    named = dataclasses.replace(ANN, aliases=("Guest 4021",))
    await store.meetings.put(Meeting("m1", NOON, roster=Roster((named, BEN), complete=True)))

    meeting = await store.meetings.by_id("m1")
    assert meeting is not None
    assert meeting.roster.complete
    assert ann(meeting.roster) == (minute(5), None)


async def test_seats_and_who_is_vouched_for_are_kept(store: Store):
    await store.meetings.put(Meeting("m1", NOON, roster=WITH_BO))
    for seat, event, at, vouched in (
        ("A", "joined", 5, True),
        ("B", "joined", 6, True),
        ("B", "left", 20, True),
        ("A", "left", 9, True),
    ):
        note = ("m1", "Bo Ek", "p-bo", event, minute(at), "zoom", f"{seat}{event}")
        assert await store.meetings.note_presence(*note, seat=seat, vouched=vouched)

    meeting = await store.meetings.by_id("m1")
    assert meeting is not None
    bo = meeting.roster.participants[1]
    assert (bo.joined_at, bo.left_at, meeting.roster.complete) == (minute(5), minute(20), True)


def test_who_was_signed_in_and_is_on_the_roster_no_more_is_nobody_else_there():
    """Under the label of somebody who has no address."""
    mark = address_mark("eve@home.example", "salt")
    came = Presence("Annika", "p-eve", "joined", minute(5), "A", vouched=True, address=mark)
    there = dataclasses.replace(ANN, name="Annika", emails=())

    folded = fold(Roster((there, BEN), complete=True), [came])

    assert (folded.complete, ann(folded)) == (False, (None, None))


async def test_a_contradiction_is_kept_without_a_name(store: Store):
    await store.meetings.note_presence("m1", None, None, "joined", minute(5), "zoom", "k1", seat="A")
    await store.meetings.put(Meeting("m1", NOON, roster=ROSTER))

    meeting = await store.meetings.by_id("m1")
    assert meeting is not None
    assert not meeting.roster.complete


async def test_a_name_that_no_database_keeps_is_a_strangers(store: Store) -> None:
    await store.meetings.put(Meeting("m1", NOON, roster=Roster((Participant("p-ann", "Annika"),), complete=True)))
    assert await store.meetings.note_presence("m1", "Zed\x00", None, "joined", minute(5), "zoom", "k1")
    found = await store.meetings.by_id("m1")
    assert found is not None
    assert not found.roster.complete
