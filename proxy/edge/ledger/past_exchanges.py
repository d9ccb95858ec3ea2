"""Implements `desk.ports.PastExchanges`: what has left with a person's words, read from the ledger's files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from proxy.audit.ocsf import Event
from proxy.audit.query import CarryingExchange, Subject, carried
from proxy.desk.ports import Answer
from proxy.edge.ledger.reader import LogIncomplete, all_records


class LedgerFolder:
    """The ledger in a directory. Read in a thread, one question at a time, since it may be long."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._turn = folder, asyncio.Lock()

    async def carried(self, subjects: Collection[Subject]) -> tuple[CarryingExchange, ...] | None:
        """As `PastExchanges.carried`."""
        return await self.read(lambda events: carried((each for _, each in events), subjects) if subjects else ())

    async def read(self, how: Callable[[Iterable[tuple[int, Event]]], Answer]) -> Answer | None:
        """As `PastExchanges.read`."""
        async with self._turn:
            return await asyncio.to_thread(self._read, how)

    def _read(self, how: Callable[[Iterable[tuple[int, Event]]], Answer]) -> Answer | None:
        if not self._folder.is_dir():
            return None
        try:
            return how((record.sequence, record.event) for record in all_records(self._folder))
        except (OSError, LogIncomplete):
            # A list out of a damaged ledger would be too short, and say so to nobody.
            return None
