"""Forks servers that can be killed: ``killable.py CONFIG``; each line on standard input forks one and prints its pid.

A line is a JSON list: the models that this server lets through to its recipient, so that each server has its own.

The children are the real composition (store, ledger, upstream, exchange, ingress) except for the detector, which
finds nothing at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from proxy import app
from proxy.edge import gc_tuning as garbage
from proxy.edge.configuration.file import load
from proxy.model import Finding, Profile, TextLanguage
from proxy.redaction.pseudonyms import grammar
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


def main() -> None:
    settings = load(Path(sys.argv[1]))
    app.WorkerPool = NothingFound
    # What a server makes once and late is made here, so that one which was forked takes requests at once.
    grammar(frozenset({"PERSON"}), False)
    garbage.freeze()
    for line in sys.stdin:
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            asyncio.run(_serve(_with_models(settings, tuple(json.loads(line))), told))
            os._exit(0)
        os.close(told)
        os.read(ready, 1)
        os.close(ready)
        print(pid, flush=True)
        _reap(pid)


def _with_models(settings: Settings, models: tuple[str, ...]) -> Settings:
    recipients = {name: each.model_copy(update={"models": models}) for name, each in settings.recipients.items()}
    return settings.model_copy(update={"recipients": recipients})


async def _serve(settings: Settings, told: int) -> None:
    serving = asyncio.ensure_future(app.serve(settings))
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(settings.listen.host, settings.listen.port)
        except OSError:
            await asyncio.sleep(0.005)
            continue
        writer.close()
        break
    os.write(told, b".")
    os.close(told)
    await serving


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
