"""The series that a meeting was in before: a no to one of them goes on. Of what is on file: none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table. Proxies of the version before do not write it, so that a no may be lost while they run."""
    op.create_table(
        "earlier_series",
        sa.Column("meeting", sa.String, primary_key=True),
        sa.Column("series", sa.String, primary_key=True),
    )
