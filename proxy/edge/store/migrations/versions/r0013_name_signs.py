"""Names, and those that the operator vouches for, in the form with one apostrophe and one hyphen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.model import label_form

revision = "0013"
down_revision = "0012"

_KEY = ("form", "participant", "meeting")


def upgrade() -> None:
    """Rewrite the rows of `names` whose form changes. Proxies of the previous version write the old forms."""
    names = sa.table("names", *map(sa.column, (*_KEY, "label")))
    rows = op.get_bind().execute(sa.select(names)).all()
    changed = [row for row in rows if label_form(row.label) != row.form]
    for row in changed:
        op.execute(sa.delete(names).where(*(names.c[key] == getattr(row, key) for key in _KEY)))
    kept = {tuple(getattr(row, key) for key in _KEY) for row in rows if row not in changed}
    added = {(label_form(row.label), row.participant, row.meeting): row.label for row in changed}
    op.bulk_insert(
        names,
        [dict(zip(_KEY, key, strict=True)) | {"label": label} for key, label in added.items() if key not in kept],
    )
    people = sa.table("participants", sa.column("id"), sa.column("vouched", sa.JSON))
    for person in op.get_bind().execute(sa.select(people)).all():
        forms = list(dict.fromkeys(map(label_form, person.vouched)))
        if forms != person.vouched:
            op.execute(sa.update(people).where(people.c.id == person.id).values(vouched=forms))
