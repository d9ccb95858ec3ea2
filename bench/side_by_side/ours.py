"""The proxy as a target, with meetings on file in which everybody agreed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from bench.meetings import KEY, admit
from bench.ports import free_port
from bench.side_by_side.processes import answering, started
from bench.side_by_side.speech import FIRST, LAST, SPEAKERS
from bench.side_by_side.targets import PREFIX, Place, Target
from proxy import __version__

ROOT = Path(__file__).parents[2]
MEETING = "side-by-side"
PURPOSES = ("summary", "compose")
NAME = "this proxy"
SERVE = ("-c", "from proxy.cli.main import main; main()")


def settings(directory: Path, recipient: str, port: int, admin: int) -> dict[str, object]:
    """Return the configuration: the defaults, one recipient, two routes, one client."""
    route = {"dialect": "openai-chat", "recipient": "echo"}
    compose = {**route, "name": "compose", "path": f"/compose{PREFIX}", "upstream_path": "/chat/completions"}
    key = {"name": "bench", "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(), "routes": list(PURPOSES)}
    return {
        "version": 1,
        "listen": {"port": port},
        "admin": {"port": admin},
        "recipients": {"echo": {"base_url": f"{recipient}/v1", "terms": {"version": "1"}}},
        "routes": [
            {**route, "name": "summary", "path": PREFIX, "purpose": "summary"},
            {**compose, "purpose": "compose"},
        ],
        "clients": [key],
        "redaction": {"DATE_TIME": "keep", "default": "pseudonym"},
        "store": store(directory),
        "ledger": {"directory": f"{directory}/ledger", "signing_key": f"{directory}/ledger.key"},
    }


def store(directory: Path) -> str:
    """Return the address of the store of a proxy that runs in `directory`."""
    return f"sqlite:///{directory}/proxy.db"


def people(count: int) -> list[str]:
    """Return the labels of `count` people, the speakers first."""
    others = (f"{first} {last}" for last in LAST for first in FIRST)
    return [*SPEAKERS, *(name for name in others if name not in SPEAKERS)][:count]


def admitted(directory: Path, meeting: str, labels: Sequence[str]) -> None:
    """Put a meeting on file in which all of these agreed to both purposes."""
    asyncio.run(admit(store(directory), meeting, list(labels), PURPOSES))


@contextlib.contextmanager
def serving(place: Place, serve: Sequence[str] = SERVE) -> Iterator[Target]:
    """Run the proxy. `serve` is how its command line is started, as arguments of Python."""
    port, admin = free_port(), free_port()
    directory = place.directory
    config = directory / "proxy.yaml"
    config.write_text(yaml.safe_dump(settings(directory, place.recipient, port, admin)), encoding="utf-8")
    admitted(directory, MEETING, SPEAKERS)
    command = [sys.executable, *serve, "serve", "--config", str(config)]
    with started("proxy", command, directory, {"PYTHONPATH": str(ROOT)}) as process:
        answering("proxy", process, f"http://127.0.0.1:{admin}/readyz", directory)
        yield Target(
            NAME, f"{__version__}, defaults: two detection workers, SQLite, ledger on this disk",
            f"http://127.0.0.1:{port}", KEY, (process.pid,),
            summary=f"/m/{MEETING}{PREFIX}", compose=f"/m/{MEETING}/compose{PREFIX}",
        )  # fmt: skip


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))
