"""Opens a ledger that may have ended badly: where it stands, what to cut off, which intents have no outcome.

Only bytes that no caller was told of may be cut: those at the end of the last segment, beyond the checkpoint and behind
the last signed line. Any other damage refuses the start, since somebody changed the log. Of long logs only the last
segments are read: the first record of each segment says how far back an intent without an outcome may lie. Tiles that
are missing, damaged or of an earlier version are made anew from all records.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, read_checkpoint
from proxy.audit.log import GENESIS, Line, lines_of, parse
from proxy.audit.ocsf import INTENT, OUTCOME, ROTATED, Event
from proxy.audit.query import ledger_part
from proxy.audit.signing import KeyHistory
from proxy.audit.tree import TileMissing, TileReader, leaf_hash
from proxy.edge.ledger.files import Paths, pieces_of, replace_file, sync_directory
from proxy.edge.ledger.tiles import GrowingTiles, TileFolder
from proxy.errors import OwnFault

_REMEDY = (
    "run 'meeting-proxy ledger verify'; keep the directory as evidence, move it away, and start once with "
    "'meeting-proxy serve --accept-loss' to begin a new ledger"
)


@dataclass(slots=True)
class RecoveredLog:
    """The state of a log after it was opened. `dangling` are the intents without an outcome, by `intent_key`."""

    tiles: GrowingTiles
    keys: KeyHistory
    sequence: int = 0
    head: bytes = GENESIS
    last_segment: Path | None = None
    dangling: dict[str, tuple[int, Event]] = field(default_factory=dict)
    cut_bytes: int = 0
    checkpoint_missing: bool = False


def intent_key(exchange: str, attempt: int) -> str:
    """Return the key that an intent and its outcome share."""
    return f"{exchange}#{attempt}"


def key_of(event: Event) -> str:
    """Return the `intent_key` of a recorded intent or outcome."""
    return intent_key(event["metadata"]["correlation_uid"], ledger_part(event)["attempt"])


def recover(paths: Paths, keys: KeyHistory) -> RecoveredLog:
    """Read the end of the log and cut off a torn tail. Raises `OwnFault` if somebody changed the log."""
    files, folder = paths.segment_files(), TileFolder(paths.tiles)
    checkpoint = _checkpoint(paths, keys)
    known = _tiles(folder, checkpoint) if checkpoint is not None else None
    tiles = known or GrowingTiles.of(folder, _pruned(folder, files))
    found = RecoveredLog(tiles, keys, checkpoint_missing=checkpoint is None and bool(files))
    tail = _Tail(keys, checkpoint, found, TileReader(tiles.size, folder.tile) if known else None)
    if files:
        found.last_segment = files[-1]
        first = 0 if known is None else _first_to_read(files, tiles.size)
        for path in files[first:]:
            tail.read(path)
        if tail.torn:
            _cut(paths, found, files[-1], tail.certain_end if tail.certain_in == files[-1] else 0)
    if checkpoint is not None and checkpoint.size > found.sequence:
        raise _changed("ledger_behind_checkpoint", f"record {found.sequence} and those after it are gone")
    return found


def _checkpoint(paths: Paths, keys: KeyHistory) -> Checkpoint | None:
    if not paths.checkpoint.exists():
        return None
    try:
        return read_checkpoint(paths.checkpoint.read_bytes(), keys)
    except CheckpointFault:
        raise _changed("ledger_tampered", "the checkpoint is not one that this proxy's key signed") from None


def _tiles(folder: TileFolder, checkpoint: Checkpoint) -> GrowingTiles | None:
    """The tree on disk, if it is that of the checkpoint and whole."""
    if not folder.has_all(checkpoint.size):
        return None
    return GrowingTiles.read(folder, checkpoint.size, checkpoint.head)


def _pruned(folder: TileFolder, files: Sequence[Path]) -> list[bytes]:
    """The commitments of the records before the first segment."""
    first = int(files[0].name[:20]) if files else 0
    try:
        return list(folder.commitments(first))
    except TileMissing:
        raise _changed("ledger_tampered", f"the records before {first} and their entry bundles are gone") from None


def _first_to_read(files: Sequence[Path], covered: int) -> int:
    """Return the index of the segment from which on every intent without an outcome, and record `covered`, is found.

    The checkpoint covers its first record. Of a segment that it does not cover, nothing may be left after the cut, and
    the link to the record before would be lost.
    """
    latest = max((i for i, path in enumerate(files) if int(path.name[:20]) < covered), default=0)
    for index in range(latest, 0, -1):
        with files[index].open("rb") as file:
            line = parse(file.readline().removesuffix(b"\n"))
        if line is None or not line.intact:
            continue
        event = _event(line)
        if event["metadata"]["event_code"] != ROTATED:
            continue
        oldest = ledger_part(event).get("oldest_open")
        if oldest is None:
            return index
        return max((i for i in range(index + 1) if int(files[i].name[:20]) <= oldest), default=0)
    return 0


@dataclass(slots=True)
class _Tail:
    """Reads segments in order, up to where they are torn.

    A line is certain if the checkpoint covers it, or if a signed one refers to it. `leaves` knows the entries that the
    checkpoint covers. Without it, the tree is made anew, and compared with the checkpoint where that was made.
    """

    keys: KeyHistory
    checkpoint: Checkpoint | None
    found: RecoveredLog
    leaves: TileReader | None
    torn: bool = False
    group_ended: bool = False
    certain_in: Path | None = None
    certain_end: int = 0
    sequence: int | None = None
    head: bytes | None = None
    waiting: list[Line] = field(default_factory=list)

    def read(self, path: Path) -> None:
        """Read a segment's records."""
        first = int(path.name[:20])
        if self.sequence is None:
            self._begin(first)
        elif first != self.sequence or self.torn or self.waiting:
            raise _changed("ledger_tampered", f"segment {path.name} does not follow the one before it")
        for raw in lines_of(path.name, pieces_of(path)):
            line = parse(raw.content) if raw.whole else None
            if self.torn:
                self._check_unfinished(line, path)
            elif line is None or not self._follows(line):
                self._tear(f"line {raw.place.line} of {path.name}", path)
                self._check_unfinished(line, path)
            else:
                self.sequence, self.head = line.sequence + 1, line.link(self.keys.origin)
                self.waiting.append(line)
                if self._is_certain(line):
                    self._take(path, raw.place.offset + len(raw.content) + 1)
        if self.waiting:
            self._tear(f"the end of {path.name}", path)

    def _begin(self, first: int) -> None:
        if first > self.found.tiles.size:
            raise _changed("ledger_tampered", f"the records before {first} are gone")
        self.sequence = self.found.sequence = first
        self.head = GENESIS if not first else None

    def _covered(self, sequence: int) -> bool:
        return self.checkpoint is not None and sequence < self.checkpoint.size

    def _follows(self, line: Line) -> bool:
        """Whether a line may stand here. Where reading began in the middle, its first link is taken as given."""
        if self.sequence is None or not line.follows(self.sequence, self.head):
            return False
        if self.leaves is None or not self._covered(line.sequence):
            return True
        try:
            return self.leaves.leaf(line.sequence) == leaf_hash(line.commitment)
        except TileMissing:
            return False

    def _is_certain(self, line: Line) -> bool:
        return self._covered(line.sequence) or self._is_signed(line)

    def _is_signed(self, line: Line) -> bool:
        key = self.keys.at(line.sequence)
        return bool(line.signature) and key.checks(line.signature, line.message(key.origin))

    def _take(self, path: Path, end: int) -> None:
        """All lines that wait are certain."""
        found, lines, self.waiting = self.found, self.waiting, []
        for line in lines:
            event = _event(line)
            found.sequence, found.head = line.sequence + 1, line.link(self.keys.origin)
            if line.sequence == found.tiles.size:
                found.tiles.add((line.commitment,))
            self._compare()
            code = event["metadata"]["event_code"]
            if code == INTENT:
                found.dangling[key_of(event)] = (line.sequence, event)
            elif code == OUTCOME:
                found.dangling.pop(key_of(event), None)
        self.certain_in, self.certain_end = path, end

    def _compare(self) -> None:
        """Compare a tree that is made anew with the checkpoint, which has the last link in version 1 of the log."""
        found = self.found
        if self.leaves is not None or self.checkpoint is None or found.sequence != self.checkpoint.size:
            return
        if self.checkpoint.head not in (found.tiles.root(), found.head):
            detail = f"the records up to {found.sequence - 1} are not those that the checkpoint names"
            raise _changed("ledger_tampered", detail)

    def _tear(self, where: str, path: Path) -> None:
        if self._covered(self.found.sequence) or path != self.found.last_segment:
            raise _changed("ledger_tampered", f"{where} was changed")
        self.torn, self.waiting = True, []

    def _check_unfinished(self, line: Line | None, path: Path) -> None:
        """What stands behind the last certain line must be one group, whose parts came to the medium in any order."""
        if line is None:
            return
        if self.group_ended:
            raise _changed("ledger_tampered", f"a line before record {line.sequence} in {path.name} was changed")
        self.group_ended = line.version > 1 and self._is_signed(line)


def _cut(paths: Paths, found: RecoveredLog, path: Path, offset: int) -> None:
    """Cut a segment at `offset`, and keep the cut bytes in ``torn/``."""
    with path.open("rb") as file:
        file.seek(offset)
        cut = file.read()
    folder = paths.directory / "torn"
    folder.mkdir(exist_ok=True, mode=0o700)
    replace_file(folder / f"{path.stem}-{offset}.bin", cut)
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.ftruncate(fd, offset)
        os.fsync(fd)
    finally:
        os.close(fd)
    sync_directory(paths.directory)
    found.cut_bytes = len(cut)


def _event(line: Line) -> Event:
    try:
        event: Event = orjson.loads(line.event)
        str(event["metadata"]["event_code"])
    except (ValueError, KeyError, TypeError):
        raise _changed("ledger_tampered", f"record {line.sequence} holds no event") from None
    return event


def _changed(reason: str, detail: str) -> OwnFault:
    return OwnFault(reason, f"{detail}; {_REMEDY}")
