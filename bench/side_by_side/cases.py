"""What is measured of a target: the cases of the table, each a figure a round."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bench.meetings import memory
from bench.side_by_side.recipient import PAUSE, PIECES
from bench.side_by_side.speech import Speech, planted
from bench.side_by_side.targets import Target

TRANSCRIPT, COMPOSE, SHORT = 1500, 60, 40
"""Words of a transcript, of a message that is composed, and of a request whose reply is streamed."""
_FIRST, _MORE = 1200, 60
"""Words of a live meeting when it is sent first, and that each further request adds."""
_PROMPT = {"role": "system", "content": "Summarize this meeting."}


class Failed(Exception):
    """A target did not answer a request as it should; the message says how."""


FAILURES = (Failed, ClientError, OSError, TimeoutError)
"""What calls raise that a target does not answer."""


@dataclass(frozen=True)
class Counts:
    """How many requests make one figure."""

    alone: int = 5
    at_once: int = 16
    composed: int = 48
    resent: int = 8
    streamed: int = 10


class Client:
    """Sends to one target what `speech` says, and counts what of that was planted."""

    def __init__(self, session: ClientSession, target: Target, speech: Speech) -> None:
        self.target, self.speech = target, speech
        self.planted: Counter[str] = Counter()
        self._session = session

    async def whole(self, text: str, path: str | None = None) -> float:
        """Send a text and read the whole reply; return seconds."""
        began = time.perf_counter()
        async with self._session.post(**self._asked(text, path, stream=False)) as reply:
            answer = await reply.read()
            if reply.status != 200 or b'"choices"' not in answer:
                raise Failed(f"answered with {reply.status}: {answer[:200].decode('utf-8', 'replace')}")
        return time.perf_counter() - began

    async def streamed(self, text: str) -> float:
        """Send a text and read the reply as it comes; return seconds until the first words of it were there."""
        began, first, answer = time.perf_counter(), 0.0, b""
        async with self._session.post(**self._asked(text, None, stream=True)) as reply:
            async for line in reply.content:
                answer += line
                if not first and b'"content":' in line and b"noted" in line:
                    first = time.perf_counter() - began
            if reply.status != 200 or not first:
                raise Failed(f"answered a stream with {reply.status}: {answer[:200].decode('utf-8', 'replace')}")
        return first

    async def seen(self) -> Counter[str]:
        """Return what of the planted the recipient, as whose client this was made, got since the last call."""
        async with self._session.get(f"{self.target.address}/seen") as reply:
            return Counter(await reply.json())

    def _asked(self, text: str, path: str | None, stream: bool) -> dict[str, Any]:
        self.planted.update(planted(text))
        body = {"model": "m", "messages": [_PROMPT, {"role": "user", "content": text}], "stream": stream}
        headers = {"Authorization": f"Bearer {self.target.key}"}
        return {"url": self.target.address + (path or self.target.summary), "json": body, "headers": headers}


def session() -> ClientSession:
    """Return what all targets are called by."""
    # While others have their turn, some servers close a connection after five seconds: none is used again so late.
    return ClientSession(timeout=ClientTimeout(total=300), connector=TCPConnector(keepalive_timeout=1))


async def rate(calls: Iterable[Callable[[], Awaitable[float]]], at_once: int) -> float:
    """Make all calls, `at_once` of them at any time; return how many ended in a second."""
    waiting = list(calls)
    count, began = len(waiting), time.perf_counter()

    async def work() -> None:
        while waiting:
            await waiting.pop()()

    workers = [asyncio.create_task(work()) for _ in range(at_once)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
    return count / (time.perf_counter() - began)


async def alone(client: Client, counts: Counts) -> float:
    """Return the median of new transcripts, one after the other, in milliseconds."""
    return 1e3 * statistics.median(
        [await client.whole(client.speech.transcript(TRANSCRIPT)) for _ in range(counts.alone)]
    )


async def at_once(client: Client, counts: Counts) -> float:
    """Return how many new transcripts a second are answered, eight at once."""
    texts = [client.speech.transcript(TRANSCRIPT) for _ in range(counts.at_once)]
    return await rate([partial(client.whole, text) for text in texts], 8)


async def composed(client: Client, counts: Counts) -> float:
    """Return how many new short messages a second are answered, 16 at once."""
    texts = [client.speech.message(COMPOSE) for _ in range(counts.composed)]
    return await rate([partial(client.whole, text, client.target.compose) for text in texts], 16)


async def resent(client: Client, counts: Counts) -> float:
    """Return what the last request costs of a meeting that is sent again with new turns each time, in milliseconds."""
    said = client.speech.turns(_FIRST)
    taken = await client.whole("\n".join(said))
    for _ in range(counts.resent):
        said += client.speech.turns(_MORE)
        taken = await client.whole("\n".join(said))
    return 1e3 * taken


async def streamed(client: Client, counts: Counts) -> float:
    """Return the median until the first words of a streamed reply, in milliseconds."""
    return 1e3 * statistics.median(
        [await client.streamed(client.speech.message(SHORT)) for _ in range(counts.streamed)]
    )


async def held(client: Client, _: Counts) -> float:
    """Return the memory of all processes of the target, shared pages in shares, in MiB."""
    return sum(map(memory, client.target.leaders))


@dataclass(frozen=True)
class Case:
    """A row of the table."""

    title: str
    unit: str
    measure: Callable[[Client, Counts], Awaitable[float]]
    more_is_better: bool = False
    beyond_recipient: bool = False
    """Whether the recipient's own figure, measured without a proxy in the same round, is taken off."""


CASES = (
    Case(f"new transcript of {TRANSCRIPT:,} words, alone", "ms", alone),
    Case("the same, eight at once", "req/s", at_once, more_is_better=True),
    Case(f"new message of {COMPOSE} words, 16 at once", "req/s", composed, more_is_better=True),
    Case("live meeting sent again with more turns, the last request", "ms", resent),
    Case(f"first words of a streamed reply to {SHORT} words, after the recipient's", "ms", streamed, False, True),
    Case("memory", "MiB", held),
)

BUFFERED = 1e3 * PAUSE * (PIECES - 1) * 0.8
"""Milliseconds: who shows the first words so late has waited for the last ones."""
