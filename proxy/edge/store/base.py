"""What the parts of the store share: reading and writing, with every failure as one fault."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.base import Executable

from proxy.edge.store.database import bounded, closing

CHUNK = 500
"""How many values one statement is given in a list."""


class Database:
    """Runs statements on the store's database. Nothing is cached between them.

    Each runs in a transaction of its own, or all in that of `connection`.
    """

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection | None = None):
        self._engine, self._connection = engine, connection

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do on a conflict; the two dialects agree on how."""
        return postgresql.insert(table) if self.dialect == "postgresql" else sqlite.insert(table)

    async def rows(self, query: Executable) -> Sequence[Any]:
        """The rows that a query answers."""
        async with self.reading() as connection:
            return (await connection.execute(query)).all()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with."""
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction, whose end makes durable what was written."""
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.begin() as connection:
            yield connection

    async def add(self, table: Table, row: dict[str, object]) -> bool:
        """Append a row, durable on return; False where its key is on file already, and nothing is changed."""
        async with self.writing() as connection:
            done = await connection.execute(self.insert(table).values(row).on_conflict_do_nothing())
            return done.rowcount == 1
