"""When each ledger gives its next sign of life, and when it was closed or retired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant
from proxy.edge.store.schema import REVISIONS

revision = "0018"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Add the columns; a proxy that does not know them leaves them empty."""
    for column in (
        sa.Column("within", sa.Float),
        sa.Column("closed_at", instant()),
        sa.Column("retired_at", instant()),
        sa.Column("end_checkpoint", sa.LargeBinary),
    ):
        op.add_column("logs", column)
