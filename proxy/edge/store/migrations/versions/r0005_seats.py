"""The seat of a presence event, and whether somebody vouches for the person. Existing rows have neither."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; the triggers of the table stay. Proxies of the previous version write neither."""
    op.add_column("presence", sa.Column("seat", sa.String))
    op.add_column("presence", sa.Column("vouched", sa.Boolean, nullable=False, server_default=sa.false()))
