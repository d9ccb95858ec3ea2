"""The newest checkpoint of each ledger, so that one that was cut or replaced is noticed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant
from proxy.edge.store.schema import REVISIONS

revision = "0016"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "logs",
        sa.Column("origin", sa.String, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("checkpoint", sa.LargeBinary, nullable=False),
        sa.Column("at", instant(), nullable=False),
    )
