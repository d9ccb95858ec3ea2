"""Retention: takes meetings off file that are long over, and forgets people whom nothing needs any more.

A person is needed by a meeting on file whose roster has them, by a yes that counts now or later, as the guardian whose
yes that is, or whose no stands of a minor who stays, by a minor of whom each guardian has to say yes, by a room that
lists them, by a client that acts for them, and by a directory that has them as active. The time of
`retention.people_days` begins when none of these is there. A legal hold keeps people, every meeting that has them, and
who is bound to them by a record, such as a guardian who gave it. Of a meeting that is kept for holds which are on their
people alone, others go when it would have gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from proxy.consent.custody import guardians_of
from proxy.consent.in_force import counting, guardians_refusing
from proxy.consent.records import ConsentRecord, Scope
from proxy.consent.standing import OPEN_END
from proxy.desk import erasure, forgetting, meetings
from proxy.desk.ports import OnFileToForget
from proxy.desk.subjects import ids_of, rooms_of
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, Roster
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Due:
    """What is to go now, by id, and why some of it has to stay: pairs of an id and a reason code.

    `narrowed` are meetings that stay for whoever is on hold alone, while all others on their rosters go from them.
    """

    meetings: tuple[str, ...]
    people: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    narrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expired:
    """What went, and what stayed and why. `purged`: the database's files gave up the bytes, too.

    `statements` are for the people that went, and for whoever asks of a meeting.
    """

    meetings: tuple[str, ...]
    people: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    purged: bool
    narrowed: tuple[str, ...] = ()
    statements: tuple[erasure.Statement, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Detention:
    """A meeting that stays because of a legal hold: on whom, and who stays with it though not on hold. By id."""

    meeting: str
    on_hold: tuple[str, ...]
    others: tuple[str, ...]


async def detained(files: OnFileToForget, kept: Collection[tuple[str, str]]) -> tuple[Detention, ...]:
    """Those of what is `kept` that are meetings on hold. `others` are on the roster; the hold names none of them."""
    listed = {each.id: each for each in await files.meetings.listed()}
    because = await files.holds.meetings([each for each, reason in kept if reason == "on_hold" and each in listed])
    held = set(await files.holds.people())
    return tuple(
        Detention(meeting, tuple(sorted(by)), tuple(sorted(each.id for each in on if each.id not in held)))
        for meeting, by in sorted(because.items())
        for on in (listed[meeting].roster.participants,)
    )


async def due(files: OnFileToForget, settings: Settings, now: datetime) -> Due:
    """What is to go now by `settings.retention`. Since when nothing needs whom is noted; else nothing changes."""
    listed, days = await files.meetings.listed(), settings.retention.meetings_days
    over = [] if days is None else [each for each in listed if _end(each) + timedelta(days=days) <= now]
    held = await files.holds.people()
    kept = await files.holds.meetings([each.id for each in over]) if held else {}
    going = {each.id for each in over} - set(kept)
    stay = await _staying(files, held)
    narrow = await _narrow(files, kept)
    left = [_left_of(each, stay) if each.id in narrow else each for each in listed if each.id not in going]
    idle = await _people(files, settings, left, held, now)
    waiting = [each for each in idle if held and await files.holds.binding(await ids_of(files, each))]
    held_back = [*(each.id for each in over if each.id in kept), *waiting]
    people = tuple(each for each in idle if each not in set(waiting))
    narrowed = tuple(sorted(each.id for each in over if each.id in narrow and _left_of(each, stay) != each))
    return Due(tuple(sorted(going)), people, tuple((each, "on_hold") for each in held_back), narrowed)


async def _narrow(files: OnFileToForget, kept: Mapping[str, Collection[str]]) -> set[str]:
    """Those of the meetings that are kept for whoever is on hold, of which everybody is so alone."""
    wide = set(await files.holds.people(alone=False)) if kept else set()
    return {meeting for meeting, by in kept.items() if wide.isdisjoint(by)}


async def _staying(files: OnFileToForget, held: Collection[str]) -> set[str]:
    """Whoever is on hold, and the rooms in which they are listed."""
    return set(held) | ({room.id for room in await rooms_of(files, held)} if held else set())


def _left_of(meeting: Meeting, stay: Collection[str]) -> Meeting:
    """A meeting with these people alone on its roster."""
    people = tuple(each for each in meeting.roster.participants if each.id in stay)
    return meeting if people == meeting.roster.participants else replace(meeting, roster=Roster(people, False))


async def _narrowed(held: OnFileToForget, kept: Sequence[tuple[str, str]]) -> AsyncIterator[str]:
    """Leave of those meetings what is of whoever is on hold alone; yield of which anything went."""
    on_hold = await held.holds.people()
    stay = await _staying(held, on_hold)
    known = {each.id for each in await held.people.everybody()}
    because = await held.holds.meetings([each for each, reason in kept if reason == "on_hold"])
    for meeting in sorted(await _narrow(held, because)):
        if gone := await held.expiring.narrow(meeting, stay):
            await meetings.changed(held, meeting, "narrowed", sorted(known.intersection(gone)))
            yield meeting


async def expire(files: OnFileToForget, settings: Settings, new_id: Callable[[], str], now: datetime) -> Expired:
    """Take off file what is due. Raises `OwnFault`, also where the store's role may not delete."""
    found = await due(files, settings, now)
    statements: list[erasure.Statement] = []
    narrowed: list[str] = []
    if found.meetings or found.kept:
        async with files.at_once() as held:
            again = await due(held, settings, now)
            still = set(again.meetings) & set(found.meetings)
            narrowed = [each async for each in _narrowed(held, again.kept)]
            over = [each for each in await held.meetings.listed() if each.id in still]
            await held.expiring.meetings(still)
            for meeting in over:
                records = await held.consents.listed(scope=Scope.MEETING, scope_id=meeting.id)
                salt = forgetting.salt_from(new_id)
                told = erasure.of_meeting(meeting, records, organization=settings.organization, at=now, salt=salt)
                people = [each.id for each in meeting.roster.participants]
                await erasure.did(held, meeting.id, "expired", people, told)
                statements.append(told)
    gone, kept = [], list(found.kept)
    for person in found.people:
        try:
            _, told = await forgetting.taken_off(files, settings, [person], new_id, now=now)
            statements.append(told)
            gone.append(person)
        except ClientFault as fault:  # On hold meanwhile, or a class default would hear somebody who said no.
            kept.append((person, fault.reason))
    purged = await forgetting.purge(files) if gone or found.meetings or narrowed else True
    return Expired(found.meetings, tuple(gone), tuple(kept), purged, tuple(narrowed), tuple(statements))


