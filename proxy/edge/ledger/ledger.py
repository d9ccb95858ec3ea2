"""The ledger over files: implements `ports.Ledger`.

A record is durable when a method returns. `begin` takes at most ``ledger.write_seconds``, `refuse` half of that: a
request whose intent was waited for in vain is refused, too, and all of it takes less than twice the setting. While the
disk is known to hang, both are refused at once. A cancelled caller loses nothing: an outcome or refusal is still
recorded, and an intent whose caller left before getting the permit is closed as never sent.

`Noise` keeps refusals of unknown callers from filling the disk, since anybody can cause them. It records the first of a
kind at once, counts those that follow, and records the count once a minute. `Unwritten` counts the refusals that the
disk did not take; they are recorded when it does. `LedgerPermit` is the right to send one body once.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from proxy.audit import ocsf
from proxy.audit.acts import Act, act_event
from proxy.audit.events import DeliveryProgress, IntentFacts, OutcomeFacts, RefusalFacts
from proxy.audit.pseudonyms import Pseudonyms
from proxy.audit.tree import TileReader
from proxy.edge import telemetry
from proxy.edge.ledger.anchors.anchor import Anchor, Anchoring, Loss, asked, loss
from proxy.edge.ledger.anchors.web import AnchorRefused
from proxy.edge.ledger.pruning import Prunable, check_commitments, prunable, remove
from proxy.edge.ledger.recorder import PASSING, Names, Recorder, SubjectKeys, take_notice
from proxy.edge.ledger.recovery import RecoveredLog, intent_key
from proxy.edge.ledger.refusals import Noise, Unwritten
from proxy.edge.ledger.segment import Disk
from proxy.edge.ledger.tiles import TileFolder
from proxy.errors import OwnFault
from proxy.settings import Ledger as LedgerSettings

log = telemetry.logger()

NOISE_SECONDS = 60.0

PROBE_SECONDS = 1.0
"""How often the ledger looks whether its disk has room again, and what is still to be recorded."""

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


@dataclass(frozen=True, slots=True)
class LedgerHealth:
    """How a ledger is. `reason` is the code of what keeps it from taking records, None if nothing does."""

    reason: str | None
    free_bytes: int | None
    sync_failures: int
    unwritten: int
    """Refusals that are still to be recorded."""


@dataclass(slots=True)
class _Open:
    """An exchange's intents without an outcome, by attempt, and the pseudonyms used in their records."""

    names: Pseudonyms
    attempts: list[tuple[int, ocsf.Event]] = field(default_factory=list)


