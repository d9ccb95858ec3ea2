"""A process with a ledger, to be limited, filled or killed: ``ledger_child.py MODE DIRECTORY …``."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from audit.ledger_samples import intent, outcome  # noqa: E402
from edge.ledger_stand import checked, opened  # noqa: E402

from proxy.errors import OwnFault  # noqa: E402


async def limit(directory: Path) -> None:
    """One intent before, two under, one after a file size limit."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    ledger = await opened(directory)
    for i, size in enumerate((None, 0, 0, resource.RLIM_INFINITY)):
        if size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            await ledger.begin(intent(f"ex-{i}"))
            print("taken", flush=True)
        except OwnFault as fault:
            print(fault.reason, flush=True)
    await ledger.close()


async def handles(directory: Path) -> None:
    """A segment for each intent: one before, two while the process has no file handle left, one after."""
    ledger = await opened(directory, segment_bytes=1)
    taken: list[int] = []
    for i in range(4):
        if i == 1:
            soft = len(list(Path("/proc/self/fd").iterdir())) + 2
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
            try:
                while True:
                    taken.append(os.dup(0))
            except OSError:
                pass
        if i == 3:
            for fd in taken:
                os.close(fd)
        try:
            await ledger.begin(intent(f"ex-{i}"))
            print("taken", flush=True)
        except OwnFault as fault:
            print(fault.reason, flush=True)
    await ledger.close()


async def fill(directory: Path) -> None:
    """Intents until the disk is full, then all their outcomes, then room again."""
    ballast = directory / "ballast"
    ballast.write_bytes(bytes(200_000))
    ledger = await opened(directory)
    begun, reason = [], ""
    while not reason and len(begun) < 2000:
        try:
            await ledger.begin(intent(f"ex-{len(begun)}"))
            begun.append(f"ex-{len(begun)}")
        except OwnFault as fault:
            reason = fault.reason
    ended = 0
    for name in begun:
        try:
            await ledger.finish(outcome(name))
            ended += 1
        except OwnFault:
            break
    report = checked(directory)
    print(reason, len(begun), ended, report.verdict, len(report.unanswered))
    ballast.unlink()
    await ledger.begin(intent("ex-after"))
    print("taken")
    await ledger.close()


async def write(directory: Path, round_: int) -> None:
    """Exchanges for ever, four at a time; every intent and outcome that was acknowledged is told."""
    ledger = await opened(directory, segment_bytes=100_000)

    async def exchanges(who: int) -> None:
        number = 0
        while True:
            name = f"r{round_}-{who}-{number}"
            await ledger.begin(intent(name))
            print("intent", name, flush=True)
            await ledger.finish(outcome(name))
            print("outcome", name, flush=True)
            number += 1

    await asyncio.gather(*(exchanges(who) for who in range(4)))


def kills(directory: Path, rounds: int, seed: int) -> None:
    """Fork a writer, kill it at a random moment, again and again; prints all that was acknowledged."""
    rng = random.Random(seed)
    for round_ in range(rounds):
        told, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.dup2(tell, 1)
            sys.stdout = os.fdopen(1, "w")
            asyncio.run(write(directory, round_))
        os.close(tell)
        acknowledged = [os.read(told, 1)]
        time.sleep(rng.uniform(0, 0.08))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        with os.fdopen(told, "rb") as rest:
            acknowledged.append(rest.read())
        sys.stdout.write(b"".join(acknowledged).decode())


if __name__ == "__main__":
    mode, where = sys.argv[1], Path(sys.argv[2])
    if mode == "kills":
        kills(where, int(sys.argv[3]), int(sys.argv[4]))
    else:
        asyncio.run({"limit": limit, "handles": handles, "fill": fill}[mode](where))
