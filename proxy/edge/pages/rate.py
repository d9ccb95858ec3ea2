"""A bound on how often a link is used, and on how many bad links are recorded."""

from __future__ import annotations

from collections import OrderedDict

MAX_KEYS = 10_000
"""Keys that are kept; the one unused for longest goes first."""


class Rate:
    """At most `per_minute` calls a minute for each key, with bursts up to that number (a token bucket)."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str, now: float) -> bool:
        """Whether one more call may be served; `now` is seconds of a clock that only goes forward."""
        left, since = self._left.pop(key, (float(self._per_minute), now))
        left = min(self._per_minute, left + (now - since) * self._per_minute / 60)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > MAX_KEYS:
            self._left.popitem(last=False)
        return allowed
