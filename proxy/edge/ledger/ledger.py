"""The ledger over files: implements `ports.Ledger`.

A record is durable when a method returns; each takes at most ``ledger.write_seconds``. A cancelled caller loses
nothing: an outcome or refusal is still recorded, and an intent whose caller left before getting the permit is closed as
never sent.

`Noise` keeps refusals of unknown callers from filling the disk, since anybody can cause them. It records the first of a
kind at once, counts those that follow, and records the count once a minute. `LedgerPermit` is the right to send one
body once.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from proxy.audit import ocsf
from proxy.audit.events import DeliveryProgress, IntentFacts, OutcomeFacts, RefusalFacts
from proxy.audit.pseudonyms import Pseudonyms
from proxy.edge.ledger.files import Disk
from proxy.edge.ledger.recorder import Names, Recorder, SubjectKeys, take_notice
from proxy.edge.ledger.recovery import RecoveredLog, intent_key
from proxy.errors import OwnFault
from proxy.settings import Ledger as LedgerSettings

NOISE_SECONDS = 60.0

_Alike = tuple[int, str, str, str | None]


@dataclass(slots=True)
class _Window:
    latest: RefusalFacts
    count: int
    timer: asyncio.TimerHandle


class Noise:
    """Counts similar refusals in windows of `seconds`, and hands the sums to `record`."""

    def __init__(self, seconds: float, record: Callable[[RefusalFacts], None]):
        self._seconds, self._record = seconds, record
        self._windows: dict[_Alike, _Window] = {}

    def absorbs(self, refusal: RefusalFacts) -> bool:
        """Return whether the refusal was only counted. False: it is the first of its kind, or its caller is known."""
        if refusal.exchange.client is not None:
            return False
        alike = (refusal.status, refusal.reason, refusal.fault, refusal.exchange.route)
        window = self._windows.get(alike)
        if window is None:
            self._windows[alike] = _Window(refusal, 0, self._later(alike))
            return False
        window.latest, window.count = refusal, window.count + refusal.count
        return True

    def flush(self) -> None:
        """Record all counts now. The next refusal of each kind counts as a first one again."""
        windows, self._windows = self._windows, {}
        for window in windows.values():
            window.timer.cancel()
            if window.count:
                self._record(replace(window.latest, count=window.count))

    def _later(self, alike: _Alike) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._seconds, self._end, alike)

    def _end(self, alike: _Alike) -> None:
        window = self._windows.pop(alike)
        if window.count:
            self._record(replace(window.latest, count=window.count))
            self._windows[alike] = _Window(window.latest, 0, self._later(alike))


PERMIT_SECONDS = 30.0


class LedgerPermit:
    """Issued once an intent is durable. Bound to the SHA-256 of the body; valid once, for `PERMIT_SECONDS`."""

    def __init__(self, body_sha256: bytes, monotonic: Callable[[], float]):
        self._body_sha256, self._monotonic = body_sha256, monotonic
        self._expires = monotonic() + PERMIT_SECONDS
        self._used = False

    def redeem(self, body: bytes) -> None:
        """Use the permit for exactly these bytes. Raises `OwnFault` on other bytes, a second use or expiry."""
        if self._used:
            raise OwnFault("permit_used", "a permit sends one body once")
        self._used = True
        if self._monotonic() >= self._expires:
            raise OwnFault("permit_expired", f"more than {PERMIT_SECONDS:.0f} s passed since the intent was recorded")
        if not hmac.compare_digest(hashlib.sha256(body).digest(), self._body_sha256):
            raise OwnFault("permit_mismatch", "the bytes to be sent are not those that were recorded")


OPENING_SECONDS = 60.0
"""The most time that writing the records of a recovery may take, however many there are."""


@dataclass(slots=True)
class _Open:
    """An exchange's intents without an outcome, by attempt, and the pseudonyms used in their records."""

    names: Pseudonyms
    attempts: list[int] = field(default_factory=list)


