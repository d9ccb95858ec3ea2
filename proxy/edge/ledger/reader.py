"""Read a ledger without a lock and with only the public key: check it, select events, follow it."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import orjson

from proxy.audit.checkpoint_check import Evidence
from proxy.audit.checkpoints import Checkpoint, CheckpointFault, WitnessKey, parse_checkpoint
from proxy.audit.dating import Authority
from proxy.audit.findings import Kind, Report
from proxy.audit.key_check import KeyFiles, check_keys
from proxy.audit.log import GENESIS, Line, RawLine, lines_of, parse
from proxy.audit.ocsf import Event
from proxy.audit.query import EVERYTHING, EventFilter
from proxy.audit.signing import CheckingKey, read_checking_key
from proxy.audit.tree import TileMissing, TileName, Tree
from proxy.audit.verify import verify
from proxy.edge.ledger.files import Paths, kept_stamps, pieces_of
from proxy.edge.ledger.tiles import TileFolder
from proxy.errors import ClientFault, OwnFault

TRIES, RETRY_SECONDS = 4, 0.25
_NO_KEY = "name the ledger's public.key with --public-key: one line, <origin>+<key id>+<key>"
REMEDY = (
    "a list would be too short, so none is shown: 'meeting-proxy ledger verify' names every problem; read a whole copy "
    "with --directory"
)


class Record(NamedTuple):
    """An event and its place in the log."""

    sequence: int
    event: Event


def public_key(path: Path) -> CheckingKey:
    """Return the checking key in a file. Raises `ClientFault` if there is none."""
    try:
        key = read_checking_key(path.read_bytes().decode())
    except (OSError, UnicodeDecodeError):
        key = None
    if key is None:
        raise ClientFault("no_public_key", _NO_KEY)
    return key


def own_key(directory: Path) -> CheckingKey:
    """Return the checking key beside a ledger. Raises `ClientFault` if there is none."""
    path = Paths(directory).public_key
    key = public_key(path) if path.is_file() else None
    if key is None or path.read_bytes() != f"{key.render()}\n".encode():
        raise ClientFault("no_public_key", _NO_KEY)
    return key


def check(  # noqa: PLR0917 - in the order of `Confirming`
    directory: Path,
    key: CheckingKey,
    kept: Sequence[tuple[str, bytes]] = (),
    witnesses: Sequence[WitnessKey] = (),
    authority: Callable[[str], Authority | None] = lambda _: None,
    older: Sequence[tuple[str, str, bytes]] = (),
) -> Report:
    """Check a ledger directory with one of its keys. Raises `OwnFault` where it may not be read.

    `kept` are checkpoint files that were kept elsewhere, by the names of their places; `authority` gives the time stamp
    authority of a name, if anybody said what to trust of it; `older` is all that anchors keep. A proxy
    may be writing meanwhile. So stamps and checkpoint are read before the segments, and a tail that looks torn is read
    again.
    """
    try:
        history, key_problems = check_keys(key, _key_files(Paths(directory)))
        stamps = list(kept_stamps(directory))
        known = {name: authority(name) for name in {stamp.authority for stamp in stamps}}
        authorities = {name: found for name, found in known.items() if found is not None}
        for attempt in range(TRIES):
            own, cosigned = _checkpoints(Paths(directory))
            tiles = TileFolder(Paths(directory).tiles)
            evidence = Evidence(own, tiles, kept, witnesses, cosigned, stamps, authorities, key_problems, older)
            report = verify(_segments(Paths(directory).segments), history, evidence)
            torn = any(problem.kind is Kind.TORN_TAIL for problem in report.problems)
            if not torn or attempt == TRIES - 1:
                break
            time.sleep(RETRY_SECONDS)
    except OSError as error:
        detail = f"{error.filename or directory} cannot be read ({error.strerror}); be a user who may, or take a copy"
        raise OwnFault("ledger_unreadable", detail) from None
    return report


def _key_files(paths: Paths) -> KeyFiles:
    """What stands in the place of the file of handovers, and is no file, is as if it held none."""
    public = paths.public_key.read_bytes() if paths.public_key.is_file() else None
    handovers = paths.handovers() if os.path.lexists(paths.keys) else None
    return KeyFiles(public, handovers)


def _checkpoints(paths: Paths) -> tuple[bytes | None, list[tuple[str, bytes]]]:
    """The log's own checkpoint, and those that witnesses cosigned, with their names."""
    own = paths.checkpoint.read_bytes() if paths.checkpoint.is_file() else None
    files = sorted(paths.cosigned.iterdir()) if paths.cosigned.is_dir() else []
    plain = [each for each in files if each.is_file() and each.suffix != ".new"]
    return own, [(f"cosigned/{each.name}", each.read_bytes()) for each in plain]


