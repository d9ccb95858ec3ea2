"""The address with which somebody was signed in when they came or went, as a digest. Unknown for existing rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; the triggers of the table stay. Proxies of the previous version do not write it."""
    op.add_column("presence", sa.Column("address", sa.String))
