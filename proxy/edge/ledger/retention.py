"""How long the ledger's events are kept: prunes what is older, by the settings or for an operator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from proxy.audit.ocsf import Event
from proxy.audit.query import Subject, named_in
from proxy.edge import telemetry
from proxy.edge.by_age import ByAge
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.pruning import Prunable
from proxy.edge.ship.cursors import cursor_folder, oldest_unshipped
from proxy.edge.store.store import Store
from proxy.errors import Fault
from proxy.settings import Settings

log = telemetry.logger()


async def pruned(
    ledger: LedgerFiles, store: Store, settings: Settings, before: datetime, *, dry_run: bool = False
) -> Prunable:
    """Prune what is older than `before`, is not shipped late, and names nobody on legal hold. Raises `OwnFault`."""
    keys = await store.keys.known(await store.holds.people())
    subjects = [Subject(key, settings.organization) for key in keys.values()]

    def is_held(event: Event) -> bool:
        return bool(subjects) and any(each.is_named(uid) for uid in named_in(event) for each in subjects)

    return await ledger.prune(before, is_held, _unshipped(settings), dry_run=dry_run)


def _unshipped(settings: Settings) -> int | None:
    targets = [target.name for target in settings.ledger.ship]
    late = oldest_unshipped(Path(settings.ledger.directory), targets, folder=cursor_folder(settings.ledger))
    return None if late is None else late.sequence


class Retention(ByAge):
    """Prunes by `ledger.retain_days`."""

    def __init__(self, ledger: LedgerFiles, store: Store, settings: Settings, now: Callable[[], datetime]):
        super().__init__(settings)
        self._ledger, self._store, self._now = ledger, store, now

    async def once(self, settings: Settings) -> None:
        """Prune what is due, if the settings say how long events are kept."""
        days = settings.ledger.retain_days
        if days is None:
            return
        try:
            found = await pruned(self._ledger, self._store, settings, self._now() - timedelta(days=days))
        except Fault as fault:
            log.warning("ledger_not_pruned", reason=fault.reason)
            return
        if found.records or found.stopped:
            log.info("ledger_pruned", records=found.records, stopped=found.stopped)
