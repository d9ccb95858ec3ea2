"""A sibling, as the first process sees it: a process that serves clients, and asks for what all processes share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson

import proxy
from proxy.detection.memory import Memory
from proxy.edge.detection.fork_server import Process
from proxy.edge.exchange_log import Ended, ExchangeLog
from proxy.edge.http.admission import OwnLimits
from proxy.edge.http.loads import Loads
from proxy.edge.kept import Kept
from proxy.edge.metrics import MeteredLedger
from proxy.edge.processes import remembered
from proxy.edge.processes.channel import Channel
from proxy.edge.processes.figures import Families, unpacked
from proxy.edge.processes.lending import LET_GO, NURSERY, Lendable, LendsTo
from proxy.edge.processes.limits import CountsFor
from proxy.edge.processes.orders import Orders
from proxy.edge.processes.recording import RecordsFor
from proxy.edge.quota import WordsOfDay
from proxy.errors import Fault
from proxy.settings import Client

SERVE, PREPARE, CHANGE, ABANDON, FIGURES, STOP, ENDED = (
    "serve", "prepare", "change", "abandon", "figures", "stop", "ended",
)  # fmt: skip
FIGURES_SECONDS = 2.0
"""A sibling that does not tell its figures within this time is counted as it was known last."""

_PACKAGE_ROOT = str(Path(proxy.__file__).resolve().parent.parent)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the first process has and its siblings ask for.

    `client` gives a client by name, `detection` what finds by number, as they are in force.
    """

    ledger: MeteredLedger
    journal: ExchangeLog
    own: OwnLimits
    words: WordsOfDay
    client: Callable[[str], Client | None]
    detection: Callable[[int], Kept[Lendable] | None]

    def memory(self, number: int) -> Memory | None:
        """What is remembered of detection of this number."""
        found = self.detection(number)
        return None if found is None else found.part.memory


class Listening(NamedTuple):
    """Where a sibling listens: it has a `place` among all processes in `loads`."""

    sockets: Sequence[socket.socket]
    loads: Loads
    processes: int
    place: int


async def begun(words: Sequence[int], descriptors: Sequence[int]) -> Process:
    """Start a process that serves as a sibling.

    `words` are the number of processes, its place among them, and the descriptors: of their loads, of the channel, of a
    socket for what is lent, and of listening sockets.
    """
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), _PACKAGE_ROOT)))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "proxy.composition.sibling", *map(str, words)),
        stdin=asyncio.subprocess.DEVNULL,
        pass_fds=descriptors,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": path},
    )


class Sibling:
    """One sibling. Created by `start`; `ended` is awaited once, however it ends."""

    def __init__(self, shared: Shared, passing: socket.socket) -> None:
        self._lends = LendsTo(passing, shared.detection)
        self._records, self._passing, self._shared = RecordsFor(shared.ledger), passing, shared
        self._counts = CountsFor(shared.own, shared.words, shared.client)
        self._lost = asyncio.Event()
        self._process: Process
        self.orders: Orders | None = None
        """What it serves by, or will at the next change. None until it serves."""
        self.figures: Families = ()
        """Its metrics as they were known last."""
        self.channel = Channel(
            {
                **self._records.answers(),
                **self._counts.answers(),
                remembered.RECALL: self._recalled,
                NURSERY: self._lends.lend,
            },
            {
                **self._records.hears(),
                **self._counts.hears(),
                remembered.KEEP: self._keep,
                LET_GO: self._lends.let_go,
                ENDED: self._told,
            },
            self._lost.set,
        )

    @classmethod
    async def start(cls, shared: Shared, listening: Listening) -> Sibling:
        """Start the process. It does nothing until it is told to serve. Raises `OSError`."""
        (ours, theirs), (passing, passed) = socket.socketpair(), socket.socketpair()
        sibling = cls(shared, passing)
        with theirs, passed:
            sockets = (theirs, passed, *listening.sockets)
            descriptors = [listening.loads.file, *(each.fileno() for each in sockets)]
            sibling._process = await begun([listening.processes, listening.place, *descriptors], descriptors)
        await asyncio.get_running_loop().create_unix_connection(lambda: sibling.channel, sock=ours)
        return sibling

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def serve(self, orders: Orders) -> None:
        """Have it serve; returns once it does. Raises `Fault`."""
        await self.channel.ask(SERVE, orders.packed())
        self.orders = orders

    async def prepare(self, orders: Orders) -> None:
        """Have it build what it needs to serve by other orders, which changes nothing yet. Raises `Fault`."""
        await self.channel.ask(PREPARE, orders.packed())

    async def change(self, orders: Orders) -> None:
        """Have it serve by the orders that it prepared. Raises `Fault` only if it has ended."""
        await self.channel.ask(CHANGE)
        self.orders = orders

    async def told_figures(self) -> Families:
        """Return its metrics: as they are, or as they were known last if it does not tell them soon."""
        try:
            async with asyncio.timeout(FIGURES_SECONDS):
                self.figures = unpacked(await self.channel.ask(FIGURES))
        except (Fault, TimeoutError):
            pass
        return self.figures

    async def ended(self) -> None:
        """Wait until it has ended, and end what it had in hand."""
        await self._lost.wait()
        self.kill()
        await self._process.wait()
        await self.channel.answered()
        await self._records.ended()
        self._counts.ended()
        self._lends.ended()
        self._passing.close()

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def _recalled(self, content: bytes) -> bytes:
        return await remembered.recalled(content, self._shared.memory)

    def _keep(self, content: bytes) -> None:
        remembered.keep(content, self._shared.memory)

    def _told(self, content: bytes) -> None:
        self._shared.journal.recent.append(Ended(time.time(), orjson.loads(content)))
