"""What the parts of the store share: reading and writing, with every failure as one fault."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.base import Executable

from proxy.edge.store.database import bounded, closing

CHUNK = 500
"""How many values one statement is given in a list."""

_LOCK = 0x6D70_7074
"""A number of our own for PostgreSQL's advisory locks."""


class Statements:
    """Runs statements on the store's database. Nothing is cached between them.

    Each runs in a transaction of its own, or all in that of `connection`.
    """

    def __init__(self, engine: AsyncEngine, connection: AsyncConnection | None = None):
        self._engine, self._connection = engine, connection

    @contextlib.asynccontextmanager
    async def at_once(self) -> AsyncIterator[Self]:
        """A store whose reading and writing are one transaction, before or after that of any other process.

        For what is read, changed and written back, such as a person: two who do so at the same time would each undo
        what the other wrote. Nothing is written where the block raises.
        """
        async with bounded(), self._engine.begin() as connection:
            if self._engine.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield type(self)(self._engine, connection)

    def _insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say what to do on a conflict; the two dialects agree on how."""
        return postgresql.insert(table) if self._engine.dialect.name == "postgresql" else sqlite.insert(table)

    async def _rows(self, query: Executable) -> Sequence[Any]:
        async with self._reading() as connection:
            return (await connection.execute(query)).all()

    @contextlib.asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        if self._connection is not None:
            with closing():
                yield self._connection
            return
        async with bounded(), self._engine.begin() as connection:
            yield connection

    async def _add(self, table: Table, row: dict[str, object]) -> bool:
        """Append a row, durable on return; False where its key is on file already, and nothing is changed."""
        async with self._writing() as connection:
            done = await connection.execute(self._insert(table).values(row).on_conflict_do_nothing())
            return done.rowcount == 1
