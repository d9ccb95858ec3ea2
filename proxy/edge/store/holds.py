"""The store's legal holds: people who may not be forgotten for now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from proxy.desk.ports import Hold
from proxy.edge.store.database import Database
from proxy.edge.store.tables import holds


class Holds:
    """Legal holds, at most one a person."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, participant: str, reason: str, since: datetime) -> None:
        """Put a hold on a person, durable on return. One that is there takes the new reason, and stays as old."""
        new = self._db.insert(holds).values(participant=participant, reason=reason, since=since)
        async with self._db.writing() as connection:
            await connection.execute(
                new.on_conflict_do_update(index_elements=[holds.c.participant], set_={"reason": new.excluded.reason})
            )

    async def release(self, people: Collection[str]) -> bool:
        """Take the holds on these ids away; False if there is none."""
        async with self._db.writing() as connection:
            done = await connection.execute(delete(holds).where(holds.c.participant.in_(sorted(people))))
            return done.rowcount > 0

    async def of(self, people: Collection[str]) -> Sequence[Hold]:
        """Return the holds on these ids."""
        found = await self._db.rows(select(holds).where(holds.c.participant.in_(sorted(people))))
        return [Hold(*row) for row in found]

    async def listed(self) -> Sequence[Hold]:
        """Return all holds, oldest first."""
        return [Hold(*row) for row in await self._db.rows(select(holds).order_by(holds.c.since, holds.c.participant))]
