"""One proxy of several processes keeps every promise as one process does, whichever takes a connection.

A connection stays with the process that took it, so a client with a connection to each asks all of them. Processes are
killed under load, settings change while requests are under way, and the proxy is stopped: nothing leaves unrecorded,
and what holds in one process holds in all.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import itertools
import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, settings
from harness.recorder import Recorder, completion

pytestmark = pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="looks at sockets through /proc")

PROCESSES = 3
CLIENTS = 6
LINE = "Annika Solberg: The launch moves to June.\n"
MODEL = re.compile(rb'"name":"(k-[0-9]+)"')
FEW, ONE, SLOW = "a-key-for-few-words", "a-key-for-one", "a-key-for-three-a-minute"


def key(name: str, key: str, **limits: int) -> dict[str, Any]:
    return {"name": name, "key_sha256": hashlib.sha256(key.encode()).hexdigest(), "routes": ["summary"], **limits}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as made:
        yield made


@pytest.fixture
def proxy(tmp_path: Path, recorder: Recorder) -> Iterator[Proxy]:
    document = settings(tmp_path, recorder.base_url, server={"processes": PROCESSES})
    document["recipients"]["acme-llm"]["models"] = ["m", *(f"k-{number}" for number in range(5000))]
    document["clients"] += [key("few", FEW, words_per_day=20), key("one", ONE, concurrent_requests=1)]
    document["clients"] += [key("slow", SLOW, requests_per_minute=3)]
    made = Proxy(tmp_path, document)
    made.meeting()
    made.consent("grant", "p-ann")
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def logged(proxy: Proxy, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in proxy.log.read_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def siblings(proxy: Proxy) -> list[int]:
    """The processes that serve beside the first one."""
    return [line["pid"] for line in logged(proxy, "process_serving") if alive(line["pid"])]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def processes(proxy: Proxy) -> set[int]:
    assert proxy.process is not None
    return {proxy.process.pid, *siblings(proxy)}


def holders(proxy: Proxy) -> dict[int, int]:
    """Which process has each connection of a client, by the client's port."""
    listening = f"{proxy.document['listen']['port']:04X}"
    inodes = {}
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state, *rest = line.split()
        if local.endswith(f":{listening}") and state == "01":
            inodes[rest[5]] = int(remote.rpartition(":")[2], 16)
    found = {}
    for pid in processes(proxy):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            try:
                name = str(handle.readlink())
            except OSError:  # closed meanwhile
                continue
            if (inode := name.removeprefix("socket:[").rstrip("]")) in inodes:
                found[inodes[inode]] = pid
    return found


class Connections:
    """A connection to each process, which is kept."""

    def __init__(self, proxy: Proxy) -> None:
        self.of: dict[int, http.client.HTTPConnection] = {}
        idle, deadline = [], time.monotonic() + PATIENCE
        while len(self.of) < PROCESSES:
            assert time.monotonic() < deadline, self.of
            one = http.client.HTTPConnection("127.0.0.1", proxy.document["listen"]["port"], timeout=PATIENCE)
            one.connect()
            port = one.sock.getsockname()[1]
            holder = until(lambda port=port: holders(proxy).get(port))
            if self.of.setdefault(holder, one) is not one:
                idle.append(one)  # open, so that its process has more to do than others
        for one in idle:
            one.close()

    def ask(self, pid: int, line: str = LINE, *, model: str = "m", key: str = KEY) -> tuple[int, bytes]:
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": line}]})
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.of[pid].request("POST", "/m/m1/v1/chat/completions", body, headers)
        reply = self.of[pid].getresponse()
        return reply.status, reply.read()

    def statuses(self, **asked: Any) -> list[int]:
        return [self.ask(pid, **asked)[0] for pid in self.of]


