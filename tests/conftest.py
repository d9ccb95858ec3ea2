"""What several suites need: properties without a clock, and a real PostgreSQL for each process that runs tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.postgres import Postgres
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's business: no test asserts on time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server whose databases belong to single tests."""
    server = Postgres()
    yield server
    server.stop()
