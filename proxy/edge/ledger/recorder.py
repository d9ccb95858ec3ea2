"""The writer's interface for coroutines: submit an event, wait until it is durable, give up after a while.

`Names` supplies what records are named by: pseudonyms from the register of subject keys, and stamps from clock and
randomness.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from proxy.audit import ocsf
from proxy.audit.acts import Act
from proxy.audit.events import DeliveryProgress, ExchangeFacts, PersonFacts
from proxy.audit.ocsf import Event, Stamp
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, epoch_of, grant_pseudonym, pseudonym
from proxy.audit.signing import KeyHistory
from proxy.edge.ledger.files import CheckpointFile, Paths, signing_keys
from proxy.edge.ledger.lock import DirectoryLock
from proxy.edge.ledger.recovery import RecoveredLog, recover
from proxy.edge.ledger.segment import Disk, SegmentFile
from proxy.edge.ledger.sharing import share
from proxy.edge.ledger.writer import UNAVAILABLE_DETAIL, Answered, Entry, GroupWriter, Position
from proxy.errors import OwnFault
from proxy.settings import Ledger as LedgerSettings

SubjectKeys = Callable[[Collection[str]], Awaitable[Mapping[str, bytes]]]
"""The register of subject keys: a durable random key for each id, created on first use."""


@dataclass(frozen=True, slots=True)
class Names:
    """Supplies pseudonyms and stamps for the log `log` of an organization."""

    log: str
    organization: str
    version: str
    keys: SubjectKeys
    clock: Callable[[], datetime]
    seconds: float

    def stamp(self) -> Stamp:
        """Return a stamp for an event that happens now."""
        return Stamp(self.log, self.organization, self.version, self.clock(), uuid.uuid4().hex)

    def stamp_of(self, act: Act) -> Stamp:
        """Return the stamp of an act, which happened before."""
        return Stamp(self.log, self.organization, self.version, act.at, act.uid)

    async def of_act(self, act: Act) -> Pseudonyms:
        """Return the pseudonyms of an act, once their keys are durable. Raises `OwnFault`."""
        return await self.of(ExchangeFacts(act.uid, meeting=act.meeting), map(PersonFacts, act.participants))

    async def of(self, exchange: ExchangeFacts, people: Iterable[PersonFacts] = ()) -> Pseudonyms:
        """Return the pseudonyms of an exchange, once their keys are durable. Raises `OwnFault` after `seconds`."""
        people = tuple(people)
        participants = {person.participant for person in people if person.participant is not None}
        given_by = {record: giver for person in people for record, giver in person.given_by.items()}
        meeting = None if exchange.meeting is None else MEETING_SUBJECT + exchange.meeting
        subjects = participants | set(given_by.values()) | ({meeting} if meeting is not None else set())
        if not subjects:
            return Pseudonyms()
        try:
            async with asyncio.timeout(self.seconds):
                keys = await self.keys(subjects)
        except TimeoutError:
            detail = f"the store gave no subject keys within {self.seconds:g} s"
            raise OwnFault("ledger_timeout", detail) from None
        if not subjects <= keys.keys():
            raise OwnFault("ledger_keys_missing", "the store gave no subject key for somebody in this exchange")
        epoch = epoch_of(self.clock())
        return Pseudonyms(
            {person: pseudonym("ptc", keys[person], epoch, self.organization) for person in participants},
            None if meeting is None else pseudonym("mtg", keys[meeting], epoch, self.organization),
            {
                record: grant_pseudonym(keys[giver], epoch, self.organization, record)
                for record, giver in given_by.items()
            },
        )


MAX_WAITING = 10_000
STOP_SECONDS = 5.0
"""How long the end of the process waits for the last records and the checkpoint."""

BROKEN = "ledger_unavailable"
"""Reason code of what ends only with a restart."""
PASSING = frozenset({"ledger_full", "ledger_busy", "ledger_timeout", "ledger_overloaded"})
"""Reason codes of faults that pass without a restart. What was refused for one can be recorded later."""


class Recorder:
    """Hands events to the writer thread. Created by `start`."""

    def __init__(self, names: Names, seconds: float, monotonic: Callable[[], float]):
        self.closed = False
        self.digest_key = b""
        self._names, self._seconds, self._monotonic = names, seconds, monotonic
        self._waited_in_vain = 0
        self._distrusted: OwnFault | None = None
        self._loop = asyncio.get_running_loop()
        self.paths: Paths
        self.keys: KeyHistory
        self._lock: DirectoryLock
        self._writer: GroupWriter
        self._published: Callable[[bytes], None]

    @classmethod
    async def start(
        cls,
        settings: LedgerSettings,
        names: Names,
        disk: Disk,
        monotonic: Callable[[], float],
        published: Callable[[bytes], None],
    ) -> tuple[Self, RecoveredLog]:
        """Lock the directory, recover the log, start the writer. The caller still has to record what recovery found.

        `published` is called with each new checkpoint file.
        """
        recorder = cls(names, settings.write_seconds, monotonic)
        recorder._published = published
        try:
            return recorder, await asyncio.to_thread(recorder._start, settings, disk)
        except OSError:
            detail = "the ledger directory or its signing key cannot be read or written; check owner, mode and disk"
            raise OwnFault("ledger_unavailable", detail) from None

    def submit(
        self,
        event: Event,
        *,
        essential: bool = False,
        opens: str | None = None,
        closes: str | None = None,
        refused: Callable[[OwnFault], None] | None = None,
    ) -> Entry:
        """Queue an event, to be written even if nobody waits. The rest is as in `Entry`.

        While the disk hangs, only what is essential is taken: it belongs to intents that are already on record.
        """
        if not essential:
            self.usable()
            if self._writer.waiting() >= MAX_WAITING:
                detail = f"more than {MAX_WAITING} records wait for the ledger's disk"
                raise OwnFault("ledger_overloaded", detail, retry_after=1)
        self.working()
        done: asyncio.Future[None] = self._loop.create_future()
        done.add_done_callback(take_notice)
        entry = Entry(event, done, essential, opens, closes, refused)
        self._writer.submit(entry)
        return entry

    async def durable(self, entry: Entry, seconds: float | None = None) -> None:
        """Return once the entry is on the medium. Raises `OwnFault`."""
        limit = self._seconds if seconds is None else seconds
        try:
            async with asyncio.timeout(limit):
                await entry.done
        except TimeoutError:
            self._give_up(entry)
            self._waited_in_vain = (self._writer.under_way or (0, 0.0))[0]
            raise _hangs(max(limit, self._seconds)) from None
        except asyncio.CancelledError:
            self._give_up(entry)
            raise

    @property
    def sequence(self) -> int:
        """How many records the log has."""
        return self._writer.sequence

    def unanswered(self) -> tuple[int, ...]:
        """Return the sequence numbers of the intents that have no outcome yet."""
        return self._writer.unanswered()

    @property
    def checkpoint(self) -> CheckpointFile:
        """The log's checkpoint."""
        return self._writer.checkpoint

    def working(self) -> None:
        """Raise `OwnFault` if no records are taken until a restart."""
        if self.closed:
            raise OwnFault(BROKEN, "the ledger is closed")
        if self._writer.broken:
            raise OwnFault(BROKEN, UNAVAILABLE_DETAIL)

    def usable(self) -> None:
        """Raise `OwnFault` if no records are taken, if the disk is known to hang, or the log's history is another."""
        self.working()
        if self._distrusted is not None:
            raise OwnFault(self._distrusted.reason, self._distrusted.detail)
        under_way = self._writer.under_way
        if under_way is None:
            return
        group, began = under_way
        # A group that somebody waited for in vain hangs, however short a time it has been under way itself.
        if group == self._waited_in_vain or self._monotonic() - began >= self._seconds:
            raise _hangs(self._seconds)

    def distrust(self, fault: OwnFault) -> None:
        """Take nothing from now on but what belongs to intents that are on record: an anchor knows another history."""
        self._distrusted = fault

    def ready(self) -> None:
        """Raise `OwnFault` if records are not taken, or the last ones were not for want of room or the like."""
        self.usable()
        trouble = self._writer.trouble
        if trouble is not None:
            raise OwnFault(trouble, "the last records met this fault; the ledger tries again by itself")

    async def probe(self) -> None:
        """Let the writer look whether it has room and means, and return once it did. Raises `OwnFault`."""
        self.working()
        entry = Entry({}, self._loop.create_future(), probe=True)
        self._writer.submit(entry)
        await entry.done

    @property
    def free_bytes(self) -> int | None:
        """How much room the ledger's file system has, as the last probe found it."""
        return self._writer.free_bytes

    @property
    def sync_failures(self) -> int:
        """How many syncs of a segment have failed. One ends the ledger's work."""
        return self._writer.sync_failures

    async def stop(self) -> None:
        """Write what is queued and the checkpoint, then release the directory."""
        self.closed = True
        if await asyncio.to_thread(self._writer.stop, STOP_SECONDS):
            self._lock.release()
        # Otherwise the thread hangs in the disk and holds the files; the lock then ends with the process.

    # --- below -----------------------------------------------------------------------------------

    def _start(self, settings: LedgerSettings, disk: Disk) -> RecoveredLog:
        paths = Paths(Path(settings.directory))
        paths.make()
        self._lock = DirectoryLock.take(paths.directory)
        try:
            share(paths.directory, settings.group)
            self.paths = paths
            keys = signing_keys(Path(settings.signing_key), self._names.log, paths)
            self.keys, self.digest_key = keys.history, keys.signing.digest_key()
            found = recover(paths, keys.history)
            self._writer = GroupWriter(
                paths,
                keys.signing,
                Position(found.sequence, found.head, {intent: at for intent, (at, _) in found.dangling.items()}),
                found.tiles,
                SegmentFile.reopen(found.last_segment, disk) if found.last_segment else None,
                segment_bytes=settings.segment_bytes,
                checkpoint_seconds=settings.checkpoint_seconds,
                disk=disk,
                rotated=self._rotated,
                deliver=self._deliver,
                published=self._publish,
                clock=self._monotonic,
            )
        except BaseException:
            self._lock.release()
            raise
        return found

    def _rotated(self, oldest_open: int | None) -> Event:
        return ocsf.lifecycle_event(self._names.stamp(), ocsf.ROTATED, {"oldest_open": oldest_open})

    def _deliver(self, answered: Answered) -> None:
        """Pass answers to the event loop. Called on the writer's thread."""
        with contextlib.suppress(RuntimeError):  # The loop has ended; nobody waits for the answers.
            self._loop.call_soon_threadsafe(self._resolve, answered)

    def _publish(self, file: bytes) -> None:
        """Tell of a checkpoint. Called on the writer's thread."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._published, file)

    def _resolve(self, answered: Answered) -> None:
        for entry, fault in answered:
            entry.written |= fault is None
            if fault is None and entry.abandoned:
                self._close_unsent(entry)
            if fault is not None and entry.refused is not None:
                entry.refused(fault)
            if entry.done.done():
                continue
            if fault is None:
                entry.done.set_result(None)
            else:
                entry.done.set_exception(fault)

    def _give_up(self, entry: Entry) -> None:
        """Abandon an entry that nobody waits for. An intent is not written, or is closed if it already was."""
        entry.abandoned = True
        # Its future may have been cancelled before the answer came, so that this alone tells.
        if entry.written:
            self._close_unsent(entry)

    def _close_unsent(self, entry: Entry) -> None:
        if entry.opens is None:
            return
        event = ocsf.closing_event(self._names.stamp(), entry.event, DeliveryProgress.NONE, ocsf.NEVER_SENT)
        with contextlib.suppress(OwnFault):  # Then the intent has no outcome, which means "treat as sent".
            self.submit(event, essential=True, closes=entry.opens)


def _hangs(seconds: float) -> OwnFault:
    return OwnFault("ledger_timeout", f"the ledger's disk did not take the record within {seconds:g} s")


def take_notice(done: asyncio.Future[Any]) -> None:
    """Retrieve the result of work that nobody may be waiting for. The next caller of the ledger learns of a fault."""
    if not done.cancelled():
        done.exception()
