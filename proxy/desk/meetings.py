"""Meetings: put on file with their rosters, brought from calendars, looked at; and who came and went.

Meetings for the store out of what a calendar announces.

How everybody on a roster stands with each purpose and recipient, as of now. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from proxy.consent.decide import decide
from proxy.consent.records import ConsentRecord
from proxy.consent.verdicts import Question, Verdict
from proxy.desk.people import enroll
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.calendar import Attendee, Occurrence
from proxy.meetings.directory import Entry, check_people, enrolled, find
from proxy.meetings.presence import Event, check_recording, key_of, seen_as
from proxy.model import Meeting, MeetingNotes, Participant, ParticipantClass, Roster
from proxy.settings import People, Settings
from proxy.steps.call import MEETING_ID

SeriesFrom = Literal["uid", "zoom"]


@dataclass(frozen=True, slots=True)
class MeetingToFile:
    """A meeting to put on file, and what keeps its roster from being complete although that was asked for."""

    meeting: Meeting
    unnamed: int


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
    """The meetings with their rosters.

    An invitation is written by others: of somebody on file it changes nothing, neither name nor aliases nor class.
    Whoever has no address could be anybody, and a group is people who are not named: neither is on the roster, and
    a roster that lacks them is not complete. Who declined may come all the same, and stays on it unless told.
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
    return MeetingToFile(Meeting(occurrence.id, occurrence.started_at, occurrence.ended_at, series, roster), unnamed)


def _series(occurrence: Occurrence, series_from: SeriesFrom) -> str | None:
    if series_from == "uid":
        return occurrence.series if occurrence.recurring else None
    if occurrence.zoom is None:
        raise ClientFault("calendar_invalid", "it does not link to one Zoom meeting", where=occurrence.where)
    return occurrence.zoom


@dataclass(frozen=True, slots=True)
class RosterStatus:
    """Who would be heard for one purpose by one recipient, by participant id."""

    purpose: str
    recipient: str
    people: dict[str, Verdict]


def roster_status(
    settings: Settings, meeting: Meeting, grants: Sequence[ConsentRecord], now: datetime
) -> tuple[RosterStatus, ...]:
    """By what the configuration routes: each pair of purpose and recipient once, in its order."""
    routes = {(route.purpose, route.recipient): route for route in reversed(settings.routes) if route.purpose}
    found = []
    for (purpose, name), route in reversed(routes.items()):
        recipient = settings.recipients[name]
        question = Question(
            organization=settings.organization,
            purpose=purpose,
            recipient=name,
            terms_version=recipient.terms.version,
            may_train=recipient.may_train,
            route_enabled=route.enabled,
            purpose_allowed=recipient.purposes is None or purpose in recipient.purposes,
            meeting=meeting,
            now=now,
            region=recipient.region,
            retention_days=recipient.retention_days,
        )
        found.append(RosterStatus(purpose, name, dict(decide(question, (), grants, settings.consent).people)))
    return tuple(found)


