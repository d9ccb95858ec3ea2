"""The schema of a store: which one it has, and the steps to the newest, made by one process at a time."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import String, column, inspect, select, table
from sqlalchemy.engine import Connection

from proxy.edge.store.tables import schema_version
from proxy.errors import OwnFault

REVISIONS = (
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012", "0013",
    "0014", "0015", "0016", "0018", "0019", "0020", "0021", "0022", "0023",
)  # fmt: skip
"""All steps of ``migrations/versions``, oldest first. Kept here so that opening a store need not load Alembic."""

NEWEST = REVISIONS[-1]

_LOCK = 0x6D70_7073
"""An arbitrary number for PostgreSQL's advisory locks, used only here."""


def revision_of(connection: Connection) -> str | None:
    """Return the newest step that a store has been through; None if it has no tables. Raises `OwnFault`.

    For a store of the first version, which had no steps, that is the first step.
    """
    tables = inspect(connection)
    if tables.has_table("alembic_version"):
        version = select(column("version_num", String)).select_from(table("alembic_version"))
        found = connection.execute(version).scalars().all()
        if len(found) != 1 or found[0] not in REVISIONS:
            raise OwnFault("store_unavailable", "a newer version of this program made the store; use that one")
        return str(found[0])
    if not tables.has_table(schema_version.name):
        return None
    if list(connection.execute(select(schema_version.c.version)).scalars()) != [1]:
        raise OwnFault("store_unavailable", "another version of this program made the store; use that one, or newer")
    return REVISIONS[0]


def revision_at_once(connection: Connection) -> str | None:
    """As `revision_of`, in a transaction of its own that sees one snapshot of the store.

    Another process may be changing the schema: a mix of before and after would match no version.
    """
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN" if sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return revision_of(connection)


def upgrade(connection: Connection) -> None:
    """Bring the store to the newest schema, within the transaction of `connection`, which the caller commits."""
    _lock(connection)
    before = revision_of(connection)
    if before == NEWEST:
        return
    from alembic import command  # noqa: PLC0415 - a store that is up to date needs no Alembic
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    if before == REVISIONS[0] and not inspect(connection).has_table("alembic_version"):
        command.stamp(config, before)
    command.upgrade(config, "head")


def _lock(connection: Connection) -> None:
    """Wait until no other process changes the schema. The end of the transaction releases the lock."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
