"""Forks servers that can be killed: ``killable.py CONFIG KEY``.

Each line on standard input forks one and prints its pid. A line is a JSON object: `models` lets these through to the
recipient, so that each server has its own.

KEY is a client's. With it, one request is served before the first fork, by a server that ends in good order: what a
server makes once and late is then there in all that are forked.

Besides, they are the real composition (ledger, upstream, exchange, ingress) except for the detector, which finds
nothing at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import uvloop

from proxy.composition import app, generation
from proxy.edge import gc_tuning as garbage
from proxy.edge.configuration.file import load
from proxy.model import Excerpt, Finding, Profile, TextLanguage
from proxy.settings import Settings


class NothingFound:
    """A detector without worker processes."""

    def __init__(self, *_: object, **__: object) -> None: ...

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def ping(self) -> None: ...

    async def find(self, excerpts: Sequence[Excerpt], profile: Profile) -> list[list[Finding]]:
        return [[] for _ in excerpts]

    async def tell(self, texts: Sequence[str], expected: Sequence[str]) -> list[TextLanguage]:
        return [TextLanguage("en", True) for _ in texts]


def main() -> None:
    settings = load(Path(sys.argv[1]))
    generation.WorkerPool = NothingFound
    uvloop.run(_warmed(_with_models(settings, ("warm",)), sys.argv[2]))
    garbage.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            uvloop.run(_serve(_with_models(settings, tuple(asked["models"])), told))
            os._exit(0)
        os.close(told)
        os.read(ready, 1)
        os.close(ready)
        print(pid, flush=True)
        _reap(pid)


def _with_models(settings: Settings, models: tuple[str, ...]) -> Settings:
    recipients = {name: each.model_copy(update={"models": models}) for name, each in settings.recipients.items()}
    return settings.model_copy(update={"recipients": recipients})


async def _warmed(settings: Settings, key: str) -> None:
    """Serve one request to the end, and end."""
    stop = asyncio.Event()
    serving = asyncio.ensure_future(app.serve(settings, stop))
    await _listening(settings, serving)
    body = {"model": "warm", "messages": [{"role": "user", "content": "Annika Solberg: Good morning.\n"}]}
    request = urllib.request.Request(
        f"http://{settings.listen.host}:{settings.listen.port}/m/m1/v1/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())
    stop.set()
    await serving


async def _serve(settings: Settings, told: int) -> None:
    serving = asyncio.ensure_future(app.serve(settings))
    await _listening(settings, serving)
    os.write(told, b".")
    os.close(told)
    await serving


async def _listening(settings: Settings, serving: asyncio.Future[None]) -> None:
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(settings.listen.host, settings.listen.port)
        except OSError:
            await asyncio.sleep(0.005)
            continue
        writer.close()
        break


def _reap(current: int) -> None:
    """Collect children that were killed; the one just forked runs on."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid in (0, current):
            return


if __name__ == "__main__":
    main()