_AT_ONCE = 20
"""Meetings of a calendar in one transaction: all of a year in one would keep the proxy from writing for too long."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting with what requests showed of it, and who may be heard for what, as of now."""

    meeting: Meeting
    notes: MeetingNotes
    standings: tuple[RosterStatus, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """That somebody joined or left, as a caller tells it.

    `participant` is the caller's word for who it is, else `label` counts as in transcripts. `seat` and `key` are the
    caller's: of one presence, and of what makes a repeated notice the same one.
    """

    label: str
    event: Event
    at: datetime
    participant: str | None = None
    seat: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a presence: False where it was noted before; and the id of who it is, if that is known."""

    noted: bool
    participant: str | None


def check_id(meeting_id: str) -> None:
    """Raise `ClientFault` for an id that requests cannot name."""
    if not MEETING_ID.fullmatch(meeting_id):
        raise ClientFault("invalid_meeting", "ids are letters, digits and . _ : @ = + ~ -, up to 200", where="id")


def drafted(
    meeting_id: str,
    start: datetime,
    end: datetime | None = None,
    *,
    recording_start: datetime | None = None,
    series: str | None = None,
    complete: bool = False,
) -> Meeting:
    """A meeting as it would be put on file, with nobody in it yet. Raises `ClientFault` where it makes no sense."""
    if not meeting_id.strip() or "/" in meeting_id:
        raise ClientFault("invalid_meeting", "an id is not empty and holds no '/'", where="id")
    if end is not None and end <= start:
        raise ClientFault("invalid_meeting", "a meeting ends after it starts", where="end")
    check_recording(recording_start, start, end, where="recording_start")
    return Meeting(meeting_id, start, end, series, Roster((), complete), recording_start)


async def on_file(files: OnFile, meeting_id: str) -> Meeting:
    """The meeting with this id; raises `ClientFault` where there is none."""
    found = await files.meetings.by_id(meeting_id)
    if found is None:
        raise ClientFault("unknown_meeting", "no meeting with this id is on file", status=404)
    return found


async def put(
    files: OnFile, draft: Meeting, entries: Sequence[Entry], people: People, new_id: Callable[[], str]
) -> Meeting:
    """Put a meeting on file with these people, in place of the one with its id. Answers how it is on file.

    Raises `ClientFault` where the roster contradicts itself, or what is on file.
    """
    async with files.at_once() as held:
        listed = await enroll(held, entries, people, new_id)
        check_people(listed)
        await held.meetings.put(replace(draft, roster=replace(draft.roster, participants=listed)))
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
    meeting_id: str | None = None,
) -> tuple[list[MeetingToFile], Sequence[Participant]]:
    """Put the meetings of a calendar on file, and answer them with everybody whom they invite.

    `meeting_id` is what requests call the one meeting of a calendar that has only one. Raises `ClientFault`.
    """
    if meeting_id is not None:
        check_id(meeting_id)
        if len(occurrences) != 1:
            raise ClientFault("invalid_meeting", "the file has more than one meeting in this time", where="id")
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
            if meeting_id is not None:
                new = (replace(new[0], meeting=replace(new[0].meeting, id=meeting_id)),)
            for each in new:
                await held.meetings.put(each.meeting)
        made += new
    ids = {person.id for each in made for person in each.meeting.roster.participants}
    return made, await files.people.having(ids, ())


async def shown(files: OnFile, meeting_id: str, settings: Settings, now: datetime) -> Shown:
    """A meeting, what requests showed of it, and who may be heard for what. Raises `ClientFault`."""
    found = await on_file(files, meeting_id)
    grants = await files.consents.grants([person.id for person in found.roster.participants])
    return Shown(found, await files.notes.of(meeting_id), roster_status(settings, found, grants, now))


async def seen(files: OnFile, meeting: Meeting, what: Seen) -> Noted:
    """Note that somebody joined or left; raises `ClientFault`.

    Somebody on file whom the roster does not have makes it incomplete, as everybody does who is nobody on it.
    """
    person = seen_as(meeting.roster, what.label).person
    if what.participant is not None:
        kept = (await files.people.merged_ids([what.participant])).get(what.participant, what.participant)
        person = meeting.roster.by_id(kept)
        if person is None and await files.people.by_id(kept) is None:
            raise ClientFault("unknown_participant", "nobody on file has this id", status=404, where="participant")
    # Of a caller who gives neither, keys stay as those on file are made.
    more = (what.participant or "", what.seat or "") if what.participant or what.seat else ()
    key = what.key or key_of(what.label, what.event, what.at.isoformat(), *more)
    known = person.id if person else None
    # Of somebody on file whom the roster does not have, no label is kept: it may be somebody's who is on it.
    label = what.label if known is not None or what.participant is None else None
    noted = await files.meetings.note_presence(
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
    return Noted(noted, known)
