"""Promise 1, recorded: the intent is durable before the first byte leaves; without it nothing leaves."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, settings
from harness.recorder import Received, Recorder, completion, echo
from promises.conftest import Stand

KILLS = int(os.environ.get("PROMISE_KILLS", "150"))
LINE = "Annika Solberg: The launch moves to June.\n"


def intents(ledger: Path) -> set[str]:
    """Models named by the intents that are on disk now."""
    lines = [line for file in ledger.rglob("*.jsonl") for line in file.read_bytes().splitlines()]
    return {
        match[1].decode()
        for line in lines
        if b'"egress.intent"' in line and (match := re.search(rb'"name":"(k-[0-9-]+)"', line))
    }


def test_the_intent_is_on_disk_when_the_first_byte_arrives(alone) -> None:
    seen: list[bool] = []

    async def look(received: Received, writer: asyncio.StreamWriter) -> None:
        seen.append(received.json["model"] in intents(alone.proxy.directory / "ledger"))
        writer.write(completion("ok"))

    alone.recorder.reply = look
    alone.proxy.document["recipients"]["acme-llm"]["models"] = [f"k-{number}" for number in range(20)]
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    for number in range(20):
        assert alone.proxy.chat(LINE, model=f"k-{number}").status == 200
    assert seen == [True] * 20


def test_outcomes_and_refusals_are_recorded(stand) -> None:
    before = len(stand.proxy.settled())
    assert stand.proxy.chat(LINE).status == 200
    assert stand.proxy.chat("Benedikt Oyelaran: never.\n", meeting="m-none").status == 403
    assert stand.proxy.post("/nowhere", b"{}").status == 404
    assert stand.proxy.post("/v1/chat/completions", b"{").status == 400
    recorded = [event["metadata"]["event_code"] for event in stand.proxy.settled()[before:]]
    assert sorted(recorded) == ["egress.intent", "egress.outcome", *["egress.refused"] * 3]


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A proxy that waits for two seconds and takes replies of a megabyte."""
    directory = tmp_path_factory.mktemp("impatient")
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url, limits={"reply_bytes": 1 << 20}))
        proxy.document["recipients"]["acme-llm"]["idle_seconds"] = 2
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        yield Stand(proxy.start(), recorder)
        proxy.stop()


@pytest.mark.parametrize("how", ["reset", "stall", "short", "garbage", "huge"])
def test_a_bad_recipient_leaves_an_outcome_and_a_clear_answer(impatient, how: str) -> None:
    async def bad(_: Received, writer: asyncio.StreamWriter) -> None:
        if how == "reset":
            writer.transport.abort()
        elif how == "stall":
            await asyncio.Event().wait()
        elif how == "short":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
            writer.close()
        elif how == "garbage":
            writer.write(b"\x00\xff" * 50 + b"\r\n\r\n")
            writer.close()
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n")
            for _ in range(1500):
                writer.write(b" " * 65536)
                await writer.drain()

    impatient.recorder.reply = bad
    before = len(impatient.proxy.settled())
    reply = impatient.proxy.chat(LINE)
    assert reply.status in (502, 504)
    assert reply.json["error"]["code"].startswith("upstream_")
    recorded = [event["metadata"]["event_code"] for event in impatient.proxy.settled()[before:]]
    assert recorded == ["egress.intent", "egress.outcome"]


def test_nothing_leaves_when_the_ledger_cannot_grow(alone) -> None:
    """A full disk, as the process sees it: no file of its may grow any more."""
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(LINE).status == 200
    mark = alone.mark()
    pid = alone.proxy.process.pid
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    for _ in range(5):
        reply = alone.proxy.chat(LINE)
        assert reply.status == 503
        assert reply.json["error"]["code"].startswith("ledger_") or "store_" in reply.json["error"]["code"]
    assert alone.since(mark) == []


