"""The one thread that writes the ledger: takes the waiting entries, appends them as a group, syncs once, answers all.

The thread owns the position in the log (sequence, head), the open segment, the reserve and the list of intents without
an outcome. Callers hand in entries and are answered through `deliver`, which is called on this thread.

A group of lines is either complete on the medium or not in the log at all. If the disk is full, the part that was
written is cut off again and the log stays usable (`NoRoom`). After any other fault the content of the medium is unknown
(`LogBroken`): an fsync is never retried, since the kernel may have dropped the pages.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.log import SALT_BYTES, Line, lay, segment_name
from proxy.audit.ocsf import Event
from proxy.audit.signing import SigningKey
from proxy.edge.ledger.files import Disk, Paths, sync_directory, write_checkpoint
from proxy.edge.ledger.tiles import GrowingTiles
from proxy.errors import OwnFault

OUTCOME_BYTES = 4096
"""Upper bound on the line of an outcome; also the room reserved for each intent that has none yet."""
RESERVE_STEP = 256 << 10

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoom(Exception):
    """The disk, quota or file size limit is reached. The log is as it was before."""


class LogBroken(Exception):
    """The log cannot be trusted to take records until a restart has recovered it."""


class SegmentFile:
    """The last segment of a log, open for appending. `size` is the number of synced bytes."""

    def __init__(self, path: Path, fd: int, size: int, disk: Disk):
        self.path, self.size = path, size
        self._fd, self._disk = fd, disk

    @classmethod
    def create(cls, folder: Path, first: int, disk: Disk) -> Self:
        """Create a segment whose first record will be `first`. Its name is then on the medium."""
        path = folder / segment_name(first)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        fd = None
        try:
            fd = os.open(path, flags | os.O_EXCL, 0o600)
            sync_directory(folder)
        except OSError as error:
            if fd is not None:
                os.close(fd)
            raise (NoRoom if error.errno in _NO_ROOM else LogBroken) from None
        return cls(path, fd, 0, disk)

    @classmethod
    def reopen(cls, path: Path, disk: Disk) -> Self:
        """Open an existing segment, to continue at its end."""
        fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return cls(path, fd, os.fstat(fd).st_size, disk)

    def append(self, content: bytes) -> None:
        """Append whole lines, and return once they are on the medium. Raises `NoRoom` or `LogBroken`."""
        self._still_ours()
        view = memoryview(content)
        try:
            while view:
                view = view[self._disk.write(self._fd, bytes(view)) :]
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise LogBroken from None
            self._cut_back()
            raise NoRoom from None
        try:
            self._disk.sync(self._fd)
        except OSError:
            raise LogBroken from None
        self.size += len(content)

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)

    def _still_ours(self) -> None:
        """Raise `LogBroken` if the file was deleted, renamed, replaced or resized by somebody else.

        Records written to it would not be found, or would follow bytes that are not ours.
        """
        try:
            ours, named = os.fstat(self._fd), self.path.lstat()
        except OSError:
            raise LogBroken from None
        same = (ours.st_dev, ours.st_ino) == (named.st_dev, named.st_ino)
        if not same or ours.st_nlink < 1 or ours.st_size != self.size:
            raise LogBroken

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._fd, self.size)
        except OSError:
            raise LogBroken from None


class Reserve:
    """A file of allocated room, which is released to the file system when there is none left for outcomes.

    It grows in steps with the number of intents without an outcome, before the intent is written; if it cannot grow, no
    intent is taken. On a file system that others also fill, they may take the released room. Then the outcome is lost,
    and its intent means "treat as sent".
    """

    def __init__(self, path: Path, disk: Disk):
        self._disk = disk
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Blocks of an earlier run's file may be missing, so they are allocated anew.
        self._size = 0

    def hold(self, outcomes: int) -> None:
        """Reserve room for this many outcomes. Raises `NoRoom` or `LogBroken`."""
        needed = -(-max(outcomes, 1) * OUTCOME_BYTES // RESERVE_STEP) * RESERVE_STEP
        if needed <= self._size:
            return
        try:
            self._disk.allocate(self._fd, needed)
        except OSError as error:
            raise (NoRoom if error.errno in _NO_ROOM else LogBroken) from None
        self._size = needed

    def release(self) -> None:
        """Release all room to the file system."""
        self._size = 0
        try:
            os.ftruncate(self._fd, 0)
        except OSError:
            raise LogBroken from None

    def close(self) -> None:
        """Close the file. Its room stays reserved for the next start."""
        os.close(self._fd)


GROUP_RECORDS = 256
CHECKPOINT_RECORDS = 1000
"""A checkpoint is due when so many records wait for it, or one has waited for ``ledger.checkpoint_seconds``."""

UNAVAILABLE_DETAIL = (
    "the ledger stopped after a fault of its disk or because its file was moved, deleted or changed; nothing is sent "
    "until the proxy is restarted. Check the disk, then 'meeting-proxy ledger verify'"
)


@dataclass(slots=True, eq=False)
class Entry:
    """An event to record. `essential` may use the reserve; `opens`/`closes` name the intent it begins or ends.

    An abandoned entry that opens an intent is not written, unless it already was.
    """

    event: Event
    done: Any
    essential: bool = False
    opens: str | None = None
    closes: str | None = None
    abandoned: bool = False


Answered = Sequence[tuple[Entry, OwnFault | None]]


@dataclass(slots=True)
class Position:
    """Position in the log: next sequence number, link of the last record, open intents → their sequence numbers."""

    sequence: int
    head: bytes
    open: dict[str, int]


class GroupWriter:
    """Appends entries in groups. If `broken`, every later entry is refused."""

    def __init__(
        self,
        paths: Paths,
        key: SigningKey,
        position: Position,
        tiles: GrowingTiles,
        segment: SegmentFile | None,
        *,
        segment_bytes: int,
        checkpoint_seconds: float,
        disk: Disk,
        rotated: Callable[[int | None], Event],
        deliver: Callable[[Answered], None],
    ):
        self.broken = False
        self._paths, self._key, self._position, self._segment = paths, key, position, segment
        self._segment_bytes, self._disk, self._rotated, self._deliver = segment_bytes, disk, rotated, deliver
        self._reserve = Reserve(paths.reserve, disk)
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._stopping = False
        self._tiles = tiles
        self._checkpoint_seconds, self._covered = checkpoint_seconds, -1
        self._due: float | None = None
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, entry: Entry) -> None:
        """Queue an entry to be written. Its answer comes through `deliver`."""
        self._queue.put(entry)

    def waiting(self) -> int:
        """Return how many entries wait."""
        return self._queue.qsize()

    def stop(self, seconds: float) -> bool:
        """Write what waits and a last checkpoint, end the thread. False if the disk hangs longer than `seconds`."""
        self._queue.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    # --- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            entries = self._gather()
            if self.broken:
                self._answer(entries, _unavailable)
                continue
            try:
                self._commit(entries)
                self._keep_checkpoint()
            except Exception:  # noqa: BLE001 - whatever it was, the log's state is unknown: stop taking records
                self.broken = True
                self._answer(entries, _unavailable)
        self._reserve.close()
        if self._segment is not None:
            self._segment.close()

    def _gather(self) -> list[Entry]:
        """Wait for entries, at most until a checkpoint is due."""
        wait = None if self._due is None else max(self._due - time.monotonic(), 0.0)
        try:
            entries = [self._queue.get(timeout=wait)]
        except queue.Empty:
            return []
        while len(entries) < GROUP_RECORDS and not self._queue.empty():
            entries.append(self._queue.get())
        self._stopping = None in entries
        return [entry for entry in entries if entry is not None]

    def _commit(self, entries: list[Entry]) -> None:
        try:
            self._write(entries)
        except NoRoom:
            essential = [entry for entry in entries if entry.essential]
            self._answer([entry for entry in entries if not entry.essential], _full)
            if not essential:
                return
            self._reserve.release()
            try:
                self._write(essential)
            except NoRoom:
                self._answer(essential, _full)

    def _write(self, entries: Iterable[Entry]) -> None:
        """Seal, append and sync a group. If it raises `NoRoom`, nothing has changed."""
        wanted = [entry for entry in entries if not (entry.abandoned and entry.opens)]
        if not wanted:
            return
        if not all(entry.essential for entry in wanted):
            self._reserve.hold(len(self._position.open) + sum(1 for entry in wanted if entry.opens))
        segment, first = self._room_for_more()
        position = Position(self._position.sequence, self._position.head, dict(self._position.open))
        lines = [] if first is None else [self._lay(position, first)]
        written: list[tuple[Entry, OwnFault | None]] = []
        for entry in wanted:
            sequence = position.sequence
            try:
                lines.append(self._lay(position, entry.event))
            except OwnFault as fault:
                written.append((entry, fault))
                continue
            written.append((entry, None))
            if entry.opens is not None:
                position.open[entry.opens] = sequence
            if entry.closes is not None:
                position.open.pop(entry.closes, None)
        if lines:
            lines[-1] = lines[-1].signed(self._key)
            position.head = lines[-1].link(self._key.origin)
            segment.append(b"".join(line.render() for line in lines))
            self._position = position
            self._tiles.add(line.commitment for line in lines)
        self._deliver(written)

    def _room_for_more(self) -> tuple[SegmentFile, Event | None]:
        """Return the segment to write to, and the first event of the segment if it is new."""
        if self._segment is None or self._segment.size >= self._segment_bytes:
            new = SegmentFile.create(self._paths.segments, self._position.sequence, self._disk)
            if self._segment is not None:
                self._segment.close()
            self._segment = new
        if self._segment.size or not self._position.sequence:
            return self._segment, None
        return self._segment, self._rotated(min(self._position.open.values(), default=None))

    def _lay(self, position: Position, event: Event) -> Line:
        line = lay(event, position.sequence, position.head, os.urandom(SALT_BYTES))
        position.sequence, position.head = position.sequence + 1, line.link(self._key.origin)
        return line

    def _keep_checkpoint(self) -> None:
        size, now = self._position.sequence, time.monotonic()
        if size == self._covered:
            return
        if self._due is None:
            self._due = now + self._checkpoint_seconds
        begun = self._covered >= 0  # The first one is made at once: it is what an outsider needs to check the log.
        if begun and now < self._due and size - self._covered < CHECKPOINT_RECORDS and not self._stopping:
            return
        try:
            self._tiles.write()
            write_checkpoint(self._paths, Checkpoint(self._key.origin, size, self._tiles.root()), self._key)
        except OSError:
            self._due = now + self._checkpoint_seconds  # The records are safe; it is tried again.
            return
        self._covered, self._due = size, None

    def _answer(self, entries: Iterable[Entry], fault: Callable[[], OwnFault]) -> None:
        self._deliver([(entry, fault()) for entry in entries])


def _unavailable() -> OwnFault:
    return OwnFault("ledger_unavailable", UNAVAILABLE_DETAIL)


def _full() -> OwnFault:
    return OwnFault("ledger_full", "no room is left for the ledger; nothing is sent until there is")
