"""What people call meetings and series. Those on file have no title."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.schema import REVISIONS

revision = "0019"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Add the column and the table; a proxy that does not know the column drops a title when a meeting is put again."""
    op.add_column("meetings", sa.Column("title", sa.String))
    op.create_table(
        "series",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
    )
