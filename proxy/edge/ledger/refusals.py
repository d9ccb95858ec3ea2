"""Refusals that are summed up: by whom anybody can cause, and what could not be recorded when it happened.

A sum is recorded as one `egress.refused` with a count and the span of time. A sum of one is the refusal itself, with
everything that was known of it; of more, what is alike in all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from proxy.audit.events import ExchangeFacts, RefusalFacts

MOST_KINDS = 1000
"""So many kinds of refusals are told apart while none can be recorded; those of further kinds are only counted."""

_Alike = tuple[str | None, str | None, int, str, str, str | None, bool]


def _alike(refusal: RefusalFacts) -> _Alike:
    told = refusal.exchange
    return (
        told.client, told.route, refusal.status, refusal.reason, refusal.fault, refusal.deferred, refusal.various,
    )  # fmt: skip


def _sum(so_far: RefusalFacts | None, refusal: RefusalFacts, now: datetime) -> RefusalFacts:
    """Add a refusal to a sum of alike ones. The sum has the last one's exchange, but no meeting and no people."""
    since, until = refusal.since or now, refusal.until or now
    if so_far is None:
        return replace(refusal, since=since, until=until)
    return replace(
        refusal,
        exchange=replace(refusal.exchange, meeting=None, model=None, first_exchange=None),
        people=(),
        count=so_far.count + refusal.count,
        since=min(since, so_far.since or since),
        until=max(until, so_far.until or until),
    )


class Unwritten:
    """Refusals that the ledger could not record, until it can."""

    def __init__(self, clock: Callable[[], datetime]):
        self._clock = clock
        self._sums: dict[_Alike, RefusalFacts] = {}

    def add(self, refusal: RefusalFacts, why: str) -> None:
        """Keep a refusal. `why` is the reason code of the ledger's fault."""
        refusal = replace(refusal, deferred=refusal.deferred or why)
        if _alike(refusal) not in self._sums and len(self._sums) >= MOST_KINDS:
            refusal = _of_any_kind(refusal)
        alike = _alike(refusal)
        self._sums[alike] = _sum(self._sums.get(alike), refusal, self._clock())

    def take(self) -> list[RefusalFacts]:
        """Return all sums, to be recorded now. What cannot be recorded is added again."""
        sums, self._sums = self._sums, {}
        return list(sums.values())

    @property
    def count(self) -> int:
        """How many refusals wait to be recorded."""
        return sum(each.count for each in self._sums.values())


def _of_any_kind(refusal: RefusalFacts) -> RefusalFacts:
    told = ExchangeFacts(refusal.exchange.exchange, settings_digest=refusal.exchange.settings_digest)
    return RefusalFacts(
        told, 503, "various", "OwnFault", (), refusal.count, refusal.since, refusal.until, refusal.deferred, True
    )


@dataclass(slots=True)
class _Window:
    timer: asyncio.TimerHandle
    counted: RefusalFacts | None = None


class Noise:
    """Counts similar refusals of unknown callers in windows of `seconds`, and hands the sums to `record`."""

    def __init__(self, seconds: float, clock: Callable[[], datetime], record: Callable[[RefusalFacts], None]):
        self._seconds, self._clock, self._record = seconds, clock, record
        self._windows: dict[_Alike, _Window] = {}

    def absorbs(self, refusal: RefusalFacts) -> bool:
        """Return whether the refusal was only counted. False: it is the first of its kind, or its caller is known."""
        if refusal.exchange.client is not None:
            return False
        alike = _alike(refusal)
        window = self._windows.get(alike)
        if window is None:
            self._windows[alike] = _Window(self._later(alike))
            return False
        window.counted = _sum(window.counted, refusal, self._clock())
        return True

    def flush(self) -> None:
        """Record all counts now. The next refusal of each kind counts as a first one again."""
        windows, self._windows = self._windows, {}
        for window in windows.values():
            window.timer.cancel()
            if window.counted:
                self._record(window.counted)

    def _later(self, alike: _Alike) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._seconds, self._end, alike)

    def _end(self, alike: _Alike) -> None:
        window = self._windows.pop(alike)
        if window.counted:
            self._record(window.counted)
            self._windows[alike] = _Window(self._later(alike))
