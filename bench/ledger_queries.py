"""Measure a large ledger: verifying it, making its index, keeping that up to date, comparing it, and a person's query.

Run ``python -m bench.ledger_queries [RECORDS] [DIRECTORY]``; the directory chooses the disk (default: the working
directory). The ledger is written without waiting for the disk, in groups of 64 records.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts
from proxy.audit.log import GENESIS, lay, segment_name
from proxy.audit.ocsf import Event, Stamp, intent_event, outcome_event
from proxy.audit.pseudonyms import Pseudonyms, grant_pseudonym, pseudonym
from proxy.audit.query import EventFilter, Subject
from proxy.audit.signing import SigningKey, new_signing_key
from proxy.edge.ledger.files import CheckpointFile, Paths
from proxy.edge.ledger.index.index import LedgerIndex
from proxy.edge.ledger.reader import check
from proxy.edge.ledger.tiles import GrowingTiles, TileFolder

PERSONS, PER_MEETING, SEGMENT_BYTES = 2000, 5, 64 << 20
GROUP = 64
REPEATING = 50
"""Every so many exchanges, one repeats the reply to the one before."""
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ORGANIZATION, ORIGIN = "bench", "bench/egress"
CLIENTS, PURPOSES, RECIPIENTS = ("minutes", "assistant"), ("summary", "compose", "qa"), ("acme-llm", "other-llm")


def secret(subject: str) -> bytes:
    return hashlib.sha256(subject.encode()).digest()


def exchanges(chance: random.Random) -> Iterator[Event]:
    """Intents and outcomes of meetings of five, for a year."""
    number = 0
    while True:
        number += 1
        ids = chance.sample(range(PERSONS), PER_MEETING)
        names = Pseudonyms(
            {f"p-{n}": pseudonym("ptc", secret(f"p-{n}"), "2026", ORGANIZATION) for n in ids},
            pseudonym("mtg", secret(f"m-{number // 4}"), "2026", ORGANIZATION),
            {f"cr-{n}": grant_pseudonym(secret(f"p-{n}"), "2026", ORGANIZATION, f"cr-{n}") for n in ids},
        )
        people = tuple(
            PersonFacts(f"p-{n}", 20, 2000, 1, {"granted": 20, "denied": 1}, (f"cr-{n}",), {"PERSON": 4}) for n in ids
        )
        facts = ExchangeFacts(
            exchange=f"{number:032x}",
            client=chance.choice(CLIENTS),
            route="summary",
            purpose=chance.choice(PURPOSES),
            recipient=chance.choice(RECIPIENTS),
            recipient_host="llm.example",
            recipient_port=443,
            terms_version="2026-01-01",
            meeting="m",
            operation="POST /v1/chat/completions",
            model="m",
            settings_digest="sha256:" + "0" * 64,
        )
        at = BEGINS + timedelta(seconds=60 * number)
        stamp = Stamp(ORIGIN, ORGANIZATION, "bench", at, f"evt-{number}")
        repeats = (f"{number - 1:032x}",) if number % REPEATING == 0 else ()
        intent = IntentFacts(facts, people, 20000, b"d" * 32, {"PERSON": 20}, derived_from=repeats)
        yield intent_event(stamp, intent, names, b"k" * 32)
        yield outcome_event(stamp, OutcomeFacts(facts, DeliveryProgress.FULL, 200, 900, 950, 800), names)


def write(directory: Path, count: int, key: SigningKey) -> int:
    """Write a log of so many records with its tiles, and return its bytes."""
    paths = Paths(directory)
    paths.make()
    tiles = GrowingTiles.of(TileFolder(paths.tiles), ())
    made, previous, written, size = exchanges(random.Random(7)), GENESIS, SEGMENT_BYTES, 0
    file = None
    for sequence in range(count):
        line = lay(next(made), sequence, previous, sequence.to_bytes(16, "big"))
        if sequence % GROUP == GROUP - 1 or sequence == count - 1:
            line = line.signed(key)
        tiles.add((line.commitment,))
        content = line.render()
        if file is None or written >= SEGMENT_BYTES:
            if file is not None:
                file.close()
            file, written = (paths.segments / segment_name(sequence)).open("wb"), 0
        file.write(content)
        written, size, previous = written + len(content), size + len(content), line.link(ORIGIN)
    if file is not None:
        file.close()
    tiles.write()
    CheckpointFile(paths, key).write(count, tiles.root())
    return size


def ask(index: LedgerIndex, what: str, times: int = 20) -> None:
    took = []
    for n in range(times):
        person = (Subject(secret(f"p-{n * 7}"), ORGANIZATION),)
        began = time.perf_counter()
        if what == "carried":
            found = len(index.carried(person))
        elif what == "newest 20 events":
            found = len(index.newest(EventFilter(participant=person), 20))
        else:
            found = sum(1 for _ in index.events(EventFilter(participant=person, purpose="summary")))
        took.append(time.perf_counter() - began)
    worst = max(took) * 1e3
    print(f"a person, {what}: median {statistics.median(took) * 1e3:.0f} ms, worst {worst:.0f} ms ({found} found)")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else ".") as place:
        folder, file = Path(place, "ledger"), Path(place, "index.db")
        key = new_signing_key(ORIGIN)
        size = write(folder, count, key)
        print(f"{count} records, {size / 1e6:.0f} MB")
        began = time.perf_counter()
        report = check(folder, key.checking)
        print(f"verified {report.records} records in {time.perf_counter() - began:.0f} s: {report.verdict}")
        began = time.perf_counter()
        with LedgerIndex(f"sqlite:///{file}", [folder]) as index:
            index.catch_up()
            took = time.perf_counter() - began
            print(f"index made in {took:.0f} s ({count / took:.0f} records/s); {file.stat().st_size / 1e6:.0f} MB")
        began = time.perf_counter()
        with LedgerIndex(f"sqlite:///{file}", [folder]) as index:
            index.catch_up()
            print(f"opened, nothing new: {(time.perf_counter() - began) * 1e3:.0f} ms")
            for what in ("carried", "newest 20 events", "of one purpose"):
                ask(index, what)
            began = time.perf_counter()
            index.compare()
            print(f"compared with the ledger in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
