"""How many proxies a load needs: a model of what a request costs, held against measurement.

What a request costs, in milliseconds of the processor, is taken to be ``fixed + words · a + new words · b``, and ``c``
more where part of it is remembered: what is new is read with words before it. There is such a line for the proxy's main
process, for its detection workers, and for what the bench itself spends on the same cores. The lines are fitted to five
kinds of requests, sent one after the other. Other kinds, sent many at once, then show whether the model foretells what
they cost and how many a second are answered.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from bench.meetings import family, spent
from bench.side_by_side.cases import Client, rate, session
from bench.side_by_side.speech import Speech
from bench.side_by_side.targets import Target

_SETTLED = 0.3
BUSY = 0.6
"""The share of a proxy's capacity that is planned with, so that waiting stays short and one of them may fail."""


@dataclass(frozen=True)
class Kind:
    """A kind of request: of so many words, of which so many were not in an earlier request of the same meeting."""

    title: str
    words: int
    new: int
    typed: bool = False
    """Whether it is a message that somebody composes, and no transcript."""

    @property
    def terms(self) -> tuple[float, float, float, float]:
        """How often each term of a `Line` counts."""
        return 1.0, self.words / 1000, self.new / 1000, float(self.new < self.words)


LEARNT = (
    Kind("message", 60, 60, typed=True),
    Kind("transcript", 1500, 1500),
    Kind("transcript", 6000, 6000),
    Kind("meeting sent again", 1000, 100),
    Kind("meeting sent again", 3000, 100),
)
FORETOLD = (
    (Kind("message", 150, 150, typed=True), 16),
    (Kind("transcript", 500, 500), 8),
    (Kind("transcript", 3000, 3000), 8),
    (Kind("meeting sent again", 1500, 60), 4),
)
"""Kinds that the model was not fitted to, and how many of each are sent at once."""


@dataclass(frozen=True)
class Extent:
    """How often each kind is sent that the model is fitted to, and how often each batch that it is held against."""

    times: int = 8
    learnt: Sequence[Kind] = LEARNT
    foretold: Sequence[tuple[Kind, int]] = FORETOLD


@dataclass(frozen=True)
class Line:
    """Milliseconds of the processor: a request, each 1,000 of its words, each 1,000 new ones, being sent again."""

    fixed: float
    thousand: float
    thousand_new: float
    again: float

    def of(self, kind: Kind) -> float:
        """Return what a request of this kind costs."""
        terms = (self.fixed, self.thousand, self.thousand_new, self.again)
        return sum(term * count for term, count in zip(terms, kind.terms, strict=True))


@dataclass(frozen=True)
class Model:
    """What requests cost the main process, the workers, and the bench."""

    main: Line
    workers: Line
    bench: Line

    def capacity(self, kind: Kind, cores: float, workers: int = 2, beside: bool = False) -> float:
        """Return requests a second of one proxy; `beside` says that the bench runs on the same cores."""
        main, detecting = self.main.of(kind), self.workers.of(kind)
        whole = main + detecting + (self.bench.of(kind) if beside else 0)
        return 1e3 / max(main, detecting / workers, whole / cores)


@dataclass(frozen=True)
class Held:
    """What the model foretells of a kind of which so many are sent at once, and what was measured."""

    kind: Kind
    at_once: int
    predicted_rate: float
    rate: float
    """Requests a second. It suffers from whatever else the machine does; what follows hardly does."""
    predicted_cost: float
    cost: float
    """Milliseconds of the processor for a request, of main process and workers."""


@dataclass(frozen=True)
class Sizing:
    """The model, held against what was measured."""

    model: Model
    held: tuple[Held, ...]


@dataclass(frozen=True)
class Meeting:
    """What one meeting asks of the proxy: this is an example, which the page states."""

    words: int = 6750
    updates: int = 15
    messages: int = 5

    def requests(self) -> list[tuple[Kind, int]]:
        """Return kinds of requests with their number: live summaries, the last one, and composed messages."""
        step = self.words // self.updates
        return [
            *((Kind("live summary", step * number, step), 1) for number in range(1, self.updates + 1)),
            (Kind("last summary", self.words, step), 1),
            (Kind("message", 60, 60, typed=True), self.messages),
        ]


