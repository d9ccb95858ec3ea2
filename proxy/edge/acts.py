"""Takes what operators did from the store into the ledger: at the start, every few seconds, and at the end.

Every proxy on a store does this; one act is one proxy's at a time. Its row goes once its record is durable. A proxy
that ends in between leaves the row, so that an act may be recorded twice, under one id, and is never lost. Operators do
not wait for any of this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from proxy.audit.acts import Act, Acts, facts_within
from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.edge import telemetry
from proxy.edge.metrics import Metrics
from proxy.edge.store.acts import Taken
from proxy.edge.store.store import Store
from proxy.errors import Fault, OwnFault
from proxy.model import PURPOSES
from proxy.settings import Settings

EVERY_SECONDS = 2.0
FAILED_SECONDS = 10.0
"""How long to wait after a failure, so that a hanging disk does not keep the store busy."""
AT_ONCE = 25
"""Acts in one transaction. SQLite lets nobody else write meanwhile."""

log = telemetry.logger()


class ActsToLedger:
    """Empties the store's acts into a ledger. `tell` returns once an act's record is durable."""

    def __init__(
        self,
        store: Store,
        tell: Callable[[Act], Awaitable[None]],
        settings: Settings,
        metrics: Metrics,
        now: Callable[[], datetime],
    ):
        self._store, self._tell, self._metrics, self._now = store, tell, metrics, now
        self.know(settings)
        self._closing = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._unsettled = False
        """Whether somebody was forgotten whose act's bytes may still be in the store's files."""

    def know(self, settings: Settings) -> None:
        """Know the purposes and recipients of these settings, which an act may name."""
        self._recipients = frozenset(settings.recipients)
        self._purposes = PURPOSES | {route.purpose for route in settings.routes if route.purpose is not None}

    async def start(self) -> None:
        """Take what waits, and go on with that until `close`."""
        taken = await self.empty()
        self._running = asyncio.get_running_loop().create_task(self._run(taken))

    async def close(self) -> None:
        """Take what waits for the last time. What is under way is not cut: it would be recorded twice."""
        self._closing.set()
        if self._running is not None:
            await self._running
        await self.empty()

    async def _run(self, taken: bool) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS if taken else FAILED_SECONDS):
                    await self._closing.wait()
                    return
            taken = await self.empty()

    async def empty(self) -> bool:
        """Take all that waits. Returns False, and logs why, if some of it has to wait for the next time."""
        try:
            while await self._take_some():
                pass
            if self._unsettled:
                self._unsettled = not await self._store.forgetting.settle()
        except Fault as fault:
            log.warning("acts_not_recorded", reason=fault.reason)
            self._metrics.failures.labels("acts", fault.reason).inc()
            return False
        except Exception as error:
            log.error("acts_failed", exc_info=error)
            self._metrics.failures.labels("acts", "unexpected").inc()
            return False
        return True

    async def _take_some(self) -> bool:
        """Take the oldest acts. Returns whether there were any that nobody else took."""
        waiting = await self._store.acts.waiting()
        age = (self._now() - waiting.since).total_seconds() if waiting.since is not None else 0.0
        self._metrics.acts_waiting.set(waiting.count)
        self._metrics.acts_oldest.set(max(age, 0.0))
        if not waiting.count:
            return False
        # Keys are made in the same transaction as the reading: for somebody who was forgotten in between, none is.
        async with self._store.at_once() as held:
            found = await held.acts.oldest(AT_ONCE)
            await held.keys.of({subject for act in found.values() for subject in _subjects(act)})
        async with self._store.acts.taken(found) as taken:
            failure = await self._tell_all(taken)
        self._unsettled |= any(act.code == Acts.PERSON_FORGOTTEN for act in taken.acts)
        if failure is not None:
            raise failure
        return bool(taken.acts)

    async def _tell_all(self, taken: Taken) -> Exception | None:
        """Tell the ledger of acts in their order, until one fails. Returns the failure; what was told is done."""
        failure: Exception | None = None
        for act in taken.acts:
            facts = facts_within(act.facts, self._purposes, self._recipients)
            try:
                await self._tell(replace(act, facts=facts))
            except Exception as error:  # noqa: BLE001 - raised once the rows of the others are gone
                failure = error
                if not (isinstance(error, OwnFault) and error.reason == "ledger_event_invalid"):
                    break
            else:
                taken.done(act)
        return failure


def _subjects(act: Act) -> set[str]:
    """Whose keys an act's event needs."""
    return set(act.participants) | ({MEETING_SUBJECT + act.meeting} if act.meeting is not None else set())
