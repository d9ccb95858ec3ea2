"""The loop that ships to one target: read a batch, send it, move the cursor behind it. Nothing is ever left out.

- What failed is sent again, after a wait that grows to a minute, or as long as the receiver asks for.
- What is too large is sent in halves, down to a single record.
- What a receiver will not take stops its target. The same batch is tried again every quarter of an hour, since many
  causes (a right that was missing, an index that was closed) are removed at the receiver; nothing overtakes it.
- Records that are gone before they were shipped are a gap: counted, listed in the cursor, and logged.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from proxy.audit.ship.cursor import Cursor, Gap
from proxy.audit.ship.records import LoggedEvent
from proxy.audit.ship.verdicts import Arrived, InHalves, Later, Stop, Verdict
from proxy.edge import telemetry
from proxy.edge.ship.aside import aside
from proxy.edge.ship.cursors import CursorFile
from proxy.edge.ship.tail import LedgerUnreadable, Tail, checkpoint_of
from proxy.errors import OwnFault

log = telemetry.logger()


class Sender(Protocol):
    """Reaches one receiver."""

    async def send(self, records: Sequence[LoggedEvent]) -> Verdict:
        """Send a batch, in order, and say what became of it."""

    async def close(self) -> None:
        """End all connections."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the loop waits, in seconds."""

    poll: float = 1.0
    """Between looks at a ledger without new records."""
    first_retry: float = 1.0
    longest_retry: float = 60.0
    stopped: float = 900.0
    rest: float = 0.0
    """After a batch, as a multiple of the time that reading it took: leaves processor time to the exchanges."""
    heartbeat: float = 30.0
    """Between notes in the cursor that somebody is looking, while there is nothing to ship."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is read and not acknowledged: records, and the gaps before and between them."""

    records: tuple[LoggedEvent, ...] = ()
    gaps: tuple[Gap, ...] = ()


class NotShippable(Exception):
    """The ledger is not what the cursor or its own checkpoint says."""

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason, self.for_good = reason, for_good


