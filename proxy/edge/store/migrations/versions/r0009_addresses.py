"""With which address somebody was signed in who came and went, as a digest. Of what is on file nothing is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column; the triggers of the table stay. Proxies of the version before do not write it."""
    op.add_column("presence", sa.Column("address", sa.String))
