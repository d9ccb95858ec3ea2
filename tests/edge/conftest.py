"""The databases that the store's tests run against: each test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.other_program import OtherProgram
from harness.postgres import Postgres

from proxy.edge.store.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of this test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/proxy.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.database()


@pytest.fixture
async def store(store_url: str):
    """The store on that database."""
    async with await Store.open(store_url) as opened:
        yield opened


@pytest.fixture
def other_program(store_url: str, request: pytest.FixtureRequest) -> OtherProgram:
    """Another program on the same database."""
    return OtherProgram(store_url, request.getfixturevalue("postgres") if "postgresql" in store_url else None)
