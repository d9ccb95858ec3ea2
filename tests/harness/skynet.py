"""A recipient that acts as Jitsi Skynet, over the recorder, and a configuration of the proxy in front of it."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.patience import PATIENCE
from harness.process import KEY, Proxy, Response, fetch, grant_all, settings
from harness.recorder import Received, Recorder, http

OTHER_KEY = "key-of-another-client"
LATER_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
WORDS = (
    "Annika Solberg: Tobias Wennerström will write from tobias@kanal.example.\n"
    "Benedikt Oyelaran: Never, says Benedikt.\n"
    "Annika Solberg: We meet again in June.\n"
)
"""Annika may be heard, Benedikt may not, and Tobias is on no roster."""
COMES_BACK = "Tobias Wennerström will write from tobias@kanal.example"
HIDDEN = ("Annika", "Solberg", "Tobias", "Wennerström", "tobias@kanal.example", "Benedikt", "Oyelaran", "Never")
"""None of these may reach the recipient."""


@dataclass
class Skynet:
    """Keeps jobs. A job is ``pending`` until `states` says otherwise; its result is the text that came with it."""

    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    name: Callable[[int], str] = lambda number: f"5e0c0de{number}-0000-4000-8000-000000000000"
    before_naming: Callable[[], None] = lambda: None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def __call__(self, received: Received, writer: asyncio.StreamWriter) -> None:
        method, path, _ = received.head.decode().split(" ", 2)
        if method == "POST":
            job = self.name(next(self.numbers))
            self.jobs[job] = received.json
            self.before_naming()
            writer.write(http(json.dumps({"id": job}).encode()))
            return
        job = path.rpartition("/")[2]
        if job not in self.jobs:
            writer.write(http(b'{"detail": "Job not found"}', status="404 Not Found"))
            return
        state = self.states.get(job, {"status": "pending"})
        told = {"duration": 0.0, "id": job, "result": None, "status": "pending", "type": "summary", **state}
        writer.write(http(json.dumps(told).encode()))

    def succeed(self, job: str) -> None:
        """The job ends well, with its own text as the result."""
        self.states[job] = {"status": "success", "result": self.jobs[job]["text"], "duration": 1.5}


def front(directory: Path, base: str, *, hours: float = 24, **changes: Any) -> dict[str, Any]:
    """A configuration with Skynet's routes, for two clients."""
    common = {"recipient": "acme-llm"}
    summaries = {"dialect": "skynet-summaries", **common}
    routes = [
        {"name": "summary", "path": "/summaries/v1/{work}", "purpose": "summary", **summaries,
         "parameters": {"work": ["summary", "table-of-contents"]}},
        {"name": "items", "path": "/summaries/v1/action-items", "purpose": "action_items", **summaries},
        {"name": "process", "path": "/summaries/v1/process-text", "purpose": "compose", **summaries},
        {"name": "job", "path": "/summaries/v1/job/{job}", "dialect": "skynet-job", **common},
    ]  # fmt: skip
    names = [route["name"] for route in routes]
    clients = [
        {"name": name, "key_sha256": hashlib.sha256(key.encode()).hexdigest(), "routes": names}
        for name, key in (("bot", KEY), ("other", OTHER_KEY))
    ]
    later = {"key": {"env": "LATER_KEY"}, "hours": hours}
    return settings(directory, base, **{"routes": routes, "clients": clients, "later_replies": later, **changes})


def proxy_of(directory: Path, recorder: Recorder, *, meeting: bool = True, **changes: Any) -> Proxy:
    """The proxy, with Annika's grant and Benedikt's denial on file; not started yet."""
    document = front(directory, f"http://127.0.0.1:{recorder.port}", **changes)
    proxy = Proxy(directory, document, {"LATER_KEY": LATER_KEY})
    if meeting:
        proxy.meeting()
        grant_all(proxy, ["p-ann", "p-ben"], "m1", denied="p-ben")
    return proxy


def post(proxy: Proxy, work: str = "summary", key: str = KEY, text: str = WORDS, **fields: Any) -> Response:
    """Ask for a job."""
    body = json.dumps({"text": text, **fields}).encode()
    return proxy.post(f"/m/m1/summaries/v1/{work}", body, {"Authorization": f"Bearer {key}"})


def job_of(proxy: Proxy, **fields: Any) -> str:
    """Ask for a job that is given."""
    reply = post(proxy, **fields)
    assert reply.status == 200, reply.body
    return reply.json["id"]


def ask(proxy: Proxy, job: str, key: str = KEY, more: str = "", headers: dict[str, str] | None = None) -> Response:
    """Ask for the reply of a job."""
    port = proxy.document["listen"]["port"]
    address = f"http://127.0.0.1:{port}/m/m1/summaries/v1/job/{job}{more}"
    return fetch(address, None, {"Authorization": f"Bearer {key}", **(headers or {})})


def ask_until(proxy: Proxy, job: str, status: int) -> Response:
    """Ask until the answer has this status, as clients do."""
    deadline = time.monotonic() + PATIENCE
    while (reply := ask(proxy, job)).status != status:
        assert time.monotonic() < deadline, reply
        time.sleep(0.05)
    return reply


def fetched(recorder: Recorder) -> list[Received]:
    """The recipient's requests for replies of jobs."""
    return [received for received in recorder.received if received.head.startswith(b"GET")]


def code(reply: Response) -> tuple[int, str]:
    """Status and reason code of a fault."""
    assert reply.json["detail"].startswith(reply.json["code"])
    return reply.status, reply.json["code"]
