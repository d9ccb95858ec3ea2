"""What operators did, until a ledger has it, and the settings of each log's last start. Acts go off file again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant
from proxy.edge.store.schema import REVISIONS

revision = "0015"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "acts",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("uid", sa.String, nullable=False, unique=True),
        sa.Column("at", instant(), nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("operator_kind", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("login", sa.String),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("meeting", sa.String),
        sa.Column("facts", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "starts",
        sa.Column("log", sa.String, primary_key=True),
        sa.Column("settings", sa.String, nullable=False),
        sa.Column("at", instant(), nullable=False),
    )
