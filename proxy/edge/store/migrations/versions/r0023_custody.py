"""Who answers for a minor, and whose yes it takes: whoever was asked, or granted, as a guardian is on file as one.

And whether a legal hold is on its person alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.schema import REVISIONS

revision = "0023"
down_revision = REVISIONS[REVISIONS.index(revision) - 1]


def upgrade() -> None:
    """Add the columns, and fill in the guardians of minors."""
    op.add_column("participants", sa.Column("guardians", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("participants", sa.Column("custody", sa.String))
    op.add_column("holds", sa.Column("alone", sa.Boolean, nullable=False, server_default=sa.false()))
    bind = op.get_bind()
    minors = {row.id for row in bind.execute(sa.text("SELECT id FROM participants WHERE minor"))}
    if not minors:
        return
    known = {row.id for row in bind.execute(sa.text("SELECT id FROM participants"))}
    kept = {row.id: row.participant for row in bind.execute(sa.text("SELECT id, participant FROM merged"))}
    asked = bind.execute(sa.text("SELECT participant, guardian FROM invitations WHERE guardian IS NOT NULL"))
    granted = "SELECT participant, actor FROM grants WHERE guardian AND state = 'granted' ORDER BY seq"
    found: dict[str, dict[str, None]] = {}
    for minor, guardian in (*asked, *bind.execute(sa.text(granted))):
        child, parent = kept.get(minor, minor), kept.get(guardian, guardian)
        if child in minors and parent in known and parent != child:
            found.setdefault(child, {})[parent] = None
    people = sa.table("participants", sa.column("id", sa.String), sa.column("guardians", sa.JSON))
    for child, parents in found.items():
        bind.execute(sa.update(people).where(people.c.id == child).values(guardians=list(parents)))
