"""Opens a ledger that may have ended badly: where it stands, what to cut off, which intents have no outcome.

Only bytes that no caller was told of may be cut: those at the end of the last segment, beyond the checkpoint. Any other
damage refuses the start, since somebody changed the log. Of long logs only the last segments are read: the first record
of each segment says how far back an intent without an outcome may lie.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from proxy.audit.log import GENESIS, Line, Place, lines_of, parse
from proxy.audit.ocsf import INTENT, OUTCOME, ROTATED, Event
from proxy.audit.query import ledger_part
from proxy.audit.signing import CheckingKey, Checkpoint, CheckpointFault, read_checkpoint
from proxy.edge.ledger.files import Paths, pieces_of, replace_file, sync_directory
from proxy.errors import OwnFault

_REMEDY = "run 'meeting-proxy ledger verify', keep the directory as evidence and move it away to begin a new ledger"


@dataclass(slots=True)
class RecoveredLog:
    """The state of a log after it was opened. `dangling` are the intents without an outcome, by `intent_key`."""

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


def recover(paths: Paths, key: CheckingKey) -> RecoveredLog:
    """Read the end of the log and cut off a torn tail. Raises `OwnFault` if somebody changed the log."""
    files = paths.segment_files()
    checkpoint = _checkpoint(paths, key)
    found = RecoveredLog(checkpoint_missing=checkpoint is None and bool(files))
    if files:
        found.last_segment = files[-1]
        tail = _Tail(key, checkpoint, found)
        for path in files[_first_to_read(files) :]:
            torn_at = tail.read(path)
            if torn_at is not None:
                _cut(paths, found, path, torn_at)
    if checkpoint is not None and checkpoint.size > found.sequence:
        raise _changed("ledger_behind_checkpoint", f"record {found.sequence} and those after it are gone")
    return found


def _checkpoint(paths: Paths, key: CheckingKey) -> Checkpoint | None:
    if not paths.checkpoint.exists():
        return None
    try:
        return read_checkpoint(paths.checkpoint.read_bytes(), key)
    except CheckpointFault:
        raise _changed("ledger_tampered", "the checkpoint is not one that this proxy's key signed") from None


def _first_to_read(files: Sequence[Path]) -> int:
    """Return the index of the segment from which on every intent without an outcome is found."""
    for index in range(len(files) - 1, 0, -1):
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
    """Reads segments in order, up to the first torn line."""

    key: CheckingKey
    checkpoint: Checkpoint | None
    found: RecoveredLog
    begun: bool = False
    linked: bool = False

    def read(self, path: Path) -> int | None:
        """Read a segment's records. Returns the offset at which it is torn, or None."""
        first = int(path.name[:20])
        if not self.begun:
            self.begun, self.found.sequence = True, first
        elif first != self.found.sequence:
            raise _changed("ledger_tampered", f"segment {path.name} does not follow the one before it")
        for raw in lines_of(path.name, pieces_of(path)):
            line = parse(raw.content) if raw.whole else None
            if line is None or not self._follows(line):
                return self._torn(raw.place, path)
            self._take(line)
        return None

    def _follows(self, line: Line) -> bool:
        if line.sequence != self.found.sequence or not line.intact:
            return False
        # If reading began in the middle of the log, the first link is taken as given; its signature covers it.
        if (self.linked or line.sequence == 0) and line.previous != self.found.head:
            return False
        # The checkpoint's signature covers the links of the records before it.
        anchored = self.checkpoint is not None and line.sequence < self.checkpoint.size
        return anchored or self.key.checks(line.signature, line.message(self.key.origin))

    def _take(self, line: Line) -> None:
        found, event = self.found, _event(line)
        found.sequence, found.head, self.linked = line.sequence + 1, line.link(self.key.origin), True
        at_checkpoint = self.checkpoint is not None and found.sequence == self.checkpoint.size
        if self.checkpoint is not None and at_checkpoint and found.head != self.checkpoint.head:
            raise _changed("ledger_tampered", f"record {line.sequence} is not the one that the checkpoint names")
        code = event["metadata"]["event_code"]
        if code == INTENT:
            found.dangling[key_of(event)] = (line.sequence, event)
        elif code == OUTCOME:
            found.dangling.pop(key_of(event), None)

    def _torn(self, place: Place, path: Path) -> int:
        covered = self.checkpoint is not None and self.found.sequence < self.checkpoint.size
        if covered or path != self.found.last_segment:
            raise _changed("ledger_tampered", f"line {place.line} of {path.name} was changed")
        return place.offset


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
