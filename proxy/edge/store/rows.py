"""Convert rows of the store to values, and values to rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.standing import people_within
from proxy.edge.store.tables import grants
from proxy.meetings.directory import told_apart, with_unconfirmed
from proxy.meetings.presence import Presence, fold, stayed
from proxy.model import Custody, Meeting, Participant, ParticipantClass, Roster, address_form

EARLY = timedelta(hours=12)
"""How long before its start somebody may be seen in a meeting, or in one that had its room before."""

ROOMS = ("zoom",)
"""Sources that know a series of meetings as one room, and report nobody anew who stays in it."""

NamesOf = dict[tuple[str, str], tuple[list[str], set[str]]]
"""By meeting and person: names shown only there, and the forms of names that others on file have too."""

GRANT_COLUMNS = tuple(grants.columns[field] for field in ConsentRecord._fields)
"""The columns of a record, in the order of `ConsentRecord`."""


def grant_row(grant: ConsentRecord) -> dict[str, object]:
    """Return a record as a row."""
    row: dict[str, object] = {column.name: getattr(grant, column.name) for column in GRANT_COLUMNS}
    return row | {"scope": grant.scope.value, "state": grant.state.value}


def grant_of(row: Sequence[Any]) -> ConsentRecord:
    """Return a row, selected as `GRANT_COLUMNS`, as a record. Raises ValueError on an unknown scope or state."""
    # By position: a decision may read many thousand rows.
    grant_id, person, scope, scope_id, purpose, recipient, terms, state, *rest = row
    return ConsentRecord(
        grant_id, person, Scope(scope), scope_id, purpose, recipient, terms, ConsentState(state), *rest
    )


def participant_row(participant: Participant) -> dict[str, object]:
    """Return a participant as a row. When they joined and left belongs to the meeting."""
    return {
        "id": participant.id,
        "name": participant.name,
        "aliases": list(participant.aliases),
        "emails": list(participant.emails),
        "participant_class": participant.participant_class.value,
        "minor": participant.minor,
        "members": list(participant.members),
        "vouched": list(participant.vouched),
        "guardians": list(participant.guardians),
        "custody": None if participant.custody is None else participant.custody.value,
    }


def participant_of(row: Row[Any]) -> Participant:
    """Return a row of `participants` as a participant, with joined_at and left_at if the row has them."""
    facts = row._mapping
    return Participant(
        id=facts["id"],
        name=facts["name"],
        aliases=tuple(facts["aliases"]),
        emails=tuple(facts["emails"]),
        participant_class=ParticipantClass(facts["participant_class"]),
        minor=facts["minor"],
        members=tuple(facts["members"]),
        joined_at=facts.get("joined_at"),
        left_at=facts.get("left_at"),
        vouched=tuple(facts["vouched"]),
        guardians=tuple(facts["guardians"]),
        custody=None if facts["custody"] is None else Custody(facts["custody"]),
    )


def shared_of(person: Participant, shared: Collection[str]) -> tuple[str, ...]:
    """Return those of a person's addresses that are among `shared`, which are as they are compared.

    Rows of earlier versions have other letters than A to Z in lower case, too. One too many is only believed less.
    """
    return tuple(each for each in person.emails if address_form(each) in shared or each.strip().lower() in shared)


class Seen(NamedTuple):
    """That somebody joined or left a meeting. `series` is the meeting's, if they may stay for its next meeting."""

    meeting: str
    series: str | None
    presence: Presence


def seen_of(row: Row[Any]) -> Seen:
    """Return a row of `presence` with the series of its meeting, if it is of a service that knows the series alone."""
    presence = Presence(row.label, row.participant, row.event, row.at, row.seat, row.vouched, row.address)
    # What is noted under the number alone is of no meeting on file.
    return Seen(row.meeting, (row.series or row.meeting) if row.source in ROOMS else None, presence)


def meetings_of(
    rows: Sequence[Row[Any]],
    seen: Iterable[Seen],
    names: NamesOf,
    addresses: Mapping[str, Collection[str]],
) -> list[Meeting]:
    """Build meetings from rows of meetings joined with attendance and participants, ordered by meeting and position.

    `seen` says who came and went, in these meetings and in those that had their room before. What happened more than
    `EARLY` before the start belongs to an earlier meeting with the same id. `addresses` are those that others on file
    have too, by id.
    """
    found: dict[str, tuple[Row[Any], list[Participant]]] = {}
    for row in rows:
        people = found.setdefault(row.meeting_id, (row, []))[1]
        if row.id is not None:
            shown, shared = names.get((row.meeting_id, row.id), ((), ()))
            known = participant_of(row)
            also = shared_of(known, addresses.get(known.id, ()))
            people.append(with_unconfirmed(replace(known, shown_as=tuple(shown), shared_emails=also), shared))
    present: dict[str, list[Presence]] = {}
    rooms: dict[str, list[Seen]] = {}
    for each in seen:
        present.setdefault(each.meeting, []).append(each.presence)
        if each.series is not None:
            rooms.setdefault(each.series, []).append(each)
    return [
        _as_seen(_meeting_of(row, people), present.get(row.meeting_id, ()), rooms.get(row.series, ()))
        for row, people in found.values()
    ]


def with_earlier(meetings: Iterable[Meeting], was_in: Iterable[tuple[str, str]]) -> list[Meeting]:
    """Return the meetings with the series that they were in before. `was_in` has ids of meetings and series."""
    earlier: dict[str, list[str]] = {}
    for meeting, series in was_in:
        earlier.setdefault(meeting, []).append(series)
    return [
        replace(each, earlier_series=tuple(sorted(set(earlier[each.id]) - {each.series})))
        if each.id in earlier
        else each
        for each in meetings
    ]


def _meeting_of(row: Row[Any], people: Sequence[Participant]) -> Meeting:
    """Return a meeting with its roster as it was put on file."""
    roster = Roster(told_apart(people), row.complete)
    times = row.started_at, row.ended_at
    return Meeting(
        row.meeting_id,
        *times,
        row.series,
        roster,
        row.recording_started_at,
        title=row.title,
        series_title=row.series_title,
    )


def _as_seen(meeting: Meeting, present: Iterable[Presence], room: Iterable[Seen]) -> Meeting:
    """Return the meeting with the times at which people came and went. `room` is who did in meetings of its series."""
    start = meeting.started_at
    own = [each for each in present if each.at >= start - EARLY]
    before = [each.presence for each in room if each.meeting != meeting.id and each.presence.at >= start - EARLY]
    listed = replace(meeting.roster, participants=people_within(meeting))
    return replace(meeting, roster=fold(listed, [*stayed(before, own, start), *own]))
