"""Promises 1, 2 and 8 with three proxies behind a balancer: one is killed under load, and then their database.

The proxies share one PostgreSQL and nothing else. The clients do what a balancer does: each takes the next proxy where
one does not answer. Nothing is lost but what a proxy had in hand when it died, nothing leaves unrecorded, and a
withdrawal counts in the very next request at each of them.
"""

from __future__ import annotations

import itertools
import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import pytest
from harness.patience import PATIENCE
from harness.postgres import Postgres
from harness.process import Proxy, settings
from harness.recorder import Recorder

NAMES = ("pod-0", "pod-1", "pod-2")
CLIENTS = 6
LINE = "Annika Solberg: The launch moves to June.\n"
MODEL = re.compile(rb'"name":"(k-[0-9]+)"')


@dataclass
class Fleet:
    """Three proxies, and clients that ask them in turns, each request under a model of its own."""

    proxies: dict[str, Proxy]
    recorder: Recorder
    postgres: Postgres
    numbers: Iterator[int] = field(default_factory=itertools.count)
    answers: list[tuple[str, int]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def ask(self, turn: int) -> None:
        """Ask one proxy after the other until one answers."""
        for name in (NAMES[(turn + step) % len(NAMES)] for step in itertools.count()):
            model = f"k-{next(self.numbers)}"
            try:
                status = self.proxies[name].chat(LINE, model=model).status
            except (OSError, HTTPException):
                if self.ended.wait(0.01):
                    return
                continue
            self.answers.append((model, status))
            return

    def client(self, number: int) -> None:
        for turn in itertools.count(number):
            if self.ended.is_set():
                return
            self.ask(turn)

    def until_answered(self, status: int, times: int) -> None:
        """Wait until this many more requests got this answer."""
        before = self.count(status)
        deadline = time.monotonic() + PATIENCE
        while self.count(status) < before + times:
            assert time.monotonic() < deadline, self.answers[-20:]
            time.sleep(0.01)

    def count(self, status: int) -> int:
        return sum(each == status for _, each in list(self.answers))

    def left(self) -> set[str]:
        return {received.json["model"] for received in list(self.recorder.received) if received.complete}

    def recorded(self) -> set[str]:
        lines = [line for proxy in self.proxies.values() for line in proxy.ledger_bytes.splitlines()]
        named = [MODEL.search(line) for line in lines if b'"egress.intent"' in line]
        return {each[1].decode() for each in named if each is not None}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    postgres = Postgres(durable=True)
    store = postgres.database()
    with Recorder() as recorder:
        proxies = {}
        for name in NAMES:
            directory = tmp_path / name
            directory.mkdir()
            document = settings(directory, recorder.base_url, store=store)
            document["ledger"]["name"] = name
            document["recipients"]["acme-llm"]["models"] = [f"k-{number}" for number in range(5000)]
            proxies[name] = Proxy(directory, document)
        directories = [proxy.document["ledger"]["directory"] for proxy in proxies.values()]
        proxies["pod-0"].document["ledger"]["others"] = directories[1:]
        proxies["pod-0"].meeting()
        proxies["pod-0"].consent("grant", "p-ann")
        for proxy in proxies.values():
            proxy.start()
        yield Fleet(proxies, recorder, postgres)
        for proxy in proxies.values():
            if proxy.process is not None and proxy.process.poll() is None:
                proxy.stop()
    postgres.stop()


def test_nothing_is_lost_and_nothing_leaves_unrecorded(fleet: Fleet) -> None:
    clients = [threading.Thread(target=fleet.client, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        fleet.until_answered(200, 12)
        fleet.proxies["pod-1"].kill()
        fleet.until_answered(200, 12)
        fleet.postgres.end(signal.SIGQUIT)
        fleet.until_answered(503, 12)
        fleet.postgres.start()
        fleet.until_answered(200, 12)
        fleet.proxies["pod-1"].start()
        fleet.until_answered(200, 12)
    finally:
        fleet.ended.set()
        for client in clients:
            client.join(PATIENCE)

    assert {status for _, status in fleet.answers} == {200, 503}
    # A proxy that died took at most what it had in hand with it: that is on record if it left.
    assert {model for model, status in fleet.answers if status == 200} <= fleet.left()
    assert not {model for model, status in fleet.answers if status == 503} & fleet.left()
    assert fleet.left() <= fleet.recorded()

    fleet.proxies["pod-2"].consent("withdraw", "p-ann")
    before = len(fleet.recorder.received)
    for proxy in fleet.proxies.values():
        assert proxy.chat(LINE, model="k-4999").status in (200, 403)
    assert not any(b"launch" in received.body for received in fleet.recorder.received[before:])

    one = fleet.proxies["pod-0"]
    told = json.loads(one.cli("ledger", "verify", "--all", "--json", "--config", str(one.config)))
    assert {each["origin"].partition("/")[2]: each["state"] for each in told["logs"]} == dict.fromkeys(
        NAMES, "in_order"
    )
