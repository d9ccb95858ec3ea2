"""The anchor in the store, which also knows all logs of the proxies on one store, and when each gave its last sign."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from proxy.audit.checkpoints import parse_checkpoint
from proxy.audit.notes import NoteSignature
from proxy.audit.tree import TileMissing, TileReader
from proxy.edge.ledger.anchors.web import AnchorRefused
from proxy.edge.ledger.files import Paths
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.tiles import TileFolder
from proxy.edge.ship.aside import aside
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Ledger


class NameTaken(AnchorRefused):
    """Another log than this one is kept under its name: two proxies were started with the same `ledger.name`."""


class InStore:
    """The store's table of logs."""

    name = "store"
    every_seconds = 0.0
    tells = True
    compares = True

    def __init__(self, store: Store, ledger: Ledger, now: Callable[[], datetime]):
        self._store, self._now, self._paths = store, now, Paths(Path(ledger.directory))
        self._within = ledger.heartbeat_seconds + ledger.checkpoint_seconds
        self._asked = False
        self._there: bytes | None = None
        """What is there as far as we know: what the log was compared with when it was opened, or what we kept."""

    async def newest(self, origin: str) -> bytes | None:
        """As `Anchor.newest`."""
        found = await self._store.logs.of(origin)
        known = None if found is None else found.checkpoint
        if not self._asked:
            self._asked, self._there = True, known
        return known

    async def keep(self, origin: str, file: bytes) -> tuple[NoteSignature, ...]:
        """As `Anchor.keep`. Raises `NameTaken` if somebody else put another log there meanwhile."""
        size = parse_checkpoint(file).size
        kept = await self._store.logs.put(origin, size, file, self._now(), self._within, before=self._there)
        if not kept:
            # The end of this log's process before this one may have come after this one had asked.
            found = await self._store.logs.of(origin)
            if found is None or not await aside(lambda: self._extends(size, found.checkpoint)):
                raise NameTaken
            self._there = found.checkpoint
            if not await self._store.logs.put(origin, size, file, self._now(), self._within, before=self._there):
                raise NameTaken
        self._there = file
        return ()

    def _extends(self, size: int, before: bytes) -> bool:
        """Whether the log of `size` records begins with those of a checkpoint file."""
        stated = parse_checkpoint(before)
        with contextlib.suppress(TileMissing):
            reader = TileReader(size, TileFolder(self._paths.tiles).tile)
            return stated.size <= size and reader.root(stated.size) == stated.head
        return False


async def close(ledger: LedgerFiles, store: Store, origin: str, now: Callable[[], datetime]) -> None:
    """Close a ledger, and note in the store if that was in good order: from then on, its silence means nothing."""
    if await ledger.close():
        with contextlib.suppress(OwnFault):  # A store that is away now will call it silent, which is no more than true.
            await store.logs.closed(origin, now())
