"""Meetings for the store out of what a calendar announces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from proxy.errors import ClientFault
from proxy.meetings.calendar import Attendee, Occurrence
from proxy.meetings.people import Entry, enrolled, find
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import People

SeriesFrom = Literal["uid", "zoom"]


@dataclass(frozen=True, slots=True)
class Filed:
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
) -> tuple[Filed, ...]:
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
) -> Filed:
    coming = [each for each in occurrence.attendees if with_declined or not each.declined]
    unnamed = sum(each.email is None or each.group for each in coming)
    listed = {by_email[e.email].id: by_email[e.email] for e in coming if e.email is not None and not e.group}
    roster = Roster(tuple(listed.values()), complete and not unnamed)
    return Filed(Meeting(occurrence.id, occurrence.started_at, occurrence.ended_at, series, roster), unnamed)


def _series(occurrence: Occurrence, series_from: SeriesFrom) -> str | None:
    if series_from == "uid":
        return occurrence.series if occurrence.recurring else None
    if occurrence.zoom is None:
        raise ClientFault("calendar_invalid", "it does not link to one Zoom meeting", where=occurrence.where)
    return occurrence.zoom
