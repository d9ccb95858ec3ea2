"""Triggers that let a table only grow, in the database itself: they hold whatever program writes."""

from __future__ import annotations

from collections.abc import Sequence

REFUSAL = "records are append-only"


def sqlite_triggers(table: str, keys: Sequence[str], *, repeatable: bool) -> list[str]:
    """Statements that refuse updates and deletions of `table` on SQLite.

    `keys` are its unique columns, several joined by a comma where they are unique together. A row whose key is on
    file is refused too, or passed over where a table is `repeatable`: INSERT OR REPLACE would delete the old row,
    and that fires no delete trigger.
    """
    same = " OR ".join("(" + " AND ".join(f"{c} = NEW.{c}" for c in key.split(",")) + ")" for key in keys)
    refuse = f"RAISE(ABORT, '{REFUSAL}')"
    known = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of this program's own tables
    return [
        _sqlite(table, "no_update", "UPDATE", f"SELECT {refuse}"),
        _sqlite(table, "no_delete", "DELETE", f"SELECT {refuse}"),
        _sqlite(table, "no_replace", "INSERT", f"SELECT {'RAISE(IGNORE)' if repeatable else refuse} WHERE {known}"),
    ]


def _sqlite(table: str, name: str, event: str, body: str) -> str:
    return f"CREATE TRIGGER IF NOT EXISTS {table}_{name} BEFORE {event} ON {table} BEGIN {body}; END"
