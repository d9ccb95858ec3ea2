"""The tables of the index, in SQLite or PostgreSQL. One index may cover the logs of several proxies.

Names, codes and pseudonyms stand once, in `words`; the rest are numbers. No event is kept: `records` says at which byte
of which segment it stands.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    any_,
    cast,
    func,
    insert,
    select,
    text,
)

VERSION = 4
"""Raise it with any change of a table: an index of another version is made anew."""

metadata = MetaData()

state = Table("ledger_index_state", metadata, Column("version", Integer, primary_key=True))

logs = Table(
    "ledger_index_logs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("origin", String, nullable=False),
    Column("confirmed_size", BigInteger),  # of the checkpoint that was compared last with the records
    Column("confirmed_head", String(64)),
)

segments = Table(
    "ledger_index_segments",
    metadata,
    Column("log", Integer, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),  # sequence number in the file's name
    Column("begins", String(64), nullable=False, index=True),  # commitment of its first record, in hexadecimal
    Column("ends", String(64), nullable=False),  # of its last indexed record
    Column("last_offset", BigInteger, nullable=False),  # where that record's line begins
    Column("link", String(64), nullable=False),  # what the next record refers to
    Column("next", BigInteger, nullable=False),  # sequence number of the next record
    Column("tree", LargeBinary, nullable=False),  # the tree over all records before that one
    Column("indexed", BigInteger, nullable=False),  # bytes that were read
    Column("size", BigInteger, nullable=False),  # of the file when it was read; it may have had a line without an end
    Column("changed", BigInteger, nullable=False),  # when the file was changed last, in nanoseconds since 1970
)

words = Table(
    "ledger_index_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("value", String, nullable=False),
    UniqueConstraint("kind", "value"),
)

records = Table(
    "ledger_index_records",
    metadata,
    Column("log", Integer, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("time", BigInteger, nullable=False),  # milliseconds since 1970
    Column("exchange", String),
    Column("code", Integer),  # this and all up to `meeting`: words
    Column("client", Integer),
    Column("route", Integer),
    Column("purpose", Integer),
    Column("recipient", Integer),
    Column("disposition", Integer),
    Column("meeting", Integer),
    Column("segment", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),  # of the line in its segment, in bytes
    Column("length", Integer, nullable=False),
    Index("ledger_index_by_exchange", "exchange", "code", "segment", "offset", "length"),
    Index("ledger_index_by_meeting", "meeting"),
    Index("ledger_index_by_time", "log", "time"),
    sqlite_with_rowid=False,
)

mentions = Table(
    "ledger_index_mentions",
    metadata,
    Column("person", Integer, primary_key=True, autoincrement=False),  # a word
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("sent", Boolean, nullable=False),  # whether an intent that had words of theirs
    sqlite_with_rowid=False,
)

links = Table(
    "ledger_index_links",
    metadata,
    Column("source", String, primary_key=True),  # an earlier exchange
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),  # of an intent
    Column("fetches", Boolean, nullable=False),  # whether it fetches the reply of the source, or repeats it
    sqlite_with_rowid=False,
)

blocks = Table(
    "ledger_index_blocks",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),  # as `hashes` lays them
    sqlite_with_rowid=False,
)
"""The leaves of the log's tree, of its full tiles, eight by eight."""

tiles = Table(
    "ledger_index_tiles",
    metadata,
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The full tiles above the leaves."""

decisions = Table(
    "ledger_index_decisions",
    metadata,
    Column("grant", Integer, primary_key=True, autoincrement=False),  # a word
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

operators = Table(
    "ledger_index_operators",
    metadata,
    Column("operator", Integer, primary_key=True, autoincrement=False),  # a word
    Column("log", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


_LOCK = 0x6D70_6978
"""An arbitrary number for PostgreSQL's advisory locks, used only here."""


def among(connection: Connection, column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values, which are one parameter of the statement, however many they are."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(cast(list(values), ARRAY(column.type)))


def locked(connection: Connection) -> None:
    """Wait until nobody else changes the index, until the transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def add(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, whose values stand in the order of the table's columns: several times as fast as by names."""
    if rows:
        statement = insert(table).compile(dialect=connection.dialect, column_keys=list(table.c.keys()))
        connection.exec_driver_sql(str(statement), rows)
