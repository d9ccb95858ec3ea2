"""Track who came and went: whom a meeting service means, when each person was there, and which calls repeat others.

An identity is a seat with evidence. A seat is one presence of somebody, from a join to a leave, by the service's id for
it. The evidence is either that somebody vouches for the person in the seat, or a label alone. In doubt somebody was
there, and their consent is then needed.

`check_recording` checks when the recording of a meeting began: the offsets of its transcripts count from then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.meetings.display_names import bare_forms
from proxy.model import Meeting, Participant, ParticipantClass, Roster, label_form

Event = Literal["joined", "left"]

MARGIN = timedelta(hours=2)
"""How long before its start and after its end something may belong to a meeting."""

EARLY = timedelta(minutes=15)
"""How long before a meeting people may join it while an earlier one is still on."""

OPEN_END = timedelta(hours=12)
"""How long a meeting without an end is taken to last."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody joined or left. `label` is kept if `participant` is unknown; with neither, it is nobody for good.

    `seat` is a digest of the service's id for this one presence, or None if the service gave none. `vouched`:
    `participant` is known by more than a label. `address` is a digest (`address_mark`) of the address with which they
    were signed in; in that case `label` is kept even if it is not the participant's.
    """

    label: str | None
    participant: str | None
    event: str
    at: datetime
    seat: str | None = None
    vouched: bool = False
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whom a service means: `person` is None if that is not known beyond doubt.

    `vouched`: they are known by an address of theirs, not by label alone. `contradicts`: address and label point to
    different people. That is nobody, and stays so whatever the roster says later.
    """

    person: Participant | None = None
    vouched: bool = False
    contradicts: bool = False


def seen_as(roster: Roster, label: str, email: str | None = None) -> Sighting:
    """The one person on the roster who is meant, or nobody if unknown; never a guess.

    `email` is an address that the service vouches for (the person is signed in); never pass an address that somebody
    typed. A label counts as in transcripts. Address and label contradict each other in three cases: they point to
    different people; several people have the address; nobody on the roster has the address, while everybody whom the
    label names has others on file. An address that somebody else on file also has, on this roster or not, proves
    nobody: then the label alone counts.
    """
    address = email_of(email) if email else None
    if address is None:
        return Sighting(roster.resolve(label))
    having = [person for person in roster.participants if address in map(email_of, person.emails)]
    bearing = list(roster.bearers(label))
    shared = any(address in map(email_of, person.shared_emails) for person in having)
    return _agreed(having, bearing, roster.resolve(label), shared=shared)


def _agreed(
    having: Sequence[Participant], bearing: Sequence[Participant], named: Participant | None, *, shared: bool
) -> Sighting:
    """Whom an address and a label mean together: `having` the address, `bearing` the label, which alone means `named`.

    `shared`: somebody else on file also has the address.
    """
    if having:
        # A label that is somebody else's, or that two people bear, speaks against the address.
        if len(having) != 1 or bearing not in ([], having):
            return Sighting(contradicts=True)
        return Sighting(named) if shared else Sighting(having[0], vouched=True)
    if bearing and all(person.emails for person in bearing):
        return Sighting(contradicts=True)
    return Sighting(named)


def address_mark(email: str, salt: str) -> str:
    """A mark that shows whether a signed-in person has this address, but reveals the address to nobody.

    It differs by `salt`, which it begins with: a reader of the store cannot follow a stranger across meetings.
    """
    return f"{salt}:{key_of(salt, email_of(email) or email)}"


