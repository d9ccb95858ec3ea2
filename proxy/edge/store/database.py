"""The database under the store: its connections, and how it fails."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from proxy.edge.store import schema
from proxy.edge.store import url as store_url
from proxy.edge.store.url import WAIT_SECONDS
from proxy.errors import Fault, OwnFault

LIMIT_SECONDS = 3 * WAIT_SECONDS
"""The longest that reading or writing may take: to wait for a connection, to make one, and for the statement."""

UPGRADE_SECONDS = 120.0
"""The longest that a step to a new schema may take, and another process waits for it."""

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


@contextlib.asynccontextmanager
async def bounded(seconds: float = LIMIT_SECONDS) -> AsyncIterator[None]:
    """As `closing`, and nothing takes longer than this."""
    with closing():
        async with asyncio.timeout(seconds):
            yield


async def open_engine(url: str) -> AsyncEngine:
    """An engine on the database at `url`, with the tables of this version. Raises `OwnFault`."""
    parts = store_url.parse(url)
    with closing("the store cannot be opened; check where it is, and who may open and change it"):
        if parts.drivername.startswith("sqlite"):
            await asyncio.to_thread(_prepare, Path(parts.database or ""))
        engine = _engine(parts)
        try:
            async with asyncio.timeout(LIMIT_SECONDS), engine.connect() as connection:
                revision = await connection.run_sync(schema.revision_at_once)
            if revision != schema.NEWEST:
                await _upgrade(parts)
        except BaseException:
            await engine.dispose()
            raise
        return engine


async def revision_at(url: str) -> str | None:
    """The schema that the store at `url` has; None where there is none yet. Changes nothing. Raises `OwnFault`."""
    parts = store_url.parse(url)
    if not _is_server(parts) and not await asyncio.to_thread(Path(parts.database or "").exists):
        return None
    with closing("the store cannot be opened; check where it is, and who may open it"):
        engine = _engine(parts)
        try:
            async with asyncio.timeout(LIMIT_SECONDS), engine.connect() as connection:
                return await connection.run_sync(schema.revision_at_once)
        finally:
            await engine.dispose()


def _engine(parts: URL, **changed: Any) -> AsyncEngine:
    arguments = store_url.connect_arguments(parts)
    engine = create_async_engine(
        store_url.driver_url(parts),
        connect_args={**arguments, **{name: value for name, value in changed.items() if name in arguments}},
        pool_size=4,
        max_overflow=4,
        pool_timeout=WAIT_SECONDS,
        # A server that restarted is connected to again, once. A file does not restart.
        pool_pre_ping=_is_server(parts),
        hide_parameters=True,
    )
    if not _is_server(parts):
        event.listen(engine.sync_engine, "connect", _set_up)
    return engine


def _is_server(parts: URL) -> bool:
    """Whether a server answers, rather than a file."""
    return parts.drivername.startswith("postgresql")


async def _upgrade(parts: URL) -> None:
    engine = _engine(parts, command_timeout=UPGRADE_SECONDS)
    try:
        with closing("the store needs a step to this version; run 'meeting-proxy store upgrade' as its owner"):
            async with asyncio.timeout(UPGRADE_SECONDS), engine.begin() as connection:
                await connection.run_sync(schema.upgrade)
    finally:
        await engine.dispose()


def _prepare(path: Path) -> None:
    """Make directory and file, so that at no moment others can read the file.

    The file is switched to a write-ahead log here, once: SQLite does not wait its turn for that.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    until = time.monotonic() + WAIT_SECONDS
    with contextlib.closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
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
    cursor.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
    for setting in _SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
