"""The store's people, apart from any meeting, and the times of meetings."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, and_, case, cast, delete, func, insert, null, or_, select, update

from proxy.consent.grants import Grant
from proxy.edge.store import rows, tables
from proxy.edge.store.base import CHUNK
from proxy.edge.store.meetings import Meetings
from proxy.edge.store.tables import addresses, attendance, merged, names, participants
from proxy.model import Meeting, Participant


class Directory(Meetings):
    """Everybody whom a roster, a calendar or the API named."""

    async def people(self) -> Sequence[Participant]:
        """All people, by name."""
        return await self._as_known(select(participants).order_by(participants.c.name, participants.c.id))

    async def people_with(self, ids: Collection[str], emails: Collection[str]) -> Sequence[Participant]:
        """The people with one of these ids or e-mail addresses (in lower case), each once, by id.

        Addresses are compared as they are written in the store's JSON; a few others may be among the found.
        """
        found: dict[str, Participant] = {}
        wanted, written = sorted(set(ids)), sorted({json.dumps(email)[1:-1].lower() for email in emails})
        listed = func.lower(cast(participants.c.emails, String))
        for start in range(0, max(len(wanted), len(written)), CHUNK // 5):
            part = slice(start, start + CHUNK // 5)
            either = [
                participants.c.id.in_(wanted[part]),
                *(listed.contains(e, autoescape=True) for e in written[part]),
            ]
            some = await self._as_known(select(participants).where(or_(*either)))
            found |= {person.id: person for person in some}
        return [found[person] for person in sorted(found)]

    async def put_person(self, person: Participant) -> None:
        """Put a person on file, in place of what was known under this id; it holds in all meetings."""
        await self.put_people([person])

    async def put_people(self, people: Sequence[Participant]) -> None:
        """The same for several, all of them or none."""
        async with self._writing() as connection:
            await self._put_people(connection, people)

    async def put_as_one(self, gone: str, person: Participant, noes: Sequence[Grant]) -> None:
        """Put `person` on file, also on rosters and in rooms in place of `gone`, who is taken off.

        The id `gone`, and those that were another one of it, are another id of `person` from then on. Where both were
        on a roster, nobody knows when the one person was there. `noes` are recorded with it.
        """
        there = attendance.c
        async with self._writing() as connection:
            await self._put_people(connection, [person])
            both = select(there.meeting).where(there.participant == gone).scalar_subquery()
            mine = update(attendance).where(there.participant == person.id, there.meeting.in_(both))
            await connection.execute(mine.values(joined_at=None, left_at=None))
            own = select(there.meeting).where(there.participant == person.id).scalar_subquery()
            await connection.execute(delete(attendance).where(there.participant == gone, there.meeting.in_(own)))
            moved = update(attendance).where(there.participant == gone).values(participant=person.id)
            await connection.execute(moved)
            rooms = select(participants.c.id, participants.c.members)
            for room, members in (await connection.execute(rooms)).all():
                if gone in members:
                    now = list(dict.fromkeys(person.id if member == gone else member for member in members))
                    changed = update(participants).where(participants.c.id == room).values(members=now)
                    await connection.execute(changed)
            await connection.execute(delete(names).where(names.c.participant == gone))
            await connection.execute(delete(addresses).where(addresses.c.participant == gone))
            await connection.execute(delete(participants).where(participants.c.id == gone))
            before = update(merged).where(merged.c.participant == gone).values(participant=person.id)
            await connection.execute(before)
            await connection.execute(insert(merged).values(id=gone, participant=person.id))
            if noes:
                await connection.execute(insert(tables.grants), [rows.grant_row(no) for no in noes])

    async def meetings_near(self, series: str, at: datetime, before: timedelta, after: timedelta) -> Sequence[Meeting]:
        """The meetings of a series that start from `before` before `at` until `after` after it."""
        start = tables.meetings.c.started_at
        return await self._meetings(and_(tables.meetings.c.series == series, start >= at - before, start <= at + after))

    async def reopen(self, meeting_id: str) -> None:
        """The meeting goes on after its end; its end is not known."""
        async with self._writing() as connection:
            await connection.execute(
                update(tables.meetings).where(tables.meetings.c.id == meeting_id).values(ended_at=None)
            )

    async def set_started(self, meeting_id: str, at: datetime) -> None:
        """The meeting really started at `at`; an end that is not after this is taken away."""
        ended = tables.meetings.c.ended_at
        async with self._writing() as connection:
            await connection.execute(
                update(tables.meetings)
                .where(tables.meetings.c.id == meeting_id)
                .values(started_at=at, ended_at=case((ended <= at, null()), else_=ended))
            )

    async def set_recording_started(self, meeting_id: str, at: datetime | None) -> None:
        """The recording of the meeting began at `at`; None: it is not known when."""
        table = tables.meetings
        async with self._writing() as connection:
            await connection.execute(update(table).where(table.c.id == meeting_id).values(recording_started_at=at))

    async def set_ended(self, meeting_id: str, at: datetime) -> bool:
        """The meeting really ended at `at`; False, and nothing changed, where that is not after its start."""
        table = tables.meetings
        async with self._writing() as connection:
            done = await connection.execute(
                update(table).where(table.c.id == meeting_id, table.c.started_at < at).values(ended_at=at)
            )
            return done.rowcount == 1
