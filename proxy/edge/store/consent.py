"""The store's consent records: appended, never changed, read afresh for every decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, insert, or_, select

from proxy.consent.as_one import noes_shared
from proxy.consent.grants import ANY_RECIPIENT, Grant, GrantState, Scope
from proxy.edge.store import rows, tables
from proxy.edge.store.asked import asked, kept_ids
from proxy.edge.store.base import CHUNK, Database
from proxy.edge.store.database import closing


class Consents:
    """Consent records."""

    def __init__(self, db: Database):
        self._db = db

    async def grants(
        self,
        participants: Collection[str],
        *,
        purposes: Collection[str] | None = None,
        recipient: str | None = None,
        scopes: Collection[tuple[Scope, str]] | None = None,
    ) -> Sequence[Grant]:
        """All records of these people that can matter to a question, oldest first; read afresh every time.

        What is given narrows: to records of one of the purposes; for the recipient or for any; and of one of the
        scopes, which are pairs of a scope and its id. None of these leaves out what a decision weighs. Whoever became
        another id of somebody since a question was put is asked about by the old id: a no of theirs counts for it.
        """
        if purposes is not None and recipient is not None and scopes is not None:
            async with self._db.reading() as connection:
                kept = await kept_ids(connection, participants)
                people = [*participants, *kept.values()]
                records = await asked(connection, people, purposes, (recipient, ANY_RECIPIENT), scopes)
                return noes_shared(records, kept) if kept else records
        about = tables.grants.c
        narrow: list[ColumnElement[bool]] = []
        if purposes is not None:
            narrow.append(about.purpose.in_(sorted(purposes)))
        if recipient is not None:
            narrow.append(about.recipient.in_([recipient, ANY_RECIPIENT]))
        if scopes is not None:
            reach = [and_(about.scope == scope.value, about.scope_id == name) for scope, name in sorted(scopes)]
            narrow.append(or_(False, *reach))
        found: list[Grant] = []
        wanted = sorted(set(participants))
        for start in range(0, len(wanted), CHUNK):
            found += await self._grants(about.participant.in_(wanted[start : start + CHUNK]), *narrow)
        return found if len(wanted) <= CHUNK else sorted(found, key=lambda grant: grant.recorded_at)

    async def record(self, grant: Grant) -> None:
        """Append a consent record; durable on return. There is no way to change or remove one."""
        await self.record_all([grant])

    async def record_all(self, grants: Sequence[Grant]) -> None:
        """Append several records, all of them or none; durable on return."""
        if not grants:
            return
        async with self._db.writing() as connection:
            await connection.execute(insert(tables.grants), [rows.grant_row(grant) for grant in grants])

    async def listed(
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

    async def _grants(self, *conditions: ColumnElement[bool]) -> list[Grant]:
        order = (tables.grants.c.recorded_at, tables.grants.c.seq)
        found = await self._db.rows(select(*rows.GRANT_COLUMNS).where(*conditions).order_by(*order))
        with closing("a consent record cannot be read"):
            return [rows.grant_of(row) for row in found]