def _segments(folder: Path) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files of the segments' folder. What is no file of its own is called as no segment is."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        is_plain = path.is_file() and not path.is_symlink()
        yield (path.name, pieces_of(path)) if is_plain else (f"{path.name}/", ())


def records(directory: Path, wanted: EventFilter = EVERYTHING) -> Iterator[Record]:
    """Yield the wanted events, oldest first. Skips lines that cannot be read; `check` names them."""
    for path in Paths(directory).segment_files():
        yield from _records_of(path, wanted)


class LogIncomplete(OwnFault):
    """A log does not hold all that it once held, or holds lines that cannot be read. `what` says which, for people."""

    def __init__(self, what: str = "records are missing or damaged") -> None:
        super().__init__("ledger_incomplete", f"{what}; {REMEDY}")


@dataclass(slots=True)
class Chain:
    """What the lines of a log come to, one after the other: the tree over them, and what the next one refers to."""

    origin: str
    tree: Tree
    previous: bytes | None
    """The link of the last record. None where that was pruned: any will do."""
    full: list[tuple[TileName, bytes]] = field(default_factory=list)
    """Tiles that became full, with their hashes, for whoever keeps them; see `take`."""

    @classmethod
    def before(cls, paths: Paths, first: int, origin: str) -> Chain:
        """The chain up to a segment that begins with record `first`. Raises `LogIncomplete`.

        `full` has the full tiles above the leaves.
        """
        chain = cls(origin, Tree(), None if first else GENESIS)
        try:
            for commitment in TileFolder(paths.tiles).commitments(first):
                chain.tree.append(commitment)
                chain.full += (each for each in chain.tree.take_full() if each[0].level)
        except TileMissing:
            raise LogIncomplete(f"the records before {first} and their entry bundles are missing") from None
        return chain

    @property
    def heads(self) -> frozenset[bytes]:
        """What a checkpoint over these records states: the root, or in version 1 of the log the last link."""
        return frozenset((self.tree.root(), *(() if self.previous is None else (self.previous,))))

    def take(self, line: Line, *, keep: bool = False) -> bool:
        """Add a line; False if it is not whole, or not the next one. With `keep`, tiles that become full are kept."""
        if not line.follows(self.tree.size, self.previous):
            return False
        self.tree.append(line.commitment)
        full = self.tree.take_full()
        if keep:
            self.full += full
        self.previous = line.link(self.origin)
        return True


def finished(raws: Iterable[RawLine], covered: int) -> Iterator[tuple[RawLine, Line | None]]:
    """The lines of a segment up to the last that is signed, or among the first `covered` records of the log.

    What stands behind it is a group that is being written, or never was to its end, and no record yet. None for a line
    that cannot be read.
    """
    waiting: list[tuple[RawLine, Line | None]] = []
    for raw in raws:
        line = parse(raw.content) if raw.whole else None
        waiting.append((raw, line))
        if line is not None and (line.signature or line.sequence < covered):
            yield from waiting
            waiting.clear()


def all_records(directory: Path) -> Iterator[Record]:
    """Yield every event, oldest first. Raises `LogIncomplete` if one is missing or cannot be read.

    Numbers must run without a gap from 0, or from where the log was pruned, each record must match its commitment and
    refer to the one before, and the checkpoint must state one of them. Lines behind the last signed one, and bytes
    behind the last line end, are no records yet. Signatures are not checked; that takes a key, and `check` does it.
    """
    paths = Paths(directory)
    known, files = stated(paths.checkpoint), paths.segment_files()
    chain = Chain.before(paths, int(files[0].name[:20]) if files else 0, known.origin)
    confirmed = chain.tree.size == known.size and known.head in chain.heads
    for path in files:
        for _, line in finished(lines_of(path.name, pieces_of(path)), known.size):
            if line is None or not chain.take(line):
                raise LogIncomplete
            if chain.tree.size == known.size:
                confirmed = known.head in chain.heads
            try:
                event = orjson.loads(line.event)
            except ValueError:
                raise LogIncomplete from None
            yield Record(line.sequence, event)
    if not confirmed:
        raise LogIncomplete


def stated(path: Path) -> Checkpoint:
    """Return the checkpoint in a file, whoever signed it. Raises `LogIncomplete` if there is none."""
    try:
        return parse_checkpoint(path.read_bytes())
    except (FileNotFoundError, CheckpointFault):
        raise LogIncomplete("there is no checkpoint that says how long the log is") from None


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
