"""Read a ledger without a lock and with only the public key: check it, select events, follow it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, WitnessKey, parse_checkpoint
from proxy.audit.log import GENESIS, lines_of, parse
from proxy.audit.ocsf import Event
from proxy.audit.query import EventFilter
from proxy.audit.signing import CheckingKey, KeyHistory, read_checking_key
from proxy.audit.tree import TileMissing, Tree
from proxy.audit.verify import Evidence, Kind, Report, verify
from proxy.edge.ledger.files import Paths, pieces_of
from proxy.edge.ledger.tiles import TileFolder
from proxy.errors import ClientFault

TRIES, RETRY_SECONDS = 4, 0.25
EVERYTHING = EventFilter()


@dataclass(frozen=True, slots=True)
class Record:
    """An event and its place in the log."""

    sequence: int
    event: Event


def public_key(path: Path) -> CheckingKey:
    """Return the checking key in a file. Raises `ClientFault` if there is none."""
    try:
        key = read_checking_key(path.read_text())
    except (OSError, UnicodeDecodeError):
        key = None
    if key is None:
        detail = "name the ledger's public.key with --public-key: one line, <origin>+<key id>+<key>"
        raise ClientFault("no_public_key", detail)
    return key


def key_history(directory: Path, key: CheckingKey) -> KeyHistory:
    """Return the log's keys, of which `key` is one. Raises `ClientFault` if the log's keys do not come from it."""
    history = KeyHistory.read(key, Paths(directory).handovers())
    if history is None:
        detail = "the file 'keys' of the ledger does not tell how this key handed over, or was handed over to"
        raise ClientFault("unknown_key", detail)
    return history


def check(
    directory: Path,
    key: CheckingKey,
    kept: Sequence[tuple[str, bytes]] = (),
    witnesses: Sequence[WitnessKey] = (),
) -> Report:
    """Check a ledger directory. Raises `ClientFault` for the key.

    `kept` are checkpoint files that were kept elsewhere, by the names of their places. A proxy may be writing
    meanwhile. So the checkpoint is read before the segments, and a tail that looks torn is read again.
    """
    paths, history = Paths(directory), key_history(directory, key)
    for attempt in range(TRIES):
        own = paths.checkpoint.read_bytes() if paths.checkpoint.is_file() else None
        names = sorted(paths.segments.iterdir()) if paths.segments.is_dir() else []
        evidence = Evidence(own, TileFolder(paths.tiles), kept, witnesses)
        report = verify(((path.name, pieces_of(path)) for path in names), history, evidence)
        torn = any(problem.kind is Kind.TORN_TAIL for problem in report.problems)
        if not torn or attempt == TRIES - 1:
            break
        time.sleep(RETRY_SECONDS)
    return report


def records(directory: Path, wanted: EventFilter = EVERYTHING) -> Iterator[Record]:
    """Yield the wanted events, oldest first. Skips lines that cannot be read; `check` names them."""
    for path in Paths(directory).segment_files():
        yield from _records_of(path, wanted)


class LogIncomplete(Exception):
    """A log does not hold all that it once held, or holds lines that cannot be read."""


def all_records(directory: Path) -> Iterator[Record]:
    """Yield every event, oldest first. Raises `LogIncomplete` if one is missing or cannot be read.

    Numbers must run without a gap from 0, or from where the log was pruned, each record must match its commitment and
    refer to the one before, and the checkpoint must state one of them. Bytes after the last line end are no record yet.
    Signatures are not checked; that takes a key, and `check` does it.
    """
    paths = Paths(directory)
    stated, files = _stated(paths.checkpoint), paths.segment_files()
    tree, previous, heads = _pruned(paths, files), None if files and int(files[0].name[:20]) else GENESIS, set[bytes]()
    for path in files:
        for raw in lines_of(path.name, pieces_of(path)):
            if not raw.whole:
                continue
            line = parse(raw.content)
            if line is None or line.sequence != tree.size or previous not in (None, line.previous) or not line.intact:
                raise LogIncomplete
            previous = line.link(stated.origin)
            tree.append(line.commitment)
            tree.take_full()
            if tree.size == stated.size:
                heads = {previous, tree.root()}
            try:
                event = orjson.loads(line.event)
            except ValueError:
                raise LogIncomplete from None
            yield Record(line.sequence, event)
    if stated.head not in (heads if stated.size else {GENESIS, Tree().root()}):
        raise LogIncomplete


def _pruned(paths: Paths, files: Sequence[Path]) -> Tree:
    """The tree of the records before the first segment."""
    tree = Tree()
    try:
        for commitment in TileFolder(paths.tiles).commitments(int(files[0].name[:20]) if files else 0):
            tree.append(commitment)
            tree.take_full()
    except TileMissing:
        raise LogIncomplete from None
    return tree


def _stated(path: Path) -> Checkpoint:
    try:
        return parse_checkpoint(path.read_bytes())
    except (FileNotFoundError, CheckpointFault):
        raise LogIncomplete from None


def last_records(directory: Path, count: int, wanted: EventFilter = EVERYTHING) -> list[Record]:
    """Return the newest wanted events, oldest first. Reads only as many segments as needed."""
    newest: deque[Record] = deque()
    for path in reversed(Paths(directory).segment_files()):
        if len(newest) >= count:
            break
        room = count - len(newest)
        newest.extendleft(reversed(list(_records_of(path, wanted))[-room:]))
    return list(newest)


def follow(directory: Path, after: int, wanted: EventFilter = EVERYTHING, *, seconds: float = 0.5) -> Iterator[Record]:
    """Yield wanted events with sequence numbers above `after`, as they are written. Never ends."""
    while True:
        files = Paths(directory).segment_files()
        begun = [path for path in files if int(path.name[:20]) <= after + 1]
        for path in files[max(len(begun) - 1, 0) :]:
            for record in _records_of(path, EVERYTHING):
                if record.sequence > after:
                    after = record.sequence
                    if wanted.fits(record.event):
                        yield record
        time.sleep(seconds)


def _records_of(path: Path, wanted: EventFilter) -> Iterator[Record]:
    for raw in lines_of(path.name, pieces_of(path)):
        line = parse(raw.content) if raw.whole else None
        if line is None:
            continue
        try:
            event = orjson.loads(line.event)
            fits = wanted.fits(event)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        if fits:
            yield Record(line.sequence, event)
