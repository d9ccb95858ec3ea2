"""The anchor in the store, which also knows all logs of the proxies on one store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.notes import NoteSignature
from proxy.edge.store.store import Store


class InStore:
    """The store's table of logs."""

    name = "store"
    every_seconds = 0.0
    tells = True

    def __init__(self, store: Store, now: Callable[[], datetime]):
        self._store, self._now = store, now

    async def newest(self, origin: str) -> bytes | None:
        """As `Anchor.newest`."""
        found = await self._store.logs.of(origin)
        return None if found is None else found.checkpoint

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:
        """As `Anchor.keep`."""
        await self._store.logs.put(origin, parse_checkpoint(file).size, file, self._now())
        return ()
