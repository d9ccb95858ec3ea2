"""Ask one or more ledgers through an index, which is brought up to date first. Events are read from the segments."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

import orjson
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from proxy.audit.log import parse, segment_name
from proxy.audit.query import EVERYTHING, CarryingExchange, Ended, EventFilter, Grant, Sent, Subject, carrying
from proxy.edge.ledger.files import Paths
from proxy.edge.ledger.index import database, questions
from proxy.edge.ledger.index.filling import Step, Told, locked, take_step
from proxy.edge.ledger.index.questions import Spot
from proxy.edge.ledger.reader import LogIncomplete, Record
from proxy.errors import OwnFault

PAGE = 2000
"""How many records are looked up at once."""
_OPEN_SEGMENTS = 16

Result = TypeVar("Result")


class LedgerIndex:
    """An index over the ledgers in some directories; use it in a ``with`` statement, in one thread.

    Whatever cannot be answered in full raises `LogIncomplete`; the database's failures are `OwnFault`.
    """

    def __init__(self, url: str, folders: Sequence[Path]) -> None:
        self._url, self._folders = url, tuple(folders)
        self._runner = asyncio.Runner()
        self._engine: AsyncEngine | None = None
        self._logs: dict[Path, int] = {}
        self._segments: dict[Path, int] = {}

    def __enter__(self) -> Self:
        self._runner.__enter__()
        try:
            self._engine = self._runner.run(database.open_engine(self._url))
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._engine is not None:
                self._runner.run(self._engine.dispose())
        finally:
            self._runner.close()
            for fd in self._segments.values():
                os.close(fd)
            self._segments.clear()

    def rebuild(self) -> None:
        """Forget all that was read, of every log."""
        assert self._engine is not None  # noqa: S101 - it is open
        self._runner.run(database.clear(self._engine))

    def catch_up(self, told: Told = lambda _read, _size: None) -> None:
        """Read what was added to the ledgers. Raises `LogIncomplete` if one is not whole."""
        for folder in self._folders:
            more = True
            while more:
                step: Step = self._do(lambda connection, at=folder: _step(connection, at))  # type: ignore[misc]
                more = step.more
                told(step.read, step.size)
                if step.log is not None:
                    self._logs[folder] = step.log

    def values(self) -> Mapping[str, frozenset[str]]:
        """What occurs in the index, by kind: code, client, route, purpose, recipient, operator."""
        return self._do(questions.values)

    def count(self) -> int:
        """How many records the index has of the ledgers."""
        logs = list(self._logs.values())
        return self._do(lambda connection: questions.count(connection, logs))

    def has_grant(self, wanted: Grant) -> bool:
        """Whether a consent record decided in any of the logs."""
        return bool(self._do(lambda connection: questions.grants(connection, wanted)))

    def events(self, wanted: EventFilter = EVERYTHING) -> Iterator[Record]:
        """Yield the wanted events in the order of the log; those of several logs by their time."""
        streams = (self._matching(folder, log, wanted, newest_first=False) for folder, log in self._logs.items())
        yield from _as_one(streams)

    def newest(self, wanted: EventFilter, count: int) -> list[Record]:
        """Return the newest `count` wanted events, oldest first."""
        newest = (self._matching(folder, log, wanted, newest_first=True) for folder, log in self._logs.items())
        found = list(_as_one(list(itertools.islice(each, count))[::-1] for each in newest))
        return found[-count:] if count else []

    def carried(self, subjects: Collection[Subject], wanted: EventFilter = EVERYTHING) -> tuple[CarryingExchange, ...]:
        """The exchanges that carried words of any subject and whose intents are wanted, oldest first."""
        logs = list(self._logs.values())
        return self._do(lambda connection: _carried(connection, logs, subjects, wanted))

    def _matching(self, folder: Path, log: int, wanted: EventFilter, *, newest_first: bool) -> Iterator[Record]:
        asked = self._do(lambda connection: questions.conditions(connection, log, wanted))
        after = None
        while asked is not None:
            page = self._do(
                lambda connection, at=after: questions.spots(connection, asked, at, PAGE, newest_first=newest_first)  # type: ignore[misc]
            )
            for spot in page:
                record = self._read(folder, spot)
                if wanted.fits(record.event):
                    yield record
            if len(page) < PAGE:
                return
            after = page[-1].sequence

    def _read(self, folder: Path, spot: Spot) -> Record:
        """The record at a spot, which has to be there as it was indexed."""
        path = Paths(folder).segments / segment_name(spot.segment)
        content = os.pread(self._opened(path), spot.length, spot.offset)
        line = parse(content)
        if line is None or line.sequence != spot.sequence or not line.intact:
            raise LogIncomplete(f"record {spot.sequence} is damaged in {path.name}")
        return Record(line.sequence, orjson.loads(line.event))

    def _opened(self, path: Path) -> int:
        if path not in self._segments:
            if len(self._segments) >= _OPEN_SEGMENTS:
                os.close(self._segments.pop(next(iter(self._segments))))
            try:
                self._segments[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                raise LogIncomplete(f"{path.name} cannot be read") from None
        return self._segments[path]

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        async def run() -> Result:
            assert self._engine is not None  # noqa: S101 - it is open
            with database.answering():
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work)

        return self._runner.run(run())


def _as_one(logs: Iterable[Iterable[Record]]) -> Iterator[Record]:
    """Several logs by time. Each stays in its order, also where an act was recorded after it happened."""
    return heapq.merge(*logs, key=lambda record: record.event["time"])


def _carried(
    connection: Connection, logs: Sequence[int], subjects: Collection[Subject], wanted: EventFilter
) -> tuple[CarryingExchange, ...]:
    begun: list[Sent] = []
    ended: list[Ended] = []
    for log in logs:
        sent = questions.sent(connection, log, subjects, wanted)
        begun += sent
        ended += questions.ended(connection, log, {each.exchange for each in sent})
    return carrying(begun, ended)


def _step(connection: Connection, folder: Path) -> Step:
    locked(connection)
    return take_step(connection, folder)


@contextlib.contextmanager
def opened(
    url: str | None,
    folders: Sequence[Path],
    *,
    told: Told = lambda _read, _size: None,
    unkept: Callable[[OwnFault], None] = lambda _: None,
) -> Iterator[LedgerIndex]:
    """Yield an index that is up to date, at `url` or beside the first ledger.

    Where none can be kept, as beside a copy that is read-only, `unkept` is told why, and a temporary one is made.
    """
    with contextlib.ExitStack() as stack:
        try:
            index = stack.enter_context(LedgerIndex(url or database.default_url(folders[0]), folders))
        except OwnFault as fault:
            if url is not None:
                raise
            unkept(fault)
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="meeting-proxy-"))
            index = stack.enter_context(LedgerIndex(f"sqlite:///{place}/index.db", folders))
        index.catch_up(told)
        yield index
