"""Brings an index up to date with the log in a directory: what was added, pruned, recovered or replaced.

A log is told by its records, not by where it lies: the commitment of a segment's first record has a random salt. For
each segment the index knows how far it read. What no longer fits is dropped and read again from there. Every line that
is read has to be whole, to match its commitment and to follow the one before it, and the records have to come to what
the checkpoint states. The tree over them is kept as its rightmost tiles (`packed`). Signatures are not checked: that
takes a key, and ``ledger verify`` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.log import GENESIS, Line, RawLine, lines_of, parse, segment_name
from proxy.audit.ocsf import PRUNED
from proxy.audit.query import ledger_part
from proxy.audit.tree import HASH_BYTES, TileMissing, TileName, Tree, hashes_in
from proxy.edge.ledger.files import PIECE_BYTES, Paths
from proxy.edge.ledger.index.database import IndexMismatch
from proxy.edge.ledger.index.hashes import ProvenTree, drop_hashes, proven, rows_of
from proxy.edge.ledger.index.rows import GRANT, OPERATOR, SUBJECT, WORDS, Row, row_of
from proxy.edge.ledger.index.tables import (
    add,
    among,
    blocks,
    decisions,
    links,
    logs,
    mentions,
    operators,
    records,
    segments,
    tiles,
    words,
)
from proxy.edge.ledger.reader import Chain, LogIncomplete, finished, stated


def packed(tree: Tree) -> bytes:
    """The bytes that are kept; a few KiB at most."""
    return b"".join(bytes([len(row)]) + b"".join(row) for row in tree.levels)


def unpacked(size: int, content: bytes) -> Tree:
    """The tree over `size` records."""
    tree, at = Tree(size), 0
    while at < len(content):
        end = at + 1 + content[at] * HASH_BYTES
        tree.levels.append(hashes_in(content[at + 1 : end]))
        at = end
    return tree


@dataclass(slots=True)
class Words:
    """The numbers of words, looked up or given as they occur. Kept for one transaction: it may be undone."""

    connection: Connection
    known: dict[tuple[str, str], int]

    def learn(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Know the numbers of all these words."""
        missing = {each for each in wanted if each not in self.known}
        self._look_up(missing)
        new = [{"kind": kind, "value": value} for kind, value in sorted(missing - self.known.keys())]
        if new:
            self.connection.execute(insert(words), new)
            self._look_up({(each["kind"], each["value"]) for each in new})

    def _look_up(self, wanted: set[tuple[str, str]]) -> None:
        by_kind: dict[str, list[str]] = {}
        for kind, value in wanted:
            by_kind.setdefault(kind, []).append(value)
        for kind, values in by_kind.items():
            named = (words.c.kind == kind, among(self.connection, words.c.value, values))
            found = self.connection.execute(select(words.c.value, words.c.id).where(*named))
            self.known |= {(kind, value): number for value, number in found}


def insert_records(
    connection: Connection, log: int, rows: Sequence[Row], full: Sequence[tuple[TileName, bytes]]
) -> None:
    """Insert these records, and the tiles of the tree that became full with them."""
    numbers = Words(connection, {})
    numbers.learn({word for row in rows for word in row.all_words()})
    known = numbers.known
    people = [(known[SUBJECT, each.pseudonym], log, row.sequence, each.sent) for row in rows for each in row.people]
    named = [(source, log, row.sequence, fetches) for row in rows for source, fetches in row.links()]
    grants = [(known[GRANT, grant], log, row.sequence) for row in rows for grant in row.grants]
    doers = [(known[OPERATOR, name], log, row.sequence) for row in rows for name in row.operators]
    add(connection, records, [_record(log, row, known) for row in rows])
    add(connection, mentions, sorted(people))  # rows that lie together in the table are written together
    add(connection, links, sorted(named))
    add(connection, decisions, sorted(grants))
    add(connection, operators, sorted(doers))
    for table, hashes in zip((blocks, tiles), rows_of(log, full), strict=True):
        add(connection, table, hashes)


def _record(log: int, row: Row, known: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    values = [known[kind, row.words[kind]] if kind in row.words else None for kind in WORDS]
    meeting = None if row.meeting is None else known[SUBJECT, row.meeting]
    return (log, row.sequence, row.time, row.exchange, *values, meeting, row.segment, row.offset, row.length)


def drop_records(connection: Connection, log: int, begins: int, ends: int) -> None:
    """Drop all of a log that is not of the records from `begins` until before `ends`."""
    for table in (records, mentions, links, decisions, operators):
        number = table.c.sequence
        connection.execute(delete(table).where(table.c.log == log, (number < begins) | (number >= ends)))
    drop_hashes(connection, log, begins, ends if ends > begins else 0)
    _drop_pseudonyms(connection)


def _drop_pseudonyms(connection: Connection) -> None:
    """Drop the pseudonyms and the names of operators that no record has any more."""
    uses = (mentions.c.person, records.c.meeting, decisions.c.grant, operators.c.operator)
    named = or_(*(exists().where(column == words.c.id) for column in uses))
    connection.execute(delete(words).where(words.c.kind.in_((SUBJECT, GRANT, OPERATOR)), ~named))


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
