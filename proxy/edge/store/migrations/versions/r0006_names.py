"""Names in one form, to find those that two people share; and names that the operator vouches for, at first none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.model import label_form

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column and the table, and enter the names of people on file."""
    op.add_column("participants", sa.Column("vouched", sa.JSON, nullable=False, server_default=sa.text("'[]'")))
    names = op.create_table(
        "names",
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("participant", sa.String, primary_key=True, index=True),
        sa.Column("meeting", sa.String, primary_key=True, index=True),
        sa.Column("label", sa.String, nullable=False),
    )
    people = sa.table(
        "participants", sa.column("id", sa.String), sa.column("name", sa.String), sa.column("aliases", sa.JSON)
    )
    found = {
        (label_form(label), person.id): label
        for person in op.get_bind().execute(sa.select(people)).all()
        for label in (person.name, *person.aliases)
    }
    rows = [{"form": form, "participant": who, "meeting": "", "label": label} for (form, who), label in found.items()]
    op.bulk_insert(names, rows)
