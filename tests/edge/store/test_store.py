"""The store on real databases: what goes in comes out, records stay, and every failure is one fault."""

from __future__ import annotations

import asyncio
import dataclasses
import multiprocessing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from harness.other_program import OtherProgram
from harness.patience import PATIENCE

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata
from proxy.errors import OwnFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
JANE = Participant(
    "p1",
    "Jane Doe",
    ("Jane", "J. Doe"),
    ("jane@example.org",),
    ParticipantClass.EMPLOYEE,
    joined_at=NOON,
    left_at=NOON + timedelta(minutes=50),
)
KID = Participant("p2", "Kim", participant_class=ParticipantClass.GUEST, minor=True)
ROOM = Participant("r1", "Boardroom", participant_class=ParticipantClass.ROOM, members=("p1", "p2"))
MEETING = Meeting("m1", NOON, NOON + timedelta(hours=1), "weekly", Roster((ROOM, JANE, KID), complete=True))


def grant(number: int = 1, **changes: object) -> ConsentRecord:
    base = ConsentRecord(
        id=f"g{number}",
        participant="p1",
        scope=Scope.MEETING,
        scope_id="m1",
        purpose="summary",
        recipient="acme",
        terms_version="v1",
        state=ConsentState.GRANTED,
        valid_from=NOON,
        valid_until=None,
        method="explicit_click",
        affirmative=True,
        actor="p1",
        recorded_at=NOON + timedelta(seconds=number),
    )
    return base._replace(**changes)


# --- opening --------------------------------------------------------------------------------------


def _open_once(url: str, barrier) -> None:
    async def run() -> None:
        barrier.wait()
        async with await Store.open(url) as store:
            await store.keys.of(["p1"])

    asyncio.run(run())


@pytest.mark.usefixtures("no_tables")
def test_processes_may_open_a_new_store_at_once(store_url: str, other_program: OtherProgram):
    """Four processes race to make the tables and a key; all succeed and there is one key."""
    spawn = multiprocessing.get_context("fork")
    barrier = spawn.Barrier(4)
    racers = [spawn.Process(target=_open_once, args=(store_url, barrier)) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(PATIENCE)

    assert [racer.exitcode for racer in racers] == [0, 0, 0, 0]
    assert other_program.sql_now("SELECT count(*) FROM subject_keys") == [(1,)]
    assert other_program.sql_now("SELECT count(*) FROM schema_version") == [(1,)]


# --- meetings -------------------------------------------------------------------------------------


async def test_a_meeting_comes_back_as_it_went_in(store: Store):
    await store.meetings.put(MEETING)

    assert await store.meetings.by_id("m1") == MEETING
    assert await store.meetings.by_id("m2") is None
    assert await store.meetings.listed() == [MEETING]


async def test_a_meeting_without_people_end_or_series_is_kept(store: Store):
    bare = Meeting("m9", NOON)
    await store.meetings.put(bare)

    assert await store.meetings.by_id("m9") == bare


async def test_a_roster_is_replaced_whole(store: Store):
    await store.meetings.put(MEETING)
    later = dataclasses.replace(MEETING, ended_at=None, roster=Roster((KID,), complete=False))
    await store.meetings.put(later)

    assert await store.meetings.by_id("m1") == later
    assert await store.meetings.listed() == [later]


async def test_people_are_known_to_the_whole_organization(store: Store):
    """What the newest roster says of a person holds in every meeting; when they came belongs to one meeting."""
    await store.meetings.put(MEETING)
    renamed = dataclasses.replace(JANE, name="Jane Roe", aliases=(), joined_at=None, left_at=None)
    await store.meetings.put(Meeting("m2", NOON, roster=Roster((renamed,))))

    known = await store.people.by_id("p1")
    first = await store.meetings.by_id("m1")
    assert known == renamed
    assert first is not None
    assert first.roster.by_id("p1") == dataclasses.replace(renamed, joined_at=JANE.joined_at, left_at=JANE.left_at)
    assert await store.people.by_id("p3") is None


async def test_a_roster_that_lists_a_person_twice_changes_nothing(store: Store):
    await store.meetings.put(MEETING)

    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.meetings.put(dataclasses.replace(MEETING, roster=Roster((KID, KID))))

    assert await store.meetings.by_id("m1") == MEETING


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (NOON - timedelta(microseconds=1), []),
        (NOON, ["m1"]),
        (NOON + timedelta(minutes=59), ["m1"]),
        (NOON + timedelta(hours=1), ["m1", "open"]),
        (NOON + timedelta(hours=3) - timedelta(microseconds=1), ["m1", "open"]),
        (NOON + timedelta(hours=3), ["open"]),
        (NOON + timedelta(hours=24, minutes=59), ["open"]),
        (NOON + timedelta(hours=25), []),
    ],
)
async def test_meetings_of_a_series_are_found_by_time(store: Store, at: datetime, found: list[str]):
    """A meeting is spoken of for two hours after its end, so back-to-back ones both fit; an open end lasts 24 hours."""
    await store.meetings.put(MEETING)
    await store.meetings.put(Meeting("open", NOON + timedelta(hours=1), series="weekly"))
    await store.meetings.put(Meeting("other", NOON - timedelta(hours=1), series="monthly"))

    assert [m.id for m in await store.meetings.around("weekly", at)] == found


