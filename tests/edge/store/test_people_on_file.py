"""The store's people and the times of meetings, on both databases."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN = Participant("p-ann", "Annika", ("A.",), ("Ann@Acme.example",), ParticipantClass.EMPLOYEE, minor=True)
BEN = Participant("p-ben", "Ben", (), ("ben_x@acme.example", "b%n@home.example"))
UTA = Participant("p-uta", "Uta", (), ("uta@bücher.example",))


async def test_people_are_put_changed_and_listed(store: Store) -> None:
    for person in (BEN, ANN):
        await store.people.put(person)
    grown = dataclasses.replace(ANN, minor=False, members=("p-ben",))
    await store.people.put(grown)

    assert list(await store.people.everybody()) == [grown, BEN]
    assert await store.people.by_id("p-ann") == grown


async def test_people_are_found_by_id_and_by_address(store: Store) -> None:
    for person in (ANN, BEN, UTA):
        await store.people.put(person)

    assert list(await store.people.having([], ["ann@acme.example"])) == [ANN]
    assert list(await store.people.having(["p-ben"], ["ann@acme.example"])) == [ANN, BEN]
    assert list(await store.people.having([], ["b%n@home.example"])) == [BEN]
    assert list(await store.people.having([], ["uta@bücher.example"])) == [UTA]
    assert list(await store.people.having([], ["benxx@acme.example"])) == []  # an underscore is no wildcard
    assert list(await store.people.having([], [])) == []
    many = [f"n{number}@nowhere.example" for number in range(450)]
    assert list(await store.people.having(["p-uta"], [*many, "ben_x@acme.example"])) == [BEN, UTA]


async def test_a_person_put_on_file_holds_in_the_meetings_they_are_in(store: Store) -> None:
    await store.meetings.put(Meeting("m1", NOON, roster=Roster((ANN,), True)))
    await store.people.put(dataclasses.replace(ANN, aliases=("Annie",)))

    found = await store.meetings.by_id("m1")
    assert found is not None
    assert found.roster.participants[0].aliases == ("Annie",)


async def test_when_a_meeting_really_ran(store: Store) -> None:
    end = NOON + timedelta(hours=1)
    await store.meetings.put(Meeting("m1", NOON, end, "s"))
    await store.meetings.put(Meeting("m2", NOON, end, "s"))

    await store.meetings.set_started("m1", NOON + timedelta(minutes=5))
    first = await store.meetings.by_id("m1")
    assert first == Meeting("m1", NOON + timedelta(minutes=5), end, "s")
    assert not await store.meetings.set_ended("m1", NOON)
    assert await store.meetings.set_ended("m1", end + timedelta(minutes=9))
    assert (await store.meetings.by_id("m1")) == Meeting(
        "m1", NOON + timedelta(minutes=5), end + timedelta(minutes=9), "s"
    )
    await store.meetings.set_started("m1", end + timedelta(hours=1))
    assert (await store.meetings.by_id("m1")) == Meeting("m1", end + timedelta(hours=1), None, "s")
    await store.meetings.reopen("m2")
    assert (await store.meetings.by_id("m2")) == Meeting("m2", NOON, None, "s")


async def test_the_meetings_of_a_series_near_a_time(store: Store) -> None:
    for number in range(4):
        await store.meetings.put(Meeting(f"m{number}", NOON + timedelta(hours=number), series="s"))
    await store.meetings.put(Meeting("other", NOON, series="t"))

    near = await store.meetings.near("s", NOON + timedelta(hours=1), timedelta(hours=1), timedelta(hours=1))

    assert [meeting.id for meeting in near] == ["m0", "m1", "m2"]


async def test_what_was_seen_long_before_a_meeting_is_not_of_it(store: Store) -> None:
    """An id that is used again next week: who left last week has not left today."""
    await store.meetings.put(Meeting("m1", NOON, roster=Roster((ANN,), True)))
    await store.meetings.note_presence(
        "m1", "Annika", "p-ann", "joined", NOON + timedelta(minutes=1), "zoom", "k0", vouched=True
    )
    await store.meetings.note_presence(
        "m1", "Annika", "p-ann", "left", NOON + timedelta(minutes=30), "zoom", "k1", vouched=True
    )
    await store.meetings.put(Meeting("m1", NOON + timedelta(days=7), roster=Roster((ANN,), True)))

    found = await store.meetings.by_id("m1")

    assert found is not None
    assert found.roster.participants[0].left_at is None


def said(state: ConsentState, person: str, minutes: int) -> ConsentRecord:
    at = NOON + timedelta(minutes=minutes)
    return ConsentRecord(
        f"g{minutes}", person, Scope.ORG, "fjord", "summary", "acme", "v1", state, at, None, "verbal", True,
                 person, at)  # fmt: skip


async def test_a_question_by_an_id_that_was_merged_meanwhile_hears_the_noes_of_the_person(store: Store) -> None:
    """As one that is asked again while a reply streams."""
    for person in (ANN, BEN):
        await store.people.put(person)
    await store.consents.record(said(ConsentState.GRANTED, "p-ben", 0))
    about = {"purposes": ["summary"], "recipient": "acme", "scopes": [(Scope.ORG, "fjord")]}

    await store.people.put_as_one("p-ben", ANN, [])
    await store.consents.record(said(ConsentState.GRANTED, "p-ann", 1))
    assert [(g.id, g.participant) for g in await store.consents.grants(["p-ben"], **about)] == [
        ("g0", "p-ben"),
        ("g1", "p-ann"),
    ]
    await store.consents.record(said(ConsentState.DENIED, "p-ann", 2))

    found = [(g.id, g.participant) for g in await store.consents.grants(["p-ben", "p-uta"], **about)]
    assert ("g2", "p-ben") in found
    assert ("g1", "p-ben") not in found
    assert [g.id for g in await store.consents.grants(["p-ann"], **about)] == ["g1", "g2"]


async def test_a_merge_into_somebody_who_refused_before_counts_for_such_a_question(store: Store) -> None:
    for person in (ANN, BEN):
        await store.people.put(person)
    await store.consents.record(said(ConsentState.DENIED, "p-ann", 0))
    await store.consents.record(said(ConsentState.GRANTED, "p-ben", 1))
    await store.people.put_as_one("p-ben", ANN, [])

    about = {"purposes": ["summary"], "recipient": "acme", "scopes": [(Scope.ORG, "fjord")]}
    newest = (await store.consents.grants(["p-ben"], **about))[-1]
    assert (newest.participant, newest.state) == ("p-ben", ConsentState.DENIED)


async def test_what_is_read_and_written_at_once_is_before_or_after_that_of_others(store: Store) -> None:
    await store.people.put(ANN)

    async def add(alias: str) -> None:
        async with store.at_once() as held:
            known = await held.people.by_id("p-ann")
            await asyncio.sleep(0)
            await held.people.put(dataclasses.replace(known, aliases=(*known.aliases, alias)))

    await asyncio.gather(*map(add, ("B.", "C.", "D.")))
    found = await store.people.by_id("p-ann")
    assert sorted(found.aliases) == ["A.", "B.", "C.", "D."]


async def test_nothing_is_written_where_a_change_fails_half_way(store: Store) -> None:
    with pytest.raises(ClientFault):
        async with store.at_once() as held:
            await held.people.put(ANN)
            await held.consents.record(said(ConsentState.DENIED, "p-ann", 0))
            raise ClientFault("unknown_person", "nobody")

    assert await store.people.by_id("p-ann") is None
    assert await store.consents.grants(["p-ann"]) == []
