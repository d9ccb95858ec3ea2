"""Alembic's entry: runs the steps in the transaction of a connection that `proxy.edge.store.schema` hands over."""

from __future__ import annotations

from alembic import context

from proxy.edge.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can undo changes of tables; Alembic would commit after each step otherwise.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
