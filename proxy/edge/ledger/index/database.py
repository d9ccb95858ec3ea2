"""The database of an index: where it is, its connections, and its tables, which are made anew if they are older."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from proxy.edge.ledger.index.tables import VERSION, locked, metadata, state
from proxy.edge.store.database import WAIT_SECONDS, connect_arguments, driver_url, parse
from proxy.errors import Fault, OwnFault

STATEMENT_SECONDS = 60.0
"""How long a statement may take on a server: it may go over all records."""
_SETTINGS = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "cache_size=-65536", "mmap_size=1073741824")


def default_url(folder: Path) -> str:
    """Where the index of the ledger in this directory is unless the configuration says otherwise: beside it."""
    return f"sqlite:///{folder.absolute().parent / (folder.absolute().name + '-index.db')}"


class IndexMismatch(OwnFault):
    """The index is not that of the ledger's records. `what` says where, for people."""

    def __init__(self, what: str) -> None:
        detail = "so no answer is given: make the index anew with 'meeting-proxy ledger index --rebuild', and find out "
        super().__init__("ledger_index_mismatch", f"{what}, {detail}who can write it")


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turn errors of the database into one fault with its remedy, which quotes none of them."""
    try:
        yield
    except Fault:
        raise
    except (SQLAlchemyError, OSError, TimeoutError):
        detail = (
            "the index of the ledger cannot be read or written; check ledger.index, free space and who may write "
            "there, or make it anew with 'meeting-proxy ledger index --rebuild'"
        )
        raise OwnFault("ledger_index_unavailable", detail) from None


async def open_engine(url: str) -> AsyncEngine:
    """Open the index at `url`, made if absent; only its owner can read a new file. Raises `OwnFault`."""
    parts = parse(url)
    with answering():
        if parts.drivername.startswith("sqlite"):
            await asyncio.to_thread(_prepare, Path(parts.database or ""))
        arguments = connect_arguments(parts)
        if arguments:
            arguments |= {"command_timeout": STATEMENT_SECONDS}
        engine = create_async_engine(driver_url(parts), connect_args=arguments, hide_parameters=True)
        if not arguments:
            event.listen(engine.sync_engine, "connect", _set_up)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_make_tables)
        except BaseException:
            await engine.dispose()
            raise
        return engine


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)


async def clear(engine: AsyncEngine) -> None:
    """Forget everything, so that the index is made anew."""
    with answering():
        async with engine.begin() as connection:
            await connection.run_sync(_clear)


def _make_tables(connection: Connection) -> None:
    if inspect(connection).has_table(state.name) and connection.scalar(select(state.c.version)) == VERSION:
        return
    locked(connection)
    metadata.drop_all(connection)
    metadata.create_all(connection)
    connection.execute(insert(state).values(version=VERSION))


def _clear(connection: Connection) -> None:
    locked(connection)
    for table in metadata.sorted_tables:
        if table is not state:
            connection.execute(delete(table))


def _set_up(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
    for setting in _SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
