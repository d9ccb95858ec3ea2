"""What clients were given back, as digests. Expired rows are deleted, so the table is not append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "given_back",
        sa.Column("exchange", sa.String, primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("meeting", sa.String, nullable=False),
        sa.Column("until", instant(), nullable=False, index=True),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("speeches", sa.LargeBinary, nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_given_back_meeting", "given_back", ["client", "meeting", "until"])
