"""Implements `ports.DerivedTexts`: digests of what clients were given back, in the store, for a limited time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from proxy.edge import telemetry
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.model import GivenBack

DIGESTS = "derived-texts:"
"""Whose key in the store's register of keys it is under which digests are made."""

MOST = 400
"""Replies of one client in one meeting that are looked at, the newest."""

log = telemetry.logger()


class StoredDerivedTexts:
    """Keeps for `hours` from `clock`'s now."""

    def __init__(self, store: Store, hours: float, clock: Callable[[], datetime]) -> None:
        self._store, self._clock, self._time = store, clock, timedelta(hours=hours)

    async def key(self) -> bytes:
        """As `DerivedTexts.key`."""
        return (await self._store.keys.of([DIGESTS]))[DIGESTS]

    async def keep(self, given: GivenBack) -> None:
        """As `DerivedTexts.keep`. A failure is logged, and what was not kept is withheld when it is told again."""
        now = self._clock()
        try:
            await self._store.given_back.put(given, now + self._time, now)
        except OwnFault as fault:
            log.warning("derived_text_not_kept", exchange=given.exchange, reason=fault.reason)

    async def find(self, client: str, meeting: str) -> Sequence[GivenBack]:
        """As `DerivedTexts.find`."""
        return await self._store.given_back.find(client, meeting, self._clock(), MOST)
