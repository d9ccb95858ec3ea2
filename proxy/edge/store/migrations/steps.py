"""What several steps need: column types as they are in both databases, and append-only tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.append_only import triggers


def instant() -> sa.String:
    """An instant: ISO 8601 text of fixed width on SQLite, a timestamp with time zone on PostgreSQL."""
    return sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def only_grows(table: str, *keys: str, repeatable: bool) -> None:
    """Let triggers refuse every change of what is on file in `table`."""
    for statement in triggers(op.get_bind().dialect.name, table, keys, repeatable=repeatable):
        op.execute(statement)
