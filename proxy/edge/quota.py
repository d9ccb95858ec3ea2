"""How many words of each client may leave on one day.

Days are those of UTC, so that everybody can tell when the next begins. What was counted is kept in memory: each proxy
counts for itself, whatever its number of processes, and begins anew when it starts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from proxy.errors import ClientFault
from proxy.settings import Client


class WordsOfDay:
    """What has left today. `clock` returns aware instants in UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._taken: Counter[str] = Counter()

    def take(self, client: Client, words: int) -> None:
        """Count words that are about to leave. Raises `ClientFault`, and counts nothing, if they are too many."""
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


class CountedHere:
    """Implements `ports.Quota` in the process that counts."""

    def __init__(self, words_of_day: WordsOfDay) -> None:
        self._words_of_day = words_of_day

    async def take(self, client: Client, words: int) -> None:
        """As `Quota.take`."""
        self._words_of_day.take(client, words)
