"""Copies everything in a store into another, which is empty: from SQLite to PostgreSQL, back, or to another server.

The copy is read again and compared by the number and the digest of each table's rows before it counts: all of it is one
transaction. The source is read in one transaction and never written.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from proxy.edge.store import schema
from proxy.edge.store.database import UPKEEP_SECONDS, chunks, closing, opened_for_upkeep, revision_at
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata, schema_version
from proxy.errors import ClientFault, OwnFault

_TABLES = tuple(table for table in metadata.sorted_tables if table is not schema_version)
"""All tables that a new store has empty, each after those that it refers to."""


class CopiedTable(NamedTuple):
    """How many rows of a table were copied, and the SHA-256 of what they hold, whatever their order."""

    table: str
    rows: int
    digest: str


async def copy_into(source: str, target: str) -> list[CopiedTable]:
    """Copy the store at the URL `source` into the one at `target`, which is made if need be.

    Raises `ClientFault` if that one holds anything, `OwnFault` if there is no store of this version's schema to copy,
    or the copy is not the same. Then nothing is in the target.
    """
    found = await revision_at(source)
    if found is None:
        raise OwnFault("copy_failed", "there is no store yet where the configuration says", where="store")
    if found != schema.NEWEST:
        detail = f"the store has schema {found}, and this version needs {schema.NEWEST}: 'meeting-proxy store upgrade'"
        raise OwnFault("copy_failed", f"{detail} first", where="store")
    async with await Store.open(target):
        pass  # makes the tables, and says what is wrong with the place
    with closing("the copy was not made, and nothing is in the new store; see that its role may write all tables"):
        async with (
            asyncio.timeout(UPKEEP_SECONDS),
            opened_for_upkeep(source) as old,
            opened_for_upkeep(target) as new,
            old.connect() as reading,
            new.begin() as writing,
        ):
            await _frozen(reading)
            return await _copied(reading, writing)


async def _frozen(connection: AsyncConnection) -> None:
    """Let all that is read be of one moment."""
    on_server = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    await connection.exec_driver_sql(on_server if connection.dialect.name == "postgresql" else "BEGIN")


async def _copied(reading: AsyncConnection, writing: AsyncConnection) -> list[CopiedTable]:
    if writing.dialect.name == "sqlite":
        await writing.exec_driver_sql("BEGIN IMMEDIATE")
    await _check_empty(writing)
    for table in _TABLES:
        async for rows in _rows(reading, table):
            await writing.execute(insert(table), [dict(row) for row in rows])
        await _go_on_counting(reading, writing, table)
    copied = [await _summed(writing, table) for table in _TABLES]
    there = [await _summed(reading, table) for table in _TABLES]
    if copied != there:
        differing = ", ".join(each.table for each, own in zip(copied, there, strict=True) if each != own)
        raise OwnFault("copy_failed", f"the copy differs in {differing}, so nothing of it was kept", where="store")
    return copied


async def _check_empty(connection: AsyncConnection) -> None:
    for table in _TABLES:
        if (await connection.execute(select(func.count()).select_from(table))).scalar_one():
            detail = f"the table {table.name} there holds rows already; name an empty database, nothing is overwritten"
            raise ClientFault("copy_exists", detail, where="--to")


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[Any]]:
    """Yield the rows of a table by column, in as many lists as one statement each may hold."""
    found = (await connection.execute(select(table).order_by(*table.primary_key.columns))).mappings().all()
    for rows in chunks(found):
        yield rows


async def _summed(connection: AsyncConnection, table: Table) -> CopiedTable:
    """Sum up a table by what its rows mean: the databases store instants, truth and JSON each in their own way."""
    digests = [
        hashlib.sha256(json.dumps(dict(row), sort_keys=True, default=_plain).encode()).digest()
        async for rows in _rows(connection, table)
        for row in rows
    ]
    return CopiedTable(table.name, len(digests), hashlib.sha256(b"".join(sorted(digests))).hexdigest())


def _plain(value: datetime | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else value.isoformat()


async def _go_on_counting(reading: AsyncConnection, writing: AsyncConnection, table: Table) -> None:
    """Let numbers go on after the last one that the source gave, also if its row is gone."""
    number = table.autoincrement_column
    if number is None or not isinstance(number.type, Integer) or number.foreign_keys:
        return
    last = await _last_given(reading, table.name, number.name)
    if not last:
        return
    if writing.dialect.name == "postgresql":
        setting = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        await writing.execute(setting, {"table": table.name, "column": number.name, "last": last})
        return
    await writing.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
    given = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
    await writing.execute(given, {"table": table.name, "last": last})


async def _last_given(connection: AsyncConnection, table: str, column: str) -> int:
    """The last number that a column gave; 0 before the first."""
    if connection.dialect.name == "sqlite":
        asked = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
        return int((await connection.execute(asked, {"table": table})).scalar() or 0)
    sequence = select(func.pg_get_serial_sequence(table, column))
    name = (await connection.execute(sequence)).scalar_one()
    asked = text(f"SELECT CASE WHEN is_called THEN last_value END FROM {name}")  # noqa: S608 - PostgreSQL's own name
    return int((await connection.execute(asked)).scalar_one() or 0)
