"""Meetings: put on file with their rosters, brought from calendars, looked at; and who came and went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from proxy.desk.people import enroll
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.announced import Filed, SeriesFrom, addresses, filed
from proxy.meetings.calendar import Occurrence
from proxy.meetings.people import Entry, check_people
from proxy.meetings.presence import Event, key_of, seen_as
from proxy.meetings.recordings import check_recording
from proxy.model import Meeting, MeetingNotes, Participant, Roster
from proxy.settings import People, Settings
from proxy.steps.calling import MEETING_ID
from proxy.steps.standings import Standings, standings

_AT_ONCE = 20
"""Meetings of a calendar in one transaction: all of a year in one would keep the proxy from writing for too long."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A meeting with what requests showed of it, and who may be heard for what, as of now."""

    meeting: Meeting
    notes: MeetingNotes
    standings: tuple[Standings, ...]


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
) -> tuple[list[Filed], Sequence[Participant]]:
    """Put the meetings of a calendar on file, and answer them with everybody whom they invite.

    `meeting_id` is what requests call the one meeting of a calendar that has only one. Raises `ClientFault`.
    """
    if meeting_id is not None:
        check_id(meeting_id)
        if len(occurrences) != 1:
            raise ClientFault("invalid_meeting", "the file has more than one meeting in this time", where="id")
    made: list[Filed] = []
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
    return Shown(found, await files.notes.of(meeting_id), standings(settings, found, grants, now))


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
