"""Forgetting people: what is append-only may lose what names somebody who is being forgotten; and legal holds.

A row of `forgetting` marks what is being forgotten, within the transaction that forgets it. Somebody whose key is still
on file, or on whom there is a hold, cannot be marked, so nobody's records go while the ledger still names them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from proxy.edge.store.migrations.steps import instant, only_forgets

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add both tables, and let the triggers of append-only tables know them."""
    op.create_table("forgetting", sa.Column("subject", sa.String, primary_key=True))
    op.create_table(
        "holds",
        sa.Column("participant", sa.String, primary_key=True),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("since", instant(), nullable=False),
    )
    for statement in _MARKS[op.get_bind().dialect.name]:
        op.execute(statement)
    only_forgets("grants", rows=("participant",), columns=("actor", "evidence_ref"))
    only_forgets("presence", rows=("participant", "label", "address"))
    only_forgets("meeting_notes", rows=("participant",))
    only_forgets("terms_accepted", columns=("accepted_by",))
    only_forgets("spent", columns=("invitation",))
    only_forgets("incidents", columns=("invitation",))


_KEPT = "the key of this person is on file, or a legal hold"

_MARKS = {
    "sqlite": [
        "CREATE TRIGGER forgetting_no_key BEFORE INSERT ON forgetting "  # noqa: S608 - constants
        "WHEN EXISTS (SELECT 1 FROM subject_keys WHERE subject = NEW.subject) "
        "OR EXISTS (SELECT 1 FROM holds WHERE participant = NEW.subject) "
        f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_marking() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE kept boolean; BEGIN "  # noqa: S608
        # The tables are named by their schema: a temporary table of the same name would go before them.
        "EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.subject_keys WHERE subject = $1) "
        "OR EXISTS (SELECT 1 FROM %1$I.holds WHERE participant = $1)', TG_TABLE_SCHEMA) INTO kept USING NEW.subject; "
        f"IF kept THEN RAISE EXCEPTION '{_KEPT}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER forgetting_no_key BEFORE INSERT OR UPDATE ON forgetting "
        "FOR EACH ROW EXECUTE FUNCTION refuse_marking()",
    ],
}
