"""When the recording of a meeting began: offsets in its transcripts count from then. Unknown for existing rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column. Proxies of the previous version do not write it."""
    op.add_column("meetings", sa.Column("recording_started_at", instant()))
