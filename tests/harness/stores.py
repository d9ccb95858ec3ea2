"""Stores with their tables: copies of one that was made once, as making one anew computes ten times as long."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from harness.postgres import Postgres
from proxy.edge.store.store import Store


async def _made(url: str) -> None:
    async with await Store.open(url):
        pass


def _make(url: str) -> None:
    """Let the product make it, also where a loop runs already."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _made(url)).result()


@cache
def _sqlite() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "proxy.db")
        _make(f"sqlite:///{path}")
        return path.read_bytes()


def sqlite_store(path: Path) -> Path:
    """An SQLite store at `path`, which holds nothing yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_sqlite())
    return path


@cache
def _database(server: Postgres) -> str:
    url = server.database()
    _make(url)
    return url


def postgres_store(server: Postgres) -> str:
    """The URL of a PostgreSQL store that holds nothing yet."""
    return server.database(like=_database(server))
