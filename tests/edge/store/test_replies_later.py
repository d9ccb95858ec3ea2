"""What restores replies that arrive later, in both databases: sealed, bound to its row, and gone after its time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from harness.other_program import OtherProgram
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from proxy.edge.store.database import CHUNK
from proxy.edge.store.ports import StoredLaterReplies
from proxy.edge.store.replies import REMEMBERED, SealedReply
from proxy.edge.store.store import Store
from proxy.edge.store.tables import later_replies
from proxy.errors import ClientFault, Fault, OwnFault, UpstreamFault
from proxy.model import Job

SECRET, OTHER_SECRET = "a" * 32, "b" * 32
JOB = Job("bot", "acme", "5e0c")
CONTENTS = b'{"originals": {"PERSON_1": "Annika Solberg"}}'


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, 0, 0, 123456, UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def kept(store: Store, clock: Clock, secret: str = SECRET) -> StoredLaterReplies:
    return StoredLaterReplies(store, secret, 24, clock)


async def reason(later: StoredLaterReplies, job: Job = JOB) -> tuple[type[Fault], str, int]:
    with pytest.raises(Fault) as caught:
        await later.find(job)
    assert JOB.id not in str(caught.value)
    return type(caught.value), caught.value.reason, caught.value.status


UNKNOWN = (ClientFault, "unknown_job", 404)
EXPIRED = (ClientFault, "job_expired", 410)
UNREADABLE = (OwnFault, "job_unreadable", 503)


async def test_what_is_kept_is_found_again_as_often_as_it_is_asked_for(store: Store, clock: Clock) -> None:
    await kept(store, clock).keep(JOB, ["p-ann"], CONTENTS)
    for _ in range(2):
        assert await kept(store, clock).find(JOB) == CONTENTS


async def test_each_client_and_recipient_has_jobs_of_its_own(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    others = [Job("other", "acme", "5e0c"), Job("bot", "birch", "5e0c"), Job("bot", "acme", "5e0d"), Job("bo", "t", "")]
    await later.keep(JOB, [], CONTENTS)
    for job in others:
        assert await reason(later, job) == UNKNOWN
        await later.keep(job, [], job.client.encode())
    assert await later.find(others[0]) == b"other"
    assert await later.find(JOB) == CONTENTS


async def test_a_job_is_kept_once(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    await later.keep(JOB, [], CONTENTS)
    with pytest.raises(UpstreamFault) as caught:
        await later.keep(JOB, [], b"another")
    assert caught.value.reason == "job_repeated"
    assert await later.find(JOB) == CONTENTS


async def test_nothing_is_in_the_clear(store: Store, clock: Clock, other_program: OtherProgram) -> None:
    await kept(store, clock).keep(JOB, ["p-ann"], CONTENTS)
    (row,) = await other_program.sql("SELECT job, client, sealed FROM later_replies")
    assert row[1] == "bot"
    assert JOB.id not in row[0]
    assert b"Annika" not in bytes(row[2])
    assert len(row[2]) == 12 + len(CONTENTS) + 16


async def test_the_same_contents_never_look_the_same(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    for number in range(5):
        await later.keep(Job("bot", "acme", str(number)), [], CONTENTS)
    rows = await store._db.rows(select(later_replies.c.sealed))
    assert len({bytes(row.sealed) for row in rows}) == 5


async def test_another_key_opens_nothing(store: Store, clock: Clock) -> None:
    await kept(store, clock).keep(JOB, [], CONTENTS)
    assert await reason(kept(store, clock, OTHER_SECRET)) == UNREADABLE


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE later_replies SET client = 'other'",
        "UPDATE later_replies SET until = '2027-03-02T12:00:00.123456Z'",
        "UPDATE later_replies SET sealed = (SELECT sealed FROM later_replies WHERE client = 'second') "
        "WHERE client = 'bot'",
    ],
)
async def test_what_was_moved_or_given_more_time_does_not_open(
    store: Store, clock: Clock, other_program: OtherProgram, change: str
) -> None:
    later = kept(store, clock)
    await later.keep(JOB, [], CONTENTS)
    await later.keep(Job("second", "acme", "5e0c"), [], b"of the second")
    await other_program.sql(change)
    assert await reason(later) == UNREADABLE


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(28), bytes(100)])
async def test_bytes_that_nobody_sealed_do_not_open(store: Store, clock: Clock, sealed: bytes) -> None:
    later = kept(store, clock)
    place = await later._place(JOB)
    await store.jobs.put(SealedReply(place, "bot", clock.at + timedelta(hours=1), [], sealed), clock.at)
    assert await reason(later) == UNREADABLE


async def test_after_its_time_a_job_is_overwritten_and_known_for_a_while(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    await later.keep(JOB, ["p-ann"], CONTENTS)
    clock.at += timedelta(hours=24, microseconds=-1)
    assert await later.find(JOB) == CONTENTS
    clock.at += timedelta(microseconds=1)
    assert await reason(later) == EXPIRED
    row = await store.jobs.find(await later._place(JOB))
    assert row is not None
    assert (row.sealed, list(row.people)) == (None, [])

    clock.at += REMEMBERED
    assert await reason(later) == EXPIRED
    assert await reason(later) == UNKNOWN


async def test_what_is_past_its_time_goes_when_the_next_is_kept_and_at_a_start(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    await later.keep(JOB, [], CONTENTS)
    clock.at += timedelta(hours=25)
    await later.keep(Job("bot", "acme", "next"), [], b"next")
    row = await store.jobs.find(await later._place(JOB))
    assert row is not None
    assert row.sealed is None
    clock.at += timedelta(hours=25)
    await kept(store, clock).sweep()
    assert await sealed_rows(store) == 0


async def test_a_sweep_is_bounded(store: Store, clock: Clock) -> None:
    rows = [
        {"job": f"{number:05}", "client": "bot", "until": clock.at, "people": [], "sealed": b"x"}
        for number in range(CHUNK + 7)
    ]
    async with store._db.writing() as connection:
        await connection.execute(later_replies.insert(), rows)
    later = kept(store, clock)
    left = []
    for _ in range(3):
        await later.sweep()
        left.append(await sealed_rows(store))
    assert left == [7, 0, 0]


async def test_forgetting_a_person_empties_everything_in_which_they_occur(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    ids = ['p"ann', "p-ann", "p_ann", "p-ann2", "bülent", "%"]
    jobs = [Job("bot", "acme", str(number)) for number in range(len(ids))]
    for job, person in zip(jobs, ids, strict=True):
        await later.keep(job, ["p-all", person], CONTENTS)
    for job, person in zip(jobs, ids, strict=True):
        assert await later.find(job) == CONTENTS
        await store.keys.forget(person)
        assert await reason(later, job) == EXPIRED
    last = Job("bot", "acme", "last")
    await later.keep(last, ["p-all"], CONTENTS)
    await store.keys.forget("p-al")
    assert await later.find(last) == CONTENTS


async def test_many_at_once_are_all_kept(store: Store, clock: Clock) -> None:
    later = kept(store, clock)
    jobs = [Job("bot", "acme", str(number)) for number in range(12)]
    await asyncio.gather(*(later.keep(job, [], job.id.encode()) for job in jobs))
    assert await asyncio.gather(*map(later.find, jobs)) == [job.id.encode() for job in jobs]


async def test_proxies_that_keep_at_once_sweep_without_waiting_for_each_other(
    store: Store, store_url: str, clock: Clock
) -> None:
    rows = [
        {"job": f"{number:05}", "client": "bot", "until": clock.at, "people": ["p-ann"], "sealed": b"x"}
        for number in range(3 * CHUNK)
    ]
    async with store._db.writing() as connection:
        await connection.execute(later_replies.insert(), rows)
    async with await Store.open(store_url) as other:
        shelves = [kept(store, clock), kept(other, clock)]
        jobs = [Job("bot", "acme", str(number)) for number in range(8)]
        work = [shelves[n % 2].keep(job, ["p-ben"], CONTENTS) for n, job in enumerate(jobs)]
        await asyncio.gather(*work, other.keys.forget("p-ann"), shelves[0].sweep(), shelves[1].sweep())
        assert await asyncio.gather(*map(shelves[1].find, jobs)) == [CONTENTS] * len(jobs)
    assert await sealed_rows(store) == len(jobs)


async def sealed_rows(store: Store) -> int:
    return len(await store._db.rows(select(later_replies.c.job).where(later_replies.c.sealed.is_not(None))))


class Rows:
    """A store of one table in memory, for properties."""

    def __init__(self) -> None:
        self.rows: dict[str, SealedReply] = {}
        self.keys = self.jobs = self

    async def of(self, subjects: list[str]) -> dict[str, bytes]:
        return dict.fromkeys(subjects, b"k" * 32)

    async def put(self, row: SealedReply, now: datetime) -> bool:
        return self.rows.setdefault(row.job, row) is row

    async def find(self, job: str) -> SealedReply | None:
        return self.rows.get(job)


@given(st.binary(max_size=200), st.text(max_size=10), st.text(max_size=10), st.integers(0, 10**6))
def test_whatever_is_kept_opens_as_it_was_and_not_with_a_bit_changed(contents, client, name, at) -> None:
    async def run() -> None:
        rows, clock = Rows(), Clock()
        later, job = StoredLaterReplies(rows, SECRET, 1, clock), Job(client, "acme", name)
        await later.keep(job, [], contents)
        assert await later.find(job) == contents
        (row,) = rows.rows.values()
        changed = bytearray(row.sealed or b"")
        changed[at % len(changed)] ^= 1 << at % 8
        rows.rows[row.job] = SealedReply(row.job, row.client, row.until, row.people, bytes(changed))
        assert await reason(later, job) == UNREADABLE

    asyncio.run(run())
