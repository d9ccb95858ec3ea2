"""Who was asked, how, and when they opened and answered. Links of before are not on file, and stay valid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant
from proxy.edge.store.schema import REVISIONS

revision = "0020"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "invitations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("participant", sa.String, nullable=False, index=True),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("scope_id", sa.String, nullable=False),
        sa.Column("offers", sa.JSON, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("expires", instant(), nullable=False),
        sa.Column("covers_earlier", sa.Boolean, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("invited_at", instant(), nullable=False),
        sa.Column("reminded_at", instant()),
        sa.Column("opened_at", instant()),
        sa.Column("answered_at", instant()),
    )
    op.create_index("ix_invitations_about", "invitations", ["scope_id", "scope"])
