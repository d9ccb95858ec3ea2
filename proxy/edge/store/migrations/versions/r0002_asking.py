"""What asking for consent needs: presence, terms, used links, incidents, and an index to find records by content."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant, only_grows

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables, and the index that decisions read by."""
    op.create_table(
        "presence",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("meeting", sa.String, nullable=False, index=True),
        sa.Column("label", sa.String),
        sa.Column("participant", sa.String),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sqlite_autoincrement=True,
    )
    only_grows("presence", "key", "seq", repeatable=True)
    op.create_table(
        "terms",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("added_at", instant(), nullable=False),
        sa.UniqueConstraint("recipient", "version"),
        sqlite_autoincrement=True,
    )
    only_grows("terms", "recipient,version", "seq", repeatable=True)
    op.create_table(
        "terms_accepted",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("accepted_by", sa.String, nullable=False),
        sa.Column("accepted_at", instant(), nullable=False),
        sa.UniqueConstraint("recipient", "version"),
        sqlite_autoincrement=True,
    )
    only_grows("terms_accepted", "recipient,version", "seq", repeatable=True)
    op.create_table(
        "spent",
        sa.Column("nonce", sa.String, primary_key=True),
        sa.Column("invitation", sa.String, nullable=False),
        sa.Column("at", instant(), nullable=False),
    )
    only_grows("spent", "nonce", repeatable=True)
    op.create_table(
        "incidents",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("invitation", sa.String),
        sa.Column("at", instant(), nullable=False),
        sqlite_autoincrement=True,
    )
    only_grows("incidents", "seq", repeatable=False)
    op.add_column("grants", sa.Column("notice_language", sa.String))
    op.create_index("ix_grants_asked", "grants", ["scope_id", "scope", "purpose", "recipient", "participant"])
    # The previous version does not use Alembic. It refuses a store whose schema is not 1.
    op.execute("UPDATE schema_version SET version = 2")
