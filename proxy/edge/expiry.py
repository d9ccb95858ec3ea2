"""Takes meetings and people off file by the settings of `retention`, at the start and every few hours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from proxy.desk import expiring
from proxy.edge import telemetry
from proxy.edge.store.store import Store
from proxy.errors import Fault
from proxy.settings import Settings

EVERY_SECONDS = 6 * 3600.0

log = telemetry.logger()


class Expiry:
    """Does what `desk.expiring` says is due. Of several proxies on one store, whoever comes first does it."""

    def __init__(
        self, store: Store, settings: Settings, new_id: Callable[[], str], now: Callable[[], datetime]
    ) -> None:
        self._store, self._settings, self._new_id, self._now = store, settings, new_id, now
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, if the settings say how long meetings stay on file."""
        if self._settings.retention.meetings_days is not None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                done = await expiring.expire(self._store, self._settings, self._new_id, self._now())
                for what, ids in (("meetings_expired", done.meetings), ("people_expired", done.people)):
                    if ids:
                        log.info(what, count=len(ids))
                for reason in sorted({reason for _, reason in done.kept}):
                    log.warning("not_expired", reason=reason, count=sum(each == reason for _, each in done.kept))
            except Fault as fault:
                log.warning("not_expired", reason=fault.reason)
            await asyncio.sleep(EVERY_SECONDS)