async def test_instants_are_kept_whatever_their_time_zone(store: Store):
    paris = timezone(timedelta(hours=2))
    at = datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=paris)
    await store.meetings.put(Meeting("m1", at, series="weekly"))

    kept = await store.meetings.by_id("m1")
    assert kept is not None
    assert kept.started_at == at
    assert kept.started_at.utcoffset() == timedelta(0)
    assert await store.meetings.around("weekly", at + timedelta(minutes=1))


# --- consent records ------------------------------------------------------------------------------


async def test_records_come_back_as_they_went_in_oldest_first(store: Store):
    full = grant(
        2,
        scope=Scope.SERIES,
        state=ConsentState.WITHDRAWN,
        valid_until=NOON + timedelta(days=9),
        lawful_basis="legitimate_interest",
        evidence_ref="form-17",
        notice_hash="sha256:00",
        covers_earlier=True,
        guardian=True,
        affirmative=False,
    )
    await store.consents.record(full)
    await store.consents.record(grant(3, participant="p2"))
    await store.consents.record(grant(1))

    assert await store.consents.grants(["p1"]) == [grant(1), full]
    assert [g.id for g in await store.consents.grants(["p1", "p2", "p1"])] == ["g1", "g2", "g3"]
    assert await store.consents.grants([]) == []


async def test_records_of_more_people_than_a_statement_takes(store: Store, store_url: str):
    await store.consents.record(grant(1, participant="p1199"))
    await store.consents.record(grant(2, participant="p3"))

    found = await store.consents.grants([f"p{n}" for n in range(1200)])
    assert [g.id for g in found] == ["g1", "g2"]


async def test_records_are_listed_by_what_they_say(store: Store):
    await store.consents.record(grant(1))
    await store.consents.record(
        grant(2, participant="p2", state=ConsentState.DENIED, scope=Scope.ORG, scope_id="default")
    )

    assert [g.id for g in await store.consents.listed()] == ["g1", "g2"]
    assert [g.id for g in await store.consents.listed(state=ConsentState.DENIED)] == ["g2"]
    assert [g.id for g in await store.consents.listed(scope=Scope.MEETING, scope_id="m1")] == ["g1"]
    assert await store.consents.listed(participant="p1", state=ConsentState.DENIED) == []
    assert [g.id for g in await store.consents.listed(purpose="summary", recipient="acme")] == ["g1", "g2"]


async def test_a_record_written_through_another_store_counts_in_the_next_read(store: Store, store_url: str):
    """Two proxies on one file: a withdrawal at one holds at the other at once."""
    await store.consents.record(grant(1))
    assert len(await store.consents.grants(["p1"])) == 1

    async with await Store.open(store_url) as other:
        await other.consents.record(grant(2, state=ConsentState.WITHDRAWN))
        assert [g.state for g in await store.consents.grants(["p1"])] == [ConsentState.GRANTED, ConsentState.WITHDRAWN]
        await store.consents.record(grant(3))
        assert len(await other.consents.grants(["p1"])) == 3


async def test_two_stores_write_at_once(store: Store, store_url: str):
    async with await Store.open(store_url) as other:
        await asyncio.gather(*((store, other)[n % 2].consents.record(grant(n)) for n in range(40)))

    assert len(await store.consents.grants(["p1"])) == 40


async def test_an_id_is_used_once(store: Store):
    await store.consents.record(grant(1, state=ConsentState.DENIED))

    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.consents.record(grant(1))

    assert [g.state for g in await store.consents.grants(["p1"])] == [ConsentState.DENIED]


