"""What restores replies that arrive later. Expired rows are deleted, so the table is not append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "later_replies",
        sa.Column("job", sa.String, primary_key=True),
        sa.Column("client", sa.String, nullable=False),
        sa.Column("until", instant(), nullable=False, index=True),
        sa.Column("people", sa.JSON, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    # Each write looks for expired rows among many that were emptied before.
    sealed = sa.text("sealed IS NOT NULL")
    op.create_index("ix_later_replies_sealed", "later_replies", ["until"], sqlite_where=sealed, postgresql_where=sealed)
