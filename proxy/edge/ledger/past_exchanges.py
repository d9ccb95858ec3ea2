"""Implements `desk.ports.PastExchanges`: what has left with a person's words, read from the ledger's files."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from proxy.audit.query import CarryingExchange, Subject, carried
from proxy.edge.ledger.reader import LogIncomplete, all_records


class LedgerFolder:
    """The ledger in a directory. Read in a thread, one question at a time, since it may be long."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._turn = folder, asyncio.Lock()

    async def carried(self, subjects: Collection[Subject]) -> tuple[CarryingExchange, ...] | None:
        """As `PastExchanges.carried`."""
        async with self._turn:
            return await asyncio.to_thread(self._read, subjects)

    def _read(self, subjects: Collection[Subject]) -> tuple[CarryingExchange, ...] | None:
        if not self._folder.is_dir():
            return None
        try:
            return carried((record.event for record in all_records(self._folder)), subjects) if subjects else ()
        except (OSError, LogIncomplete):
            # A list out of a damaged ledger would be too short, and say so to nobody.
            return None
