"""Meetings: filed with their rosters, imported from calendars, and shown; and who joined and left.

`filed` builds meetings from what a calendar announces. `roster_status` says who on a roster would be heard for each
purpose and recipient at a given time. Both are pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from proxy.audit.acts import Acts, Fact
from proxy.consent.asked import Asked, asked_in, awaited, scopes_of, unanswered
from proxy.consent.custody import guardians_of
from proxy.consent.decide import decide, heard_from
from proxy.consent.invitations import Offer
from proxy.consent.records import ConsentRecord
from proxy.consent.verdicts import Question, Reason, Verdict
from proxy.desk import guardians, shapes
from proxy.desk.people import enroll
from proxy.desk.ports import OnFile
from proxy.desk.shapes import LAST_YEAR_OF_MEETINGS, check_entry, check_instant
from proxy.errors import ClientFault
from proxy.meetings.calendar import Attendee, Occurrence
from proxy.meetings.directory import Entry, check_people, enrolled, find
from proxy.meetings.presence import Event, check_recording, key_of, seen_as
from proxy.model import Meeting, MeetingNotes, Participant, ParticipantClass, Roster
from proxy.settings import People, Settings

SeriesFrom = Literal["uid", "zoom"]


@dataclass(frozen=True, slots=True)
class MeetingToFile:
    """A meeting to file, and what its calendar did not decide.

    `unnamed` invitees keep the roster from being complete as requested. `stayed` people were on the roster before and
    are not invited. `held`: its times stay as on file. `twins` are ids of others on file that are likely the same one.
    """

    meeting: Meeting
    unnamed: int
    stayed: int = 0
    held: bool = False
    twins: tuple[str, ...] = ()


def addresses(occurrences: Sequence[Occurrence]) -> set[str]:
    """The e-mail addresses of everybody invited."""
    return {each.email for occurrence in occurrences for each in occurrence.attendees if each.email is not None}


def filed(
    occurrences: Sequence[Occurrence],
    known: Sequence[Participant],
    people: People,
    new_id: Callable[[], str],
    *,
    complete: bool,
    with_declined: bool,
    series_from: SeriesFrom,
) -> tuple[MeetingToFile, ...]:
    """Return the meetings with the rosters that the calendar announces.

    An invitation is written by others, so it changes nothing about somebody on file: neither name, aliases nor class.
    An invitee without an address could be anybody, and a group is people who are not named; neither is on the roster,
    and a roster that lacks them is not complete. Somebody who declined may come all the same, and stays on it unless
    told otherwise.
    """
    invited = {
        each.email: each for occurrence in occurrences for each in occurrence.attendees if each.email and not each.group
    }
    entries = [_entry(email, each, known) for email, each in invited.items()]
    by_email = dict(zip(invited, enrolled(entries, known, people, new_id), strict=True))
    return tuple(
        _filed(each, by_email, complete=complete, with_declined=with_declined, series=_series(each, series_from))
        for each in occurrences
    )


def _entry(email: str, invited: Attendee, known: Sequence[Participant]) -> Entry:
    person = find((email,), known, "calendar")
    if person is not None:
        return Entry(id=person.id, name=None)
    kind = ParticipantClass.ROOM if invited.room else None
    return Entry(id=None, name=invited.name or email, emails=(email,), participant_class=kind, where="calendar")


def _filed(
    occurrence: Occurrence,
    by_email: Mapping[str, Participant],
    *,
    complete: bool,
    with_declined: bool,
    series: str | None,
) -> MeetingToFile:
    coming = [each for each in occurrence.attendees if with_declined or not each.declined]
    unnamed = sum(each.email is None or each.group for each in coming)
    listed = {by_email[e.email].id: by_email[e.email] for e in coming if e.email is not None and not e.group}
    roster = Roster(tuple(listed.values()), complete and not unnamed)
    times = occurrence.started_at, occurrence.ended_at
    called = occurrence.series_title if series is not None else None
    meeting = Meeting(occurrence.id, *times, series, roster, title=occurrence.title, series_title=called)
    return MeetingToFile(meeting, unnamed)


def _series(occurrence: Occurrence, series_from: SeriesFrom) -> str | None:
    if series_from == "uid":
        return occurrence.series if occurrence.recurring else None
    if occurrence.zoom is None:
        raise ClientFault("calendar_invalid", "it does not link to one Zoom meeting", where=occurrence.where)
    return occurrence.zoom


def added_to(before: Meeting, announced: MeetingToFile, staying: Collection[str], *, seen: bool) -> MeetingToFile:
    """Return the announced meeting with those people of its roster `before` whose ids are `staying`.

    If somebody was `seen` in the meeting, its times stay, too: they tell which joins and leaves belong to it.
    """
    told = announced.meeting
    stay = [replace(p, joined_at=None, left_at=None) for p in before.roster.participants if p.id in staying]
    new = [each for each in told.roster.participants if each.id not in staying]
    meeting = replace(told, roster=replace(told.roster, participants=(*stay, *new)))
    invited = {each.id for each in told.roster.participants}
    stayed = sum(each.id not in invited for each in stay)
    if not seen:
        return replace(announced, meeting=meeting, stayed=stayed)
    held = (told.started_at, told.ended_at) != (before.started_at, before.ended_at)
    meeting = replace(meeting, started_at=before.started_at, ended_at=before.ended_at)
    return replace(announced, meeting=meeting, stayed=stayed, held=held)


@dataclass(frozen=True, slots=True)
class RosterStatus:
    """Who would be heard for one purpose by one recipient, by participant id.

    `heard_from` has those of whom it is only what they say from a time within the meeting on.
    """

    purpose: str
    recipient: str
    people: dict[str, Verdict]
    heard_from: Mapping[str, datetime]


def roster_status(
    settings: Settings, meeting: Meeting, grants: Sequence[ConsentRecord], asked: Sequence[Asked], now: datetime
) -> tuple[RosterStatus, ...]:
    """The status for each pair of purpose and recipient that the configuration routes, in its order."""
    return tuple(
        RosterStatus(
            question.purpose,
            question.recipient,
            dict(decide(question, (), grants, settings.consent).people),
            heard_from(question, grants, settings.consent),
        )
        for question in questions(settings, meeting, now, asked)
    )


def questions(settings: Settings, meeting: Meeting, now: datetime, asked: Sequence[Asked] = ()) -> Iterator[Question]:
    """Yield the question of a request about this meeting for each pair of purpose and recipient that is routed.

    `asked` are the invitations on file that may reach the meeting.
    """
    routes = {(route.purpose, route.recipient): route for route in reversed(settings.routes) if route.purpose}
    for (purpose, name), route in reversed(routes.items()):
        recipient = settings.recipients[name]
        question = Question(
            organization=settings.organization,
            purpose=purpose,
            recipient=name,
            terms_version=recipient.terms.version,
            may_train=bool(recipient.may_train),
            route_enabled=route.enabled,
            purpose_allowed=recipient.purposes is None or purpose in recipient.purposes,
            meeting=meeting,
            now=now,
            region=recipient.region,
            retention_days=recipient.retention_days,
        )
        yield replace(question, asked=asked_in(asked, question))


_AT_ONCE = 20
"""Meetings of a calendar in one transaction. A whole year in one would keep the proxy from writing for too long."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting with what requests showed of it, and who may be heard for what now."""

    meeting: Meeting
    notes: MeetingNotes
    standings: tuple[RosterStatus, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A report that somebody joined or left.

    `participant` is the caller's claim of who it is; without it, `label` is resolved as in transcripts. `seat` and
    `key` are the caller's: `seat` identifies one presence, and `key` a notice that may be repeated.
    """

    label: str
    event: Event
    at: datetime
    participant: str | None = None
    seat: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """The result for a presence: `noted` is False if it was on file before; `participant` is the id, if known."""

    noted: bool
    participant: str | None


def drafted(
    meeting_id: str,
    start: datetime,
    end: datetime | None = None,
    *,
    recording_start: datetime | None = None,
    series: str | None = None,
    complete: bool = False,
    title: str | None = None,
    series_title: str | None = None,
) -> Meeting:
    """Draft a meeting as it would be filed, without people. Raises `ClientFault` if it makes no sense."""
    shapes.check_id(meeting_id, "invalid_meeting", "id")
    shapes.check_id(series, "invalid_meeting", "series")
    for instant, where in ((start, "start"), (end, "end"), (recording_start, "recording_start")):
        check_instant(instant, "invalid_meeting", where, last_year=LAST_YEAR_OF_MEETINGS)
    if end is not None and end <= start:
        raise ClientFault("invalid_meeting", "a meeting ends after it starts", where="end")
    check_recording(recording_start, start, end, where="recording_start")
    for called, where in ((title, "title"), (series_title, "series_title")):
        shapes.check_line(called or None, "invalid_meeting", where)
    roster = Roster((), complete)
    return Meeting(meeting_id, start, end, series, roster, recording_start, title=title, series_title=series_title)


async def on_file(files: OnFile, meeting_id: str) -> Meeting:
    """Return the meeting with this id; raises `ClientFault` if there is none."""
    found = await files.meetings.by_id(meeting_id)
    if found is None:
        detail = "no meeting with this id is on file; 'meeting-proxy meeting list' has all"
        raise ClientFault("unknown_meeting", detail, status=404)
    return found


async def put(
    files: OnFile, draft: Meeting, entries: Sequence[Entry], people: People, new_id: Callable[[], str]
) -> Meeting:
    """File a meeting with these people, replacing the one with its id. Returns it as it is on file.

    Raises `ClientFault` if the roster contradicts itself or what is on file.
    """
    async with files.at_once() as held:
        for entry in entries:
            check_entry(entry)
        listed = await enroll(held, entries, people, new_id)
        check_people(listed)
        await guardians.check(held, listed)
        await held.meetings.put(replace(draft, roster=replace(draft.roster, participants=listed)))
        await changed(held, draft.id, "roster", [each.id for each in listed])
        return await on_file(held, draft.id)


async def bring(
    files: OnFile,
    occurrences: Sequence[Occurrence],
    people: People,
    new_id: Callable[[], str],
    *,
    complete: bool,
    with_declined: bool,
    series_from: SeriesFrom,
    with_uninvited: bool = True,
    meeting_id: str | None = None,
) -> tuple[list[MeetingToFile], Sequence[Participant]]:
    """File the meetings of a calendar, and return them with everybody whom they invite.

    A calendar adds people to a meeting on file and removes none: it does not know who will be there, and may be older
    than what is on file, or of anybody who knows the UID of the event. Without `with_uninvited` it is trusted in this.
    `meeting_id` is what requests call the meeting, for a calendar with only one. Raises `ClientFault`.
    """
    if meeting_id is not None:
        shapes.check_id(meeting_id, "invalid_meeting", "id")
        if len(occurrences) != 1:
            raise ClientFault("invalid_meeting", "the file has more than one meeting in this time", where="id")
        occurrences = [replace(occurrences[0], id=meeting_id)]
    made: list[MeetingToFile] = []
    for start in range(0, len(occurrences), _AT_ONCE):
        some = occurrences[start : start + _AT_ONCE]
        async with files.at_once() as held:
            known = await held.people.having((), addresses(some))
            new = filed(
                some,
                known,
                people,
                lambda: f"p-{new_id()}",
                complete=complete,
                with_declined=with_declined,
                series_from=series_from,
            )
            for occurrence, each in zip(some, new, strict=True):
                gone = () if with_declined else _declining(occurrence, known)
                made.append(await _brought(held, each, gone, with_uninvited=with_uninvited))
    ids = {person.id for each in made for person in each.meeting.roster.participants}
    return made, await files.people.having(ids, ())


def _declining(occurrence: Occurrence, known: Sequence[Participant]) -> set[str]:
    """The ids of those on file who declined."""
    found = (find((each.email,), known) for each in occurrence.attendees if each.declined and each.email is not None)
    return {person.id for person in found if person is not None}


async def _brought(
    held: OnFile, announced: MeetingToFile, gone: Collection[str], *, with_uninvited: bool
) -> MeetingToFile:
    """File one meeting of a calendar, beside what is on file of it. `gone` are ids of people who will not be there."""
    new = announced
    before = await held.meetings.by_id(announced.meeting.id)
    if before is not None:
        there = [each.id for each in before.roster.participants]
        staying = [each for each in there if each not in gone] if with_uninvited else ()
        seen = await held.meetings.was_anybody_seen(before.id)
        new = added_to(before, announced, staying, seen=seen)
    else:
        new = replace(new, twins=await _twins(held, new.meeting))
    await held.meetings.put(new.meeting)
    await changed(held, new.meeting.id, "calendar", [person.id for person in new.meeting.roster.participants])
    return new


async def _twins(held: OnFile, meeting: Meeting) -> tuple[str, ...]:
    """The ids of other meetings on file with the same times and title: likely the same one, under another id."""
    near = await held.meetings.starting(meeting.started_at, meeting.started_at + timedelta(seconds=1))
    alike = [each for each in near if (each.ended_at, each.title) == (meeting.ended_at, meeting.title)]
    return tuple(each.id for each in alike if each.id != meeting.id)


async def shown(files: OnFile, meeting_id: str, settings: Settings, now: datetime) -> Shown:
    """Return a meeting, what requests showed of it, and who may be heard for what. Raises `ClientFault`."""
    found = await on_file(files, meeting_id)
    people = [person.id for person in found.roster.participants]
    grants = await files.consents.grants(people)
    asked = await files.invitations.to(people, scopes_of(found, settings.organization))
    alone = {each.id for each in found.roster.participants if guardians_of(each, settings.consent).each}
    waiting = awaited(unanswered(asked, grants, now, alone), found)
    standings = tuple(_pending(each, waiting) for each in roster_status(settings, found, grants, asked, now))
    return Shown(found, await files.notes.of(meeting_id), standings)


def _pending(status: RosterStatus, waiting: Collection[tuple[str, Offer]]) -> RosterStatus:
    """The status, with the people as pending who were asked and have not answered."""
    offer = Offer(status.purpose, status.recipient)
    people = {
        who: verdict._replace(reason=Reason.PENDING)
        if verdict.reason in (Reason.NO_GRANT, Reason.NOT_ASKED) and (who, offer) in waiting
        else verdict
        for who, verdict in status.people.items()
    }
    return replace(status, people=people)


async def seen(files: OnFile, meeting: Meeting, what: Seen) -> Noted:
    """Note that somebody joined or left; raises `ClientFault`.

    Somebody on file who is not on the roster makes it incomplete, as does anybody who matches no participant.
    """
    person = seen_as(meeting.roster, what.label).person
    if what.participant is not None:
        kept = (await files.people.merged_ids([what.participant])).get(what.participant, what.participant)
        person = meeting.roster.by_id(kept)
        if person is None and await files.people.by_id(kept) is None:
            raise ClientFault("unknown_participant", "nobody on file has this id", status=404, where="participant")
    # If the caller gives neither, keys are made as before, so that they match those on file.
    more = (what.participant or "", what.seat or "") if what.participant or what.seat else ()
    key = what.key or key_of(what.label, what.event, what.at.isoformat(), *more)
    known = person.id if person else None
    # No label is kept for somebody on file who is not on the roster: it may belong to a person who is.
    label = what.label if known is not None or what.participant is None else None
    async with files.at_once() as held:
        noted = await held.meetings.note_presence(
            meeting.id,
            label,
            known,
            what.event,
            what.at,
            "api",
            f"api:{meeting.id}:{key}",
            seat=key_of(meeting.id, what.seat) if what.seat else None,
            vouched=what.participant is not None and known is not None,
        )
        if noted:
            await changed(held, meeting.id, what.event, [known] if known is not None else [])
    return Noted(noted, known)


async def changed(held: OnFile, meeting_id: str, change: str, people: Sequence[str] = ()) -> None:
    """Put on file that a meeting changed: its roster or times, or that somebody joined or left."""
    facts: dict[str, Fact] = {"change": change, "count": len(people)}
    await held.acts.did(Acts.MEETING_CHANGED, people=people, meeting=meeting_id, facts=facts)
