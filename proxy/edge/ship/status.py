"""How far each target has come: read from the cursors, for the command, metrics and readiness notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from proxy.audit.ship.cursor import Cursor
from proxy.edge.ship.cursors import cursor_folder, read_cursor
from proxy.edge.ship.tail import LedgerUnreadable, checkpoint_of
from proxy.errors import OwnFault
from proxy.settings import Ledger

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