def main_and_workers(model: Model, meeting: Meeting) -> tuple[float, float]:
    """Return seconds of the processor that a whole meeting costs: in the main process, in the workers."""
    asked = meeting.requests()
    main, workers = (sum(line.of(kind) * count for kind, count in asked) / 1e3 for line in (model.main, model.workers))
    return main, workers


def proxies(model: Model, meeting: Meeting, an_hour: int, cores: int) -> int:
    """Return how many proxies of so many cores, one for each main process, take this many meetings an hour."""
    main, workers = main_and_workers(model, meeting)
    a_second = an_hour / 3600
    needed = max(main, (main + workers) / cores) * a_second / BUSY
    return max(1, int(np.ceil(needed)))


def sized(target: Target, recipient: Target, cores: int, extent: Extent, seed: int) -> Sizing:
    """Fit the model to the target, and hold it against the target."""
    return asyncio.run(_sized(target, recipient, cores, extent, seed))


async def _sized(target: Target, recipient: Target, cores: int, extent: Extent, seed: int) -> Sizing:
    times = extent.times
    async with session() as calls:
        client = Client(calls, target, Speech(seed))
        costs = []
        for kind in extent.learnt:
            print(f"what it costs: {kind.title}, {kind.words} words ...", file=sys.stderr)
            costs.append(await _cost(client, recipient, kind, times * (4 if kind.typed else 1)))
        model = Model(*(fitted(extent.learnt, [cost[part] for cost in costs]) for part in range(3)))
        held = []
        for kind, at_once in extent.foretold:
            print(f"{at_once} at once: {kind.title}, {kind.words} words ...", file=sys.stderr)
            requests = await _requests(client, kind, at_once * times)
            before = spent(family(target.leaders[0]))
            there = await rate(requests, at_once)
            await asyncio.sleep(_SETTLED)
            cost = sum(spent(before).values()) - sum(before.values())
            foretold = model.capacity(kind, cores, beside=True), model.main.of(kind) + model.workers.of(kind)
            held.append(Held(kind, at_once, foretold[0], there, foretold[1], cost / (at_once * times)))
    return Sizing(model, tuple(held))


async def _requests(client: Client, kind: Kind, count: int) -> list[Callable[[], Awaitable[float]]]:
    """Return calls of requests; those that are to be known in part are sent before, as far as they are known."""
    if kind.typed:
        texts = [client.speech.message(kind.words) for _ in range(count)]
        return [partial(client.whole, text, client.target.compose) for text in texts]
    known = [client.speech.turns(kind.words - kind.new) if kind.new < kind.words else [] for _ in range(count)]
    for said in filter(None, known):
        await client.whole("\n".join(said))
    texts = ["\n".join([*said, *client.speech.turns(kind.new)]) for said in known]
    return [partial(client.whole, text) for text in texts]


async def _cost(client: Client, recipient: Target, kind: Kind, times: int) -> tuple[float, float, float]:
    """Return milliseconds of the processor for a request: of the main process, the workers, the bench."""
    leader = client.target.leaders[0]
    requests = await _requests(client, kind, times)
    await asyncio.sleep(_SETTLED)
    members, own = family(leader), [os.getpid(), *recipient.leaders]
    before, bench = spent(members), spent(own)
    for request in requests:
        await request()
    await asyncio.sleep(_SETTLED)
    after, bench_after = spent(members), spent(own)
    taken = {pid: (after[pid] - before[pid]) / times for pid in members}
    main = taken.pop(leader)
    return main, sum(taken.values()), sum(bench_after[pid] - bench[pid] for pid in own) / times


def fitted(kinds: Sequence[Kind], costs: Sequence[float]) -> Line:
    """Return the line of least relative error, without negative terms."""
    rows = np.array([kind.terms for kind in kinds])
    aims = np.array([max(cost, 1e-3) for cost in costs])
    best, least = np.zeros(rows.shape[1]), float("inf")
    for used in product((False, True), repeat=rows.shape[1]):
        if not any(used):
            continue
        terms = np.zeros(rows.shape[1])
        terms[list(used)] = np.linalg.lstsq(rows[:, used] / aims[:, None], np.ones(len(aims)), rcond=None)[0]
        error = float(np.sum((rows @ terms / aims - 1) ** 2))
        if (terms >= 0).all() and error < least:
            best, least = terms, error
    return Line(*map(float, best))
