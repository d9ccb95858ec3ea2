"""Implements `desk.ports.PastExchanges`: what has left with a person's words, read from the ledger's files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from proxy.audit.about import CarryingExchange
from proxy.audit.ocsf import Event
from proxy.audit.query import EVERYTHING, EventFilter, Subject
from proxy.desk.ports import Answer
from proxy.edge.ledger.index.filling import Told
from proxy.edge.ledger.index.index import opened
from proxy.edge.ledger.reader import LogIncomplete, all_records
from proxy.errors import OwnFault


class LedgerFolder:
    """The ledger in a directory, and those of other proxies in `others`, read through the index at `index`.

    It is read in a thread, one question at a time, since that may be long where the index is behind.
    """

    def __init__(
        self,
        folder: Path,
        index: str | None = None,
        others: tuple[Path, ...] = (),
        told: Told = lambda _read, _size: None,
    ) -> None:
        self._folders, self._index, self._told = (folder, *others), index, told
        self._turn = asyncio.Lock()
        self.fault: OwnFault | None = None
        """Why the last question had no answer."""

    @property
    def damaged(self) -> OwnFault | None:
        """`fault`, if there is a ledger at all."""
        return self.fault if all(folder.is_dir() for folder in self._folders) else None

    async def carried(
        self, subjects: Collection[Subject], wanted: EventFilter = EVERYTHING
    ) -> tuple[CarryingExchange, ...] | None:
        """As `PastExchanges.carried`."""
        if not subjects:
            return await self._answered(lambda: ())
        return await self._answered(lambda: self._ask(subjects, wanted))

    async def meetings(self) -> frozenset[str] | None:
        """As `PastExchanges.meetings`."""
        return await self._answered(self._meetings)

    async def newest(self, wanted: EventFilter, most: int) -> list[tuple[int, Event]] | None:
        """As `PastExchanges.newest`."""
        return await self._answered(lambda: self._newest(wanted, most))

    async def read(self, how: Callable[[Iterable[tuple[int, Event]]], Answer]) -> Answer | None:
        """As `PastExchanges.read`, of the one ledger without those of others."""
        folder = self._folders[0]
        return await self._answered(lambda: how((record.sequence, record.event) for record in all_records(folder)))

    async def _answered(self, question: Callable[[], Answer]) -> Answer | None:
        async with self._turn:
            return await asyncio.to_thread(self._answer, question)

    def _answer(self, question: Callable[[], Answer]) -> Answer | None:
        """A list out of a damaged ledger would be too short, and say so to nobody: so there is none."""
        if not all(folder.is_dir() for folder in self._folders):
            self.fault = LogIncomplete("there is no ledger in the directory")
            return None
        try:
            return question()
        except OSError:
            self.fault = LogIncomplete("a segment cannot be read")
        except OwnFault as fault:
            self.fault = fault
        return None

    def _meetings(self) -> frozenset[str]:
        with opened(self._index, self._folders, told=self._told) as index:
            return index.meetings()

    def _newest(self, wanted: EventFilter, most: int) -> list[tuple[int, Event]]:
        with opened(self._index, self._folders, told=self._told) as index:
            return [(record.sequence, record.event) for record in index.newest(wanted, most)]

    def _ask(self, subjects: Collection[Subject], wanted: EventFilter) -> tuple[CarryingExchange, ...]:
        with opened(self._index, self._folders, told=self._told) as index:
            return index.carried(subjects, wanted)
