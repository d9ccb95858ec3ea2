"""Where somebody sat who came or went, and whether anybody vouches for who it was. What is on file tells neither."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; the triggers of the table stay. Proxies of the version before write neither."""
    op.add_column("presence", sa.Column("seat", sa.String))
    op.add_column("presence", sa.Column("vouched", sa.Boolean, nullable=False, server_default=sa.false()))
