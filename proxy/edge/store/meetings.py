"""The store's meetings: rosters, the people of the organization, and who came and went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select

from proxy.edge.store import rows, tables
from proxy.edge.store.database import closing
from proxy.edge.store.names import Names
from proxy.edge.store.tables import addresses, attendance, earlier_series, names, participants, presence
from proxy.meetings.presence import Event
from proxy.model import Meeting, Participant

OPEN_END = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""

AFTERWARDS = timedelta(hours=2)
"""So long after its end a meeting is still spoken of: it ran over, or is summed up."""


class Meetings(Names):
    """Meetings with their rosters."""

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """The meeting with this id, with its roster, and in it when people came and went."""
        return next(iter(await self._meetings(tables.meetings.c.id == meeting_id)), None)

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """The meetings of a series that a request at `at` may be about: until two hours after their end."""
        begun, ended = tables.meetings.c.started_at, tables.meetings.c.ended_at
        return await self._meetings(
            and_(
                tables.meetings.c.series == series,
                begun <= at,
                or_(ended > at - AFTERWARDS, and_(ended.is_(None), begun > at - OPEN_END)),
            )
        )

    async def meetings(self) -> Sequence[Meeting]:
        """All meetings, by start."""
        return await self._meetings()

    async def add_meeting(self, meeting: Meeting) -> None:
        """Put a meeting on file, in place of the one with its id; its roster replaces the old one whole.

        People are kept once for the organization: what this roster says of a person holds in all meetings, but for
        `shown_as`. When the recording began, and the series, stay known where `meeting` does not say it; a series that
        it is in no more is remembered, since a no to it goes on.
        """
        at = {"id": meeting.id, "started_at": meeting.started_at, "ended_at": meeting.ended_at}
        told = meeting.recording_started_at
        people = meeting.roster.participants
        async with self._writing() as connection:
            held = tables.meetings.c
            before = select(held.recording_started_at, held.series).where(held.id == meeting.id)
            known, was_in = (await connection.execute(before)).one_or_none() or (None, None)
            recorded, series = told or known, meeting.series or was_in
            if was_in is not None and was_in != series:
                left = self._insert(earlier_series).values(meeting=meeting.id, series=was_in)
                await connection.execute(left.on_conflict_do_nothing())
            await connection.execute(delete(attendance).where(attendance.c.meeting == meeting.id))
            await connection.execute(delete(names).where(names.c.meeting == meeting.id))
            await connection.execute(delete(tables.meetings).where(tables.meetings.c.id == meeting.id))
            await connection.execute(
                insert(tables.meetings).values(
                    **at, recording_started_at=recorded, series=series, complete=meeting.roster.complete
                )
            )
            await self._put_people(connection, people)
            await self._put_names(connection, ((p.id, meeting.id, p.shown_as) for p in people))
            if people:
                await connection.execute(
                    insert(attendance),
                    [
                        {
                            "meeting": meeting.id,
                            "participant": person.id,
                            "position": position,
                            "joined_at": person.joined_at,
                            "left_at": person.left_at,
                        }
                        for position, person in enumerate(people)
                    ],
                )

    async def participant(self, participant_id: str) -> Participant | None:
        """The person with this id, as known to the organization."""
        found = await self._as_known(select(participants).where(participants.c.id == participant_id))
        return found[0] if found else None

    async def note_presence(  # noqa: PLR0917 - a row of one table, in the order of its columns
        self,
        meeting: str,
        label: str | None,
        participant: str | None,
        event: Event,
        at: datetime,
        source: str,
        key: str,
        *,
        seat: str | None = None,
        vouched: bool = False,
        address: str | None = None,
    ) -> bool:
        """Append that somebody joined or left; `meeting` folds it into the roster.

        `participant` is None where `label` names nobody known: then the roster is not complete until it names
        them. The label is kept only then, or with an `address`; without one, nobody is ever meant, and the roster stays
        incomplete. `key` is what makes a repeated notice the same one: False the second time, and nothing is noted. The
        meeting need not be on file yet. `seat`, `vouched` and `address` are as in `Presence`.
        """
        return await self._add(
            presence,
            {
                "key": key,
                "meeting": meeting,
                "label": label if participant is None or address is not None else None,
                "participant": participant,
                "event": event,
                "at": at,
                "source": source,
                "seat": seat,
                "vouched": vouched,
                "address": address,
            },
        )

    async def _meetings(self, *conditions: ColumnElement[bool]) -> list[Meeting]:
        # One statement is one snapshot: a roster that is being replaced is seen before or after, not between.
        joined = tables.meetings.outerjoin(attendance).outerjoin(participants)
        meeting = tables.meetings.c
        times = (meeting.started_at, meeting.ended_at, meeting.recording_started_at)
        query = (
            select(
                meeting.id.label("meeting_id"),
                *times,
                meeting.series,
                meeting.complete,
                attendance.c.joined_at,
                attendance.c.left_at,
                *participants.columns,
            )
            .select_from(joined)
            .where(*conditions)
            .order_by(meeting.started_at, meeting.id, attendance.c.position)
        )
        found = await self._rows(query)
        if not found:
            return []
        which = select(tables.meetings.c.id).where(*conditions)
        seen = await self._rows(select(presence).where(presence.c.meeting.in_(which)).order_by(presence.c.seq))
        told_apart = await self._told_apart(which)
        there = select(attendance.c.participant).where(attendance.c.meeting.in_(which))
        also = await self._shared_addresses(addresses.c.participant.in_(there))
        was_in = await self._rows(select(earlier_series).where(earlier_series.c.meeting.in_(which)))
        with closing("a meeting cannot be read"):
            meetings = rows.meetings_of(found, [(row.meeting, rows.presence_of(row)) for row in seen], told_apart, also)
            return rows.with_earlier(meetings, [(row.meeting, row.series) for row in was_in])