def fold(roster: Roster, seen: Sequence[Presence]) -> Roster:
    """The roster with the times at which people came and went.

    Somebody seen who is nobody on the roster makes it incomplete. So does a seat in which two people were seen, and a
    seat that bears only the label of somebody in a vouched seat: it is nobody's. A label that was unknown when it was
    seen counts for the person whom the roster now names so. If it came with an address, it counts only together with
    that, so it does not matter whether the roster or the call came first. Under a bot's name alone anybody may have
    come: otherwise a guest who calls themselves a note taker would count for nobody.
    """
    if not seen:
        return roster
    known = {person.id for person in roster.participants}
    bots = {person.id for person in roster.participants if person.participant_class is ParticipantClass.BOT}
    by_person: dict[str, dict[str | None, list[Presence]]] = {}
    sitting: dict[str, set[str]] = {}
    complete = roster.complete
    for each in _by_now(roster, seen):
        person = each.participant
        if person is None or person not in known or (person in bots and not each.vouched):
            complete = False
            continue
        # Without a seat id the person is the seat.
        by_person.setdefault(person, {}).setdefault(each.seat, []).append(each)
        if each.seat is not None:
            sitting.setdefault(each.seat, set()).add(person)
    own = {person: _own(list(seats.values())) for person, seats in by_person.items()}
    complete = complete and all(len(people) == 1 for people in sitting.values())
    complete = complete and all(len(own[person]) == len(seats) for person, seats in by_person.items())
    people = (_timed(p, own[p.id]) if p.id in own else p for p in roster.participants)
    beside = {person for person, seats in by_person.items() if len(own[person]) < len(seats)}
    contested = beside | _borne_by_others(roster, seen, by_person.keys())
    return Roster(tuple(people), complete, frozenset(contested))


def _by_now(roster: Roster, seen: Sequence[Presence]) -> Iterator[Presence]:
    """The events seen, each with the person whom it means by the current roster."""
    salts = {each.address.partition(":")[0] for each in seen if each.address is not None}
    owners: dict[str, list[Participant]] = {}
    shared: set[str] = set()
    for salt in salts:
        for person in roster.participants:
            for mark in {address_mark(email, salt) for email in person.emails}:
                owners.setdefault(mark, []).append(person)
            shared |= {address_mark(email, salt) for email in person.shared_emails}
    for each in seen:
        noted = roster.by_id(each.participant) if each.participant is not None else None
        named = roster.resolve(each.label) if each.label is not None else None
        if each.vouched and noted is None:
            # That person is no longer on the roster, and is not somebody else who bears the label.
            yield each
            continue
        if each.address is None:
            yield replace(each, participant=named.id) if named and each.participant is None else each
            continue
        if each.label is None:
            # The person for whom it was noted has this label.
            bearing, named = [noted] if noted else [], noted
        else:
            bearing = list(roster.bearers(each.label))
        # If an address was somebody's when it was seen, it stays theirs.
        having = [noted] if noted and each.vouched else owners.get(each.address, [])
        found = _agreed(having, bearing, named, shared=each.address in shared)
        yield replace(each, participant=found.person.id if found.person else None, vouched=found.vouched)


def _borne_by_others(roster: Roster, seen: Sequence[Presence], seated: Collection[str]) -> set[str]:
    """People with a seat whose name, with any badge, is the label of another seat that is nobody's."""
    labels = {label_form(each.label) for each in seen if each.participant is None and each.label is not None}
    bare = frozenset[str]().union(*(bare_forms(form) for form in labels if roster.resolve(form) is None))
    return {p.id for p in roster.participants if p.id in seated and not bare.isdisjoint(map(label_form, p.labels))}


def _own(seats: Collection[Sequence[Presence]]) -> Collection[Sequence[Presence]]:
    """The seats that are the person's: those with a vouched event, or all if none has one."""
    return [seat for seat in seats if any(each.vouched for each in seat)] or seats


def _timed(person: Participant, seats: Collection[Sequence[Presence]]) -> Participant:
    """The person with the first join and the last leave over all seats. Times on file are only widened.

    If only a join or only a leave is on file, the other end is open, and stays open whatever is reported. If a person
    has an address, a label alone is no proof that they were away, neither before nor after.
    """
    stays = [_stay(seat, believed=lambda each: each.vouched or not person.emails) for seat in seats]
    joins = [stay.joined for stay in stays if stay.joined is not None]
    known = person.joined_at is not None or (person.left_at is None and any(stay.believed for stay in stays))
    joined_at: datetime | None = None
    # Whoever left a seat without joining it was there before anything was reported.
    if known and len(joins) == len(stays):
        joined_at = min(filter(None, (*joins, person.joined_at)))
    known = person.left_at is not None or person.joined_at is None
    left_at: datetime | None = None
    leaves = [stay.left for stay in stays if stay.left is not None]
    if known and len(leaves) == len(stays):
        left_at = max(filter(None, (*leaves, person.left_at)))
    return replace(person, joined_at=joined_at, left_at=left_at)


