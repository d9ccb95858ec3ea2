"""What the parts of the store share: reading and writing, with every failure as one fault."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.base import Executable

from proxy.edge.store.database import bounded

CHUNK = 500
"""How many values one statement is given in a list."""


class Statements:
    """Runs statements on the store's database. Nothing is cached between them."""

    def __init__(self, engine: AsyncEngine):
        self._engine = engine

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do on a conflict; the two dialects agree on how."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    async def _rows(self, query: Executable) -> Sequence[Any]:
        async with bounded(), self._engine.connect() as connection:
            return (await connection.execute(query)).all()

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        async with bounded(), self._engine.begin() as connection:
            yield connection

    async def _add(self, table: Table, row: dict[str, object]) -> bool:
        """Append a row, durable on return; False where its key is on file already, and nothing is changed."""
        async with self._writing() as connection:
            done = await connection.execute(self._insert(table).values(row).on_conflict_do_nothing())
            return done.rowcount == 1
