"""What several suites need: properties without a clock, PostgreSQL, a proxy of all APIs for each process."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator

import pytest
from harness.endpoints import Apis, speak, speaking
from harness.invented import invented
from harness.postgres import Postgres
from harness.process import Proxy
from harness.recorder import Recorder
from hypothesis import HealthCheck, settings

from proxy.edge import gc_tuning as garbage

# What is tested is compiled once, as where it is installed, and not by each of the processes that are started here.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes is the machine's business: no test asserts on time.
settings.register_profile(
    "untimed", max_examples=invented(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Nearly all that is made while tests are collected stays: it is not looked through for garbage meanwhile."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """What was imported lives to the end: it is not looked through for garbage again and again."""
    garbage.settle()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument and place: what a library writes, a time in it even, is no name of a test."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server whose databases belong to single tests."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    """One proxy with a route for each API, in front of a local recipient that speaks all of them."""
    directory = tmp_path_factory.mktemp("apis")
    with Recorder(speak) as recorder:
        proxy = Proxy(directory, speaking(directory, recorder))
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.consent("deny", "p-ben")
        proxy.start()
        yield Apis(proxy, recorder)
        proxy.stop()
