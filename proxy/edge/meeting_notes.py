"""Implements `ports.MeetingNotebook`: counts for all, and notes on file by meeting."""

from __future__ import annotations

from proxy.edge import telemetry
from proxy.edge.metrics import NO_ROUTE, Metrics
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.model import Noted

log = telemetry.logger()


class StoredNotes:
    """Counts in `metrics` and puts on file in `store`."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store, self._metrics = store, metrics

    async def note(self, noted: Noted) -> None:
        """As `MeetingNotebook.note`. What cannot be put on file is counted and logged."""
        route = noted.route or NO_ROUTE
        self._metrics.unmatched.labels(route).inc(noted.unmatched)
        self._metrics.objections.labels(route).inc(len(noted.objecting))
        try:
            await self._store.notes.note(noted)
        except OwnFault as fault:
            log.warning("note_not_kept", reason=fault.reason)