class LedgerFiles:
    """One log in one directory, written by this process alone. Created by `open`."""

    def __init__(self, names: Names, monotonic: Callable[[], float], noise_seconds: float):
        self._names, self._monotonic = names, monotonic
        self._noise = Noise(noise_seconds, self._record_later)
        self._open: dict[str, _Open] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._recorder: Recorder

    @classmethod
    async def open(
        cls,
        settings: LedgerSettings,
        *,
        organization: str,
        keys: SubjectKeys,
        clock: Callable[[], datetime],
        version: str,
        disk: Disk | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        noise_seconds: float = NOISE_SECONDS,
    ) -> Self:
        """Lock the directory, recover the log, record that it was opened. Raises `OwnFault`.

        `keys` is the register of subject keys; `clock` returns aware instants, `monotonic` seconds.
        """
        log = f"{organization}/{settings.name}"
        names = Names(log, organization, version, keys, clock, settings.write_seconds)
        ledger = cls(names, monotonic, noise_seconds)
        ledger._recorder, found = await Recorder.start(settings, names, disk or Disk())
        try:
            await ledger._tell_of_opening(found)
        except BaseException:
            await ledger._recorder.stop()
            raise
        return ledger

    async def begin(self, intent: IntentFacts) -> LedgerPermit:
        """Record an intent. Returns the permit to send exactly its bytes."""
        self._recorder.usable()
        names = await self._names.of(intent.exchange, intent.people)
        event = ocsf.intent_event(self._names.stamp(), intent, names, self._recorder.digest_key)
        exchange = intent.exchange.exchange
        entry = self._recorder.submit(event, opens=intent_key(exchange, intent.attempt))
        await self._recorder.durable(entry)
        self._open.setdefault(exchange, _Open(names)).attempts.append(intent.attempt)
        return LedgerPermit(intent.body_sha256, self._monotonic)

    async def finish(self, outcome: OutcomeFacts) -> None:
        """Record the outcome of the exchange's oldest intent that has none yet."""
        await asyncio.shield(self._let_run(self._record_outcome(outcome)))

    async def refuse(self, refusal: RefusalFacts) -> None:
        """Record that nothing left. Repeated refusals of unknown callers are counted and recorded later."""
        self._recorder.usable()
        if not self._noise.absorbs(refusal):
            await asyncio.shield(self._let_run(self._record_refusal(refusal)))

    async def ping(self) -> None:
        """Raise `OwnFault` if the ledger takes no records."""
        self._recorder.usable()

    async def close(self) -> None:
        """Record the counts and that the log was closed, write a checkpoint, release the directory."""
        if self._recorder.closed:
            return
        self._noise.flush()
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        with contextlib.suppress(OwnFault):
            entry = self._recorder.submit(ocsf.lifecycle_event(self._names.stamp(), ocsf.CLOSED, {}), essential=True)
            await self._recorder.durable(entry)
        await self._recorder.stop()

    # --- records ---------------------------------------------------------------------------------

    async def _record_outcome(self, outcome: OutcomeFacts) -> None:
        exchange = outcome.exchange.exchange
        opened = self._open.get(exchange) or _Open(await self._names_if_any(outcome))
        attempt = opened.attempts.pop(0) if opened.attempts else 1
        if not opened.attempts:
            self._open.pop(exchange, None)
        event = ocsf.outcome_event(self._names.stamp(), outcome, opened.names, attempt)
        await self._recorder.durable(self._recorder.submit(event, essential=True, closes=intent_key(exchange, attempt)))

    async def _record_refusal(self, refusal: RefusalFacts) -> None:
        names = await self._names_if_any(refusal)
        await self._recorder.durable(self._recorder.submit(ocsf.refusal_event(self._names.stamp(), refusal, names)))

    async def _names_if_any(self, facts: OutcomeFacts | RefusalFacts) -> Pseudonyms:
        """Return pseudonyms, or none if the register cannot be read: that may be the very fault to record."""
        people = facts.people if isinstance(facts, RefusalFacts) else ()
        try:
            return await self._names.of(facts.exchange, people)
        except Exception:  # noqa: BLE001 - however the register failed, the refusal is recorded
            return Pseudonyms()

    async def _tell_of_opening(self, found: RecoveredLog) -> None:
        entries = []
        if found.cut_bytes or found.checkpoint_missing or found.dangling:
            facts = {
                "cut_bytes": found.cut_bytes,
                "checkpoint_missing": found.checkpoint_missing,
                "interrupted": len(found.dangling),
            }
            event = ocsf.lifecycle_event(self._names.stamp(), ocsf.RECOVERED, facts)
            entries.append(self._recorder.submit(event, essential=True))
        for key, (_, intent) in found.dangling.items():
            event = ocsf.closing_event(self._names.stamp(), intent, DeliveryProgress.UNKNOWN, ocsf.INTERRUPTED)
            entries.append(self._recorder.submit(event, essential=True, closes=key))
        opened = ocsf.lifecycle_event(self._names.stamp(), ocsf.OPENED, {})
        entries.append(self._recorder.submit(opened, essential=True))
        for entry in entries:
            await self._recorder.durable(entry, OPENING_SECONDS)

    def _record_later(self, refusal: RefusalFacts) -> None:
        self._let_run(self._record_refusal(refusal))

    def _let_run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task that completes even if nobody waits for it any more."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(take_notice)
        return task
