"""Links for rooms and who asked on their pages for one of their own, and the users of a directory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant
from proxy.edge.store.schema import REVISIONS

revision = "0021"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "room_links",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("meeting", sa.String, nullable=False, index=True),
        sa.Column("offers", sa.JSON, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("expires", instant(), nullable=False),
        sa.Column("covers_earlier", sa.Boolean, nullable=False),
        sa.Column("made_at", instant(), nullable=False),
        sa.Column("ends", instant(), nullable=False),
        sa.Column("revoked_at", instant()),
    )
    op.create_table(
        "link_requests",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("handled_at", instant()),
    )
    op.create_table(
        "provisioned",
        sa.Column("participant", sa.String, primary_key=True),
        sa.Column("user_name", sa.String, unique=True),
        sa.Column("external_id", sa.String, index=True),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("inactive", sa.Boolean, nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("modified_at", instant(), nullable=False),
        sa.Column("deleted_at", instant()),
    )
