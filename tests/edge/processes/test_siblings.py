"""A sibling of the first process, which it starts: what one of them cannot load changes nothing, and none is missed."""

from __future__ import annotations

import asyncio
import http.client
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import yaml
from edge import ledger_stand
from harness.forks import ForkedNursery, ForkedSibling
from harness.patience import PATIENCE
from harness.process import KEY
from harness.process import settings as document
from harness.stores import sqlite_store

from bench.ports import free_port
from proxy.composition.generation import Detecting
from proxy.edge.configuration.file import parse
from proxy.edge.detection import fork_server as nursery
from proxy.edge.exchange_log import ExchangeLog
from proxy.edge.http.admission import OwnLimits
from proxy.edge.http.loads import Loads
from proxy.edge.http.shared_sockets import bound
from proxy.edge.metrics import MeteredLedger, Metrics
from proxy.edge.processes import sibling
from proxy.edge.processes.orders import Orders, unpacked
from proxy.edge.processes.sibling import Shared
from proxy.edge.processes.siblings import Siblings
from proxy.edge.quota import WordsOfDay
from proxy.errors import Fault
from proxy.settings import Settings


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes are forks of one that has loaded everything."""

    async def begun(control: socket.socket) -> ForkedNursery:
        return ForkedNursery(control)

    async def sibling_begun(words: Sequence[int], descriptors: Sequence[int]) -> ForkedSibling:
        return ForkedSibling(words, descriptors)

    monkeypatch.setattr(nursery, "begun", begun)
    monkeypatch.setattr(sibling, "begun", sibling_begun)


def settings(directory: Path, **client: str) -> Settings:
    """Settings with a credential in a file."""
    (directory / "credential").write_text("a-credential")
    made = document(directory, f"http://127.0.0.1:{free_port()}", server={"processes": 2})
    made["recipients"]["acme-llm"]["credential"] = {"file": str(directory / "credential")}
    made["clients"][0].update(client)
    return parse(yaml.safe_dump(made))


async def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


class Standing:
    """A sibling, and a first process that takes no connections."""

    def __init__(self, siblings: Siblings, detecting: Detecting, port: int, metrics: Metrics) -> None:
        self.siblings, self.detecting, self.port, self.metrics = siblings, detecting, port, metrics

    def orders(self, settings: Settings) -> Orders:
        return Orders.of(settings, 2, self.detecting.number, self.detecting.memory)

    async def status(self, key: str = KEY) -> int:
        return await asyncio.to_thread(self._status, key)

    def _status(self, key: str) -> int:
        """What the sibling answers to a body of no kind that it takes: 415, and 401 to whoever is no client."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("POST", "/v1/chat/completions", "{}", {"Authorization": f"Bearer {key}"})
        return connection.getresponse().status


@asynccontextmanager
async def standing(directory: Path) -> AsyncIterator[Standing]:
    sqlite_store(directory / "proxy.db")
    first, metrics, words = settings(directory), Metrics(), WordsOfDay(lambda: ledger_stand.AT)
    ledger = MeteredLedger(await ledger_stand.opened(directory / "first"), metrics)
    kept = Detecting(first).kept()
    await kept.part.pool.start()
    shared = Shared(
        ledger, ExchangeLog(time.monotonic), OwnLimits(time.monotonic, words), words,
        lambda _: first.clients[0], lambda number: kept if number == kept.part.number else None,
    )  # fmt: skip
    orders = Orders.of(first, 2, kept.part.number, kept.part.memory)
    siblings, loads = Siblings(1, shared, orders, metrics), Loads.begun(2)
    sockets = await bound("127.0.0.1", 0)
    siblings.start(sockets, loads)
    try:
        await until(lambda: bool(siblings.pids()))
        yield Standing(siblings, kept.part, sockets[0].getsockname()[1], metrics)
    finally:
        await siblings.close()
        await kept.closed()
        await ledger._ledger.close()
        for each in sockets:
            each.close()
        loads.close()


def test_orders_lose_nothing_on_their_way(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert made.routes[0].paths  # what was computed of them goes along
    sent = unpacked(Orders(made, 3, 7, b"key").packed())
    assert (sent.settings, sent.processes, sent.detection, sent.key) == (made, 3, 7, b"key")
    assert sent.settings.digest() == made.digest()


async def test_what_a_sibling_cannot_load_changes_nothing(tmp_path: Path) -> None:
    async with standing(tmp_path) as stand:
        before = stand.siblings.pids()
        assert await stand.status() == 415
        other = settings(tmp_path, key_sha256="0" * 64)
        (tmp_path / "credential").unlink()
        with pytest.raises(Fault, match="configuration_invalid"):
            await stand.siblings.prepare(stand.orders(other))
        stand.siblings.abandon()
        assert await stand.status() == 415

        orders = stand.orders(settings(tmp_path, key_sha256="0" * 64))
        await stand.siblings.prepare(orders)
        assert await stand.status() == 415
        await stand.siblings.change(orders)
        assert await stand.status() == 401
        assert stand.siblings.pids() == before
    assert await asyncio.to_thread(lambda: "egress.refused" in ledger_stand.codes(tmp_path / "first"))


async def test_one_that_ends_is_replaced_by_one_that_serves_by_what_is_in_force(tmp_path: Path) -> None:
    async with standing(tmp_path) as stand:
        (killed,) = stand.siblings.pids()
        orders = stand.orders(settings(tmp_path, key_sha256="0" * 64))
        os.kill(killed, signal.SIGKILL)
        await stand.siblings.change(orders)
        await until(lambda: stand.siblings.pids() not in ([], [killed]))
        assert await stand.status() == 401
        assert await stand.siblings.ping()
        assert stand.metrics.processes_ended._value.get() == 1


async def test_one_that_hangs_when_settings_change_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.edge.processes.siblings.CHANGE_SECONDS", 0.05)
    async with standing(tmp_path) as stand:
        (stopped,) = stand.siblings.pids()
        orders = stand.orders(settings(tmp_path, key_sha256="0" * 64))
        await stand.siblings.prepare(orders)
        os.kill(stopped, signal.SIGSTOP)
        await stand.siblings.change(orders)
        await until(lambda: stand.siblings.pids() not in ([], [stopped]))
        assert await stand.status() == 401
