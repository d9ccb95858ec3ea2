"""Reads records behind a place in the log, in the order of their sequence numbers, from the segments of a ledger.

Only records that the checkpoint vouches for are read: they are on the medium, and no recovery takes them back. So a
process that only reads, and knows nothing of the one that writes, ships no record before it is durable. The checkpoint
follows the log by seconds.

A `Tail` keeps its place in the open segment, so that nothing is read twice. Segments may be added and deleted
meanwhile. It blocks, so callers run it aside. Its memory is bounded by the batch that is asked for and one piece of a
file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, parse_checkpoint
from proxy.audit.log import parse
from proxy.audit.ship.cursor import Gap
from proxy.audit.ship.records import LoggedEvent
from proxy.edge.ledger.files import Paths

PIECE_BYTES = 1 << 18


class LedgerUnreadable(Exception):
    """The ledger's files cannot be read now."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in order, and the gaps before or between them."""

    records: tuple[LoggedEvent, ...]
    gaps: tuple[Gap, ...]


def checkpoint_of(directory: Path) -> Checkpoint:
    """The ledger's checkpoint: its origin, and how many records it vouches for. Raises `LedgerUnreadable`."""
    try:
        return parse_checkpoint(Paths(directory).checkpoint.read_bytes())
    except (OSError, CheckpointFault):
        raise LedgerUnreadable from None


class Tail:
    """Reads a ledger from the record after `after` on. -1: from the oldest that there is."""

    def __init__(self, directory: Path, after: int) -> None:
        self._paths = Paths(directory)
        self.next = after + 1
        """The number of the record to read next."""
        self._any_start = after < 0
        self._segment: str | None = None
        self._offset = 0

    def record_at(self, sequence: int) -> LoggedEvent | None:
        """The record with this sequence number, if the ledger still has it. Does not move the tail."""
        aside = Tail(self._paths.directory, sequence - 1)
        aside._any_start = False
        found = aside.read(below=sequence + 1, records=1, size=1).records
        return found[0] if found and found[0].sequence == sequence else None

    def read(self, *, below: int, records: int, size: int) -> Batch:
        """Read at most this many records, and bytes of events, with sequence numbers less than `below`.

        A record that is larger than `size` is returned alone. Empty if there is none. Raises `LedgerUnreadable`.
        """
        found: list[LoggedEvent] = []
        gaps: list[Gap] = []
        read = 0
        try:
            for record, oldest in self._records(below):
                length = len(record.stored)
                if found and (len(found) >= records or read + length > size):
                    break
                if record.sequence > self.next and not self._any_start:
                    gaps.append(Gap(self.next, record.sequence - 1, "pruned" if oldest else "missing"))
                self._any_start = False
                self.next = record.sequence + 1
                found.append(record)
                read += length
        except OSError:
            if not found:
                raise LedgerUnreadable from None
        return Batch(tuple(found), tuple(gaps))

    def _records(self, below: int) -> Iterator[tuple[LoggedEvent, bool]]:
        """Yield records from the place on, each with whether it is the first of the oldest segment.

        The place moves behind a record when the next one is asked for, so one that is not taken is read again.
        """
        while self.next < below:
            segments = [path.name for path in self._paths.segment_files()]
            name = self._current(segments)
            if name is None:
                return
            for line, start in self._lines(name):
                record = _record(line)
                if record is None:
                    continue  # The place stays before it: what is no record may be cut off by a recovery.
                if record.sequence >= below:
                    return
                if record.sequence >= self.next:
                    yield record, name == segments[0] and start == 0
                self._offset = start + len(line) + 1
            later = [other for other in segments if other > name]
            if not later:
                return
            self._segment, self._offset = later[0], 0

    def _current(self, segments: list[str]) -> str | None:
        """The segment to read: the one in which the place is, else that which holds the next record or those after."""
        if self._segment in segments:
            return self._segment
        begun = [name for name in segments if int(name[:20]) <= self.next]
        self._segment, self._offset = (begun[-1] if begun else segments[0] if segments else None), 0
        return self._segment

    def _lines(self, name: str) -> Iterator[tuple[bytes, int]]:
        """Yield whole lines from the place on, each with its offset."""
        path = self._paths.segments / name
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return  # Pruned since the folder was listed.
        with file:
            file.seek(self._offset)
            start, rest = self._offset, b""
            while piece := file.read(PIECE_BYTES):
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    yield line, start
                    start += len(line) + 1


def _record(line: bytes) -> LoggedEvent | None:
    """The record in a line; None if it cannot be read. Then the next one shows a gap."""
    parsed = parse(line)
    if parsed is None:
        return None
    try:
        event = orjson.loads(parsed.event)
    except ValueError:
        return None
    return LoggedEvent(parsed.sequence, event, parsed.event)
