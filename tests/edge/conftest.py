"""The databases that the store's tests run against: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.other_program import OtherProgram
from harness.postgres import Postgres
from harness.stores import postgres_store, sqlite_store

from proxy.edge.store.store import Store


@pytest.fixture
def no_tables() -> None:
    """Asked for by a test whose database has no tables yet."""


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own, in which nothing is recorded."""
    made = "no_tables" not in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "store" / "proxy.db"
        return f"sqlite:///{sqlite_store(path) if made else path}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres_store(postgres) if made else postgres.database()


@pytest.fixture
async def store(store_url: str):
    """The store on that database."""
    async with await Store.open(store_url) as opened:
        yield opened


@pytest.fixture
def other_program(store_url: str, request: pytest.FixtureRequest) -> OtherProgram:
    """Another program on the same database."""
    return OtherProgram(store_url, request.getfixturevalue("postgres") if "postgresql" in store_url else None)
