"""What several steps need: column types for both databases, and append-only tables.

Triggers in the database itself make a table append-only, whatever program writes.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

REFUSAL = "records are append-only"

_POSTGRES_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)


def triggers(dialect: str, table: str, keys: Sequence[str], *, repeatable: bool) -> list[str]:
    """Return statements that refuse updates and deletions of `table`.

    `keys` are its unique columns; columns that are unique together are joined by a comma. On SQLite, a row whose key is
    already on file is refused too, or ignored if the table is `repeatable`: INSERT OR REPLACE would delete the old row
    without firing a delete trigger.
    """
    return _postgresql(table) if dialect == "postgresql" else _sqlite(table, keys, repeatable)


def _postgresql(table: str) -> list[str]:
    return [
        _POSTGRES_FUNCTION,
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def _sqlite(table: str, keys: Sequence[str], repeatable: bool) -> list[str]:
    same = " OR ".join("(" + " AND ".join(f"{c} = NEW.{c}" for c in key.split(",")) + ")" for key in keys)
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    again = "SELECT RAISE(IGNORE)" if repeatable else refuse
    known = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this program's own tables
    bodies = {
        ("no_update", "UPDATE"): refuse,
        ("no_delete", "DELETE"): refuse,
        ("no_replace", "INSERT"): f"{again} WHERE {known}",
    }
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {change} ON {table} BEGIN {body}; END"
        for (name, change), body in bodies.items()
    ]


def instant() -> sa.String:
    """Column type of an instant: fixed-width ISO 8601 text on SQLite, a timestamp with time zone on PostgreSQL."""
    return sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def only_grows(table: str, *keys: str, repeatable: bool) -> None:
    """Let triggers refuse every change to the rows of `table`."""
    for statement in triggers(op.get_bind().dialect.name, table, keys, repeatable=repeatable):
        op.execute(statement)
