"""Brings an index up to date with the log in a directory: what was added, pruned, recovered or replaced.

A log is told by its records, not by where it lies: the commitment of a segment's first record has a random salt. For
each segment the index knows how far it read. What no longer fits is dropped and read again from there. Every line that
is read has to be whole, to match its commitment and to follow the one before it, and the records have to come to what
the checkpoint states. Signatures are not checked: that takes a key, and ``ledger verify`` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, update

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.log import GENESIS, Line, RawLine, lines_of, parse, segment_name
from proxy.audit.ocsf import PRUNED
from proxy.audit.query import ledger_part
from proxy.audit.tree import TileMissing
from proxy.edge.ledger.files import PIECE_BYTES, Paths
from proxy.edge.ledger.index.database import IndexMismatch
from proxy.edge.ledger.index.frontier import packed, unpacked
from proxy.edge.ledger.index.hashes import ProvenTree, proven
from proxy.edge.ledger.index.keeping import drop_records, insert_records
from proxy.edge.ledger.index.rows import Row, row_of
from proxy.edge.ledger.index.tables import logs, records, segments, words
from proxy.edge.ledger.reader import Chain, LogIncomplete, finished, stated

BATCH = 4000
"""Records in a transaction, so that others wait for a moment only."""
_MIDST = -1
"""Stands for the time of the last change of a segment that was not read to its end yet."""

Told = Callable[[int, int], None]
"""Is told how many bytes of the log are read, and how many there are."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one transaction came to: the log's number (None: it has no record), and whether there is more to read.

    `read` and `size` are how many bytes of the log are read, and how many there are. `tree` is what records are proven
    with once all are read; None for a log of version 1, whose checkpoints state no tree.
    """

    log: int | None
    more: bool
    read: int = 0
    size: int = 0
    tree: ProvenTree | None = None


def take_step(connection: Connection, folder: Path) -> Step:
    """Read the next `BATCH` records of the log in `folder`, in the transaction of the connection.

    Raises `LogIncomplete` if the log is not whole, and `OSError`.
    """
    paths = Paths(folder)
    checkpoint = stated(paths.checkpoint)  # before the segments: it may fall behind them, never lead
    files = paths.segment_files()
    first = next((line for path in files[:1] if (line := _line_at(path, 0)) is not None), None)
    if first is None:
        empty = Chain.before(paths, 0, checkpoint.origin)
        _check_end(checkpoint, empty)
        _check_head(checkpoint, empty)
        return Step(None, False)
    log = _log(connection, first, int(files[0].name[:20]), checkpoint.origin)
    known = _fitting(connection, log, files)
    size = sum(path.stat().st_size for path in files)
    reading = _Reading(log, checkpoint, known[-1] if known else None, _chain(paths, known, checkpoint.origin, files))
    if checkpoint.size <= reading.chain.tree.size and not _is_confirmed(connection, log, checkpoint):
        _check_head(checkpoint, _chain_up_to(paths, known, checkpoint, files))
    current = bool(known) and _is_current(known[-1], files[-1])
    rows = [] if current else list(islice(reading.rows(files), BATCH))
    if not current:
        insert_records(connection, log, rows, reading.chain.full)
        reading.note_segments(connection, whole=len(rows) < BATCH)
    if checkpoint.size <= reading.chain.tree.size:
        _confirm(connection, log, checkpoint)
    if len(rows) == BATCH:
        return Step(log, True, reading.bytes_read(files), size)
    _check_beginning(connection, log, files)
    _check_end(checkpoint, reading.chain)
    return Step(log, False, size, size, _proven(connection, log, reading.chain, checkpoint, files))


def _proven(
    connection: Connection, log: int, chain: Chain, checkpoint: Checkpoint, files: Sequence[Path]
) -> ProvenTree | None:
    """The tree of the index, which has to be the one that the checkpoint states. Raises `OwnFault` if it is not."""
    try:
        tree = proven(connection, log, chain.tree, checkpoint.size, checkpoint.head)
    except TileMissing:
        tree = None
    if tree is None and not _is_first_version(connection, log, checkpoint, files):
        raise IndexMismatch("the tree of the index is not the one that the checkpoint states")
    return tree


def _is_first_version(connection: Connection, log: int, checkpoint: Checkpoint, files: Sequence[Path]) -> bool:
    """Whether the checkpoint states the link of the last record that it covers, and no tree."""
    spot = select(records.c.segment, records.c.offset)
    for segment, offset in connection.execute(
        spot.where(records.c.log == log, records.c.sequence == checkpoint.size - 1)
    ):
        line = _line_at(files[0].with_name(segment_name(segment)), offset)
        return line is not None and line.version == 1 and line.link(checkpoint.origin) == checkpoint.head
    return checkpoint.size == 0 and checkpoint.head == GENESIS


def _chain(paths: Paths, known: Sequence[Any], origin: str, files: Sequence[Path]) -> Chain:
    """The chain up to where the last of these segments was read."""
    if not known:
        return Chain.before(paths, int(files[0].name[:20]), origin)
    last = known[-1]
    return Chain(origin, unpacked(last.next, last.tree), bytes.fromhex(last.link))


def _chain_up_to(paths: Paths, known: Sequence[Any], checkpoint: Checkpoint, files: Sequence[Path]) -> Chain:
    """The chain over as many records as a checkpoint states, all of which were read before.

    The lines of the segment in which they end are read again.
    """
    size, begins = checkpoint.size, int(files[0].name[:20])
    before = [each for each in known if each.next <= size]
    if size < begins or not known:
        return Chain.before(paths, size, checkpoint.origin)
    chain = _chain(paths, before, checkpoint.origin, files)
    for path in files:
        if chain.tree.size <= int(path.name[:20]) < size:
            for raw, line in finished(lines_of(path.name, _pieces_from(path, 0)), size):
                if chain.tree.size == size:
                    break
                if line is None or not chain.take(line):
                    raise LogIncomplete(f"record {chain.tree.size} is missing or damaged in {raw.place.segment}")
    return chain


def _is_confirmed(connection: Connection, log: int, checkpoint: Checkpoint) -> bool:
    """Whether the records in the index were compared with this very checkpoint before."""
    confirmed = select(logs.c.confirmed_size, logs.c.confirmed_head).where(logs.c.id == log)
    return connection.execute(confirmed).one() == (checkpoint.size, checkpoint.head.hex())


def _confirm(connection: Connection, log: int, checkpoint: Checkpoint) -> None:
    if not _is_confirmed(connection, log, checkpoint):
        confirmed = {"confirmed_size": checkpoint.size, "confirmed_head": checkpoint.head.hex()}
        connection.execute(update(logs).where(logs.c.id == log).values(confirmed))


def _log(connection: Connection, first: Line, sequence: int, origin: str) -> int:
    """The number of the log whose oldest segment begins so; a new one for a new log."""
    same = (segments.c.first == sequence, segments.c.begins == first.commitment.hex())
    number = connection.scalar(select(segments.c.log).where(*same))
    if number is None:
        number = connection.execute(insert(logs).values(origin=origin)).inserted_primary_key[0]  # type: ignore[index]
    return int(number)


def _fitting(connection: Connection, log: int, files: Sequence[Path]) -> list[Any]:
    """The rows of the segments that are as they were read; drops what the index has of any others."""
    known = connection.execute(select(segments).where(segments.c.log == log).order_by(segments.c.first)).all()
    by_first = {int(path.name[:20]): path for path in files}
    pruned = [each for each in known if each.first < int(files[0].name[:20])]
    fitting = []
    for each in known[len(pruned) :]:
        last = each is known[-1]
        if each.first not in by_first or not _fits(each, by_first[each.first], last=last):
            break
        fitting.append(each)
    begins = int(files[0].name[:20])
    ends = fitting[-1].next if fitting else begins
    if pruned or len(fitting) + len(pruned) < len(known):
        kept = [each.first for each in fitting]
        connection.execute(delete(segments).where(segments.c.log == log, segments.c.first.not_in(kept)))
        drop_records(connection, log, begins, ends)
    return fitting


def _fits(known: Any, path: Path, *, last: bool) -> bool:
    """Whether a segment is as it was read, or has only grown since."""
    if _is_current(known, path):
        return True
    size = path.stat().st_size
    same_size = size == known.size and known.changed != _MIDST
    if not last or size < known.indexed or same_size:
        return False
    begins, ends = _line_at(path, 0), _line_at(path, known.last_offset)
    return (
        begins is not None
        and ends is not None
        and (begins.commitment.hex(), ends.commitment.hex())
        == (
            known.begins,
            known.ends,
        )
    )


def _is_current(known: Any, path: Path) -> bool:
    """Whether nothing was written to a segment since it was read."""
    stat = path.stat()
    return int(path.name[:20]) == known.first and (stat.st_size, stat.st_mtime_ns) == (known.size, known.changed)


def _line_at(path: Path, offset: int) -> Line | None:
    """The record whose line begins at an offset; None if there is no whole one."""
    with path.open("rb") as file:
        file.seek(offset)
        return parse(line[:-1]) if (line := file.readline()).endswith(b"\n") else None


def _check_end(checkpoint: Checkpoint, chain: Chain) -> None:
    """Raise `LogIncomplete` unless the log has as many records as the checkpoint states."""
    if checkpoint.size > chain.tree.size:
        raise LogIncomplete(f"{checkpoint.size - chain.tree.size} of the newest records are missing")


def _check_head(checkpoint: Checkpoint, chain: Chain) -> None:
    """Raise `LogIncomplete` unless these are the records that the checkpoint states."""
    if checkpoint.head not in chain.heads:
        raise LogIncomplete(f"the first {checkpoint.size} records are not those that the checkpoint states")


class _Reading:
    """Reads on where an index ends, line after line, and remembers how far it came in each segment."""

    def __init__(self, log: int, checkpoint: Checkpoint, known: Any, chain: Chain):
        self.log, self.checkpoint, self.chain = log, checkpoint, chain
        self.segments: dict[int, dict[str, Any]] = {known.first: dict(known._mapping)} if known else {}

    def rows(self, files: Sequence[Path]) -> Iterator[Row]:
        """The rows of all records that are not in the index yet."""
        begun = max(self.segments, default=-1)
        for path in files:
            first = int(path.name[:20])
            if first >= begun:
                yield from self._rows_of(path, first, self.segments.get(first))

    def _rows_of(self, path: Path, first: int, known: dict[str, Any] | None) -> Iterator[Row]:
        at = known["indexed"] if known else 0
        stat = path.stat()  # before the lines: what is added meanwhile is read the next time
        if known:
            known |= {"size": stat.st_size, "changed": stat.st_mtime_ns}
        for raw, found in finished(lines_of(path.name, _pieces_from(path, at)), self.checkpoint.size):
            line, event = self._checked(raw, found)
            offset, length = at + raw.place.offset, len(raw.content)
            try:
                row = row_of(line.sequence, event, first, offset, length)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise LogIncomplete(f"line {raw.place.line} of {path.name} holds no event") from None
            known = self.segments.setdefault(first, {"log": self.log, "first": first})
            known.setdefault("begins", line.commitment.hex())
            known |= {"size": stat.st_size, "changed": stat.st_mtime_ns, "ends": line.commitment.hex()}
            known |= {"last_offset": offset, "indexed": offset + length + 1}
            known |= {"next": self.chain.tree.size, "link": line.link(self.chain.origin).hex()}
            self.segments[first] = known
            yield row
        if known:
            known["tree"] = packed(self.chain.tree)

    def _checked(self, raw: RawLine, line: Line | None) -> tuple[Line, dict[str, Any]]:
        expected = self.chain.tree.size
        if line is None or not self.chain.take(line, keep=True):
            raise LogIncomplete(f"record {expected} is missing or damaged in {raw.place.segment}")
        if self.chain.tree.size == self.checkpoint.size:
            _check_head(self.checkpoint, self.chain)
        try:
            event: dict[str, Any] = orjson.loads(line.event)
        except ValueError:
            raise LogIncomplete(f"record {line.sequence} is damaged in {raw.place.segment}") from None
        return line, event

    def note_segments(self, connection: Connection, *, whole: bool) -> None:
        """Note how far each segment was read; the last one is not read to its end if the log is not."""
        if self.segments:
            self.segments[max(self.segments)]["tree"] = packed(self.chain.tree)
        if self.segments and not whole:
            now = self.segments[max(self.segments)]
            now |= {"size": now["indexed"], "changed": _MIDST}
        if self.segments:
            same = (segments.c.log == self.log, segments.c.first.in_(list(self.segments)))
            connection.execute(delete(segments).where(*same))
            connection.execute(insert(segments), list(self.segments.values()))

    def bytes_read(self, files: Sequence[Path]) -> int:
        """How many bytes of all segments are in the index."""
        now = max(self.segments)
        before = sum(path.stat().st_size for path in files if int(path.name[:20]) < now)
        return before + int(self.segments[now]["indexed"])


def fresh_rows(folder: Path) -> Iterator[Row]:
    """The rows of all records of the log in `folder`, whatever an index has of it. Raises `LogIncomplete`."""
    paths = Paths(folder)
    checkpoint, files = stated(paths.checkpoint), paths.segment_files()
    if files:
        chain = Chain.before(paths, int(files[0].name[:20]), checkpoint.origin)
        for row in _Reading(0, checkpoint, None, chain).rows(files):
            chain.full.clear()
            yield row


def _pieces_from(path: Path, offset: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _check_beginning(connection: Connection, log: int, files: Sequence[Path]) -> None:
    """Raise `LogIncomplete` if the oldest records are gone without a record of the log that says so."""
    begins = int(files[0].name[:20])
    if begins == 0:
        return
    code = select(words.c.id).where(words.c.kind == "code", words.c.value == PRUNED).scalar_subquery()
    query = select(records.c.segment, records.c.offset).where(records.c.log == log, records.c.code == code)
    for segment, offset in connection.execute(query.order_by(records.c.sequence.desc())):
        line = _line_at(files[0].with_name(segment_name(segment)), offset)
        if line is not None and ledger_part(orjson.loads(line.event)).get("before_sequence", 0) >= begins:
            return
    raise LogIncomplete(f"the records before {begins} are missing, and no record says that they were pruned")
