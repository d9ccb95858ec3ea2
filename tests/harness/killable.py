"""Forks servers that can be killed: ``killable.py CONFIG KEY``.

Each line on standard input forks one and prints its pid. A line is a JSON object: `models` lets these through to the
recipient, so that each server has its own; `store`: whether it opens the store. A server without it has what the store
answered to the first one, so that it starts in a third of the time.

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
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, ClassVar

import uvloop

from proxy import app
from proxy.edge import gc_tuning as garbage
from proxy.edge.configuration.file import load
from proxy.edge.store.store import Store
from proxy.model import Finding, Profile, TextLanguage
from proxy.settings import Settings


class NothingFound:
    """A detector without worker processes."""

    def __init__(self, *_: object, **__: object) -> None: ...

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def ping(self) -> None: ...

    async def find(self, blocks: Sequence[str], profile: Profile) -> list[list[Finding]]:
        return [[] for _ in blocks]

    async def tell(self, texts: Sequence[str], expected: Sequence[str]) -> list[TextLanguage]:
        return [TextLanguage("en", True) for _ in texts]


Answers = dict[tuple[Any, ...], Any]


class RememberingStore:
    """A store whose answers are kept in `answers`, and which answers from there if it is not opened itself."""

    answers: ClassVar[Answers] = {}
    opens = True

    def __init__(self, real: Store | None) -> None:
        self._real = real
        for part in ("meetings", "consents", "keys"):
            setattr(self, part, _Part(part, getattr(real, part, None), self.answers))

    @classmethod
    async def open(cls, url: str) -> RememberingStore:
        return cls(await Store.open(url) if cls.opens else None)

    async def close(self) -> None:
        if self._real is not None:
            await self._real.close()

    async def ping(self) -> None: ...


class _Part:
    def __init__(self, name: str, real: object, answers: Answers) -> None:
        self._name, self._real, self._answers = name, real, answers

    def __getattr__(self, method: str) -> Callable[..., Any]:
        async def ask(*words: Any, **named: Any) -> Any:
            asked = (self._name, method, *map(_plain, words), *((key, _plain(word)) for key, word in named.items()))
            if asked not in self._answers:
                self._answers[asked] = await getattr(self._real, method)(*words, **named)
            return self._answers[asked]

        return ask


def _plain(word: Any) -> Any:
    return frozenset(word) if isinstance(word, Collection) and not isinstance(word, str) else word


def main() -> None:
    settings = load(Path(sys.argv[1]))
    app.WorkerPool, app.Store = NothingFound, RememberingStore
    uvloop.run(_warmed(_with_models(settings, ("warm",)), sys.argv[2]))
    garbage.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            app.Store = Store if asked["store"] else RememberingStore
            RememberingStore.opens = False
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
