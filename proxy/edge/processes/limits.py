"""What clients may begin and send by their own limits, which the first process counts for all: how a sibling asks."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import orjson

from proxy.edge.http.admission import OwnLimits
from proxy.edge.processes.channel import Answerer, Channel, Hearer
from proxy.edge.quota import WordsOfDay
from proxy.errors import ClientFault
from proxy.settings import Client

ENTER, LEAVE, TAKE, TOOK = "enter", "leave", "take", "took"


class LimitsElsewhere:
    """Implements `ports.Quota`, and asks for each request of a client that has limits of its own."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._numbers = channel, itertools.count()

    @asynccontextmanager
    async def entered(self, client: Client) -> AsyncIterator[None]:
        """Count a request of `client` as under way until the context is left. Raises `ClientFault` beyond its limits.

        Of a client without limits, nothing is counted.
        """
        if (client.concurrent_requests, client.requests_per_minute, client.words_per_day) == (None, None, None):
            yield
            return
        number = next(self._numbers)
        try:
            await self._channel.ask(ENTER, orjson.dumps([number, client.name]))
            yield
        finally:
            self._channel.tell(LEAVE, orjson.dumps(number))

    async def take(self, client: Client, words: int) -> None:
        """As `Quota.take`. Words of a client without a limit are counted as well: a reload may set one."""
        told = orjson.dumps([client.name, words])
        if client.words_per_day is None:
            self._channel.tell(TOOK, told)
        else:
            await self._channel.ask(TAKE, told)


class CountsFor:
    """Counts for one sibling. `client` gives a client by name, with the limits that are in force."""

    def __init__(self, own: OwnLimits, words: WordsOfDay, client: Callable[[str], Client | None]) -> None:
        self._own, self._words, self._client = own, words, client
        self._entered: dict[int, str] = {}

    def answers(self) -> dict[str, Answerer]:
        """What the sibling may ask."""
        return {ENTER: self._enter, TAKE: self._take}

    def hears(self) -> dict[str, Hearer]:
        """What the sibling may tell."""
        return {LEAVE: self._leave, TOOK: self._took}

    def ended(self) -> None:
        """The sibling has ended, and its requests with it."""
        for client in self._entered.values():
            self._own.leave(client)
        self._entered.clear()

    async def _enter(self, content: bytes) -> bytes:
        number, name = orjson.loads(content)
        if (client := self._client(name)) is not None:
            self._own.enter(client)
            self._entered[number] = name
        return b""

    def _leave(self, content: bytes) -> None:
        name = self._entered.pop(orjson.loads(content), None)
        if name is not None:
            self._own.leave(name)

    async def _take(self, content: bytes) -> bytes:
        self._count(content)
        return b""

    def _took(self, content: bytes) -> None:
        with suppress(ClientFault):  # The words have left: the limit was set meanwhile.
            self._count(content)

    def _count(self, content: bytes) -> None:
        name, words = orjson.loads(content)
        if (client := self._client(name)) is not None:
            self._words.take(client, words)
