"""How often something may happen for each of many keys, such as links and addresses."""

from __future__ import annotations

from collections import OrderedDict

MAX_KEYS = 10_000
"""The most keys that are kept. The least recently used key is dropped first."""


class Rate:
    """At most `per_minute` calls a minute for each key, with bursts up to that number (a token bucket)."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def used_up(self, key: str, now: float) -> bool:
        """Return whether no more call may be served, without counting one."""
        return self._now_left(key, now) < 1

    def allows(self, key: str, now: float) -> bool:
        """Return whether one more call may be served. `now` is in seconds of a monotonic clock."""
        left = self._now_left(key, now)
        self._left.pop(key, None)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        if len(self._left) > MAX_KEYS:
            self._left.popitem(last=False)
        return allowed

    def _now_left(self, key: str, now: float) -> float:
        left, since = self._left.get(key, (float(self._per_minute), now))
        return min(self._per_minute, left + (now - since) * self._per_minute / 60)
