"""E-mail addresses one by one, to find those that two people share: such an address proves nobody's identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table, and enter the addresses of people on file. Proxies of the previous version do not write it."""
    addresses = op.create_table(
        "addresses",
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("participant", sa.String, primary_key=True, index=True),
    )
    people = sa.table("participants", sa.column("id", sa.String), sa.column("emails", sa.JSON))
    found = {
        (email.strip().lower(), person.id)
        for person in op.get_bind().execute(sa.select(people)).all()
        for email in person.emails
    }
    op.bulk_insert(addresses, [{"address": address, "participant": person} for address, person in sorted(found)])
