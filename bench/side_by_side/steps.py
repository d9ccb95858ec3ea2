"""Where the time of the proxy's requests goes, by step: the processor's time of its main process and of its workers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bench.meetings import family, spent
from bench.side_by_side.cases import COMPOSE, TRANSCRIPT, Client, session
from bench.side_by_side.ours import serving
from bench.side_by_side.sampled import OTHER, PARTS
from bench.side_by_side.speech import Speech
from bench.side_by_side.targets import Place, Target

_SETTLED = 0.3
"""Seconds after the last reply until its outcome is recorded, too."""


@dataclass(frozen=True)
class Spent:
    """Milliseconds of the processor for one request, by part, and by the detection workers."""

    title: str
    parts: dict[str, float]
    workers: float
    wall: float


def by_step(place: Place, count: int, seed: int) -> list[Spent]:
    """Measure `count` new transcripts, and four times as many new messages, each with a proxy of its own."""
    return [
        _observed(place, f"transcript of {TRANSCRIPT:,} words", count, seed, _transcript),
        _observed(place, f"message of {COMPOSE} words", 4 * count, seed, _message),
    ]


async def _transcript(client: Client) -> float:
    return await client.whole(client.speech.transcript(TRANSCRIPT))


async def _message(client: Client) -> float:
    return await client.whole(client.speech.message(COMPOSE), client.target.compose)


def _observed(place: Place, title: str, count: int, seed: int, send: Callable[[Client], Awaitable[float]]) -> Spent:
    there = replace(place, directory=place.directory / title.replace(" ", "-"))
    there.directory.mkdir()
    file = there.directory / "counts.json"
    with serving(there, ("-m", "bench.side_by_side.sampled", str(file))) as target:
        main, workers, wall = asyncio.run(_costs(target, count, seed, send))
    counts = json.loads(file.read_text(encoding="utf-8"))
    looks = sum(counts.values()) or 1
    parts = {name: main * counts.get(name, 0) / looks for name in (*PARTS, OTHER)}
    return Spent(title, parts, workers, wall)


async def _costs(
    target: Target, count: int, seed: int, send: Callable[[Client], Awaitable[float]]
) -> tuple[float, float, float]:
    """Return milliseconds a request: of the main process, of all others, and of the clock."""
    async with session() as calls:
        client = Client(calls, target, Speech(seed))
        for _ in range(3):
            await send(client)
        await asyncio.sleep(_SETTLED)
        leader = target.leaders[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader, signal.SIGUSR1)
        before, began = spent(family(leader)), time.perf_counter()
        for _ in range(count):
            await send(client)
        wall = time.perf_counter() - began
        await asyncio.sleep(_SETTLED)
        after = spent(before)
    taken = {pid: after[pid] - before[pid] for pid in before}
    main = taken.pop(leader)
    return main / count, sum(taken.values()) / count, 1e3 * wall / count
