"""A sibling: a process that serves clients beside the first one, which started it. Run by the first process alone.

It takes connections on the sockets that it was given, and asks the first process for what all share: the ledger, what
clients may do by their own limits, what was found before, and connections to the process that forks detection workers.
It ends with the first process, at once: without it nothing could be recorded.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

import orjson
import uvloop

from proxy import __version__
from proxy.composition.generation import Detecting, Generation, Standing, built
from proxy.composition.reload import InForce
from proxy.edge import file_handles, gc_tuning, telemetry
from proxy.edge.configuration.document import ConfigProblem
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.exchange_log import ExchangeLog
from proxy.edge.http import ingress
from proxy.edge.http.admission import Admission, Elsewhere, share_of
from proxy.edge.http.loads import Loads
from proxy.edge.http.server import HttpSite
from proxy.edge.http.shared_sockets import Shared
from proxy.edge.kept import Kept
from proxy.edge.metrics import Metrics
from proxy.edge.processes.channel import Channel
from proxy.edge.processes.figures import packed
from proxy.edge.processes.lending import Borrows
from proxy.edge.processes.limits import LimitsElsewhere
from proxy.edge.processes.orders import Orders, unpacked
from proxy.edge.processes.recording import LedgerElsewhere
from proxy.edge.processes.remembered import MemoryElsewhere
from proxy.edge.processes.sibling import ABANDON, CHANGE, ENDED, FIGURES, PREPARE, SERVE, STOP
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, OwnFault


class Serving:
    """What this process serves with. `parts` end in the reverse order of their start."""

    def __init__(self, passing: socket.socket, listening: Shared, parts: AsyncExitStack) -> None:
        self._listening, self._parts = listening, parts
        self.stop = asyncio.Event()
        self.channel = Channel(
            {SERVE: self._serve, PREPARE: self._prepare, CHANGE: self._change, FIGURES: self._figures},
            {STOP: lambda _: self.stop.set(), ABANDON: lambda _: self._abandon()},
            _end,
        )
        self._borrows = Borrows(self.channel, passing)
        self._limits = LimitsElsewhere(self.channel)
        self._metrics = Metrics(__version__)
        self._standing: Standing
        self._in_force: InForce
        self._admission: Admission
        self._prepared: tuple[Orders, Kept[Generation], Kept[Detecting]] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def _serve(self, content: bytes) -> bytes:
        """Build everything, load detection, then listen."""
        orders, parts, channel = unpacked(content), self._parts, self.channel
        settings = orders.settings
        telemetry.configure(settings.log_level)
        file_handles.allow(settings)
        store = await Store.open(settings.store)
        parts.push_async_callback(store.close)
        ledger = LedgerElsewhere(channel, settings.ledger.write_seconds)
        parts.push_async_callback(ledger.close)
        journal = ExchangeLog(time.monotonic, also=self._told)
        self._standing = Standing(store, ledger, self._metrics, journal, self._limits)
        detecting = self._detecting(orders)
        parts.push_async_callback(detecting.closed)
        await detecting.part.pool.start()
        self._in_force = InForce(await built(settings, self._standing, detecting), detecting)
        parts.push_async_callback(self._in_force.close)
        limits = share_of(settings.limits, orders.processes)
        several = len(settings.clients) > 1
        self._admission = Admission(limits, time.monotonic, several=several, own=Elsewhere(time.monotonic))
        gc_tuning.settle()
        giving = gc_tuning.give_back_now_and_then(lambda: self._admission.received, lambda: self._admission.under_way)
        parts.callback(asyncio.get_running_loop().create_task(giving).cancel)
        site = ingress.build(self._in_force.exchange, self._admission, limits, self._metrics, self._limits.entered)
        runner = ingress.runner(site, limits.drain_seconds)
        await runner.setup()
        parts.push_async_callback(runner.cleanup)
        address, certificate = (settings.listen.host, settings.listen.port), self._in_force.certificate("listen")
        await HttpSite(runner, *address, certificate, limits.header_seconds, shared=self._listening).start()
        return b""

    async def _prepare(self, content: bytes) -> bytes:
        """Build what serves by other orders. Changes nothing."""
        await self._abandoned()
        orders, known = unpacked(content), self._in_force.detecting
        detecting = known if known.part.number == orders.detection else self._detecting(orders)
        try:
            if detecting is not known:
                await detecting.part.pool.start()
            fresh = await built(orders.settings, self._standing, detecting)
        except BaseException as error:
            if detecting is not known:
                await detecting.closed()
            if isinstance(error, ConfigProblem):  # A file that changed since the first process read it.
                raise ClientFault("configuration_invalid", str(error)) from None
            raise
        self._prepared = orders, fresh, detecting
        return b""

    async def _change(self, _content: bytes) -> bytes:
        """Serve by what was prepared, from the next request on."""
        if self._prepared is None:
            raise OwnFault("process_ended", "this process prepared no settings")
        (orders, fresh, detecting), self._prepared = self._prepared, None
        settings = orders.settings
        telemetry.configure(settings.log_level)
        file_handles.allow(settings)
        self._admission.bound(share_of(settings.limits, orders.processes), several=len(settings.clients) > 1)
        self._in_force.change(fresh, detecting)
        return b""

    async def _figures(self, _content: bytes) -> bytes:
        return packed(await self._metrics.families())

    def _abandon(self) -> None:
        task = asyncio.get_running_loop().create_task(self._abandoned())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _abandoned(self) -> None:
        """Close what was prepared and is not to be."""
        if self._prepared is None:
            return
        (_, fresh, detecting), self._prepared = self._prepared, None
        await fresh.closed()
        if detecting is not self._in_force.detecting:
            await detecting.closed()

    def _detecting(self, orders: Orders) -> Kept[Detecting]:
        """Detection under these orders, with workers of this process's own."""
        number, settings = orders.detection, orders.settings
        pool = WorkerPool(settings.detection, nursery=partial(self._borrows.nursery, number))
        memory = MemoryElsewhere(self.channel, number, orders.key)

        async def close() -> None:
            await pool.close()
            self._borrows.let_go(number)

        return Kept(Detecting(settings, number=number, pool=pool, memory=memory), close)

    def _told(self, facts: Mapping[str, str | int]) -> None:
        self.channel.tell(ENDED, orjson.dumps(facts))


def _end() -> None:
    """The first process has gone, and the ledger with it: nothing that this one does could be recorded."""
    os._exit(1)


async def serve(channel: socket.socket, passing: socket.socket, listening: Shared) -> None:
    """Serve as the first process says, until it says that this is to end; then drain."""
    async with AsyncExitStack() as parts:
        serving = Serving(passing, listening, parts)
        await asyncio.get_running_loop().create_unix_connection(lambda: serving.channel, sock=channel)
        await serving.stop.wait()


def main() -> None:
    """Serve on descriptors of the command line. Signals are the first process's business."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    telemetry.configure()
    processes, place, loads, *others = map(int, sys.argv[1:])
    channel, passing, *listening = (socket.socket(fileno=each) for each in others)
    for each in (channel, *listening):
        each.setblocking(False)
    uvloop.run(serve(channel, passing, Shared(listening, Loads(loads, processes, place))))


if __name__ == "__main__":
    main()
