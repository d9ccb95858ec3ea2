"""Measure how fast the ledger writes records on this disk: one caller after another, and many at once.

Beside it stands what the disk alone can do: appending the bytes of one exchange and waiting for the medium, one after
the other. An exchange is an intent with five people, and its outcome.

Run ``python bench/ledger.py [DIRECTORY]``; the directory chooses the disk (default: the working directory).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.ledger.reader import check, public_key
from proxy.settings import Ledger

EXCHANGES = 2000
PEOPLE = tuple(
    PersonFacts(f"p-{n}", 20, 2000, 1, {"granted": 20, "denied": 1}, (f"g-{n}",), {"PERSON": 4}) for n in range(5)
)


async def keys(subjects: Collection[str]) -> Mapping[str, bytes]:
    return {subject: hashlib.sha256(subject.encode()).digest() for subject in subjects}


def facts(name: str) -> ExchangeFacts:
    return ExchangeFacts(
        exchange=name,
        client="bench",
        route="summary",
        purpose="summary",
        recipient="acme-llm",
        recipient_host="llm.example",
        recipient_port=443,
        terms_version="2026-01-01",
        meeting="m1",
        operation="POST /v1/chat/completions",
        model="m",
    )


async def one(ledger: LedgerFiles, name: str, waits: list[float]) -> None:
    began = time.perf_counter()
    await ledger.begin(IntentFacts(facts(name), PEOPLE, 20000, b"d" * 32, {"PERSON": 20}))
    waits.append(time.perf_counter() - began)
    await ledger.finish(OutcomeFacts(facts(name), DeliveryProgress.FULL, 200, 900, 950, 800))


async def measure(directory: Path, at_once: int, alone: float) -> None:
    settings = Ledger(directory=str(directory / f"ledger-{at_once}"), signing_key=str(directory / "key.pem"))
    ledger = await LedgerFiles.open(
        settings, organization="bench", keys=keys, clock=lambda: datetime.now(UTC), version="bench"
    )
    waits: list[float] = []
    names = iter(range(EXCHANGES))

    async def caller() -> None:
        for number in names:
            await one(ledger, f"ex-{number}", waits)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    took = time.perf_counter() - began
    await ledger.close()
    parts = statistics.quantiles(waits, n=100)
    print(
        f"{at_once:>4} at once: {EXCHANGES / took:>6.0f} exchanges/s, {EXCHANGES / took / alone:.2f} of the bare disk; "
        f"until an intent is durable: median {parts[49] * 1e3:.2f} ms, 99th percentile {parts[98] * 1e3:.2f} ms"
    )
    began = time.perf_counter()
    report = check(Path(settings.directory), public_key(Path(settings.directory) / "public.key"))
    print(f"             verified {report.records} records in {time.perf_counter() - began:.2f} s: {report.verdict}")


def bare(directory: Path, size: int, count: int = 500) -> float:
    """How often in a second `size` bytes can be appended and synced, without anything else."""
    fd = os.open(directory / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    began = time.perf_counter()
    for _ in range(count):
        os.write(fd, bytes(size))
        os.fdatasync(fd)
    took = time.perf_counter() - began
    os.close(fd)
    return count / took


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else ".") as directory:
        alone = bare(Path(directory), 4500)
        print(f"bare disk: {alone:.0f} appends with fdatasync a second, {1e3 / alone:.2f} ms each")
        for at_once in (1, 16, 128):
            uvloop.run(measure(Path(directory), at_once, alone))


if __name__ == "__main__":
    main()
