"""One line in the log for each exchange: who asked for what, what became of it, and how long it took. No text."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from proxy.audit.events import OutcomeFacts, RefusalFacts
from proxy.edge import telemetry

STRANGERS_SECONDS = 1.0
"""Anybody can cause refusals without a key, so alike ones in so short a time are one line with their number."""
_MOST_KINDS = 100
RECENT = 200
"""Exchanges that are remembered for those who look."""

log = telemetry.logger()


@dataclass(slots=True)
class _Alike:
    since: float
    more: int = 0


class Ended(NamedTuple):
    """An exchange that ended, at a time in seconds since 1970, with what its line in the log says of it."""

    at: float
    facts: Mapping[str, str | int]

    @property
    def left(self) -> bool:
        """Whether something of it left."""
        return "delivered" in self.facts


class ExchangeLog:
    """Implements `ports.Journal`. `recent` has the last exchanges, oldest first."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        clock: Callable[[], float] = time.time,
        also: Callable[[Mapping[str, str | int]], None] | None = None,
    ) -> None:
        """`also` is told as well what the line of an exchange says."""
        self._monotonic, self._clock, self._also = monotonic, clock, also
        self.recent: deque[Ended] = deque(maxlen=RECENT)
        self._strangers: dict[str, _Alike] = {}

    def ended(self, record: OutcomeFacts | RefusalFacts, duration_ms: int, failed: int | None = None) -> None:
        """Write the line of an exchange: as a warning where a part of the proxy or the recipient failed.

        `failed` is the status of the fault that ended it: the recipient may have given none, or one of success.
        """
        exchange = record.exchange
        count = 1 if exchange.client is not None else self._counted(record.reason or "")
        if not count:
            return
        facts = {
            "exchange": exchange.exchange,
            "client": exchange.client,
            "route": exchange.route,
            "purpose": exchange.purpose,
            "recipient": exchange.recipient,
            "status": record.status if record.status is not None else failed,
            "reason": record.reason,
            "duration_ms": duration_ms,
        }
        if count > 1:
            facts["count"] = count
        if isinstance(record, OutcomeFacts):
            facts |= {
                "delivered": record.delivered.value,
                "bytes_received": record.bytes_received,
                "bytes_sent": record.bytes_delivered,
            }
        told = {key: value for key, value in facts.items() if value is not None}
        self.recent.append(Ended(self._clock(), told))
        if self._also is not None:
            self._also(told)
        write = log.warning if max(record.status or 0, failed or 0) >= 500 else log.info
        write("exchange_refused" if isinstance(record, RefusalFacts) else "exchange", **told)

    def _counted(self, reason: str) -> int:
        """For how many refusals of strangers a line is written now; 0 if it is only counted."""
        now, alike = self._monotonic(), self._strangers.get(reason)
        if alike is not None and now - alike.since < STRANGERS_SECONDS:
            alike.more += 1
            return 0
        if len(self._strangers) >= _MOST_KINDS:
            self._strangers.clear()
        self._strangers[reason] = _Alike(now)
        return 1 + (alike.more if alike is not None else 0)
