"""Ask one or more ledgers through an index, which is brought up to date first.

The index says where records stand; `Lines` reads what they say from the segments, and shows that each is the one that
the log has there.
"""

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
from sqlalchemy import ColumnElement, Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from proxy.audit.about import CarryingExchange, carried
from proxy.audit.log import parse, segment_name
from proxy.audit.query import EVERYTHING, EventFilter, Grant, Subject, people_of
from proxy.audit.tree import TileMissing, leaf_hash
from proxy.edge.ledger.files import Paths
from proxy.edge.ledger.index import database, questions
from proxy.edge.ledger.index.comparing import differing
from proxy.edge.ledger.index.database import IndexMismatch
from proxy.edge.ledger.index.directories import each_log_once
from proxy.edge.ledger.index.filling import Step, Told, take_step
from proxy.edge.ledger.index.hashes import ProvenTree
from proxy.edge.ledger.index.questions import Spot
from proxy.edge.ledger.index.tables import locked
from proxy.edge.ledger.reader import LogIncomplete, Record
from proxy.errors import OwnFault

PAGE = 2000
"""How many records are looked up at once."""

Result = TypeVar("Result")
Leaves = Mapping[int, Mapping[int, bytes]]
"""The hashes that prove records, by log and number."""


class LedgerIndex:
    """An index over the ledgers in some directories; use it in a ``with`` statement, in one thread.

    Whatever cannot be answered in full raises `LogIncomplete`. What the index says of a record that is not so raises
    `IndexMismatch`. The database's failures are `OwnFault`.
    """

    def __init__(self, url: str, folders: Sequence[Path]) -> None:
        self._url, self._folders = url, tuple(folders)
        self._runner = asyncio.Runner()
        self._engine: AsyncEngine | None = None
        self._logs: dict[Path, int] = {}
        self._lines: dict[int, Lines] = {}

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
            self._forget_lines()

    def rebuild(self) -> None:
        """Forget all that was read, of every log."""
        assert self._engine is not None  # noqa: S101 - it is open
        self._runner.run(database.clear(self._engine))

    def catch_up(self, told: Told = lambda _read, _size: None) -> None:
        """Read what was added to the ledgers, each log once.

        Raises `LogIncomplete` if one is not whole, ``ledger_forked`` if two directories tell one differently, and
        `IndexMismatch`.
        """
        self._forget_lines()
        self._logs.clear()
        for folder in each_log_once(self._folders):
            more = True
            while more:
                step: Step = self._do(lambda connection, at=folder: _step(connection, at))  # type: ignore[misc]
                more = step.more
                told(step.read, step.size)
                if step.log is not None and not more:
                    self._logs[folder] = step.log
                    self._lines[step.log] = Lines(folder, step.tree)

    def _forget_lines(self) -> None:
        for lines in self._lines.values():
            lines.close()
        self._lines.clear()

    def compare(self) -> None:
        """Compare all that the index has of the ledgers with these, which are read anew. Raises `IndexMismatch`."""
        for folder, log in self._logs.items():
            found = self._do(lambda connection, at=(log, folder): differing(connection, *at))  # type: ignore[misc]
            if found:
                raise IndexMismatch(f"the index has other {' and other '.join(found)} than the ledger in {folder.name}")

    def values(self) -> Mapping[str, frozenset[str]]:
        """What occurs in the index, by kind: code, client, route, purpose, recipient, operator."""
        return self._do(questions.values)

    def meetings(self) -> frozenset[str]:
        """The pseudonyms of all meetings in the ledgers."""
        logs = list(self._logs.values())
        return self._do(lambda connection: questions.meetings(connection, logs))

    def count(self) -> int:
        """How many records the index has of the ledgers."""
        logs = list(self._logs.values())
        return self._do(lambda connection: questions.count(connection, logs))

    def has_grant(self, wanted: Grant) -> bool:
        """Whether a consent record decided in any of the logs."""
        return bool(self._do(lambda connection: questions.grants(connection, wanted)))

    def events(self, wanted: EventFilter = EVERYTHING) -> Iterator[Record]:
        """Yield the wanted events in the order of the log; those of several logs by their time."""
        streams = (self._matching(log, wanted, newest_first=False) for log in self._logs.values())
        yield from _as_one(streams)

    def newest(self, wanted: EventFilter, count: int) -> list[Record]:
        """Return the newest `count` wanted events, oldest first."""
        newest = (self._matching(log, wanted, newest_first=True) for log in self._logs.values())
        found = list(_as_one(list(itertools.islice(each, count))[::-1] for each in newest))
        return found[-count:] if count else []

    def carried(self, subjects: Collection[Subject], wanted: EventFilter = EVERYTHING) -> tuple[CarryingExchange, ...]:
        """The exchanges that left with words of any subject, or with what was made of them, oldest first.

        `wanted` is asked of their requests.
        """
        logs = list(self._logs.values())

        def ask(connection: Connection) -> tuple[questions.Traces, Leaves]:
            found = questions.traces(connection, logs, subjects)
            return found, self._leaves(connection, found.spots)

        found, leaves = self._do(ask)
        return carried(((record.sequence, record.event) for record in self._told(found, leaves)), subjects, wanted)

    def _told(self, found: questions.Traces, leaves: Leaves) -> Iterator[Record]:
        """The records of these traces. Those that are said to have words of the subjects have to name them."""
        for at, record in enumerate(self._read(found.spots, leaves)):
            if at < found.sent and found.shown.isdisjoint([each["uid"] for each in people_of(record.event)]):
                raise IndexMismatch(f"record {record.sequence} is not what the index says of it")
            yield record

    def _matching(self, log: int, wanted: EventFilter, *, newest_first: bool) -> Iterator[Record]:
        asked = self._do(lambda connection: questions.conditions(connection, log, wanted))
        after = None
        while asked is not None:
            page, leaves = self._do(lambda connection, at=after: self._page(connection, asked, at, newest_first))  # type: ignore[misc]
            for record in self._read(page, leaves):
                if not wanted.fits(record.event):
                    raise IndexMismatch(f"record {record.sequence} is not what the index says of it")
                yield record
            if len(page) < PAGE:
                return
            after = page[-1].sequence

    def _page(
        self, connection: Connection, asked: Sequence[ColumnElement[bool]], after: int | None, newest_first: bool
    ) -> tuple[list[Spot], Leaves]:
        page = questions.spots(connection, asked, after, PAGE, newest_first=newest_first)
        return page, self._leaves(connection, page)

    def _leaves(self, connection: Connection, spots: Sequence[Spot]) -> Leaves:
        """What proves the records at these spots."""
        by_log: dict[int, list[int]] = {}
        for log, sequence, *_ in spots:
            by_log.setdefault(log, []).append(sequence)
        return {log: self._lines[log].leaves(connection, sequences) for log, sequences in by_log.items()}

    def _read(self, spots: Sequence[Spot], leaves: Leaves) -> Iterator[Record]:
        """The records at these spots, each of which has to be there as the log has it."""
        return (self._lines[spot.log].record(spot, leaves[spot.log]) for spot in spots)

    def _do(self, work: Callable[[Connection], Result]) -> Result:
        found: list[Result] = []

        async def run() -> None:
            assert self._engine is not None  # noqa: S101 - it is open
            with database.answering():
                async with self._engine.begin() as connection:
                    # Not returned: the runner would write out the whole of it when it resets the signals' handlers.
                    found.append(await connection.run_sync(work))

        self._runner.run(run())
        return found[0]


