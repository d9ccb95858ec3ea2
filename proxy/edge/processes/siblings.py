"""All siblings: the first process starts them, replaces those that end, and changes their orders in all or in none."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

from proxy.edge import telemetry
from proxy.edge.http.loads import Loads
from proxy.edge.metrics import Metrics
from proxy.edge.processes.figures import Families, counts, summed
from proxy.edge.processes.orders import Orders
from proxy.edge.processes.sibling import STOP, Listening, Shared, Sibling
from proxy.errors import Fault

RETRY_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Pauses before a process is started again that ended before it served."""
PREPARE_SECONDS = 45.0
"""How long a sibling may take to build what new settings need. `meeting-proxy reload` waits longer for the outcome."""
CHANGE_SECONDS = 10.0
STOP_SECONDS = 10.0
"""How much longer than it drains a sibling may take to end."""

log = telemetry.logger()


class Siblings:
    """So many processes beside this one, on the same listening sockets. `close` is called once."""

    def __init__(self, number: int, shared: Shared, orders: Orders, metrics: Metrics) -> None:
        self._shared, self._orders, self._metrics = shared, orders, metrics
        self._listening: Sequence[socket.socket] = ()
        self._loads: Loads
        self._keeping: list[asyncio.Task[None]] = []
        self.number = number
        self._alive: set[Sibling] = set()
        self._left: Families = ()
        """What those that ended had counted."""
        self._stopping = False
        self._complete = self.started = False
        """Whether all have served at the same time; whether they have, or could not be started."""
        metrics.join(self.families)
        self._show()

    def start(self, listening: Sequence[socket.socket], loads: Loads) -> None:
        """Start them all, to take connections on these sockets. `loads` are those of all processes."""
        self._listening, self._loads, loop = listening, loads, asyncio.get_running_loop()
        self._keeping = [loop.create_task(self._keep(place)) for place in range(1, 1 + self.number)]

    async def ping(self) -> bool:
        """Return whether all have served at the same time. One that ends later keeps the others from nothing."""
        return self._complete

    def pids(self) -> list[int]:
        """The ids of those that serve."""
        return sorted(each.pid for each in self._serving())

    async def families(self) -> Sequence[Families]:
        """The metrics of each, and what those that ended had counted."""
        told = await asyncio.gather(*(each.told_figures() for each in self._serving()))
        return [*told, self._left]

    async def prepare(self, orders: Orders) -> None:
        """Have all build what they need to serve by other orders. Raises `Fault` if one of them cannot."""
        told = await asyncio.gather(*(self._prepared(each, orders) for each in self._serving()))
        refused = next((each for each in told if each is not None), None)
        if refused is not None:
            raise refused

    def abandon(self) -> None:
        """Have all forget what they prepared."""
        for each in self._serving():
            each.channel.tell("abandon")

    async def change(self, orders: Orders) -> None:
        """Have all serve by what they prepared; returns once they do. Who does not is replaced by one that does."""
        self._orders = orders
        await asyncio.gather(*(self._changed(each, orders) for each in list(self._alive)))

    def stop(self) -> None:
        """Have all stop listening, end their requests, and end."""
        self._stopping = True
        for each in self._alive:
            if each.orders is None:
                each.kill()
            else:
                each.channel.tell(STOP)

    async def close(self) -> None:
        """Stop them, and wait until they have ended."""
        self.stop()
        limit = self._orders.settings.limits.drain_seconds + STOP_SECONDS
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=limit)
        for each in self._alive:
            each.kill()
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=STOP_SECONDS)
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)

    def _serving(self) -> list[Sibling]:
        return [each for each in self._alive if each.orders is not None]

    async def _keep(self, place: int) -> None:
        """Keep one sibling serving: start it again whenever it ends."""
        attempt = 0
        while not self._stopping:
            served = await self._one(place)
            attempt = 0 if served else attempt + 1
            if not self._stopping:
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS) - 1)])

    async def _one(self, place: int) -> bool:
        """Start one and wait until it has ended. Returns whether it had served."""
        orders = self._orders
        try:
            listening = Listening(self._listening, self._loads, 1 + self.number, place)
            sibling = await Sibling.start(self._shared, listening)
        except OSError as error:
            log.error("process_not_started", exc_info=error)
            return False
        self._alive.add(sibling)
        try:
            await sibling.serve(orders)
            if orders is self._orders:
                self._show()
                log.info("process_serving", pid=sibling.pid)
            else:
                sibling.kill()  # The settings changed while it started.
        except Fault as fault:
            if not self._stopping:
                log.error("process_not_started", reason=fault.reason, pid=sibling.pid)
            sibling.kill()
        await sibling.ended()
        self._loads.away(place)
        self._alive.discard(sibling)
        self.started = True
        self._left = summed([self._left, counts(sibling.figures)])
        self._show()
        if not self._stopping:
            self._metrics.processes_ended.inc()
            log.error("process_ended", pid=sibling.pid)
        return sibling.orders is not None

    async def _prepared(self, sibling: Sibling, orders: Orders) -> Fault | None:
        try:
            async with asyncio.timeout(PREPARE_SECONDS):
                await sibling.prepare(orders)
        except TimeoutError:
            sibling.kill()  # It hangs.
        except Fault as fault:
            # One that ended meanwhile is started again, by whatever orders hold then.
            return None if sibling.channel.gone else fault
        return None

    async def _changed(self, sibling: Sibling, orders: Orders) -> None:
        try:
            async with asyncio.timeout(CHANGE_SECONDS):
                await sibling.change(orders)
        except (Fault, TimeoutError):
            sibling.kill()

    def _show(self) -> None:
        serving = 1 + len(self._serving())
        self._metrics.processes.labels("serving").set(serving)
        self._metrics.processes.labels("missing").set(1 + self.number - serving)
        if serving > self.number:
            self._complete = self.started = True
