"""Refusals of callers whom nobody knows: anybody can cause them, so that they must not fill the disk.

The first of a kind is recorded at once; those that follow are counted, and the count is recorded once a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from proxy.audit.events import RefusalFacts

NOISE_SECONDS = 60.0

_Alike = tuple[int, str, str, str | None]


@dataclass(slots=True)
class _Window:
    latest: RefusalFacts
    count: int
    timer: asyncio.TimerHandle


class Noise:
    """Counts alike refusals in windows of `seconds`; hands sums to `record`."""

    def __init__(self, seconds: float, record: Callable[[RefusalFacts], None]):
        self._seconds, self._record = seconds, record
        self._windows: dict[_Alike, _Window] = {}

    def absorbs(self, refusal: RefusalFacts) -> bool:
        """Whether the refusal was only counted. False: it is the first of its kind, or its caller is known."""
        if refusal.exchange.client is not None:
            return False
        alike = (refusal.status, refusal.reason, refusal.fault, refusal.exchange.route)
        window = self._windows.get(alike)
        if window is None:
            self._windows[alike] = _Window(refusal, 0, self._later(alike))
            return False
        window.latest, window.count = refusal, window.count + refusal.count
        return True

    def flush(self) -> None:
        """Record all counts now; the next of each kind is again a first one."""
        windows, self._windows = self._windows, {}
        for window in windows.values():
            window.timer.cancel()
            if window.count:
                self._record(replace(window.latest, count=window.count))

    def _later(self, alike: _Alike) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._seconds, self._end, alike)

    def _end(self, alike: _Alike) -> None:
        window = self._windows.pop(alike)
        if window.count:
            self._record(replace(window.latest, count=window.count))
            self._windows[alike] = _Window(window.latest, 0, self._later(alike))
