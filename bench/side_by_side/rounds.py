"""Rounds: in each, all targets are measured in turns by every case, on speech that none of them has seen."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.side_by_side.cases import CASES, FAILURES, Case, Client, Counts, session
from bench.side_by_side.speech import Speech
from bench.side_by_side.targets import Target

_WARM_UP = 2


@dataclass(frozen=True)
class Extent:
    """At most so many rounds, none of which begins after so many seconds, of so many requests."""

    rounds: int
    seconds: float
    counts: Counts


@dataclass
class Figures:
    """What was measured: a figure for each case and target in each round, and what each target let through."""

    rounds: int = 0
    measured: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    planted: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    arrived: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Of each target, how much of each kind it was sent, and how much of that came to the recipient."""
    failed: dict[str, str] = field(default_factory=dict)

    def figure(self, case: Case, target: str) -> float | None:
        """Return the median over the rounds; None if the target failed."""
        found = self.measured.get((case.title, target))
        return statistics.median(found) if found else None

    def ratio(self, case: Case, ours: str, theirs: str) -> float | None:
        """Return how many times better ours was, as the median of the rounds' own ratios."""
        pairs = [(self.measured.get((case.title, name)) or []) for name in (ours, theirs)]
        if not all(pairs) or len(pairs[0]) != len(pairs[1]):
            return None
        better = (a / b if case.more_is_better else b / a for a, b in zip(*pairs, strict=True) if a > 0 and b > 0)
        each = list(better)
        return statistics.median(each) if each else None


def measured(targets: Sequence[Target], direct: Target, extent: Extent, seed: int) -> Figures:
    """Measure all targets in turns; `direct` is the recipient, without a proxy."""
    return asyncio.run(_measured(targets, direct, extent, seed))


async def _measured(targets: Sequence[Target], direct: Target, extent: Extent, seed: int) -> Figures:
    figures, until, counts = Figures(), time.monotonic() + extent.seconds, extent.counts
    async with session() as calls:
        clients = [Client(calls, target, Speech(seed * 1000 + number)) for number, target in enumerate(targets)]
        recipient = Client(calls, direct, Speech(seed * 1000 + 999))
        for client in clients:
            await _warmed(client, figures)
        while figures.rounds < extent.rounds and (not figures.rounds or time.monotonic() < until):
            print(f"round {figures.rounds + 1} of at most {extent.rounds} ...", file=sys.stderr)
            turn = figures.rounds % len(clients)
            for case in CASES:
                base = await case.measure(recipient, counts) if case.beyond_recipient else 0.0
                for client in clients[turn:] + clients[:turn]:
                    await _counted(figures, case, client, recipient, (counts, base))
            figures.rounds += 1
    return figures


async def _warmed(client: Client, figures: Figures) -> None:
    try:
        for _ in range(_WARM_UP):
            await client.whole(client.speech.transcript(300))
            await client.whole(client.speech.message(40), client.target.compose)
            await client.streamed(client.speech.message(40))
    except FAILURES as failure:
        figures.failed[client.target.name] = _said(failure)


def _said(failure: Exception) -> str:
    return f"{type(failure).__name__}: {failure}"


async def _counted(figures: Figures, case: Case, client: Client, recipient: Client, how: tuple[Counts, float]) -> None:
    """Measure a case. `how`: how many requests, and what the recipient itself takes."""
    counts, base = how
    name = client.target.name
    if name in figures.failed:
        return
    await recipient.seen()
    client.planted.clear()
    try:
        figure = await case.measure(client, counts)
    except FAILURES as failure:
        figures.failed[name] = _said(failure)
        return
    figures.measured.setdefault((case.title, name), []).append(figure - base)
    figures.planted[name].update(client.planted)
    figures.arrived[name].update(await recipient.seen())
