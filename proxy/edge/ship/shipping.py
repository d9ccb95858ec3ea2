"""All targets of a ledger together: in the proxy, beside the exchanges, or in a process of their own.

How far each target has come is read from the cursors: for the command, for metrics and for readiness notes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from proxy.audit.ship.cursor import Cursor, Gap
from proxy.audit.ship.records import SHAPES
from proxy.edge import telemetry
from proxy.edge.configuration import credentials
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.ship.aside import aside
from proxy.edge.ship.cursors import CursorFile, cursor_folder, read_cursor
from proxy.edge.ship.senders import HttpSender, SyslogSender
from proxy.edge.ship.shipper import Pace, Sender, Shipper
from proxy.edge.ship.tail import LedgerUnreadable, Tail, checkpoint_of
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Ledger, ShipTarget, SyslogReceiver

WATCH_SECONDS = 5.0
BESIDE_EXCHANGES = Pace(rest=3.0)
"""In the proxy: a backlog is read during at most a quarter of the time."""

log = telemetry.logger()


def milliseconds() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Shipping:
    """The shippers of a ledger, and what is known of its targets. Lives in one event loop; call `close` at the end."""

    def __init__(self, settings: Ledger, shippers: Sequence[Shipper], collector: ShippingCollector) -> None:
        self._settings, self.shippers, self._collector = settings, tuple(shippers), collector
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def of(cls, settings: Ledger, collector: ShippingCollector, pace: Pace | None = None, by: str = "proxy") -> Self:
        """Build the shippers of the targets if it is `by` whom they are shipped; else they are only watched.

        Raises `ConfigProblem`.
        """
        if settings.ship_by != by:
            return cls(settings, (), collector)
        found = credentials.of_targets(settings)
        shippers = [shipper_of(settings, target, found.get(target.name), pace) for target in settings.ship]
        return cls(settings, shippers, collector)

    def start(self) -> None:
        """Ship, and watch the targets, until `close`."""
        if not self._settings.ship:
            return
        work = [self._watch(), *(shipper.run() for shipper in self.shippers)]
        self._tasks = [asyncio.get_running_loop().create_task(each) for each in work]

    async def close(self) -> None:
        """Stop. A batch under way is sent again after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for shipper in self.shippers:
            await shipper.close()

    def notes(self) -> dict[str, str]:
        """What an operator should know of the targets, by target; it does not make the proxy unready."""
        return notes(self._collector.found)

    async def look(self) -> None:
        """Bring what is known of the targets up to date."""
        reasons = {shipper.target: shipper.reason for shipper in self.shippers}
        unkept: Mapping[str, Mapping[str, int]] = {shipper.target: dict(shipper.unkept) for shipper in self.shippers}
        self._collector.found = await aside(lambda: statuses(self._settings, milliseconds(), reasons, unkept))

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:
                log.error("shipping_watch_failed", part="ship", exc_info=error)
            await asyncio.sleep(WATCH_SECONDS)


def give_up_one(settings: Ledger, target: str) -> int:
    """Move the cursor of a target behind its oldest record that did not arrive, as a gap. Returns its number.

    Raises `ClientFault` if there is none, `OwnFault` if another process ships to the target.
    """
    file = CursorFile.take(cursor_folder(settings), target)
    try:
        directory = Path(settings.directory)
        below = checkpoint_of(directory).size
        found = Tail(directory, file.cursor.sequence).read(below=below, records=1, size=1)
        if not found.records:
            raise ClientFault("nothing_to_skip", "every record has arrived at this target")
        given_up = found.records[0].sequence
        gap = Gap(given_up, given_up, "skipped")
        file.keep(file.cursor.acknowledged(found.records, (*found.gaps, gap), milliseconds(), None))
    except LedgerUnreadable:
        raise OwnFault("ledger_unreadable", "the ledger cannot be read; check ledger.directory and its mode") from None
    finally:
        file.release()
    return given_up


def shipper_of(settings: Ledger, target: ShipTarget, credential: AuthHeader | None, pace: Pace | None) -> Shipper:
    """Build the shipper of a target. Raises `ConfigProblem`."""
    receiver = target.receiver
    return Shipper(
        target.name,
        sender_of(target, credential),
        Path(settings.directory),
        cursor_folder(settings),
        batch_records=receiver.batch_records,
        batch_bytes=receiver.batch_bytes,
        clock=milliseconds,
        monotonic=time.monotonic,
        pace=pace,
    )


