"""What the statements of the index share: lists of any length, many rows at once, and who may change it now."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Connection, Table, any_, cast, func, insert, select, text

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