class Shipper:
    """Ships one ledger to one target. `clock` gives milliseconds since 1970, `monotonic` seconds."""

    def __init__(
        self,
        target: str,
        sender: Sender,
        directory: Path,
        folder: Path,
        *,
        batch_records: int,
        batch_bytes: int,
        clock: Callable[[], int],
        monotonic: Callable[[], float],
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.target = target
        self.reason: str | None = None
        """Why the last try failed. None: it did not."""
        self.unkept: Counter[str] = Counter()
        """Failures that no cursor counts, since it could not be written or is another process's."""
        self._sender, self._directory, self._folder = sender, directory, folder
        self._batch_records, self._batch_bytes = batch_records, batch_bytes
        self._clock, self._monotonic, self._pace, self._sleep = clock, monotonic, pace or Pace(), sleep
        self._limit = batch_records
        self._failures = 0
        self._file: CursorFile | None = None
        self._kept = True
        self._tail: Tail | None = None
        self._ready = Ready()

    async def run(self) -> None:
        """Ship until cancelled. Every fault is a state of the target, and none ends the loop."""
        while True:
            await self._sleep(await self.step())

    async def drain(self) -> str | None:
        """Ship all that the checkpoint vouches for, and return None; or return why that is not possible now."""
        while True:
            await self.step()
            if self.reason is not None:
                return self.reason
            if not self._ready.records and await aside(self._all_shipped):
                return None

    async def step(self) -> float:
        """Do the next thing, and return how many seconds to wait before the one after."""
        try:
            return await self._next()
        except OwnFault as fault:
            reason = fault.reason
        except LedgerUnreadable:
            self._tail, self._ready = None, Ready()
            reason = "ledger_unreadable"
        except Exception as error:
            log.error("shipping_failed", part=self._part, exc_info=error)
            reason = "unexpected"
        return await self._failed(reason)

    async def close(self) -> None:
        """End connections, and give the target back."""
        await self._sender.close()
        if self._file is not None:
            self._file.release()
            self._file = None

    # --- steps -----------------------------------------------------------------------------------

    async def _next(self) -> float:
        file = await self._taken()
        began = self._monotonic()
        if not self._ready.records:
            try:
                self._ready = await aside(lambda: self._read(file.cursor))
            except NotShippable as found:
                return await self._failed(found.reason, stopped=found.for_good)
        if not self._ready.records:
            await self._idle(file)
            return self._pace.poll
        took = self._monotonic() - began
        batch = self._ready.records[: self._limit]
        verdict = await self._sender.send(batch)
        if isinstance(verdict, Arrived):
            await self._arrived(file, batch)
            return took * self._pace.rest
        return await self._not_arrived(verdict, len(batch))

    async def _not_arrived(self, verdict: Later | InHalves | Stop, count: int) -> float:
        match verdict:
            case InHalves() if count > 1:
                self._limit = count // 2
                return 0.0
            case InHalves():
                return await self._failed("record_too_large", stopped=True)
            case Later(reason, seconds):
                return await self._failed(reason, seconds or 0.0)
            case Stop(reason):
                return await self._failed(reason, stopped=True)

    async def _taken(self) -> CursorFile:
        """The cursor, which is this process's and on file as it is in memory. Raises `OwnFault`."""
        if self._file is None:
            self._file = await aside(lambda: CursorFile.take(self._folder, self.target))
        if not self._kept:
            await self._keep(self._file, self._file.cursor)
        return self._file

    def _read(self, cursor: Cursor) -> Ready:
        """Read the next batch. Raises `LedgerUnreadable`, `NotShippable`."""
        stated = checkpoint_of(self._directory)
        if cursor.sequence >= 0 and cursor.log != stated.origin:
            raise NotShippable("cursor_of_another_log", for_good=True)
        if cursor.sequence >= stated.size:
            # After power loss the checkpoint may be an older one until the next is written.
            raise NotShippable("cursor_ahead_of_ledger", for_good=False)
        if self._tail is None:
            tail = Tail(self._directory, cursor.sequence)
            at = tail.record_at(cursor.sequence) if cursor.sequence >= 0 else None
            if at is not None and at.uid != cursor.uid:
                raise NotShippable("cursor_of_another_log", for_good=True)
            self._tail = tail
        found = self._tail.read(below=stated.size, records=self._batch_records, size=self._batch_bytes)
        if not found.records and self._tail.next < stated.size:
            # Later records may still come; then these are a gap.
            raise NotShippable("records_missing", for_good=False)
        return Ready(found.records, found.gaps)

    def _all_shipped(self) -> bool:
        file = self._file
        return file is not None and file.cursor.sequence + 1 >= checkpoint_of(self._directory).size

    async def _arrived(self, file: CursorFile, batch: Sequence[LoggedEvent]) -> None:
        last = batch[-1].sequence
        gaps = [gap for gap in self._ready.gaps if gap.last < last]
        rest = self._ready.records[len(batch) :]
        self._ready = Ready(rest, tuple(gap for gap in self._ready.gaps if gap.last > last))
        self._failures, self.reason = 0, None
        self._limit = min(self._limit * 2, self._batch_records)
        if file.cursor.reason is not None:
            log.info("shipping_resumed", part=self._part)
        for gap in gaps:
            log.error("shipping_gap", part=self._part, reason=gap.reason, count=gap.records)
        waiting = rest[0].milliseconds if rest else None
        await self._keep(file, file.cursor.acknowledged(batch, gaps, self._clock(), waiting))

    async def _failed(self, reason: str, seconds: float = 0.0, *, stopped: bool = False) -> float:
        """Tell of a failure. Returns how long to wait: doubled each time, with chance, so that targets spread."""
        if reason != self.reason:
            if stopped:
                log.error("shipping_stopped", part=self._part, reason=reason)
            else:
                log.warning("shipping_waits", part=self._part, reason=reason)
        self._failures, self.reason = self._failures + 1, reason
        await self._count(reason, stopped=stopped)
        if stopped:
            return self._pace.stopped
        wait = min(self._pace.first_retry * 2.0 ** min(self._failures - 1, 30), self._pace.longest_retry)
        return max(wait * random.uniform(0.5, 1.0), seconds)  # noqa: S311 - no secret

    async def _count(self, reason: str, *, stopped: bool) -> None:
        """Count a failure in the cursor, or in memory if there is none that can be written."""
        file = self._file
        oldest = self._ready.records[0].milliseconds if self._ready.records else None
        try:
            if file is not None and self._kept:
                await self._keep(file, file.cursor.failed(reason, self._clock(), oldest, stopped=stopped))
                return
        except OwnFault:
            pass
        self.unkept[reason] += 1

    async def _idle(self, file: CursorFile) -> None:
        """Note from time to time that somebody looks, and at once when there was something to tell before."""
        self._failures, self.reason = 0, None
        cursor, now = file.cursor, self._clock()
        fresh = cursor.looked_at is not None and 0 <= now - cursor.looked_at < self._pace.heartbeat * 1000
        if not fresh or cursor.waiting_since is not None or cursor.reason is not None:
            await self._keep(file, cursor.idle(now))

    async def _keep(self, file: CursorFile, cursor: Cursor) -> None:
        """Keep the cursor. Nothing more is shipped before it is kept."""
        self._kept = False
        await aside(lambda: file.keep(cursor))
        self._kept = True

    @property
    def _part(self) -> str:
        return f"ship:{self.target}"
