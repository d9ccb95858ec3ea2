"""The store's memory of ledgers: the newest checkpoint of each log, when it came, and how the log ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from proxy.audit.roll_call import KnownLog
from proxy.edge.store.database import Database
from proxy.edge.store.tables import logs


class Logs:
    """All logs of the proxies on this store."""

    def __init__(self, db: Database):
        self._db = db

    async def put(
        self, origin: str, size: int, checkpoint: bytes, at: datetime, within: float, *, before: bytes | None
    ) -> bool:
        """Remember the newest checkpoint of a log, and that the next comes `within` seconds.

        It takes the place of `before` alone, which may state more records; False if another one is there.
        """
        row = {"origin": origin, "size": size, "checkpoint": checkpoint, "at": at, "within": within}
        changed = self._db.insert(logs).values(row)
        changed = changed.on_conflict_do_update(
            index_elements=["origin"],
            set_={name: value for name, value in row.items() if name != "origin"},
            where=logs.c.checkpoint == before,
        )
        async with self._db.writing() as connection:
            return (await connection.execute(changed)).rowcount == 1

    async def closed(self, origin: str, at: datetime) -> None:
        """Note that a log was closed in good order: it gives no more signs until it is opened again."""
        async with self._db.writing() as connection:
            await connection.execute(update(logs).where(logs.c.origin == origin).values(closed_at=at))

    async def retire(self, origin: str, end: bytes, at: datetime) -> None:
        """Note that a log will not come back, and that it ended with this checkpoint."""
        async with self._db.writing() as connection:
            ended = {"retired_at": at, "end_checkpoint": end}
            await connection.execute(update(logs).where(logs.c.origin == origin).values(ended))

    async def of(self, origin: str) -> KnownLog | None:
        """What is known of a log."""
        rows = await self._db.rows(select(logs).where(logs.c.origin == origin))
        return KnownLog(*rows[0]) if rows else None

    async def listed(self) -> Sequence[KnownLog]:
        """All logs, by origin."""
        return [KnownLog(*row) for row in await self._db.rows(select(logs).order_by(logs.c.origin))]
