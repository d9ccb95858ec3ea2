"""The store's people, apart from any meeting, and the times of meetings."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, and_, case, cast, func, null, or_, select, update

from proxy.edge.store import rows, tables
from proxy.edge.store.base import CHUNK
from proxy.edge.store.database import closing
from proxy.edge.store.meetings import Meetings
from proxy.edge.store.tables import participants
from proxy.model import Meeting, Participant


class Directory(Meetings):
    """Everybody whom a roster, a calendar or the API named."""

    async def people(self) -> Sequence[Participant]:
        """All people, by name."""
        found = await self._rows(select(participants).order_by(participants.c.name, participants.c.id))
        with closing("a person cannot be read"):
            return [rows.participant_of(row) for row in found]

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
            some = await self._rows(select(participants).where(or_(*either)))
            with closing("a person cannot be read"):
                found |= {row.id: rows.participant_of(row) for row in some}
        return [found[person] for person in sorted(found)]

    async def put_person(self, person: Participant) -> None:
        """Put a person on file, in place of what was known under this id; it holds in all meetings."""
        known = self._insert(participants)
        changes = {c.name: known.excluded[c.name] for c in participants.columns if not c.primary_key}
        async with self._writing() as connection:
            await connection.execute(
                known.values(rows.participant_row(person)).on_conflict_do_update(
                    index_elements=[participants.c.id], set_=changes
                )
            )

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

    async def set_ended(self, meeting_id: str, at: datetime) -> bool:
        """The meeting really ended at `at`; False, and nothing changed, where that is not after its start."""
        table = tables.meetings
        async with self._writing() as connection:
            done = await connection.execute(
                update(table).where(table.c.id == meeting_id, table.c.started_at < at).values(ended_at=at)
            )
            return done.rowcount == 1
