"""What several suites need: a real PostgreSQL, one for each process that runs tests, made when it is first used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server whose databases belong to single tests."""
    server = Postgres()
    yield server
    server.stop()
