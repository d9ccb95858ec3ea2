"""Short messages through one proxy of one, two and more processes: ``python -m bench.processes [ROUNDS [N,N,…]]``.

All proxies run at once and have their turns; each starts with two detection workers in all processes together, or one
for each process where there are more. New messages of 60 words are composed, 16 at once. For each number of processes
it prints the median over the rounds of the requests a second, of the processor's time of a request in the first
process, in its siblings and in all detection workers, and what it holds of memory (proportional set size). The
processor's time hardly depends on what else the machine does; requests a second do. ``ceiling`` is how many requests a
second the busiest process could take part in, on a core of its own. Reads ``/proc`` (Linux).
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import yaml

from bench.meetings import KEY, family, memory, spent
from bench.ports import free_port
from bench.side_by_side import ours
from bench.side_by_side.__main__ import recipient
from bench.side_by_side.cases import COMPOSE, Client, rate, session
from bench.side_by_side.processes import answering, started
from bench.side_by_side.speech import SPEAKERS, Speech
from bench.side_by_side.targets import PREFIX, Target

MESSAGES, AT_ONCE = 96, 16


class Round(NamedTuple):
    """Requests a second, and milliseconds of the processor for each request: first process, siblings, workers."""

    rate: float
    first: float
    siblings: float
    workers: float
    busiest: float


@contextlib.contextmanager
def proxy(directory: Path, to: str, processes: int) -> Iterator[Target]:
    """Run a proxy of so many processes."""
    port, admin = free_port(), free_port()
    settings = ours.settings(directory, to, port, admin)
    settings |= {"server": {"processes": processes}, "detection": {"workers": max(1, 2 // processes)}}
    settings["ledger"]["write_seconds"] = 10  # type: ignore[index]  # whatever else the machine does
    config = directory / "proxy.yaml"
    config.write_text(yaml.safe_dump(settings), encoding="utf-8")
    ours.admitted(directory, ours.MEETING, SPEAKERS)
    command = [sys.executable, *ours.SERVE, "serve", "--config", str(config)]
    with started("proxy", command, directory, {"PYTHONPATH": str(ours.ROOT)}) as process:
        answering("proxy", process, f"http://127.0.0.1:{admin}/readyz", directory)
        yield Target(
            f"{processes}", "", f"http://127.0.0.1:{port}", KEY, (process.pid,),
            compose=f"/m/{ours.MEETING}/compose{PREFIX}",
        )  # fmt: skip


def kinds(first: int) -> dict[int, str]:
    """Tell the processes of a proxy apart, by their command lines."""
    found = {}
    for pid in family(first):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        sibling = b"proxy.composition.sibling" in words
        found[pid] = "first" if pid == first else "sibling" if sibling else "worker"
    return found


async def measured(target: Target, speech: Speech) -> Round:
    """Compose new messages, and count what they took."""
    told = kinds(target.leaders[0])
    async with session() as made:
        client = Client(made, target, speech)
        before = spent(told)
        texts = [client.speech.message(COMPOSE) for _ in range(MESSAGES)]
        found = await rate([partial(client.whole, text, target.compose) for text in texts], AT_ONCE)
    await asyncio.sleep(0.2)  # until the outcomes are recorded
    took = {pid: (after - before[pid]) / MESSAGES for pid, after in spent(told).items()}
    by_kind = {kind: sum(took[pid] for pid in took if told[pid] == kind) for kind in ("first", "sibling", "worker")}
    busiest = max(took[pid] for pid in took if told[pid] != "worker")
    return Round(found, by_kind["first"], by_kind["sibling"], by_kind["worker"], busiest)


def main() -> None:
    """Measure, and print a line for each number of processes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    numbers = [int(each) for each in (sys.argv[2] if len(sys.argv) > 2 else "1,2,3").split(",")]
    with contextlib.ExitStack() as open_ones, tempfile.TemporaryDirectory() as folder:
        stub = open_ones.enter_context(recipient(Path(folder)))
        targets = {}
        for number in numbers:
            directory = Path(folder) / str(number)
            directory.mkdir()
            targets[number] = open_ones.enter_context(proxy(directory, stub.address, number))
        speech = Speech(1)
        found: dict[int, list[Round]] = {number: [] for number in numbers}
        for turn in range(rounds + 1):
            for number in numbers[turn % len(numbers) :] + numbers[: turn % len(numbers)]:
                one = asyncio.run(measured(targets[number], speech))
                if turn:  # the first is warming up
                    found[number].append(one)
        print("processes  req/s  first ms  siblings ms  workers ms  ceiling req/s  MiB")
        for number in numbers:
            of = Round(*map(statistics.median, zip(*found[number], strict=True)))
            held = memory(targets[number].leaders[0])
            print(
                f"{number:9}  {of.rate:5.1f}  {of.first:8.2f}  {of.siblings:11.2f}  {of.workers:10.2f}"
                f"  {1000 / of.busiest:13.0f}  {held:3.0f}"
            )


if __name__ == "__main__":
    main()
