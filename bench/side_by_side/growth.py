"""How the proxy's cost grows: over the length of a meeting, and over the people on its roster."""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.meetings import memory
from bench.side_by_side.cases import TRANSCRIPT, Client, session
from bench.side_by_side.ours import MEETING, admitted, people
from bench.side_by_side.speech import SPEAKERS, Speech
from bench.side_by_side.targets import Target

WORDS_A_MINUTE = 150
"""How fast people speak: usual figures are 120 to 180."""


@dataclass(frozen=True)
class Grown:
    """The cost at one size: the median over the times it was measured."""

    size: int
    seconds: float
    mib: float
    """Memory of all processes after it."""


@dataclass(frozen=True)
class Extent:
    """Which sizes are measured, and how often."""

    minutes: Sequence[int] = (10, 60, 150, 300, 600)
    people: Sequence[int] = (1, 5, 20, 100, 500)
    times: int = 3


def over_length(target: Target, extent: Extent, seed: int) -> list[Grown]:
    """Send new meetings of growing length, each whole; sizes are words."""
    grown = []
    for minutes in extent.minutes:
        print(f"a meeting of {minutes} minutes ...", file=sys.stderr)
        words = minutes * WORDS_A_MINUTE
        taken = asyncio.run(_sent(target, words, SPEAKERS, extent.times, seed + minutes))
        grown.append(Grown(words, taken, _held(target)))
    return grown


def over_roster(target: Target, directory: Path, extent: Extent, seed: int) -> list[Grown]:
    """Send new transcripts of one length to meetings with growing rosters; sizes are people."""
    grown = []
    for count in extent.people:
        print(f"a roster of {count} ...", file=sys.stderr)
        labels = people(count)
        meeting = f"roster-{count}"
        admitted(directory, meeting, labels)
        there = replace(target, summary=target.summary.replace(MEETING, meeting))
        taken = asyncio.run(_sent(there, TRANSCRIPT, labels[:4], extent.times + 1, seed + count))
        grown.append(Grown(count, taken, _held(target)))
    return grown


async def _sent(target: Target, words: int, speakers: Sequence[str], times: int, seed: int) -> float:
    async with session() as calls:
        client = Client(calls, target, Speech(seed))
        return statistics.median([await client.whole(client.speech.transcript(words, speakers)) for _ in range(times)])


def _held(target: Target) -> float:
    return sum(map(memory, target.leaders))


def shares(grown: Sequence[Grown]) -> Iterator[float]:
    """Yield the cost of each unit of size, compared with that at the first size."""
    first = grown[0].seconds / grown[0].size
    return (each.seconds / each.size / first for each in grown)
