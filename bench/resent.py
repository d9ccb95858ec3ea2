"""Send a growing meeting through a running proxy, as live clients do, and count what each request costs.

``python -m bench.resent [TURNS [MORE]]`` starts a proxy and a recipient on loopback, and sends the first turns of a
made-up meeting, then `MORE` turns more with each request (by default 3), up to `TURNS` (90). It prints, for the last
requests, the client's wall clock and the processor's time of the proxy's own process and of its detection workers: the
latter two hardly depend on what else the machine does. The last lines are the same request once more, and short ones.
Reads ``/proc`` (Linux).
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import statistics
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.detection import transcript
from bench.meetings import KEY, admit, family, running, spent

NAMES = ("Annika Solberg", "Benedikt Oyelaran", "Chiara Montefusco", "Rosa Lindqvist")
GROWING = 20
"""How many requests are sent before the meeting has all its turns."""
LAST = 8
"""Of so many requests the medians are printed."""
_SETTLED = 0.05
"""Seconds after a reply until the outcome is recorded, too."""


class Cost(NamedTuple):
    """What one request took: milliseconds of the client's clock, and of the processor in the proxy and its workers."""

    wall: float
    proxy: float
    workers: float


class Client:
    """A client of the proxy, which keeps its connection."""

    def __init__(self, pid: int, address: str) -> None:
        where = urllib.parse.urlsplit(address)
        self._pid, self._family = pid, family(pid)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port)

    def send(self, meeting: str, text: str) -> Cost:
        """Send a text for a meeting; the reply must be one of success."""
        # The recipient echoes the last message, so the reply is as short as that.
        messages = [{"role": "user", "content": each} for each in (text, "Summarize this meeting.")]
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        body = json.dumps({"model": "m", "messages": messages}).encode()
        before, began = spent(self._family), time.perf_counter()
        self._connection.request("POST", f"/m/{meeting}/v1/chat/completions", body, headers)
        reply = self._connection.getresponse()
        answer = reply.read()
        wall = time.perf_counter() - began
        if reply.status != 200:
            raise ValueError(f"the proxy answered with {reply.status}: {answer[:200]!r}")
        time.sleep(_SETTLED)
        after = spent(self._family)
        taken = {pid: after[pid] - before[pid] for pid in after}
        proxy = taken.pop(self._pid)
        return Cost(wall * 1e3, proxy, sum(taken.values()))


def turns(count: int, seed: int = 3) -> list[str]:
    """Return made-up turns of one to three sentences, with their speakers."""
    chance = random.Random(seed)
    said: Iterator[str] = iter(transcript(count * 400, seed).split("\n"))
    return [
        f"{NAMES[number % len(NAMES)]}: {' '.join(next(said) for _ in range(chance.randint(1, 3)))}"
        for number in range(count)
    ]


def row(name: str, words: int, costs: Iterable[Cost]) -> str:
    """Return a line of medians."""
    wall, proxy, workers = (statistics.median(column) for column in zip(*costs, strict=True))
    return f"{name:<34}{words:>7}{wall:>10.1f}{proxy:>10.1f}{workers:>10.1f}"


def main(arguments: Sequence[str]) -> None:
    """Measure, and print a line for each kind of request."""
    count, more = (int(given) for given in (*arguments, *("90", "3")[len(arguments) :]))
    said = turns(count)
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (pid, address, store):
        for meeting in ("warm", "live", "afresh"):
            asyncio.run(admit(store, meeting, list(NAMES)))
        client = Client(pid, address)
        for seed in range(4):
            client.send("warm", "\n".join(turns(30, seed)))
        print(f"{'milliseconds':<34}{'words':>7}{'wall':>10}{'proxy':>10}{'workers':>10}")
        first = max(1, count - GROWING * more)
        whole = "\n".join(said)
        words = len(whole.split())
        print(row("sent for the first time", words, [client.send("afresh", whole)]))
        client.send("live", "\n".join(said[:first]))
        grown = [client.send("live", "\n".join(said[:upto])) for upto in range(first + more, count + 1, more)]
        print(row(f"sent again with {more} turns more", words, grown[-LAST:]))
        print(row("sent once more as it is", words, [client.send("live", whole) for _ in range(LAST)]))
        short = ["\n".join(turns(2, 100 + seed)) for seed in range(4 * LAST)]
        costs = [client.send("live", text) for text in short]
        print(row("short and new", statistics.median_low(len(text.split()) for text in short), costs[LAST:]))


if __name__ == "__main__":
    main(sys.argv[1:])
