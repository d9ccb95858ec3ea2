"""The ledger that the first process writes for all: how a sibling asks for its records, and who serves that.

The permit to send is made where the bytes are sent, once the first process has said that the intent is durable. What
a sibling had in hand when it ended is recorded as interrupted: treat it as sent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, RefusalFacts
from proxy.audit.ocsf import INTERRUPTED, NEVER_SENT
from proxy.edge import telemetry
from proxy.edge.ledger.ledger import LedgerPermit
from proxy.edge.ledger.recorder import take_notice
from proxy.edge.metrics import MeteredLedger
from proxy.edge.processes.channel import Answerer, Channel, Hearer
from proxy.errors import Fault, OwnFault
from proxy.ports import Permit

BEGIN, FINISH, REFUSE, UNSENT = "begin", "finish", "refuse", "unsent"

Facts = TypeVar("Facts", IntentFacts, OutcomeFacts, RefusalFacts)

log = telemetry.logger()


class _Told(BaseModel, Generic[Facts]):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    facts: Facts


_Intent, _Outcome, _Refusal = _Told[IntentFacts], _Told[OutcomeFacts], _Told[RefusalFacts]


class LedgerElsewhere:
    """Implements `ports.Ledger` where the other side of the channel has the ledger.

    Each record takes at most `seconds` there; a first process that does not answer for twice as long is a fault.
    """

    def __init__(self, channel: Channel, seconds: float) -> None:
        self._channel, self._seconds = channel, 2 * seconds
        self._asking: set[asyncio.Task[Any]] = set()

    async def begin(self, intent: IntentFacts) -> Permit:
        """As `Ledger.begin`. An intent that is recorded after its caller left is recorded as never sent."""
        asking = self._let_run(self._channel.ask(BEGIN, _Intent(facts=intent).model_dump_json().encode()))
        try:
            await self._answered(asking)
        except BaseException:
            self._let_run(self._never_sent(asking, intent.exchange.exchange))
            raise
        return LedgerPermit(intent.body_sha256, time.monotonic)

    async def finish(self, outcome: OutcomeFacts) -> None:
        """As `Ledger.finish`."""
        content = _Outcome(facts=outcome).model_dump_json().encode()
        await self._answered(self._let_run(self._channel.ask(FINISH, content)))

    async def refuse(self, refusal: RefusalFacts) -> None:
        """As `Ledger.refuse`."""
        content = _Refusal(facts=refusal).model_dump_json().encode()
        await self._answered(self._let_run(self._channel.ask(REFUSE, content)))

    async def close(self) -> None:
        """Wait until the first process has answered everything that it was asked."""
        while self._asking:
            await asyncio.wait(set(self._asking))

    async def _answered(self, asking: asyncio.Task[bytes]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await asyncio.shield(asking)
        except TimeoutError:
            detail = f"the process that has the ledger did not answer within {self._seconds:g} s"
            raise OwnFault("ledger_timeout", detail) from None

    async def _never_sent(self, asking: asyncio.Task[bytes], exchange: str) -> None:
        await asking  # A fault of it means that there is no intent.
        self._channel.tell(UNSENT, exchange.encode())

    def _let_run(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start a task that completes even if nobody waits for it any more."""
        task = asyncio.get_running_loop().create_task(work)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        task.add_done_callback(take_notice)
        return task


class RecordsFor:
    """Records for one sibling, in the process that has the ledger."""

    def __init__(self, ledger: MeteredLedger) -> None:
        self._ledger = ledger
        self._open: dict[str, ExchangeFacts] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def answers(self) -> dict[str, Answerer]:
        """What the sibling may ask."""
        return {BEGIN: self._begin, FINISH: self._finish, REFUSE: self._refuse}

    def hears(self) -> dict[str, Hearer]:
        """What the sibling may tell."""
        return {UNSENT: self._unsent}

    async def ended(self) -> None:
        """The sibling has ended, and nothing is being recorded for it: what it had in hand is interrupted."""
        for exchange in list(self._open):
            self._close(exchange, DeliveryProgress.UNKNOWN, INTERRUPTED)
        while self._closing:
            await asyncio.wait(set(self._closing))

    def _unsent(self, exchange: bytes) -> None:
        self._close(exchange.decode(), DeliveryProgress.NONE, NEVER_SENT)

    def _close(self, exchange: str, delivered: DeliveryProgress, reason: str) -> None:
        facts = self._open.pop(exchange, None)
        if facts is not None:
            task = asyncio.get_running_loop().create_task(self._closed(facts, delivered, reason))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _closed(self, exchange: ExchangeFacts, delivered: DeliveryProgress, reason: str) -> None:
        try:
            await self._ledger.close_off(exchange, delivered, reason)
        except Fault as fault:  # Then the intent has no outcome, which means "treat as sent".
            log.error("outcome_not_recorded", exchange=exchange.exchange, reason=fault.reason)

    async def _begin(self, content: bytes) -> bytes:
        intent = _Intent.model_validate_json(content).facts
        await self._ledger.begin(intent)
        self._open[intent.exchange.exchange] = intent.exchange
        return b""

    async def _finish(self, content: bytes) -> bytes:
        outcome = _Outcome.model_validate_json(content).facts
        self._open.pop(outcome.exchange.exchange, None)
        await self._ledger.finish(outcome)
        return b""

    async def _refuse(self, content: bytes) -> bytes:
        await self._ledger.refuse(_Refusal.model_validate_json(content).facts)
        return b""
