"""Ids of people who turned out to be somebody else on file; from then on they mean that person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table, for people who are confirmed to be the same from now on."""
    op.create_table(
        "merged",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("participant", sa.String, nullable=False, index=True),
    )
