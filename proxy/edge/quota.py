"""How many words of each client may leave on one day.

Days are those of UTC, so that everybody can tell when the next begins. What was counted is kept in memory: each proxy
counts for itself, and begins anew when it starts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from proxy.errors import ClientFault
from proxy.settings import Client


class WordsOfDay:
    """Implements `ports.Quota`. `clock` returns aware instants in UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._taken: Counter[str] = Counter()

    def take(self, client: Client, words: int) -> None:
        """As `Quota.take`."""
        if words:
            self.has_left(client, words)
            self._taken[client.name] += words

    def has_left(self, client: Client, words: int = 1) -> None:
        """Raise `ClientFault` (429, ``rate_limited``) unless the client has so many words left today."""
        now = self._clock()
        if now.date() != self._day:
            self._day = now.date()
            self._taken.clear()
        most = client.words_per_day
        if most is None or self._taken[client.name] + words <= most:
            return
        midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
        raise ClientFault(
            "rate_limited",
            f"this client has {max(most - self._taken[client.name], 0):,} words left for today "
            "(clients[].words_per_day); a day begins at midnight UTC",
            status=429,
            retry_after=max(1, math.ceil((midnight - now).total_seconds())),
        )
