"""When the recording of a meeting began: offsets of its transcripts count from then. Of what is on file: unknown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column. Proxies of the version before do not write it."""
    op.add_column("meetings", sa.Column("recording_started_at", instant()))
