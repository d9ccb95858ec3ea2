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
from proxy.audit.events import DeliveryProgress, ExchangeFacts, PersonFacts
from proxy.audit.ocsf import Event, Stamp
from proxy.audit.pseudonyms import MEETING_SUBJECT, Pseudonyms, epoch_of, pseudonym
from proxy.edge.ledger.files import DirectoryLock, Disk, Paths, signing_keys
from proxy.edge.ledger.recovery import RecoveredLog, recover
from proxy.edge.ledger.writer import UNAVAILABLE_DETAIL, Answered, Entry, GroupWriter, Position, SegmentFile
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

    async def of(self, exchange: ExchangeFacts, people: Iterable[PersonFacts] = ()) -> Pseudonyms:
        """Return the pseudonyms of an exchange, once their keys are durable. Raises `OwnFault`."""
        participants = {person.participant for person in people if person.participant is not None}
        meeting = None if exchange.meeting is None else MEETING_SUBJECT + exchange.meeting
        subjects = participants | ({meeting} if meeting is not None else set())
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
        )


MAX_WAITING = 10_000


class Recorder:
    """Hands events to the writer thread. Created by `start`."""

    def __init__(self, names: Names, seconds: float):
        self.closed = False
        self.digest_key = b""
        self._names, self._seconds = names, seconds
        self._loop = asyncio.get_running_loop()
        self._lock: DirectoryLock
        self._writer: GroupWriter

    @classmethod
    async def start(cls, settings: LedgerSettings, names: Names, disk: Disk) -> tuple[Self, RecoveredLog]:
        """Lock the directory, recover the log, start the writer. The caller still has to record what recovery found."""
        recorder = cls(names, settings.write_seconds)
        try:
            return recorder, await asyncio.to_thread(recorder._start, settings, disk)
        except OSError:
            detail = "the ledger directory or its signing key cannot be read or written; check owner, mode and disk"
            raise OwnFault("ledger_unavailable", detail) from None

    def submit(
        self, event: Event, *, essential: bool = False, opens: str | None = None, closes: str | None = None
    ) -> Entry:
        """Queue an event, to be written even if nobody waits. `essential`, `opens`, `closes` are as in `Entry`."""
        self.usable()
        if not essential and self._writer.waiting() >= MAX_WAITING:
            raise OwnFault("ledger_overloaded", f"more than {MAX_WAITING} records wait for the ledger's disk")
        done: asyncio.Future[None] = self._loop.create_future()
        done.add_done_callback(take_notice)
        entry = Entry(event, done, essential, opens, closes)
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
            detail = f"the ledger's disk did not take the record within {limit:g} s"
            raise OwnFault("ledger_timeout", detail) from None
        except asyncio.CancelledError:
            self._give_up(entry)
            raise

    def usable(self) -> None:
        """Raise `OwnFault` if no records are taken."""
        if self.closed:
            raise OwnFault("ledger_unavailable", "the ledger is closed")
        if self._writer.broken:
            raise OwnFault("ledger_unavailable", UNAVAILABLE_DETAIL)

    async def stop(self) -> None:
        """Write what is queued and the checkpoint, then release the directory."""
        self.closed = True
        if await asyncio.to_thread(self._writer.stop, self._seconds):
            self._lock.release()
        # Otherwise the thread hangs in the disk and holds the files; the lock then ends with the process.

    # --- below -----------------------------------------------------------------------------------

    def _start(self, settings: LedgerSettings, disk: Disk) -> RecoveredLog:
        paths = Paths(Path(settings.directory))
        paths.make()
        self._lock = DirectoryLock.take(paths.directory)
        try:
            keys = signing_keys(Path(settings.signing_key), self._names.log, paths)
            self.digest_key = keys.signing.digest_key()
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

    def _resolve(self, answered: Answered) -> None:
        for entry, fault in answered:
            if fault is None and entry.abandoned:
                self._close_unsent(entry)
            if entry.done.done():
                continue
            if fault is None:
                entry.done.set_result(None)
            else:
                entry.done.set_exception(fault)

    def _give_up(self, entry: Entry) -> None:
        """Abandon an entry that nobody waits for. An intent is not written, or is closed if it already was."""
        entry.abandoned = True
        done: asyncio.Future[None] = entry.done
        if done.done() and not done.cancelled() and done.exception() is None:
            self._close_unsent(entry)

    def _close_unsent(self, entry: Entry) -> None:
        if entry.opens is None:
            return
        event = ocsf.closing_event(self._names.stamp(), entry.event, DeliveryProgress.NONE, ocsf.NEVER_SENT)
        with contextlib.suppress(OwnFault):  # Then the intent has no outcome, which means "treat as sent".
            self.submit(event, essential=True, closes=entry.opens)


def take_notice(done: asyncio.Future[Any]) -> None:
    """Retrieve the result of work that nobody may be waiting for. The next caller of the ledger learns of a fault."""
    if not done.cancelled():
        done.exception()
