"""The store's memory of ledgers: the newest checkpoint of each log, and when it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from proxy.edge.store.database import Database
from proxy.edge.store.tables import logs


class KnownLog(NamedTuple):
    """A log: its origin, how many records its newest checkpoint states, that file, and when it came."""

    origin: str
    size: int
    checkpoint: bytes
    at: datetime


class Logs:
    """All logs of the proxies on this store."""

    def __init__(self, db: Database):
        self._db = db

    async def put(self, origin: str, size: int, checkpoint: bytes, at: datetime) -> None:
        """Remember the newest checkpoint of a log, also one that states fewer records than the one before."""
        row = {"origin": origin, "size": size, "checkpoint": checkpoint, "at": at}
        changed = self._db.insert(logs).values(row)
        changed = changed.on_conflict_do_update(
            index_elements=["origin"], set_={k: row[k] for k in row if k != "origin"}
        )
        async with self._db.writing() as connection:
            await connection.execute(changed)

    async def of(self, origin: str) -> KnownLog | None:
        """What is known of a log."""
        rows = await self._db.rows(select(logs).where(logs.c.origin == origin))
        return KnownLog(*rows[0]) if rows else None

    async def listed(self) -> Sequence[KnownLog]:
        """All logs, by origin."""
        return [KnownLog(*row) for row in await self._db.rows(select(logs).order_by(logs.c.origin))]