def _as_one(logs: Iterable[Iterable[Record]]) -> Iterator[Record]:
    """Several logs by time. Each stays in its order, also where an act was recorded after it happened."""
    return heapq.merge(*logs, key=lambda record: record.event["time"])


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


_OPEN_SEGMENTS = 16


class Lines:
    """The segments of one ledger, and the tree that a checkpoint states over its records.

    `tree` is None for a log whose checkpoints state none. Records that no checkpoint covers yet are in no tree; these
    only have to match their commitments.
    """

    def __init__(self, folder: Path, tree: ProvenTree | None):
        self._paths, self._tree = Paths(folder), tree
        self._segments: dict[int, int] = {}

    def close(self) -> None:
        """Close the files."""
        for fd in self._segments.values():
            os.close(fd)
        self._segments.clear()

    def leaves(self, connection: Connection, sequences: Collection[int]) -> Mapping[int, bytes]:
        """The hashes that prove these records, as far as the checkpoint covers them. Raises `IndexMismatch`."""
        tree = self._tree
        if tree is None:
            return {}
        try:
            return tree.leaves(connection, [sequence for sequence in sequences if sequence < tree.size])
        except TileMissing:
            raise IndexMismatch("the tree of the index is not the one that the checkpoint states") from None

    def record(self, spot: Spot, leaves: Mapping[int, bytes]) -> Record:
        """The record at a spot, whose leaf has to be that of `leaves`, if it is there.

        Raises `IndexMismatch`, and `LogIncomplete` for a line that does not match its own commitment.
        """
        content = os.pread(self._opened(spot.segment), spot.length + 1, spot.offset)
        line = parse(content[:-1]) if content.endswith(b"\n") else None
        if line is None or line.sequence != spot.sequence:
            raise IndexMismatch(f"record {spot.sequence} does not stand where the index says")
        if not line.intact:
            raise LogIncomplete(f"record {spot.sequence} is damaged in {segment_name(spot.segment)}")
        if leaves.get(spot.sequence, leaf := leaf_hash(line.commitment)) != leaf:
            raise IndexMismatch(f"record {spot.sequence} is not the one that the checkpoint covers")
        return Record(line.sequence, orjson.loads(line.event))

    def _opened(self, segment: int) -> int:
        if segment not in self._segments:
            if len(self._segments) >= _OPEN_SEGMENTS:
                os.close(self._segments.pop(next(iter(self._segments))))
            name = segment_name(segment)
            try:
                self._segments[segment] = os.open(self._paths.segments / name, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                raise LogIncomplete(f"{name} cannot be read") from None
        return self._segments[segment]