async def _people(
    files: OnFileToForget, settings: Settings, listed: Sequence[Meeting], held: Collection[str], now: datetime
) -> tuple[str, ...]:
    """The people whom nothing needs, for so long as the settings say. `listed` are the meetings that stay."""
    days = settings.retention.people_days
    if days is None:
        return ()
    everybody = await files.people.everybody()
    needed = {person.id for each in listed for person in each.roster.participants} | set(held)
    needed |= {member for person in everybody for member in person.members}
    needed |= {each for person in everybody if _needs_each(person, settings) for each in person.guardians}
    needed |= {client.acts_for for client in settings.clients if client.acts_for is not None}
    ids = {person.id for person in everybody}
    needed |= set(await files.provisioned.of(ids)) - set(await files.provisioned.left(ids))
    needed |= set((await files.people.merged_ids(needed)).values())
    needed |= await _giving(files, settings, everybody, ids - needed, now)
    since = await files.expiring.idle(ids - needed, now)
    return tuple(sorted(one for one, at in since.items() if at + timedelta(days=days) <= now))


async def _giving(
    files: OnFileToForget, settings: Settings, everybody: Sequence[Participant], idle: Collection[str], now: datetime
) -> set[str]:
    """The ids of those of whom, or by whom, an answer counts; only what involves anybody `idle` is weighed.

    A yes that counts now or later needs whose it is and who gave it. A no of a guardian needs the guardian, who alone
    takes it back, for as long as the minor stays.
    """
    records: defaultdict[str, list[ConsentRecord]] = defaultdict(list)
    for record in await files.consents.listed():
        records[record.participant].append(record)
    named = {each: {each, *(record.actor for record in theirs)} for each, theirs in records.items()}
    kept = await files.people.merged_ids(set().union(*named.values()))
    asked = [each for each, names in named.items() if any(kept.get(name, name) in idle for name in names)]
    judged: defaultdict[str, list[ConsentRecord]] = defaultdict(list)
    for record in await files.consents.grants(asked):
        judged[record.participant].append(record)
    minor, policy = {person.id: person.minor for person in everybody}, settings.consent
    giving: set[str] = set()
    for each in asked:
        # Of somebody who is not on file nobody knows whether a guardian has to grant.
        for of_age in (not minor[each],) if each in minor else (True, False):
            for yes in counting(judged[each], policy, minor=not of_age, now=now):
                giving |= {kept.get(name, name) for name in (yes.participant, yes.actor)}
    staying = [each for each in asked if minor.get(each) and (each not in idle or each in giving)]
    refusing = {name for each in staying for name in guardians_refusing(judged[each], policy, now=now)}
    return giving | {kept.get(name, name) for name in refusing}


def _needs_each(person: Participant, settings: Settings) -> bool:
    """Whether no guardian may be missing, or this minor is not heard."""
    return person.minor and guardians_of(person, settings.consent).each


def _end(meeting: Meeting) -> datetime:
    return meeting.ended_at or meeting.started_at + OPEN_END
