"""The series that a meeting was in before: a refusal for one of them stays in force. None for existing rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table. Proxies of the previous version do not write it, so a refusal may be lost while they run."""
    op.create_table(
        "earlier_series",
        sa.Column("meeting", sa.String, primary_key=True),
        sa.Column("series", sa.String, primary_key=True),
    )
