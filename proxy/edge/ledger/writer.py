"""The one thread that writes the ledger: takes the waiting entries, appends them as a group, syncs once, answers all.

The thread owns the position in the log (sequence, head), the open segment, the reserve and the list of intents without
an outcome. Callers hand in entries and are answered through `deliver`, which is called on this thread.

A group of lines is either complete on the medium or not in the log at all. If the disk is full (`NoRoom`) or the system
short of something (`Busy`), the part that was written is cut off again and the log stays usable. After any other fault
the content of the medium is unknown (`LogBroken`), and nothing is taken until a restart.

What the loop's thread may read at any time: `broken`, `trouble`, `free_bytes`, `sync_failures`, `under_way`.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from proxy.audit.log import SALT_BYTES, Line, lay
from proxy.audit.ocsf import Event
from proxy.audit.signing import SigningKey
from proxy.edge.ledger.files import CheckpointFile, Paths
from proxy.edge.ledger.segment import PROBE_BYTES, Busy, Disk, NoRoom, Reserve, SegmentFile, SyncFailed
from proxy.edge.ledger.tiles import GrowingTiles
from proxy.errors import OwnFault

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

    An abandoned entry that opens an intent is not written, unless it already was. `refused` is called with the fault if
    the entry is not written, also if nobody waits for it any more. A `probe` records nothing: it makes the writer look
    whether there is room and means again.
    """

    event: Event
    done: Any
    essential: bool = False
    opens: str | None = None
    closes: str | None = None
    refused: Callable[[OwnFault], None] | None = None
    abandoned: bool = False
    written: bool = False
    probe: bool = False


Answered = Sequence[tuple[Entry, OwnFault | None]]


@dataclass(slots=True)
class Position:
    """Position in the log: next sequence number, link of the last record, open intents → their sequence numbers."""

    sequence: int
    head: bytes
    open: dict[str, int]


class GroupWriter:
    """Appends entries in groups. If `broken`, every later entry is refused.

    `trouble` is the reason code of the passing fault that the last records met, if they met one. `under_way` is what
    the thread is at: a number, which no other group has, and when it began.
    """

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
        published: Callable[[bytes], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        self.broken = False
        self.trouble: str | None = None
        self.sync_failures = 0
        self.under_way: tuple[int, float] | None = None
        self._groups, self._clock = 0, clock
        self._late: list[Entry] = []
        self._paths, self._key, self._position, self._segment = paths, key, position, segment
        self._segment_bytes, self._disk, self._rotated, self._deliver = segment_bytes, disk, rotated, deliver
        self._reserve = Reserve(paths.reserve, disk)
        self.free_bytes = self._measured()
        self._queue: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self._stopping = False
        self._tiles, self._published = tiles, published
        self.checkpoint = CheckpointFile(paths, key)
        self._checkpoint_seconds, self._covered = checkpoint_seconds, -1
        self._due: float | None = None
        self._thread = threading.Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, entry: Entry) -> None:
        """Queue an entry to be written. Its answer comes through `deliver`."""
        self._queue.put(entry)

    @property
    def sequence(self) -> int:
        """How many records the log has."""
        return self._position.sequence

    def unanswered(self) -> tuple[int, ...]:
        """Return the sequence numbers of the intents that have no outcome yet."""
        return tuple(self._position.open.values())

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
            self._groups += 1
            self.under_way = (self._groups, self._clock())
            try:
                self._commit(entries)
                self._keep_checkpoint()
            except Exception as error:  # noqa: BLE001 - whatever it was, the log's state is unknown: stop taking records
                self.sync_failures += isinstance(error, SyncFailed)
                self.broken = True
                self._answer(entries, _unavailable)
            finally:
                self.under_way = None
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
        records = [*self._late, *(entry for entry in entries if not entry.probe)]
        self._late = []
        try:
            self._write(records)
        except (NoRoom, Busy) as met:
            self._put_off(records, met)
        probes = [entry for entry in entries if entry.probe]
        if probes:
            self._probe()
            self._deliver([(probe, None) for probe in probes])

    def _put_off(self, entries: list[Entry], met: NoRoom | Busy) -> None:
        """Refuse a group that met a passing fault. What is essential is written as soon as it can be."""
        essential = [entry for entry in entries if entry.essential]
        self._refuse([entry for entry in entries if not entry.essential], met)
        if not essential:
            return
        try:
            if isinstance(met, NoRoom):
                self._reserve.release()
            self._write(essential)
        except (NoRoom, Busy) as again:
            self._late = essential
            self._refuse(essential, again)

    def _refuse(self, entries: list[Entry], met: NoRoom | Busy) -> None:
        fault = _full if isinstance(met, NoRoom) else _busy
        self.trouble = fault().reason
        self._answer(entries, fault)

    def _probe(self) -> None:
        """Measure the room. While records were refused, or if nearly none is left, look whether more would be taken."""
        self.free_bytes = self._measured()
        scarce = self.free_bytes is not None and self.free_bytes < PROBE_BYTES
        if self._late or not (self.trouble or scarce):
            return
        try:
            self._reserve.hold(len(self._position.open))
            self._reserve.try_room()
            self._room_for_more()
        except (NoRoom, Busy) as met:
            self._refuse([], met)
        else:
            self.trouble = None

    def _measured(self) -> int | None:
        try:
            return self._disk.free(self._paths.directory)
        except OSError:
            return None

    def _write(self, entries: Iterable[Entry]) -> None:
        """Seal, append and sync a group. If it raises `NoRoom` or `Busy`, nothing has changed."""
        wanted = [entry for entry in entries if not (entry.abandoned and entry.opens)]
        if not wanted:
            return
        with_reserve = not all(entry.essential for entry in wanted)
        if with_reserve:
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
            if with_reserve:
                self.trouble = None
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
            file = self.checkpoint.write(size, self._tiles.root())
        except OSError:
            self._due = now + self._checkpoint_seconds  # The records are safe; it is tried again.
            return
        self._covered, self._due = size, None
        self._published(file)

    def _answer(self, entries: Iterable[Entry], fault: Callable[[], OwnFault]) -> None:
        self._deliver([(entry, fault()) for entry in entries])


def _unavailable() -> OwnFault:
    return OwnFault("ledger_unavailable", UNAVAILABLE_DETAIL)


def _full() -> OwnFault:
    return OwnFault("ledger_full", "no room is left for the ledger; nothing is sent until there is")


def _busy() -> OwnFault:
    detail = "the system was short of file handles, memory or the like for the ledger; this is tried again by itself"
    return OwnFault("ledger_busy", detail, retry_after=1)