class LedgerFiles:
    """One log in one directory, written by this process alone. Created by `open`."""

    def __init__(self, names: Names, monotonic: Callable[[], float], noise_seconds: float):
        self._names, self._monotonic = names, monotonic
        self._noise = Noise(noise_seconds, names.clock, self._record_later)
        self._unwritten = Unwritten(names.clock)
        self._open: dict[str, _Open] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.anchoring: Anchoring
        self._recorder: Recorder
        self._tending: asyncio.Task[None]

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
        probe_seconds: float = PROBE_SECONDS,
        anchors: Sequence[Anchor] = (),
        accept_loss: bool = False,
    ) -> Self:
        """Lock the directory, recover the log, record that it was opened. Raises `OwnFault`.

        `keys` is the register of subject keys; `clock` returns aware instants, `monotonic` seconds. A log that lacks
        what an anchor knows is refused, unless the loss is accepted; then it is recorded.
        """
        names = Names(f"{organization}/{settings.name}", organization, version, keys, clock, settings.write_seconds)
        ledger = cls(names, monotonic, noise_seconds)
        ledger.anchoring = Anchoring(names.log, anchors, compare=ledger._compared, lost=ledger._distrust)
        known = await asked(anchors, names.log)
        ledger._recorder, found = await Recorder.start(
            settings, names, disk or Disk(), monotonic, ledger.anchoring.publish
        )
        try:
            compared = {
                (name, file): loss(name, file, found.keys, found.sequence, found.tiles.root_at) for name, file in known
            }
            losses = [each for each in compared.values() if each is not None]
            if losses and not accept_loss:
                raise losses[0].fault()
            ledger.anchoring.accepted = frozenset(each for each, lost in compared.items() if lost is not None)
            ledger.anchoring.cosigned = ledger._recorder.checkpoint.add
            ledger.anchoring.start()
            await ledger._tell_of_opening(found, losses)
        except BaseException:
            await ledger._recorder.stop()
            await ledger.anchoring.close()
            raise
        ledger._tending = asyncio.get_running_loop().create_task(ledger._tend(probe_seconds, settings))
        ledger._tending.add_done_callback(take_notice)
        return ledger

    async def begin(self, intent: IntentFacts) -> LedgerPermit:
        """Record an intent. Returns the permit to send exactly its bytes."""
        self._recorder.usable()
        loop = asyncio.get_running_loop()
        until = loop.time() + self._names.seconds
        names = await self._names.of(intent.exchange, intent.people)
        event = ocsf.intent_event(self._names.stamp(), intent, names, self._recorder.digest_key)
        exchange = intent.exchange.exchange
        entry = self._recorder.submit(event, opens=intent_key(exchange, intent.attempt))
        await self._recorder.durable(entry, until - loop.time())
        self._open.setdefault(exchange, _Open(names)).attempts.append((intent.attempt, event))
        return LedgerPermit(intent.body_sha256, self._monotonic)

    async def finish(self, outcome: OutcomeFacts) -> None:
        """Record the outcome of the exchange's oldest intent that has none yet."""
        await asyncio.shield(self._let_run(self._record_outcome(outcome)))

    async def close_off(self, exchange: str, delivered: DeliveryProgress, reason: str) -> None:
        """Record an outcome of every intent of an exchange that has none, for whoever can tell no more of it.

        UNKNOWN: the process that had the permit ended. NONE: nobody took the permit.
        """
        opened = self._open.pop(exchange, None)
        for attempt, intent in opened.attempts if opened is not None else ():
            event = ocsf.closing_event(self._names.stamp(), intent, delivered, reason)
            entry = self._recorder.submit(event, essential=True, closes=intent_key(exchange, attempt))
            await self._recorder.durable(entry)

    async def refuse(self, refusal: RefusalFacts) -> None:
        """Record that nothing left. Repeated refusals of unknown callers are counted and recorded later.

        Raises `OwnFault` if it is not on record yet; of the `PASSING` ones, it will be once the disk takes it.
        """
        self._recorder.working()
        if self._noise.absorbs(refusal):
            return
        recording = self._let_run(self._record_refusal(refusal))
        seconds = self._names.seconds / 2
        done, _ = await asyncio.wait({recording}, timeout=seconds)
        if not done:
            raise OwnFault("ledger_timeout", f"the ledger did not take the refusal within {seconds:g} s")
        recording.result()

    async def tell(self, act: Act) -> None:
        """Record what an operator did, under the act's own id: told again, it is the same event again."""
        self._recorder.usable()
        names = await self._names.of_act(act)
        event = act_event(self._names.stamp_of(act), act, names, self._recorder.digest_key, self._names.clock())
        await self._recorder.durable(self._recorder.submit(event))

    async def prune(
        self, before: datetime, is_held: Callable[[ocsf.Event], bool], unshipped: int | None, *, dry_run: bool = False
    ) -> Prunable:
        """Record that segments older than `before` go, and delete them. Raises `OwnFault`; then nothing has gone.

        What `is_held`, and what comes after it, stays; so do records from number `unshipped` on.
        """
        paths = self._recorder.paths
        covered = await asyncio.to_thread(check_commitments, paths, self._recorder.keys)
        needed = [covered, *([unshipped] if unshipped is not None else []), *self._recorder.unanswered()]
        found = await asyncio.to_thread(prunable, paths, before, min(needed), is_held)
        if found.segments and not dry_run:
            facts = {"before_sequence": found.before, "records": found.records}
            event = ocsf.lifecycle_event(self._names.stamp(), ocsf.PRUNED, facts)
            await self._recorder.durable(self._recorder.submit(event), OPENING_SECONDS)
            await asyncio.to_thread(remove, found)
        return found

    async def tell_of_key_change(self) -> None:
        """Record that another key signs what follows the end of this run."""
        event = ocsf.lifecycle_event(self._names.stamp(), ocsf.KEY_CHANGED, {})
        await self._recorder.durable(self._recorder.submit(event))

    async def ping(self) -> None:
        """Raise `OwnFault` if the ledger takes no records."""
        self._recorder.ready()

    def health(self) -> LedgerHealth:
        """Return how the ledger is."""
        recorder, reason = self._recorder, None
        try:
            recorder.ready()
        except OwnFault as fault:
            reason = fault.reason
        return LedgerHealth(reason, recorder.free_bytes, recorder.sync_failures, self._unwritten.count)

    async def close(self) -> bool:
        """Record the counts and that the log was closed, write a checkpoint, release the directory.

        Returns whether it is on record that the log was closed.
        """
        if self._recorder.closed:
            return False
        self._tending.cancel()
        self._noise.flush()
        await self._tasks_done()
        self._record_unwritten()
        await self._tasks_done()
        if self._unwritten.count:
            log.warning("refusals_not_recorded", count=self._unwritten.count)
        closed = False
        with contextlib.suppress(OwnFault):
            entry = self._recorder.submit(ocsf.lifecycle_event(self._names.stamp(), ocsf.CLOSED, {}), essential=True)
            await self._recorder.durable(entry)
            closed = True
        self.anchoring.cosigned = None  # From here on, the directory may be another process's.
        await self._recorder.stop()
        await self.anchoring.close()
        return closed

    # --- while it runs ---------------------------------------------------------------------------

    def _compared(self, name: str, file: bytes, size: int) -> Loss | None:
        """As `Comparing`: the first `size` records are in the tiles. Raises `AnchorRefused` if more are to be, soon."""
        recorder = self._recorder
        tiles = TileReader(size, TileFolder(recorder.paths.tiles).tile)
        found = loss(name, file, recorder.keys, size, tiles.root)
        if found is not None and not found.forked and found.anchored <= recorder.sequence:
            raise AnchorRefused  # Whoever reads the log may be quicker than this process, and bring it there.
        return found

    def _distrust(self, found: Loss) -> None:
        self._recorder.distrust(found.fault())

    async def _tend(self, seconds: float, settings: LedgerSettings) -> None:
        """Let the writer look after its disk, and record what could not be recorded once it can, until the end.

        While nothing happens, say now and then that the proxy is there: a log that falls silent was stopped or cut.
        """
        size, since = -1, self._monotonic()
        while True:
            await asyncio.sleep(seconds)
            await self._look_after()
            if size != self._recorder.sequence:
                size, since = self._recorder.sequence, self._monotonic()
            elif self._monotonic() - since >= settings.heartbeat_seconds:
                with contextlib.suppress(OwnFault):
                    self._recorder.submit(ocsf.lifecycle_event(self._names.stamp(), ocsf.HEARTBEAT, {}))

    async def _look_after(self) -> None:
        await self._recorder.probe()
        with contextlib.suppress(OwnFault):
            self._recorder.ready()
            self._record_unwritten()

    def _record_unwritten(self) -> None:
        for refusal in self._unwritten.take():
            self._record_later(refusal)

    async def _tasks_done(self) -> None:
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    # --- records ---------------------------------------------------------------------------------

    async def _record_outcome(self, outcome: OutcomeFacts) -> None:
        exchange = outcome.exchange.exchange
        opened = self._open.get(exchange) or _Open(await self._names_if_any(outcome))
        attempt = opened.attempts.pop(0)[0] if opened.attempts else 1
        if not opened.attempts:
            self._open.pop(exchange, None)
        event = ocsf.outcome_event(self._names.stamp(), outcome, opened.names, attempt)
        await self._recorder.durable(self._recorder.submit(event, essential=True, closes=intent_key(exchange, attempt)))

    async def _record_refusal(self, refusal: RefusalFacts) -> None:
        try:
            self._recorder.usable()
            names = await self._names_if_any(refusal)
            event = ocsf.refusal_event(self._names.stamp(), refusal, names)
            entry = self._recorder.submit(event, refused=lambda fault: self._keep(refusal, fault))
        except OwnFault as fault:
            self._keep(refusal, fault)
            raise
        await self._recorder.durable(entry)

    def _keep(self, refusal: RefusalFacts, fault: OwnFault) -> None:
        """Keep a refusal that met a passing fault of the ledger, to be recorded later."""
        if fault.reason in PASSING:
            self._unwritten.add(refusal, fault.reason)

    async def _names_if_any(self, facts: OutcomeFacts | RefusalFacts) -> Pseudonyms:
        """Return pseudonyms, or none if the register cannot be read: that may be the very fault to record."""
        people = facts.people if isinstance(facts, RefusalFacts) else ()
        try:
            return await self._names.of(facts.exchange, people)
        except Exception:  # noqa: BLE001 - however the register failed, the refusal is recorded
            return Pseudonyms()

    async def _tell_of_opening(self, found: RecoveredLog, losses: Sequence[Loss]) -> None:
        entries = []
        for each in losses:
            facts = {"anchored": each.anchored, "found": each.found, "forked": each.forked}
            event = ocsf.lifecycle_event(self._names.stamp(), ocsf.LOSS_ACCEPTED, facts)
            entries.append(self._recorder.submit(event, essential=True))
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
