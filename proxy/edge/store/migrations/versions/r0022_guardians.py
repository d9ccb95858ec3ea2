"""Who was asked as a parent or guardian of somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.schema import REVISIONS

revision = "0022"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Add the column."""
    op.add_column("invitations", sa.Column("guardian", sa.String))
    op.create_index("ix_invitations_guardian", "invitations", ["guardian"])