async def test_an_instant_without_a_time_zone_is_not_stored(store: Store):
    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.consents.record(grant(1, recorded_at=datetime(2026, 3, 2, 12)))

    assert await store.consents.grants(["p1"]) == []


async def test_a_record_that_makes_no_sense_fails_the_read(store: Store, other_program: OtherProgram):
    """A state that this version does not know could be a refusal: nothing is decided around it."""
    await store.consents.record(grant(1))
    await other_program.sql(
        "INSERT INTO grants SELECT 7, 'g7', participant, scope, scope_id, purpose, recipient, "
        "terms_version, 'objected', valid_from, valid_until, method, affirmative, actor, recorded_at, "
        "lawful_basis, evidence_ref, notice_hash, covers_earlier, guardian, notice_language FROM grants"
    )

    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.consents.grants(["p1"])


# --- keys -----------------------------------------------------------------------------------------


async def test_keys_are_random_stable_and_kept(store: Store, store_url: str):
    keys = await store.keys.of(["p1", "p2", "p1"])

    assert set(keys) == {"p1", "p2"}
    assert {len(key) for key in keys.values()} == {32}
    assert keys["p1"] != keys["p2"]
    assert await store.keys.of(["p2", "p1"]) == keys
    async with await Store.open(store_url) as other:
        assert await other.keys.of(["p1"]) == {"p1": keys["p1"]}
    assert await store.keys.of([]) == {}


async def test_stores_that_make_a_key_at_once_agree(store: Store, store_url: str):
    async with await Store.open(store_url) as other:
        found = await asyncio.gather(*((store, other)[n % 2].keys.of(["p1", f"q{n % 3}"]) for n in range(12)))

    assert len({keys["p1"] for keys in found}) == 1


async def test_a_forgotten_key_is_made_anew(store: Store):
    key = (await store.keys.of(["p1"]))["p1"]

    await store.keys.forget("p1")

    assert await store.keys.known(["p1"]) == {}
    assert (await store.keys.of(["p1"]))["p1"] != key


# --- failures -------------------------------------------------------------------------------------


async def test_every_method_fails_with_one_fault_and_no_quotes(store: Store, other_program: OtherProgram):
    for table in reversed(metadata.sorted_tables):
        await other_program.sql(f"DROP TABLE {table.name}")

    for call in (
        store.meetings.by_id("m1"),
        store.meetings.listed(),
        store.meetings.around("weekly", NOON),
        store.meetings.put(MEETING),
        store.people.by_id("Jane Doe"),
        store.consents.grants(["Jane Doe"]),
        store.consents.listed(participant="Jane Doe"),
        store.consents.record(grant(participant="Jane Doe")),
        store.keys.of(["Jane Doe"]),
        store.keys.known(["Jane Doe"]),
        store.keys.forget("Jane Doe"),
        store.meetings.note_presence("m1", "Jane Doe", None, "joined", NOON, "zoom", "k"),
        store.terms.add("Jane Doe", "1", "Jane Doe", "sha256:00", NOON),
        store.terms.of("Jane Doe"),
        store.terms.accept("Jane Doe", "1", "Jane Doe", NOON),
        store.links.spend("Jane Doe", "i", NOON),
        store.links.note_incident("Jane Doe", None, NOON),
        store.links.incidents(),
        store.ping(),
    ):
        with pytest.raises(OwnFault) as caught:
            await call
        assert caught.value.reason == "store_unavailable"
        assert caught.value.status == 503
        assert "Jane" not in str(caught.value)
        assert "table" not in str(caught.value)
        assert caught.value.__suppress_context__


async def test_a_ready_store_answers(store: Store):
    await store.ping()


async def test_the_series_that_a_meeting_was_in_is_kept_and_remembered(store: Store):
    async def series(name: str | None) -> tuple[str | None, tuple[str, ...]]:
        await store.meetings.put(dataclasses.replace(MEETING, series=name))
        held = await store.meetings.by_id(MEETING.id)
        assert held is not None
        return held.series, held.earlier_series

    assert await series("weekly") == ("weekly", ())
    assert await series(None) == ("weekly", ())
    assert await series("board") == ("board", ("weekly",))
    assert await series("zoom") == ("zoom", ("board", "weekly"))
    assert await series("weekly") == ("weekly", ("board", "zoom"))
    await store.meetings.put(dataclasses.replace(MEETING, id="m9", series=None))
    other = await store.meetings.by_id("m9")
    assert other is not None
    assert (other.series, other.earlier_series) == (None, ())
