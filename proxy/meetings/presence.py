"""Who came and went: whom a meeting service means, when each person was there, and when two calls say the same.

An identity is a seat with evidence. A seat is one presence of somebody, from a join to a leave, by the service's id of
it; the evidence is that somebody vouches for who sits there, or a label alone. In doubt somebody was there: their
consent is then needed.

When the recording of a meeting began: the offsets of its transcripts count from then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
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
"""How long before a meeting people join it while an earlier one goes on."""

OPEN_END = timedelta(hours=12)
"""How long a meeting without an end is taken to last."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody joined or left. `label` is kept where `participant` is not known; with neither, it is nobody for good.

    `seat` is a digest of the service's id of this one presence; None where it gave none. `vouched` says that
    `participant` is known by more than a label. `address` is a digest (`address_mark`) of the address with which they
    were signed in; then `label` is kept also where it is not the participant's.
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
    """Whom a service means: `person` is None where that is not known beyond doubt.

    `vouched` says that they are known by an address of theirs, not by label alone; `contradicts`, that address and
    label speak of different people. That is nobody, and stays so whatever the roster says later.
    """

    person: Participant | None = None
    vouched: bool = False
    contradicts: bool = False


def seen_as(roster: Roster, label: str, email: str | None = None) -> Sighting:
    """The one person on the roster who is meant, or nobody: unknown, and never guessed.

    `email` is an address that the service vouches for (the person is signed in); an address that somebody typed
    must not be given. A label counts as in transcripts. Address and label contradict each other where
    they speak of different people, where several have the address, and where the address is nobody's on the roster
    while all whom the label names have others on file. An address that somebody else on file has too, on this roster or
    not, proves nobody: the label alone counts.
    """
    address = email_of(email) if email else None
    if address is None:
        return Sighting(roster.resolve(label))
    having = [person for person in roster.participants if address in map(email_of, person.emails)]
    bearing = [person for person in roster.participants if person.is_called(label)]
    shared = any(address in map(email_of, person.shared_emails) for person in having)
    return _agreed(having, bearing, roster.resolve(label), shared=shared)


def _agreed(
    having: Sequence[Participant], bearing: Sequence[Participant], named: Participant | None, *, shared: bool
) -> Sighting:
    """Whom an address and a label mean together: `having` the one, `bearing` the other, which alone means `named`.

    `shared` says that somebody else on file has the address too.
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
    """What tells whether somebody who was signed in has this address, and is the address for nobody.

    It differs by `salt`, which it begins with: who reads the store cannot follow a stranger over meetings.
    """
    return f"{salt}:{key_of(salt, email_of(email) or email)}"


def fold(roster: Roster, seen: Sequence[Presence]) -> Roster:
    """The roster with the times at which people came and went.

    Whoever was seen and is nobody on the roster makes it incomplete. So does a seat in which two people were seen,
    and one that bears only the label of somebody who sits in a vouched seat: it is nobody's. A label that was
    unknown when it was seen counts for the person whom the roster names so by now; with an address, only together with
    that, so that it does not matter whether the roster or the call came first. Under a bot's name alone anybody
    may have come: else a guest who calls themselves a note taker would count for nobody.
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
        # Without a seat's id the person is the seat.
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
    """What was seen, as whom it means by the roster as it is now."""
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
            # Whoever it was is on the roster no more, and is not another who bears the label.
            yield each
            continue
        if each.address is None:
            yield replace(each, participant=named.id) if named and each.participant is None else each
            continue
        if each.label is None:
            # Whoever it was noted for is called so.
            bearing, named = [noted] if noted else [], noted
        else:
            bearing = [person for person in roster.participants if person.is_called(each.label)]
        # Of whom an address was when it was seen, the address stays.
        having = [noted] if noted and each.vouched else owners.get(each.address, [])
        found = _agreed(having, bearing, named, shared=each.address in shared)
        yield replace(each, participant=found.person.id if found.person else None, vouched=found.vouched)


def _borne_by_others(roster: Roster, seen: Sequence[Presence], seated: Collection[str]) -> set[str]:
    """Whoever has a seat, and whose name, with whatever badge, is the label of another seat that is nobody's."""
    labels = {label_form(each.label) for each in seen if each.participant is None and each.label is not None}
    bare = frozenset[str]().union(*(bare_forms(form) for form in labels if roster.resolve(form) is None))
    return {p.id for p in roster.participants if p.id in seated and not bare.isdisjoint(map(label_form, p.labels))}


def _own(seats: Collection[Sequence[Presence]]) -> Collection[Sequence[Presence]]:
    """The seats that are the person's: those with a vouched event, or all where none has one."""
    return [seat for seat in seats if any(each.vouched for each in seat)] or seats


def _timed(person: Participant, seats: Collection[Sequence[Presence]]) -> Participant:
    """First came and last went, over all seats. What is on file of somebody is only widened.

    Of a join or a leave that is on file alone the other end is open, and stays open whatever is told. Of somebody who
    has an address, a label alone is not believed that they were away: neither before nor after.
    """
    stays = [_stay(seat, believed=lambda each: each.vouched or not person.emails) for seat in seats]
    joins = [stay.joined for stay in stays if stay.joined is not None]
    known = person.joined_at is not None or (person.left_at is None and any(stay.believed for stay in stays))
    joined_at: datetime | None = None
    # Whoever left a seat that never joined was there before anybody told.
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
    """One seat: since when it was taken (None: since before anybody told), and until when (None: it may still be)."""

    joined: datetime | None
    left: datetime | None
    believed: bool
    """A join of it is believed."""


def _stay(seat: Sequence[Presence], believed: Callable[[Presence], bool]) -> _Stay:
    """Who joined oftener than left is still there. At the same instant people first go, then come."""
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


def the_meeting(candidates: Sequence[Meeting], at: datetime) -> Meeting | None:
    """The one meeting to which something belongs that happened at `at`: the nearest that is near enough.

    People come early, and meetings overrun. Of two that are equally near, neither.
    """
    near = sorted((distance, n) for n, m in enumerate(candidates) if (distance := _distance(m, at)) <= MARGIN)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return candidates[near[0][1]]


def all_meant(candidates: Sequence[Meeting], event: Event, at: datetime) -> list[Meeting]:
    """All meetings to which a join or a leave may belong that happened at `at`.

    Meetings of one number that follow one another share its room: who joins shortly before a meeting may have come
    for that, and of two that are under way at once nobody knows which is meant.
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
    """What is the same for a call that is repeated, and says nothing of what it is made of to who reads the store."""
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()


_BEFORE = timedelta(hours=1)
"""How long before its start and after its end on file a meeting may be recorded: calendars are round."""
_LONGEST = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""


def check_recording(began: datetime | None, start: datetime, end: datetime | None, *, where: str) -> None:
    """Raise `ClientFault` (``recording_start_invalid``) where a recording would begin at another time than its
    meeting's: a wrong year, or a wrong time zone, would make everybody absent.
    """
    if began is not None and not start - _BEFORE <= began < (end or start + _LONGEST) + _BEFORE:
        detail = "a recording begins while its meeting is on, or an hour before or after at most"
        raise ClientFault("recording_start_invalid", detail, where=where)
