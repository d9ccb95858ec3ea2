"""Send whole meetings through a running proxy: time, memory and how cost grows with length.

``python -m bench.meetings [FILE.vtt …]`` starts a proxy and an echoing recipient on loopback and records a grant of
every speaker. It sends each transcript whole as one chat request, then synthetic meetings of growing length. Times are
seconds of the client's wall clock; memory is the proportional set size of the proxy and all its workers, in MiB.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml
from aiohttp import web

from bench.ports import free_port
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

KEY = "bench-key"
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LENGTHS = (20_000, 60_000, 200_000, 600_000)
_TALK = (
    "We looked at the figures for the northern region again, and they are a little better than in March.",
    "Could you send the draft to maja.lindgren@kanal.example before Thursday, please?",
    "I will call them on +46 70 174 06 05 and ask about the delivery to Gothenburg.",
    "Yeah, that makes sense to me. Let's keep the date and move the review.",
    "Tobias Wennerström said that the contract is with the lawyers now.",
)


def synthetic(characters: int) -> str:
    """Return a WebVTT meeting of about this many characters, with three speakers."""
    names = ("Annika Solberg", "Benedikt Oyelaran", "Chiara Montefusco")
    cues, length, number = ["WEBVTT\n\n"], 0, 0
    while length < characters:
        stamp = f"{number // 900:02}:{number // 15 % 60:02}:{number % 15 * 4:02}"
        cues.append(f"{number + 1}\n{stamp}.000 --> {stamp}.900\n{names[number % 3]}: {_TALK[number % 5]}\n\n")
        length += len(cues[-1])
        number += 1
    return "".join(cues)


def speakers(vtt: str) -> list[str]:
    """Return the speaker labels in order of appearance."""
    lines = re.findall(r"-->[^\n]*\n([^\n]*)", vtt.replace("\r\n", "\n"))
    return list(dict.fromkeys(line.partition(": ")[0] for line in lines if ": " in line))


async def admit(store_url: str, meeting: str, labels: list[str], purposes: Sequence[str] = ("summary",)) -> None:
    """Put a meeting on file with grants of all its speakers. A label in several meetings is one person."""
    ids = (hashlib.sha256(label.encode()).hexdigest()[:12] for label in labels)
    people = tuple(Participant(f"p-{person}", label) for person, label in zip(ids, labels, strict=True))
    async with await Store.open(store_url) as store:
        await store.meetings.put(Meeting(meeting, START, roster=Roster(people, complete=True)))
        for person, purpose in itertools.product(people, purposes):
            await store.consents.record(
                ConsentRecord(
                    id=f"g-{meeting}-{purpose}-{person.id}", participant=person.id, scope=Scope.MEETING,
                    scope_id=meeting, purpose=purpose, recipient="echo", terms_version="1", state=ConsentState.GRANTED,
                    valid_from=START - timedelta(days=1), valid_until=None, method="verbal", affirmative=True,
                    actor=person.id, recorded_at=START - timedelta(days=1),
                )
            )  # fmt: skip


async def _echo(request: web.Request) -> web.Response:
    body = await request.json()
    message = {"role": "assistant", "content": body["messages"][-1]["content"]}
    return web.json_response(
        {"id": "e", "object": "chat.completion", "created": 1, "model": "m",
         "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
    )  # fmt: skip


def _serve_echo(port: int) -> None:
    app = web.Application(client_max_size=64 << 20)
    app.router.add_post("/v1/chat/completions", _echo)
    web.run_app(app, host="127.0.0.1", port=port, print=lambda *_: None)


@contextlib.contextmanager
def running(directory: Path) -> Iterator[tuple[int, str, str]]:
    """Run a proxy and its recipient; yield the proxy's process id, address and store URL."""
    recipient, port, admin = free_port(), free_port(), free_port()
    store = f"sqlite:///{directory}/proxy.db"
    settings = {
        "version": 1,
        "listen": {"port": port},
        "admin": {"port": admin},
        "recipients": {"echo": {"base_url": f"http://127.0.0.1:{recipient}/v1", "terms": {"version": "1"}}},
        "routes": [{"name": "summary", "path": "/v1/chat/completions", "dialect": "openai-chat",
                    "purpose": "summary", "recipient": "echo"}],
        "clients": [{"name": "bench", "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(), "routes": ["summary"]}],
        "redaction": {"DATE_TIME": "keep", "default": "pseudonym"},
        "store": store,
        "ledger": {"directory": f"{directory}/ledger", "signing_key": f"{directory}/ledger.key"},
    }  # fmt: skip
    config = directory / "proxy.yaml"
    config.write_text(yaml.safe_dump(settings))
    command = Path(sys.executable).with_name("meeting-proxy")
    echo = subprocess.Popen([sys.executable, "-m", "bench.meetings", "--echo", str(recipient)])
    proxy = subprocess.Popen([str(command), "serve", "--config", str(config)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{admin}/readyz"):
                break
            time.sleep(0.1)
        yield proxy.pid, f"http://127.0.0.1:{port}", store
    finally:
        for process in (proxy, echo):
            process.terminate()
            process.wait(40)


def post(address: str, meeting: str, vtt: str) -> float:
    """Send a whole meeting; return the seconds until the reply was read."""
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": vtt}]}).encode()
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/m/{meeting}/v1/chat/completions", body, headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=300) as reply:
        reply.read()
    return time.perf_counter() - began


def family(pid: int) -> set[int]:
    """Return the ids of a process and its descendants (Linux)."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def memory(pid: int) -> float:
    """Return the proportional set size of a process and its descendants, in MiB (Linux)."""
    total = 0
    for member in family(pid):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024


def spent(members: Iterable[int]) -> dict[int, float]:
    """Return the processor's time of each process so far, in milliseconds (Linux)."""
    return {pid: sum(map(_run, Path(f"/proc/{pid}/task").iterdir())) / 1e6 for pid in members}


def _run(task: Path) -> int:
    return int((task / "schedstat").read_text().split()[0])


def main() -> None:
    """Measure, and print one line per meeting."""
    if sys.argv[1:2] == ["--echo"]:
        _serve_echo(int(sys.argv[2]))
        return
    files = [Path(name) for name in sys.argv[1:]]
    meetings = [(re.sub(r"\W", "-", file.stem), file.read_bytes().decode()) for file in files]
    meetings += [(f"synthetic-{length // 1000}k", synthetic(length)) for length in LENGTHS]
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (pid, address, store):
        asyncio.run(admit(store, "warm", speakers(synthetic(2000))))
        post(address, "warm", synthetic(2000))
        print(f"{os.cpu_count()} cores, idle memory {memory(pid):.0f} MiB")
        print(f"{'meeting':<24}{'chars':>9}{'words':>8}{'people':>8}{'s':>8}{'words/s':>9}{'us/char':>9}{'MiB':>7}")
        for name, vtt in meetings:
            labels, words = speakers(vtt), len(vtt.split())
            asyncio.run(admit(store, name, labels))
            taken = min(post(address, name, vtt) for _ in range(3))
            print(
                f"{name:<24}{len(vtt):>9}{words:>8}{len(labels):>8}{taken:>8.2f}{words / taken:>9.0f}"
                f"{taken / len(vtt) * 1e6:>9.1f}{memory(pid):>7.0f}"
            )


if __name__ == "__main__":
    main()