@dataclass(frozen=True, slots=True)
class _Stay:
    """One seat: since when it was taken (None: before anything was reported), and until when (None: perhaps still)."""

    joined: datetime | None
    left: datetime | None
    believed: bool
    """Whether one of its joins is believed."""


def _stay(seat: Sequence[Presence], believed: Callable[[Presence], bool]) -> _Stay:
    """A person who joined more often than they left is still there. At the same instant, leaves come before joins."""
    in_order = sorted(seat, key=lambda each: (each.at, each.event == "joined", not believed(each)))
    there, joined, left, before = 0, False, None, False
    for each in in_order:
        if each.event == "joined":
            there, joined = there + 1, joined or believed(each)
            continue
        before = before or not joined
        if not believed(each):
            there = max(there, 1)
        elif joined:
            there, left = max(there - 1, 0), each.at
    return _Stay(None if before else in_order[0].at, None if there else left, joined)


def stayed(earlier: Iterable[Presence], own: Iterable[Presence], start: datetime) -> list[Presence]:
    """The joins of those who were still in their seats at `start`, from meetings that had the same room before.

    Nobody reports somebody anew who stays in the room. Joins that are also among the meeting's `own` are left out.
    """
    known = {(_place(each), each.at) for each in own if each.event == "joined"}
    seats: dict[tuple[str | None, ...], dict[tuple[datetime, bool], Presence]] = {}
    for each in earlier:
        if each.at <= start:
            # A join is noted in each meeting that it may belong to.
            seats.setdefault(_place(each), {}).setdefault((each.at, each.event == "joined"), each)
    found: list[Presence] = []
    for place, events in seats.items():
        sitting: list[Presence] = []
        for (_, joined), each in sorted(events.items()):
            sitting = [*sitting, each] if joined else sitting[:-1]
        found += [each for each in sitting if (place, each.at) not in known]
    return found


def _place(each: Presence) -> tuple[str | None, ...]:
    """A seat; without an id of it, whoever was seen."""
    return (each.seat,) if each.seat is not None else (None, each.participant, each.label, each.address)


def the_meeting(candidates: Sequence[Meeting], at: datetime) -> Meeting | None:
    """The one meeting that something at `at` belongs to: the nearest one that is near enough.

    People come early, and meetings overrun. If two are equally near, it is neither.
    """
    near = sorted((distance, n) for n, m in enumerate(candidates) if (distance := _distance(m, at)) <= MARGIN)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return candidates[near[0][1]]


def all_meant(candidates: Sequence[Meeting], event: Event, at: datetime) -> list[Meeting]:
    """All meetings that a join or a leave at `at` may belong to.

    Consecutive meetings of one number share its room: a person who joins shortly before a meeting may have come for it.
    If two are under way at once, nobody knows which is meant.
    """
    near = [(distance, meeting) for meeting in candidates if (distance := _distance(meeting, at)) <= MARGIN]
    nearest = min((distance for distance, _ in near), default=None)
    return [
        meeting
        for distance, meeting in near
        if distance == nearest or (event == "joined" and timedelta(0) < meeting.started_at - at <= EARLY)
    ]


def _distance(meeting: Meeting, at: datetime) -> timedelta:
    end = meeting.ended_at or meeting.started_at + OPEN_END
    return max(meeting.started_at - at, at - end, timedelta(0))


def key_of(*facts: str) -> str:
    """A digest that is the same for repeated calls, and reveals nothing of its facts to a reader of the store."""
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()


_BEFORE = timedelta(hours=1)
"""How long before its start and after its end on file a meeting may be recorded: calendars use round times."""
_LONGEST = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""


def check_recording(began: datetime | None, start: datetime, end: datetime | None, *, where: str) -> None:
    """Raise `ClientFault` (``recording_start_invalid``) if a recording would begin at another time than its meeting.

    A wrong year or a wrong time zone would make everybody absent.
    """
    if began is not None and not start - _BEFORE <= began < (end or start + _LONGEST) + _BEFORE:
        detail = "a recording begins while its meeting is on, or an hour before or after at most"
        raise ClientFault("recording_start_invalid", detail, where=where)