def sender_of(target: ShipTarget, credential: AuthHeader | None) -> Sender:
    """Build what reaches the receiver of a target. Raises `ConfigProblem`."""
    receiver, place = target.receiver, f"ledger.ship[{target.name}]"
    shape = SHAPES[receiver.shape]
    if isinstance(receiver, SyslogReceiver):
        return SyslogSender(receiver, shape, place)
    return HttpSender(receiver, credential, shape, place)


GRACE_SECONDS = 90
"""A shipper that has not looked for records for so long, three times its heartbeat, is taken to be away."""


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """The state of one target. `seconds_behind` is the age of the oldest record that was not acknowledged."""

    target: str
    cursor: Cursor
    records_behind: int | None
    """None: the ledger's checkpoint cannot be read."""
    seconds_behind: float
    reason: str | None
    """Why nothing arrives at present, if nothing does."""
    unkept: Mapping[str, int]
    """Failures that the cursor could not count."""

    @property
    def stopped(self) -> bool:
        """Whether nothing goes on until somebody changes something."""
        return self.cursor.stopped and self.reason is not None

    @property
    def failures(self) -> dict[str, int]:
        """Failures by reason."""
        return {
            reason: self.cursor.failures.get(reason, 0) + self.unkept.get(reason, 0)
            for reason in sorted({*self.cursor.failures, *self.unkept})
        }


def statuses(
    settings: Ledger,
    now: int,
    reasons: Mapping[str, str | None] | None = None,
    unkept: Mapping[str, Mapping[str, int]] | None = None,
) -> list[TargetStatus]:
    """The state of every configured target at `now`, in milliseconds since 1970. Blocks.

    `reasons` and `unkept` are what shippers in this process know beyond the cursors, by target.
    """
    try:
        size = checkpoint_of(Path(settings.directory)).size
    except LedgerUnreadable:
        size = None
    folder = cursor_folder(settings)
    found = []
    for target in settings.ship:
        try:
            cursor, reason = read_cursor(folder, target.name), None
        except OwnFault as fault:
            cursor, reason = Cursor(), fault.reason
        reason = (reasons or {}).get(target.name) or reason or cursor.reason
        behind = None if size is None else max(size - cursor.sequence - 1, 0)
        seconds = _seconds_behind(cursor, now) if behind else 0.0
        found.append(TargetStatus(target.name, cursor, behind, seconds, reason, (unkept or {}).get(target.name, {})))
    return found


def notes(found: Iterable[TargetStatus]) -> dict[str, str]:
    """What an operator should know of the targets, by target. Empty if all is well."""
    told = {}
    for status in found:
        if status.reason is not None:
            told[status.target] = f"{'stopped' if status.stopped else 'waiting'}: {status.reason}"
        elif status.records_behind and status.seconds_behind > GRACE_SECONDS:
            told[status.target] = "behind"
    return told


def _seconds_behind(cursor: Cursor, now: int) -> float:
    """The age of the oldest record that waits; if nobody has read it yet, the time since somebody last looked."""
    since = cursor.waiting_since if cursor.waiting_since is not None else cursor.looked_at
    return 0.0 if since is None else max(now - since, 0) / 1000


class ShippingCollector(Collector):
    """Gives Prometheus the newest statuses. Reads nothing itself, so a scrape waits for no disk."""

    def __init__(self, namespace: str) -> None:
        self.found: Sequence[TargetStatus] = ()
        self._prefix = f"{namespace}_ledger_ship"

    def collect(self) -> Iterable[Metric]:
        """Yield the metrics."""
        if not self.found:
            return
        prefix, by = self._prefix, ["target"]
        behind = GaugeMetricFamily(f"{prefix}_records_behind", "Records that a target has not acknowledged", labels=by)
        seconds = GaugeMetricFamily(f"{prefix}_seconds_behind", "Age of the oldest of these records", labels=by)
        success = GaugeMetricFamily(f"{prefix}_last_success_timestamp_seconds", "When it last did", labels=by)
        stopped = GaugeMetricFamily(f"{prefix}_stopped", "1: nothing goes on until somebody acts", labels=by)
        failures = CounterMetricFamily(f"{prefix}_failures", "Failures to ship", labels=[*by, "reason"])
        gaps = CounterMetricFamily(f"{prefix}_gap_records", "Records gone before they were shipped", labels=by)
        for status in self.found:
            name = [status.target]
            if status.records_behind is not None:
                behind.add_metric(name, status.records_behind)
            seconds.add_metric(name, status.seconds_behind)
            success.add_metric(name, (status.cursor.acknowledged_at or 0) / 1000)
            stopped.add_metric(name, int(status.stopped))
            gaps.add_metric(name, status.cursor.gap_records)
            for reason, count in status.failures.items():
                failures.add_metric([*name, reason], count)
        yield from (behind, seconds, success, stopped, failures, gaps)
