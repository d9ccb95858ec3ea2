"""Who was asked as a parent or guardian of somebody, since when nothing needs a person, and how a meeting expires.

What was seen of a meeting, and noted on it, may go with the meeting, under the rule of `r0014_forgetting`: while its id
is marked, within the transaction that takes it off file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant, only_forgets
from proxy.edge.store.schema import REVISIONS

revision = "0022"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Add the columns, and let the triggers of append-only tables know meetings."""
    op.add_column("invitations", sa.Column("guardian", sa.String))
    op.create_index("ix_invitations_guardian", "invitations", ["guardian"])
    op.add_column("participants", sa.Column("idle_since", instant()))
    only_forgets("presence", rows=("participant", "label", "address", "meeting"))
    only_forgets("meeting_notes", rows=("participant", "meeting"))
