"""Turns at planning, the part of an exchange that costs processor time: fair, bounded, and refused early.

A client with many requests, or with large ones, does not starve others: turns are given by start-time fair queuing
(Goyal, Vin and Cheng, SIGCOMM 1996) over flows. A flow is a client's short or its long requests, and what each gets is
counted in bytes. A request whose turn would come too late, by how fast the last ones went, is refused before anything
is done for it.
"""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from prometheus_client import Gauge, Histogram

from proxy.errors import OwnFault

SHORT_BYTES = 16_000
"""A body of at most so many bytes is short: a message, no transcript."""

FIXED_BYTES = 4_000
"""What a request costs besides its body, in bytes of body."""

_WEIGHT = 0.2
"""Of the newest request in the mean of how fast they go."""


@dataclass(order=True, slots=True)
class _Waiting:
    tag: float
    number: int
    cost: int = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)
    given: bool = field(default=False, compare=False)


class FairTurns:
    """At most `at_once` requests have a turn; each of the others waits for at most `seconds`."""

    def __init__(
        self, at_once: int, seconds: float, monotonic: Callable[[], float], waiting: Gauge, waited: Histogram
    ) -> None:
        self._at_once, self._seconds, self._monotonic = at_once, seconds, monotonic
        self._shown, self._waited = waiting, waited
        self._having = 0
        self._queue: list[_Waiting] = []
        self._queued = 0
        """What those that wait cost together."""
        self._number = 0
        self._virtual = 0.0
        """The start tag of the request that got its turn last."""
        self._next: dict[tuple[str, bool], float] = {}
        """The earliest start tag of the next request of a flow, where that is later than `_virtual`."""
        self._speed: float | None = None
        """Cost in a second of one turn, as a moving mean; None before the first request has ended."""

    @asynccontextmanager
    async def turn(self, client: str, size: int) -> AsyncIterator[None]:
        """Wait for a turn and have it. `size`: of the body, in bytes.

        Raises `OwnFault` (``overloaded``): at once if the wait would be too long, or when it was.
        """
        cost, asked = size + FIXED_BYTES, self._monotonic()
        if self._having >= self._at_once or self._queue:
            await self._wait(client, cost, short=size <= SHORT_BYTES)
        else:
            self._having += 1
        began = self._monotonic()
        self._waited.observe(began - asked)
        try:
            yield
            self._learn(cost, self._monotonic() - began)
        finally:
            self._having -= 1
            self._give()

    async def _wait(self, client: str, cost: int, *, short: bool) -> None:
        expected = self._expected()
        if expected > self._seconds:
            raise _overloaded(expected)
        flow, loop = (client, short), asyncio.get_running_loop()
        tag = max(self._virtual, self._next.get(flow, 0.0))
        self._next[flow] = tag + cost
        self._number += 1
        waiting = _Waiting(tag, self._number, cost, loop.create_future())
        heapq.heappush(self._queue, waiting)
        self._queued += cost
        self._shown.inc()
        late = loop.call_later(self._seconds, _end, waiting.turn, _overloaded(self._seconds))
        try:
            await waiting.turn
        except BaseException:
            if waiting.given:  # Given the turn and cancelled at the same moment: the next one has it.
                self._having -= 1
                self._give()
            else:
                self._queued -= cost
            raise
        finally:
            late.cancel()
            self._shown.dec()

    def _expected(self) -> float:
        """The seconds until a new request would have its turn, if it came last."""
        return 0.0 if self._speed is None else self._queued / (self._speed * self._at_once)

    def _give(self) -> None:
        """Give free turns to those that wait, in the order of their tags."""
        while self._queue and self._having < self._at_once:
            waiting = heapq.heappop(self._queue)
            if waiting.turn.done():  # It gave up.
                continue
            self._queued -= waiting.cost
            self._virtual = waiting.tag
            self._having += 1
            waiting.given = True
            waiting.turn.set_result(None)
        if not self._queue:
            self._next = {flow: tag for flow, tag in self._next.items() if tag > self._virtual}

    def _learn(self, cost: int, seconds: float) -> None:
        speed = cost / max(seconds, 1e-6)
        self._speed = speed if self._speed is None else (1 - _WEIGHT) * self._speed + _WEIGHT * speed


def _end(turn: asyncio.Future[None], fault: OwnFault) -> None:
    if not turn.done():
        turn.set_exception(fault)


def _overloaded(seconds: float) -> OwnFault:
    detail = "too many requests wait for their turn (limits.turn_seconds); try again, or raise detection.workers"
    return OwnFault("overloaded", detail, retry_after=max(1, math.ceil(seconds)))
