"""Measure how long a decision over a large meeting takes: reading the relevant records, and deciding.

``python -m bench.consent`` puts a meeting of 500 people and 20,000 consent records on file, in SQLite and in a real
PostgreSQL on this machine (extra ``test``), and prints medians in milliseconds of the wall clock. The records are one
of three sets:

- *answers*: everybody answered once for this meeting; the other records are about other meetings and purposes;
- *changed minds*: the same, but a tenth of the people withdrew once and then granted again;
- *standing yes*: everybody granted for the whole organization; the other records do the same for other people.

The request holds a transcript of 200 lines; ``--lines`` sets another number.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvloop
from sqlalchemy import text

from proxy.consent.decide import Decision, Question, Speech, Spoken, decide
from proxy.consent.participants import relevant
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.gc_tuning import settle
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings
from tests.harness.postgres import Postgres

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
STARTED = NOW - timedelta(hours=1)
PEOPLE, RECORDS, ROUNDS = 500, 20_000, 200
ROSTER = Roster(
    tuple(Participant(f"p-{n}", f"Name {n}", participant_class=ParticipantClass.EMPLOYEE) for n in range(PEOPLE)), True
)
QUESTION = Question(
    organization="fjord", purpose="summary", recipient="acme-llm", terms_version="2026-01-01", may_train=False,
    route_enabled=True, purpose_allowed=True, meeting=Meeting("m1", STARTED, None, "weekly", ROSTER), now=NOW,
)  # fmt: skip
POLICY = ConsentSettings()


def yes(number: int, person: int, **facts: object) -> ConsentRecord:
    """An answer as the consent page would record it."""
    record = ConsentRecord(
        id=f"{number:08x}-6b1c-4f2e-9d3a-{number:012x}", participant=f"p-{person}", scope=Scope.MEETING, scope_id="m1",
        purpose="summary", recipient="acme-llm", terms_version="2026-01-01", state=ConsentState.GRANTED,
        valid_from=STARTED - timedelta(days=9), valid_until=NOW + timedelta(days=90), method="explicit_click",
        affirmative=True, actor=f"p-{person}", recorded_at=STARTED - timedelta(days=9) + timedelta(seconds=number),
        notice_hash="sha256:" + "0" * 64,
    )  # fmt: skip
    return record._replace(**facts)  # type: ignore[arg-type]


def answers() -> Iterator[ConsentRecord]:
    others = itertools.cycle(itertools.product(("summary", "compose", "action_items"), range(2, 41)))
    for number in range(RECORDS):
        if number < PEOPLE:
            yield yes(number, number)
        else:
            purpose, meeting = next(others)
            yield yes(number, number % PEOPLE, purpose=purpose, scope_id=f"m{meeting}")


def changed_minds() -> Iterator[ConsentRecord]:
    some = PEOPLE // 10
    for number, record in enumerate(answers()):
        if number < PEOPLE or number >= PEOPLE + 2 * some:
            yield record
        else:
            said = ConsentState.WITHDRAWN if number < PEOPLE + some else ConsentState.GRANTED
            yield yes(number, number % some, state=said)


def standing_yes() -> Iterator[ConsentRecord]:
    for number in range(RECORDS):
        yield yes(number, number, scope=Scope.ORG, scope_id="fjord")


def said(lines: int) -> list[Speech]:
    """Return the lines of a transcript, one second each; everybody speaks in turn."""
    times = [Spoken(STARTED + timedelta(seconds=n), STARTED + timedelta(seconds=n + 1)) for n in range(lines)]
    return [Speech(f"p-{n % PEOPLE}", 80, spoken) for n, spoken in enumerate(times)]


async def asked(store: Store, speeches: list[Speech]) -> tuple[Decision, float, float]:
    """Make one decision; return it with the milliseconds for reading and for deciding."""
    began = time.perf_counter()
    about = relevant(QUESTION)
    grants = await store.consents.grants(
        about.people, purposes=about.purposes, recipient=about.recipient, scopes=about.scopes
    )
    read = time.perf_counter()
    decision = decide(QUESTION, speeches, grants, POLICY)
    return decision, (read - began) * 1000, (time.perf_counter() - read) * 1000


async def measure(name: str, url: str, on_file: Callable[[], Iterator[ConsentRecord]], speeches: list[Speech]) -> None:
    """Fill a new store and print how long its decisions take."""
    async with await Store.open(url) as store:
        records = on_file()
        while some := list(itertools.islice(records, 1000)):
            await store.consents.record_all(some)
        async with store._engine.begin() as connection:
            await connection.execute(text("ANALYZE"))
        for _ in range(20):
            decision, *_ = await asked(store, speeches)
        assert all(verdict.admitted for verdict in decision.verdicts)
        times = [(await asked(store, speeches))[1:] for _ in range(ROUNDS)]
    reading, deciding = ([each[part] for each in times] for part in (0, 1))
    whole = [sum(each) for each in times]
    quantiles = statistics.quantiles(whole, n=20)
    print(
        f"{name:12}{on_file.__name__:16}{statistics.median(reading):8.2f}{statistics.median(deciding):10.2f}"
        f"{statistics.median(whole):10.2f}{min(whole):10.2f}{quantiles[-1]:10.2f}"
    )


async def main(lines: int) -> None:
    """Print one line for each database and each kind of records on file."""
    speeches = said(lines)
    settle()  # as the proxy does when it has started
    print(
        f"{PEOPLE} people, {RECORDS} records on file, {lines} lines, {ROUNDS} decisions; ms; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'database':12}{'on file':16}{'reading':>8}{'deciding':>10}{'together':>10}{'fastest':>10}{'95 %':>10}")
    with contextlib.closing(Server()) as server, tempfile.TemporaryDirectory() as directory:
        for on_file in (answers, changed_minds, standing_yes):
            await measure("SQLite", f"sqlite:///{Path(directory)}/{on_file.__name__}.db", on_file, speeches)
            await measure("PostgreSQL", await asyncio.to_thread(server.database), on_file, speeches)


class Server(Postgres):
    """A PostgreSQL as in production: its commits reach the disk."""

    def __init__(self) -> None:
        super().__init__(durable=True)

    def close(self) -> None:
        """Stop the server."""
        self.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lines", type=int, default=200, help="lines of the transcript")
    uvloop.run(main(arguments.parse_args().lines))
