"""The store: meetings, rosters, consent records and the keys that pseudonymize people in the ledger.

Nothing is cached: what another process wrote counts in the next read. Any failure is one `OwnFault`, which
quotes neither a value nor another exception.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import ColumnElement, Table, and_, delete, insert, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.base import Executable

from proxy.consent.grants import Grant, GrantState, Scope
from proxy.edge import tables
from proxy.edge.database import closing, open_engine
from proxy.edge.tables import attendance, participants, schema_version, subject_keys
from proxy.errors import OwnFault
from proxy.model import Meeting, Participant

OPEN_END = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""

_CHUNK = 500


class Store:
    """Implements `ports.ConsentRegistry`, and what commands write. Make one with `await Store.open(url)`."""

    def __init__(self, engine: AsyncEngine):
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the store at ``sqlite:///relative`` or ``sqlite:////absolute``; make it where it is absent.

        A new file is readable by its owner alone. A store of a newer schema is refused.
        """
        return cls(await open_engine(url))

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def ping(self) -> None:
        """Raise `OwnFault` unless the store answers; for readiness."""
        await self._rows(select(schema_version.c.version))

    # --- meetings and people ---------------------------------------------------------------------

    async def meeting(self, meeting_id: str) -> Meeting | None:
        """The meeting with this id, with its roster."""
        return next(iter(await self._meetings(tables.meetings.c.id == meeting_id)), None)

    async def meetings_around(self, series: str, at: datetime) -> Sequence[Meeting]:
        """The meetings of a series whose time covers `at`: from the start up to, not including, the end."""
        begun, ended = tables.meetings.c.started_at, tables.meetings.c.ended_at
        return await self._meetings(
            and_(
                tables.meetings.c.series == series,
                begun <= at,
                or_(ended > at, and_(ended.is_(None), begun > at - OPEN_END)),
            )
        )

    async def meetings(self) -> Sequence[Meeting]:
        """All meetings, by start."""
        return await self._meetings()

    async def add_meeting(self, meeting: Meeting) -> None:
        """Put a meeting on file, in place of the one with its id; its roster replaces the old one whole.

        People are kept once for the organization: what this roster says of a person holds in all meetings.
        """
        at = {"id": meeting.id, "started_at": meeting.started_at, "ended_at": meeting.ended_at}
        people = meeting.roster.participants
        async with self._writing() as connection:
            await connection.execute(delete(attendance).where(attendance.c.meeting == meeting.id))
            await connection.execute(delete(tables.meetings).where(tables.meetings.c.id == meeting.id))
            await connection.execute(
                insert(tables.meetings).values(at | {"series": meeting.series, "complete": meeting.roster.complete})
            )
            if people:
                known = self._insert(participants)
                changes = {c.name: known.excluded[c.name] for c in participants.columns if not c.primary_key}
                await connection.execute(
                    known.on_conflict_do_update(index_elements=[participants.c.id], set_=changes),
                    [tables.participant_row(person) for person in people],
                )
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
        rows = await self._rows(select(participants).where(participants.c.id == participant_id))
        with closing():
            return tables.participant_of(rows[0]) if rows else None

    # --- consent records -------------------------------------------------------------------------

    async def grants(self, participants: Collection[str]) -> Sequence[Grant]:
        """All records of these people, of any scope and purpose, oldest first; read afresh every time."""
        found: list[Grant] = []
        wanted = sorted(set(participants))
        for start in range(0, len(wanted), _CHUNK):
            found += await self._grants(tables.grants.c.participant.in_(wanted[start : start + _CHUNK]))
        return found if len(wanted) <= _CHUNK else sorted(found, key=lambda grant: grant.recorded_at)

    async def record(self, grant: Grant) -> None:
        """Append a consent record; durable on return. There is no way to change or remove one."""
        async with self._writing() as connection:
            await connection.execute(insert(tables.grants).values(tables.grant_row(grant)))

    async def grants_listed(
        self,
        *,
        participant: str | None = None,
        scope: Scope | None = None,
        scope_id: str | None = None,
        purpose: str | None = None,
        recipient: str | None = None,
        state: GrantState | None = None,
    ) -> Sequence[Grant]:
        """The records that match all the given fields, oldest first."""
        wanted = {
            "participant": participant,
            "scope": scope.value if scope else None,
            "scope_id": scope_id,
            "purpose": purpose,
            "recipient": recipient,
            "state": state.value if state else None,
        }
        return await self._grants(*(tables.grants.c[name] == value for name, value in wanted.items() if value))

    # --- keys of people --------------------------------------------------------------------------

    async def subject_keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """A random key of 32 bytes for each subject, made on first use and durable before it is returned."""
        wanted = sorted(set(subjects))
        keys = await self._keys(wanted)
        missing = [subject for subject in wanted if subject not in keys]
        if missing:
            async with self._writing() as connection:
                new = [{"subject": subject, "secret": secrets.token_bytes(32)} for subject in missing]
                await connection.execute(self._insert(subject_keys).on_conflict_do_nothing(), new)
            # Another process may have been first; what is on file holds.
            keys |= await self._keys(missing)
        if len(keys) < len(wanted):
            raise OwnFault("store_unavailable", "a key that was just made is gone")
        return keys

    async def forget(self, subject: str) -> None:
        """Destroy a subject's key: their pseudonyms in the ledger can no longer be tied to them."""
        async with self._writing() as connection:
            await connection.execute(delete(subject_keys).where(subject_keys.c.subject == subject))
        if self._engine.dialect.name == "sqlite":
            # The write-ahead log still holds the page with the key until it is cut.
            await self._rows(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    # --- below -----------------------------------------------------------------------------------

    async def _keys(self, subjects: Sequence[str]) -> dict[str, bytes]:
        keys: dict[str, bytes] = {}
        for start in range(0, len(subjects), _CHUNK):
            chosen = subject_keys.c.subject.in_(subjects[start : start + _CHUNK])
            keys |= {row.subject: row.secret for row in await self._rows(select(subject_keys).where(chosen))}
        return keys

    async def _grants(self, *conditions: ColumnElement[bool]) -> list[Grant]:
        order = (tables.grants.c.recorded_at, tables.grants.c.seq)
        rows = await self._rows(select(*tables.GRANT_COLUMNS).where(*conditions).order_by(*order))
        with closing("a consent record cannot be read"):
            return [tables.grant_of(row) for row in rows]

    async def _meetings(self, *conditions: ColumnElement[bool]) -> list[Meeting]:
        # One statement is one snapshot: a roster that is being replaced is seen before or after, not between.
        joined = tables.meetings.outerjoin(attendance).outerjoin(participants)
        meeting = tables.meetings.c
        columns = (meeting.id.label("meeting_id"), meeting.started_at, meeting.ended_at, meeting.series)
        query = (
            select(*columns, meeting.complete, attendance.c.joined_at, attendance.c.left_at, *participants.columns)
            .select_from(joined)
            .where(*conditions)
            .order_by(meeting.started_at, meeting.id, attendance.c.position)
        )
        rows = await self._rows(query)
        with closing("a meeting cannot be read"):
            return tables.meetings_of(rows)

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do on a conflict; the two dialects agree on how."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    async def _rows(self, query: Executable) -> Sequence[Any]:
        with closing():
            async with self._engine.connect() as connection:
                return (await connection.execute(query)).all()

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        with closing():
            async with self._engine.begin() as connection:
                yield connection
