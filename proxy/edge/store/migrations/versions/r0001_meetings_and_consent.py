"""Meetings, people, consent records and keys: the schema of the first version, which created it without Alembic."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant, only_grows

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the first tables."""
    version = op.create_table("schema_version", sa.Column("version", sa.Integer, primary_key=True))
    op.bulk_insert(version, [{"version": 1}])
    op.create_table(
        "participants",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("emails", sa.JSON, nullable=False),
        sa.Column("participant_class", sa.String, nullable=False),
        sa.Column("minor", sa.Boolean, nullable=False),
        sa.Column("members", sa.JSON, nullable=False),
    )
    op.create_table(
        "meetings",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("started_at", instant(), nullable=False, index=True),
        sa.Column("ended_at", instant()),
        sa.Column("series", sa.String, index=True),
        sa.Column("complete", sa.Boolean, nullable=False),
    )
    op.create_table(
        "attendance",
        sa.Column("meeting", sa.String, sa.ForeignKey("meetings.id"), primary_key=True),
        sa.Column("participant", sa.String, sa.ForeignKey("participants.id"), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("joined_at", instant()),
        sa.Column("left_at", instant()),
    )
    op.create_table(
        "grants",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("participant", sa.String, nullable=False, index=True),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("scope_id", sa.String, nullable=False),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("terms_version", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("valid_from", instant(), nullable=False),
        sa.Column("valid_until", instant()),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("affirmative", sa.Boolean, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("lawful_basis", sa.String, nullable=False),
        sa.Column("evidence_ref", sa.String),
        sa.Column("notice_hash", sa.String),
        sa.Column("covers_earlier", sa.Boolean, nullable=False),
        sa.Column("guardian", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    only_grows("grants", "id", "seq", repeatable=False)
    op.create_table(
        "subject_keys",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )
