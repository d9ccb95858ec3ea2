"""What is kept of the store is held against it at each reading, so nothing that is read is ever old."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.database import Database
from proxy.edge.store.meetings import Meetings
from proxy.edge.store.ports import StoredRegistry
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, Roster

pytestmark = pytest.mark.asyncio

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN, BEN = Participant("p-ann", "Ann Arbor", emails=("ann@one.example",)), Participant("p-ben", "Ben Beckett")
MEETING = Meeting("m1", START, roster=Roster((ANN, BEN), complete=True))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with await Store.open(store_url) as opened:
        await opened.meetings.put(MEETING)
        yield opened


@pytest.fixture
async def another(store: Store, store_url: str) -> AsyncIterator[Store]:
    """The store as another process has it."""
    async with await Store.open(store_url) as opened:
        yield opened


def grant(number: int, state: ConsentState = ConsentState.GRANTED) -> ConsentRecord:
    return ConsentRecord(
        id=f"g{number}", participant="p-ann", scope=Scope.MEETING, scope_id="m1", purpose="summary", recipient="llm",
        terms_version="1", state=state, valid_from=START, valid_until=None, method="verbal", affirmative=True,
        actor="p-ann", recorded_at=START + timedelta(minutes=number),
    )  # fmt: skip


async def test_what_did_not_change_is_the_same_object(store: Store) -> None:
    registry = StoredRegistry(store)
    first = await registry.meeting("m1")
    assert first is not None
    assert await registry.meeting("m1") is first


async def test_a_meeting_that_another_process_changes_is_read_anew(store: Store, another: Store) -> None:
    registry = StoredRegistry(store)
    await registry.meeting("m1")
    await another.meetings.put(replace(MEETING, roster=Roster((ANN,), complete=True)))
    found = await registry.meeting("m1")
    assert found is not None
    assert [person.id for person in found.roster.participants] == ["p-ann"]


async def test_a_name_that_somebody_elsewhere_takes_too_is_seen(store: Store, another: Store) -> None:
    registry = StoredRegistry(store)
    before = await registry.meeting("m1")
    namesake = Meeting("m2", START, roster=Roster((Participant("p-other", "Ann Arbor"),)))
    await another.meetings.put(namesake)
    found = await registry.meeting("m1")
    assert found == await store.meetings.by_id("m1")
    assert found != before


async def test_a_meeting_that_comes_or_goes_is_seen(store: Store, another: Store) -> None:
    registry = StoredRegistry(store)
    assert await registry.meeting("m7") is None
    await another.meetings.put(replace(MEETING, id="m7"))
    found = await registry.meeting("m7")
    assert found is not None
    assert found.id == "m7"


async def test_a_withdrawal_counts_in_the_next_read(store: Store, another: Store) -> None:
    registry = StoredRegistry(store)

    async def states() -> list[ConsentState]:
        found = await registry.grants(
            ["p-ann", "p-ben"], purposes={"summary"}, recipient="llm", scopes={(Scope.MEETING, "m1")}
        )
        return [record.state for record in found]

    assert await states() == []
    await another.consents.record(grant(1))
    assert await states() == [ConsentState.GRANTED]
    assert await states() == [ConsentState.GRANTED]
    await another.consents.record(grant(2, ConsentState.WITHDRAWN))
    assert await states() == [ConsentState.GRANTED, ConsentState.WITHDRAWN]


async def test_what_changes_while_it_is_read_is_not_taken_for_what_was_before(store: Store, another: Store) -> None:
    """The value is of the snapshot whose rows are kept, so what comes meanwhile is found by the next read."""
    memory = store.unchanged()

    async def build(db: Database) -> Meeting | None:
        await Meetings(db).by_id("m1")
        await another.meetings.put(replace(MEETING, title="Changed"))
        return await Meetings(db).by_id("m1")

    read = await memory.read("m1", build)
    assert read is not None
    assert read.title is None
    found = await memory.read("m1", lambda db: Meetings(db).by_id("m1"))
    assert found is not None
    assert found.title == "Changed"


async def test_more_than_fits_makes_room(store: Store) -> None:
    from proxy.edge.store.unchanged import Unchanged

    memory: Unchanged[Meeting | None] = Unchanged(store._db, most_rows=4)
    first = await memory.read("m1", lambda db: Meetings(db).by_id("m1"))
    for number in range(5):
        await memory.read(f"none-{number}", lambda db: Meetings(db).by_id("m1"))
    assert await memory.read("m1", lambda db: Meetings(db).by_id("m1")) == first


async def test_statements_of_many_are_committed_and_a_bad_one_fails_alone(tmp_path: Path) -> None:
    from proxy.edge.store.database import direct, open_engine
    from proxy.edge.store.direct import Asked

    engine = await open_engine(f"sqlite:///{tmp_path}/proxy.db")
    threads = direct(engine)
    assert threads is not None
    good = [Asked("INSERT INTO forgetting VALUES (?)", (f"p{number}",)) for number in range(20)]
    results = await asyncio.gather(
        *(threads.write([each]) for each in good),
        threads.write([Asked("INSERT INTO forgetting VALUES ('p99')"), Asked("INSERT INTO no_table VALUES (1)")]),
        return_exceptions=True,
    )
    (rows,) = await threads.answers([Asked("SELECT subject FROM forgetting")])
    await threads.close()
    await engine.dispose()
    assert results[:-1] == [None] * 20
    assert isinstance(results[-1], Exception)
    assert {row[0] for row in rows} == {f"p{number}" for number in range(20)}
