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


def only_forgets(table: str, *, rows: Sequence[str] = (), columns: Sequence[str] = ()) -> None:
    """Let the triggers of an append-only `table` make way for what is marked in the table `forgetting` alone.

    A row may be deleted if one of its columns `rows` holds what is marked. Of other rows, those of `columns` may be
    changed that hold what is marked.
    """
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        statements = _forgetting_postgresql(table, rows, columns)
    else:
        every = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(table)]
        statements = _forgetting_sqlite(table, rows, columns, every)
    for statement in statements:
        op.execute(statement)


_FORGETTING_FUNCTION = (
    "CREATE OR REPLACE FUNCTION refuse_unless_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
    "DECLARE held jsonb := to_jsonb(OLD); names text[]; named text[]; marked bigint; needed bigint; BEGIN "
    "IF TG_OP = 'DELETE' THEN needed := 1; "
    "named := ARRAY(SELECT held ->> c FROM unnest(string_to_array(TG_ARGV[0], ',')) c); "
    "ELSE names := string_to_array(TG_ARGV[1], ','); IF to_jsonb(NEW) - names = held - names THEN "
    "named := ARRAY(SELECT held ->> c FROM unnest(names) c WHERE to_jsonb(NEW) -> c IS DISTINCT FROM held -> c); "
    "needed := greatest(cardinality(named), 1); END IF; END IF; "
    # The table is named by its schema: a temporary table of the same name would go before it.
    "EXECUTE format('SELECT count(*) FROM unnest($1) n WHERE n IN (SELECT subject FROM %I.forgetting)', "
    "TG_TABLE_SCHEMA) INTO marked USING named; "
    f"IF marked >= needed IS NOT TRUE THEN RAISE EXCEPTION '{REFUSAL}'; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
)


def _forgetting_postgresql(table: str, rows: Sequence[str], columns: Sequence[str]) -> list[str]:
    return [
        _FORGETTING_FUNCTION,
        f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_forgotten('{','.join(rows)}', '{','.join(columns)}')",
    ]


def _forgetting_sqlite(table: str, rows: Sequence[str], columns: Sequence[str], every: Sequence[str]) -> list[str]:
    marked = "EXISTS (SELECT 1 FROM forgetting WHERE subject IN ({}))"
    same = [f"OLD.{each} IS NEW.{each}" for each in every]
    changed = [f"(OLD.{each} IS NEW.{each} OR {marked.format(f'OLD.{each}')})" for each in columns]
    others = [each for each, name in zip(same, every, strict=True) if name not in columns]
    allowed = {
        ("no_delete", "DELETE"): [marked.format(", ".join(f"OLD.{each}" for each in rows))] if rows else [],
        ("no_update", "UPDATE"): [*others, *changed, f"NOT ({' AND '.join(same)})"] if columns else [],
    }
    return [
        statement
        for (name, change), conditions in allowed.items()
        if conditions
        for statement in (
            f"DROP TRIGGER {table}_{name}",
            f"CREATE TRIGGER {table}_{name} BEFORE {change} ON {table} WHEN NOT ({' AND '.join(conditions)}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        )
    ]


def instant() -> sa.String:
    """Column type of an instant: fixed-width ISO 8601 text on SQLite, a timestamp with time zone on PostgreSQL."""
    return sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def only_grows(table: str, *keys: str, repeatable: bool) -> None:
    """Let triggers refuse every change to the rows of `table`."""
    for statement in triggers(op.get_bind().dialect.name, table, keys, repeatable=repeatable):
        op.execute(statement)
