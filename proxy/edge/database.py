"""The database under the store: its file, its connections, its schema version, and how it fails."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event, insert, inspect, make_url, select
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from proxy.edge.tables import SCHEMA, metadata, schema_version
from proxy.errors import Fault, OwnFault

_WAIT_SECONDS = 5.0
_SETTINGS = ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "recursive_triggers=ON")


@contextlib.contextmanager
def closing(detail: str = "the store does not answer") -> Iterator[None]:
    """Turn whatever goes wrong into one fault that says nothing of what was read or written."""
    try:
        yield
    except Fault:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the store has failed, and a decision must not go on
        raise OwnFault("store_unavailable", detail) from None


async def open_engine(url: str) -> AsyncEngine:
    """An engine on the database at `url`, with the tables of this version. Raises `OwnFault`."""
    with closing("the store cannot be opened; check its path and who may write there"):
        engine = create_async_engine(await asyncio.to_thread(_prepare, url), pool_size=4, max_overflow=4)
        event.listen(engine.sync_engine, "connect", _set_up)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(_create)
        except BaseException:
            await engine.dispose()
            raise
        return engine


def _prepare(url: str) -> URL:
    """Check the URL; make directory and file, so that at no moment others can read the file.

    The file is switched to a write-ahead log here, once: SQLite does not wait its turn for that.
    """
    parts = make_url(url)
    if parts.drivername not in ("sqlite", "sqlite+aiosqlite") or parts.query:
        raise OwnFault("store_unavailable", "write the store as sqlite:///path/to/proxy.db", where="store")
    if not parts.database or parts.database == ":memory:":
        raise OwnFault("store_unavailable", "name a file: a store in memory forgets every refusal", where="store")
    path = Path(parts.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    _use_write_ahead_log(path)
    return parts.set(drivername="sqlite+aiosqlite")


def _use_write_ahead_log(path: Path) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    with contextlib.closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


def _set_up(connection: Any, _: object) -> None:
    """Settings of each SQLite connection: commits are durable, what is deleted is overwritten."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={int(_WAIT_SECONDS * 1000)}")
    for setting in _SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _create(connection: Connection) -> None:
    """Make the tables of this version, or refuse those of another."""
    if not inspect(connection).has_table(schema_version.name):
        if connection.dialect.name == "sqlite":
            # Two processes may start at once on a new file; the second finds the tables made.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        if not inspect(connection).has_table(schema_version.name):
            metadata.create_all(connection)
            connection.execute(insert(schema_version).values(version=SCHEMA))
    else:
        metadata.create_all(connection)
    found = connection.execute(select(schema_version.c.version)).scalars().all()
    if list(found) != [SCHEMA]:
        raise OwnFault("store_unavailable", "another version of this program made the store; use that one, or newer")