class Load:
    """Clients that ask one request after the other, each under a model of its own and over a new connection."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy, self.numbers, self.ended = proxy, itertools.count(), threading.Event()
        self.answers: list[tuple[str, int]] = []
        self.threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]

    def __enter__(self) -> Load:
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for each in self.threads:
            each.join(PATIENCE)

    def _ask(self) -> None:
        while not self.ended.is_set():
            model = f"k-{next(self.numbers) % 5000}"
            try:
                status = self.proxy.chat(LINE, model=model).status
            except (OSError, http.client.HTTPException):
                status = 0
            self.answers.append((model, status))
            if not status:
                self.ended.wait(0.02)

    def more(self, times: int) -> None:
        """Wait until so many more requests were answered well."""
        before = self.good()
        until(lambda: self.good() >= before + times)

    def good(self) -> int:
        return sum(status == 200 for _, status in list(self.answers))


def left(recorder: Recorder) -> set[str]:
    return {received.json["model"] for received in list(recorder.received) if received.complete}


def recorded(proxy: Proxy) -> set[str]:
    named = [MODEL.search(line) for line in proxy.ledger_bytes.splitlines() if b'"egress.intent"' in line]
    return {each[1].decode() for each in named if each is not None}


def test_a_killed_process_takes_what_it_had_in_hand_and_is_replaced(proxy: Proxy, recorder: Recorder) -> None:
    with Load(proxy) as load:
        load.more(12)
        killed = siblings(proxy)[0]
        os.kill(killed, signal.SIGKILL)
        load.more(12)
        until(lambda: len(siblings(proxy)) == PROCESSES - 1 and killed not in siblings(proxy))
        load.more(12)
    settled = proxy.settled()

    assert {status for _, status in load.answers} <= {200, 0}
    assert {model for model, status in load.answers if status == 200} <= left(recorder) <= recorded(proxy)
    outcomes = [event for event in settled if event["metadata"]["event_code"] == "egress.outcome"]
    interrupted = [event for event in outcomes if event.get("status_code") == "interrupted"]
    assert all(event["unmapped"]["ledger"]["treat_as_sent"] for event in interrupted)
    assert len(outcomes) == sum(event["metadata"]["event_code"] == "egress.intent" for event in settled)
    assert proxy.admin("/readyz").status == 200
    assert proxy.stop() == 0
    assert "The ledger is in order." in proxy.cli("ledger", "verify", "--config", str(proxy.config))
    told = json.loads(proxy.cli("ledger", "verify", "--all", "--json", "--config", str(proxy.config)))
    assert [each["state"] for each in told["logs"]] == ["in_order"]


def test_a_withdrawal_counts_at_once_in_every_process(proxy: Proxy, recorder: Recorder) -> None:
    clients = Connections(proxy)
    assert clients.statuses() == [200] * PROCESSES
    before = len(recorder.received)
    proxy.consent("withdraw", "p-ann")
    clients.statuses()
    assert not any(b"launch" in received.body for received in recorder.received[before:])
    proxy.consent("grant", "p-ann")
    assert clients.statuses() == [200] * PROCESSES
    assert sum(b"launch" in received.body for received in recorder.received[before:]) == PROCESSES


def test_settings_change_in_all_processes_or_in_none(proxy: Proxy, recorder: Recorder) -> None:
    clients = Connections(proxy)
    first, document = proxy.document["clients"][0], proxy.document
    document["clients"].append(key("second", "second-key"))
    document["routes"][0]["recipient"] = "nobody"
    assert proxy.reload()
    assert clients.statuses() == [200] * PROCESSES
    assert clients.statuses(key="second-key") == [401] * PROCESSES

    document["routes"][0]["recipient"] = "acme-llm"
    document["clients"].remove(first)
    assert proxy.reload() == []
    assert clients.statuses() == [401] * PROCESSES
    assert clients.statuses(key="second-key") == [200] * PROCESSES

    # With detection of its own for what changed; and a process that starts afterwards starts by that.
    document["detection"]["deny"] = [{"kind": "PROJECT", "words": ["launch"]}]
    assert proxy.reload() == []
    before = len(recorder.received)
    assert clients.statuses(key="second-key") == [200] * PROCESSES
    killed = siblings(proxy)[0]
    (proxy.directory / "proxy.yaml").write_text("version: 2\n")  # not read before it is asked for
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(siblings(proxy)) == PROCESSES - 1 and killed not in siblings(proxy))
    assert Connections(proxy).statuses(key="second-key") == [200] * PROCESSES
    assert not any(b"launch" in received.body for received in recorder.received[before:])


def test_limits_of_clients_hold_for_all_processes_together(proxy: Proxy, recorder: Recorder) -> None:
    clients = Connections(proxy)
    several = list(itertools.islice(itertools.cycle(clients.of), 6))
    statuses = [clients.ask(pid, key=SLOW)[0] for pid in several]
    assert statuses == [200] * 3 + [429] * 3
    words = [clients.ask(pid, key=FEW)[0] for pid in several]
    assert words == sorted(words)
    assert set(words) == {200, 429}

    held, let_go = threading.Event(), threading.Event()

    async def hold(received: Any, writer: Any) -> None:
        held.set()
        while not let_go.is_set():
            await asyncio.sleep(0.01)
        writer.write(completion("held"))

    recorder.reply = hold
    first, second, _ = clients.of
    waiting = threading.Thread(target=lambda: clients.ask(first, key=ONE))
    waiting.start()
    assert held.wait(PATIENCE)
    assert clients.ask(second, key=ONE)[0] == 429
    let_go.set()
    waiting.join(PATIENCE)
    until(lambda: clients.ask(second, key=ONE)[0] == 200)


def test_what_was_found_is_remembered_for_all_and_metrics_are_summed(proxy: Proxy) -> None:
    clients = Connections(proxy)
    assert clients.statuses() == [200] * PROCESSES

    def metric(name: str) -> float:
        lines = proxy.admin("/metrics").body.decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(rf"{name}[ {{]", line))

    proxy.settled()
    assert metric("meeting_proxy_requests_total") == PROCESSES
    assert metric("meeting_proxy_turn_wait_seconds_count") == PROCESSES
    assert metric("meeting_proxy_detection_seconds_count") == 1
    assert metric(r'meeting_proxy_processes{state="serving"}') == PROCESSES

    for pid in siblings(proxy):
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(logged(proxy, "process_ended")) == PROCESSES - 1)
    assert metric("meeting_proxy_turn_wait_seconds_count") == PROCESSES
    until(lambda: metric(r'meeting_proxy_processes{state="missing"}') == 0)
    assert metric("meeting_proxy_processes_ended_total") == PROCESSES - 1
    assert proxy.admin("/readyz").status == 200


def test_it_stops_under_load_and_answers_what_it_took(proxy: Proxy, recorder: Recorder) -> None:
    with Load(proxy) as load:
        load.more(12)
        assert proxy.stop() == 0
    assert {model for model, status in load.answers if status == 200} <= left(recorder) <= recorded(proxy)
    assert not {status for _, status in load.answers} - {200, 0}
    assert proxy.codes().count("egress.intent") == proxy.codes().count("egress.outcome")
    assert proxy.codes()[-1] == "ledger.closed"


def test_without_the_first_process_the_others_end_at_once(proxy: Proxy, recorder: Recorder) -> None:
    others = siblings(proxy)
    with Load(proxy) as load:
        load.more(12)
        proxy.kill()
        until(lambda: not any(map(alive, others)))
    proxy.start()
    assert Connections(proxy).statuses() == [200] * PROCESSES
    assert left(recorder) - {"m"} <= recorded(proxy)
