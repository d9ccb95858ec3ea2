"""Notes on meetings for operators: how many labels matched nobody, and who refused consent aloud."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant, only_grows

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table, which is append-only."""
    op.create_table(
        "meeting_notes",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("meeting", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("participant", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.UniqueConstraint("meeting", "kind", "participant", "number"),
        sqlite_autoincrement=True,
    )
    only_grows("meeting_notes", "seq", "meeting,kind,participant,number", repeatable=True)
