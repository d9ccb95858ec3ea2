"""Takes meetings and people off file by the settings of `retention`, at the start and every few hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from proxy.desk import expiring
from proxy.edge import telemetry
from proxy.edge.by_age import ByAge
from proxy.edge.store.store import Store
from proxy.errors import Fault
from proxy.settings import Settings

log = telemetry.logger()


class Expiry(ByAge):
    """Does what `desk.expiring` says is due. Of several proxies on one store, whoever comes first does it."""

    def __init__(
        self, store: Store, settings: Settings, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        super().__init__(settings)
        self._store, self._new_id, self._now = store, new_id, now

    async def once(self, settings: Settings) -> None:
        """Take off file what is due, if the settings say how long meetings stay."""
        if settings.retention.meetings_days is None:
            return
        try:
            done = await expiring.expire(self._store, settings, self._new_id, self._now())
        except Fault as fault:
            log.warning("not_expired", reason=fault.reason)
            return
        went = (
            ("meetings_expired", done.meetings),
            ("meetings_narrowed", done.narrowed),
            ("people_expired", done.people),
        )
        for what, ids in went:
            if ids:
                log.info(what, count=len(ids))
        for reason in sorted({reason for _, reason in done.kept}):
            log.warning("not_expired", reason=reason, count=sum(each == reason for _, each in done.kept))
