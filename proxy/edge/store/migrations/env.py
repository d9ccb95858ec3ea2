"""Alembic's entry point: runs the steps in the transaction of a connection that `proxy.edge.store.schema` provides."""

from __future__ import annotations

from alembic import context

from proxy.edge.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can roll back changes of tables; otherwise Alembic would commit after each step.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