def test_refusals_while_the_disk_was_full_are_recorded_when_there_is_room(alone) -> None:
    """Not ready meanwhile, ready again although no request comes, and the ledger has every refusal."""
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(LINE).status == 200
    before = len(alone.proxy.settled())
    mark = alone.mark()
    resource.prlimit(alone.proxy.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    for number in range(7):
        assert alone.proxy.chat(LINE, meeting="m1" if number % 2 else "m-none").status == 503
    assert alone.proxy.admin("/healthz").status == 200
    unready = alone.proxy.admin("/readyz")
    assert (unready.status, unready.json["reasons"]["ledger"]) == (503, "ledger_full")
    assert b'meeting_proxy_ledger_trouble{reason="ledger_full"} 1.0' in alone.proxy.admin("/metrics").body
    resource.prlimit(alone.proxy.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    while alone.proxy.admin("/readyz").status != 200:
        time.sleep(0.02)
    alone.proxy.stop()
    later = [event for event in alone.proxy.events[before:] if event["metadata"]["event_code"] == "egress.refused"]
    assert sum(event["unmapped"]["ledger"]["count"] for event in later) == 7
    assert alone.since(mark) == []


def test_nothing_leaves_when_the_ledger_file_was_deleted(alone) -> None:
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(LINE).status == 200
    for file in (alone.proxy.directory / "ledger").rglob("*.jsonl"):
        file.unlink()
    mark = alone.mark()
    assert alone.proxy.chat(LINE).status == 503
    assert alone.since(mark) == []


def test_sigterm_lets_a_request_end_and_records_its_outcome(alone) -> None:
    async def slow(received: Received, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        await echo(received, writer)

    alone.recorder.reply = slow
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    replies: list[int] = []
    client = threading.Thread(target=lambda: replies.append(alone.proxy.chat(LINE).status))
    client.start()
    while not alone.recorder.received:
        pass
    assert alone.proxy.stop() == 0
    client.join(PATIENCE)
    assert replies == [200]
    assert alone.proxy.codes()[-1] != "egress.intent"
    assert "egress.outcome" in alone.proxy.codes()


_ARRIVING = 5


def test_random_sigkills_leave_nothing_received_without_an_intent(tmp_path: Path) -> None:
    """The real server, store, ledger and upstream are killed at random moments while requests go through.

    Most moments are told by the clock, from the first of starting on; every fifth by how many requests have arrived, so
    that it falls among them on any machine.

    The server is forked from a process that has served a request, so that hundreds of rounds take minutes; only the
    detector is replaced, which has no part in this promise.
    ``PROMISE_KILLS=10000`` is the long mode.
    """
    with Recorder() as recorder:
        proxy = Proxy(tmp_path, settings(tmp_path, recorder.base_url))
        proxy.document["ledger"]["segment_bytes"] = 60_000  # each start reads the last segment
        proxy.document.pop("server", None)  # killed before it could start another: test_several_processes.py has that
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        port = proxy.document["listen"]["port"]
        program = Path(__file__).parent.parent / "harness" / "killable.py"
        words = [sys.executable, str(program), str(proxy.config), KEY]
        forker = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        rng = random.Random(20260302)
        for kill in range(KILLS):
            models = [f"k-{kill}-{client}-{number}" for client in range(3) for number in range(30)]
            forker.stdin.write(json.dumps({"models": models}) + "\n")
            forker.stdin.flush()
            pid = int(forker.stdout.readline())
            clients = [threading.Thread(target=_load, args=(port, f"k-{kill}-{n}")) for n in range(3)]
            for client in clients:
                client.start()
            if kill % _ARRIVING:
                time.sleep(rng.uniform(0, 0.04))
            else:
                arrived = len(recorder.received) + rng.randrange(8)
                while len(recorder.received) < arrived and any(client.is_alive() for client in clients):
                    time.sleep(0.001)
                time.sleep(rng.uniform(0, 0.03))
            os.kill(pid, signal.SIGKILL)
            for client in clients:
                client.join()
        forker.stdin.close()
        forker.wait(PATIENCE)
        received = set(re.findall(rb'"model": ?"(k-[0-9-]+)"', recorder.wire))
        recorded = intents(tmp_path / "ledger")
    assert len(received) > KILLS // 5, "hardly a request came through: the test shows nothing"
    assert {model.decode() for model in received} <= recorded
    proxy.cli("ledger", "verify", "--config", str(proxy.config))


def _load(port: int, name: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    for number in range(30):
        body = {"model": f"{name}-{number}", "messages": [{"role": "user", "content": LINE}]}
        try:
            connection.request("POST", "/m/m1/v1/chat/completions", json.dumps(body), headers)
            reply = connection.getresponse()
            assert (reply.status, bool(reply.read())) == (200, True)
        except (OSError, HTTPException):
            break
    connection.close()
