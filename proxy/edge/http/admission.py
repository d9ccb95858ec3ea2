"""Which requests are taken, and how much of the proxy one client may hold.

A client is known by its key before its body is read, so whoever has none holds nothing. A body that is being received
holds a place among the readers and the bytes that have come; a request whose body is complete holds a place among
those that are worked on. Whoever finds no place is told at once when to come back. What a client's own settings allow
it is counted apart (`OwnLimits`), since it holds for all processes of the proxy together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from proxy.edge.quota import WordsOfDay
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Client, Limits

SHARE = 0.75
"""The part of all places, and of all bytes, that one client may hold where there are several."""

RETRY_SECONDS = 1
"""When to come back to a proxy that is full: requests end all the time."""


class _Held:
    """So many units of one kind, held by clients."""

    def __init__(self) -> None:
        self._bound = self._share = 0
        self._of: Counter[str] = Counter()
        self.ever = 0
        """How many were taken since the start."""

    def bound(self, total: int, *, several: bool) -> None:
        """Set how many there are. What is held beyond that stays held."""
        self._bound, self._share = total, max(1, int(total * SHARE)) if several else total

    def take(self, client: str, number: int = 1) -> bool:
        """Take some for a client; False, and nothing taken, if there are too few, or it would have too many."""
        if self.total + number > self._bound or self._of[client] + number > self._share:
            return False
        self._of[client] += number
        self.ever += number
        return True

    def give_back(self, client: str, number: int = 1) -> None:
        self._of[client] -= number
        if not self._of[client]:
            del self._of[client]

    @property
    def total(self) -> int:
        """How many are taken now."""
        return self._of.total()


@dataclass(slots=True)
class _Allowance:
    """Requests that a client may begin now, as a bucket that fills by `per_minute` in a minute (a token bucket)."""

    per_minute: int
    at: float
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.per_minute

    def wait(self, now: float) -> float:
        """Take one and return 0, or return the seconds until there is one."""
        rate = self.per_minute / 60
        self.left, self.at = min(self.per_minute, self.left + (now - self.at) * rate), now
        if self.left < 1:
            return (1 - self.left) / rate
        self.left -= 1
        return 0.0


class OwnLimits:
    """What each client may begin by its own settings: requests at once, requests in a minute, words on a day."""

    def __init__(self, monotonic: Callable[[], float], quota: WordsOfDay | None = None) -> None:
        self._monotonic, self._quota = monotonic, quota
        self._under_way: Counter[str] = Counter()
        self._allowances: dict[str, _Allowance] = {}

    def enter(self, client: Client) -> None:
        """Count a request of `client` as under way, until it leaves. Raises `ClientFault` (429, ``rate_limited``)."""
        if self._quota is not None:
            self._quota.has_left(client)
        most = client.concurrent_requests
        if most is not None and self._under_way[client.name] >= most:
            raise _limited("concurrent_requests", RETRY_SECONDS)
        if client.requests_per_minute is not None:
            now = self._monotonic()
            fresh = _Allowance(client.requests_per_minute, now)
            allowance = self._allowances.setdefault(client.name, fresh)
            allowance.per_minute = client.requests_per_minute
            wait = allowance.wait(now)
            if wait:
                raise _limited("requests_per_minute", math.ceil(wait))
        self._under_way[client.name] += 1

    def leave(self, client: str) -> None:
        """A request of this client has ended."""
        self._under_way[client] -= 1
        if not self._under_way[client]:
            del self._under_way[client]


class Elsewhere(OwnLimits):
    """The `OwnLimits` of a process in which they are not counted: another one was asked before."""

    def enter(self, client: Client) -> None:  # noqa: D102 - as above
        pass

    def leave(self, client: str) -> None:  # noqa: D102
        pass


def share_of(limits: Limits, processes: int) -> Limits:
    """The bounds of one of so many processes, so that all together keep within `limits`.

    None has less than one place, or than room for two bodies.
    """
    places = ("connections", "reading_requests", "concurrent_requests")
    share: dict[str, int] = {name: math.ceil(getattr(limits, name) / processes) for name in places}
    two = min(limits.buffered_bytes, 2 * limits.body_bytes)
    share["buffered_bytes"] = max(math.ceil(limits.buffered_bytes / processes), two)
    return limits.model_copy(update=share)


class Admission:
    """The places of one listener. `several`: more than one client is configured."""

    def __init__(
        self,
        limits: Limits,
        monotonic: Callable[[], float],
        quota: WordsOfDay | None = None,
        *,
        several: bool,
        own: OwnLimits | None = None,
    ) -> None:
        self.own = own or OwnLimits(monotonic, quota)
        self._reading, self._working, self._bytes = _Held(), _Held(), _Held()
        self.bound(limits, several=several)

    def bound(self, limits: Limits, *, several: bool) -> None:
        """Set the bounds for those that enter from now on."""
        self._reading.bound(limits.reading_requests, several=several)
        self._working.bound(limits.concurrent_requests, several=several)
        self._bytes.bound(limits.buffered_bytes, several=several)

    def enter(self, client: Client) -> Place:
        """Return a place for reading one request of `client`.

        Raises `ClientFault` (429, ``rate_limited``) beyond the client's own limits, `OwnFault` (503, ``overloaded``) if
        there is no place.
        """
        self.own.enter(client)
        if not self._reading.take(client.name):
            self.own.leave(client.name)
            raise _overloaded("limits.reading_requests")
        return Place(client.name, self.own, self._reading, self._working, self._bytes)

    @property
    def under_way(self) -> int:
        """Requests that hold a place."""
        return self._reading.total + self._working.total

    @property
    def received(self) -> int:
        """Bytes of all bodies since the start."""
        return self._bytes.ever


class Place:
    """A request's place from its head to its end. Leave it by ``with``."""

    def __init__(self, client: str, own: OwnLimits, reading: _Held, working: _Held, held_bytes: _Held):
        self._client, self._own = client, own
        self._held, self._working, self._bytes = reading, working, held_bytes
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own.leave(self._client)
        self._held.give_back(self._client)
        if self._taken:
            self._bytes.give_back(self._client, self._taken)

    def grow(self, number: int) -> None:
        """Hold `number` more bytes of the body. Raises `OwnFault` if all bodies together would hold too many."""
        if not self._bytes.take(self._client, number):
            raise _overloaded("limits.buffered_bytes")
        self._taken += number

    def complete(self) -> None:
        """The body is whole: move to those that are worked on. Raises `OwnFault` if these are too many."""
        if not self._working.take(self._client):
            raise _overloaded("limits.concurrent_requests")
        self._held.give_back(self._client)
        self._held = self._working


def _overloaded(setting: str) -> OwnFault:
    return OwnFault("overloaded", f"too many requests at once ({setting}); try again", retry_after=RETRY_SECONDS)


def _limited(setting: str, seconds: int) -> ClientFault:
    detail = f"this client is at its own limit (clients[].{setting}); try again in {seconds} s"
    return ClientFault("rate_limited", detail, status=429, retry_after=seconds)
