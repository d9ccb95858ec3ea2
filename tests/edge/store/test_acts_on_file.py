"""Acts of operators: on file with what they changed or not at all, and off file once a ledger has them."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from proxy.audit.acts import PROXY, Acts, Operator, OperatorKind
from proxy.edge.store.acts import MOST_PEOPLE
from proxy.edge.store.store import Store
from proxy.model import Participant

ALICE = Operator(OperatorKind.ACCOUNT, "root", "alice")
ANN = Operator(OperatorKind.PERSON, "p-ann")


async def held(store: Store) -> list:
    return list((await store.acts.oldest(100)).values())


async def test_an_act_comes_back_as_it_was_put(store: Store):
    facts = {"state": "granted", "count": 1, "flag": True}
    await store.acting(ALICE).acts.did(Acts.CONSENT_RECORDED, people=["p-ann"], meeting="m1", facts=facts)
    await store.acts.did(Acts.SETTINGS_CHANGED)

    first, second = await held(store)
    assert (first.code, first.operator, first.people, first.meeting) == ("consent.recorded", ALICE, ("p-ann",), "m1")
    assert (first.facts, first.shown) == (facts, ())
    assert (second.operator, second.people, second.facts) == (PROXY, (), {})
    assert first.uid != second.uid
    waiting = await store.acts.waiting()
    assert (waiting.count, waiting.since) == (2, first.at)


async def test_an_act_is_on_file_with_its_change_or_not_at_all(store: Store):
    with pytest.raises(ZeroDivisionError):
        async with store._engine.begin() as connection:
            both = Store(store._engine, connection, ALICE)
            await both.people.put(Participant("p-ann", "Ann"))
            await both.acts.did(Acts.PERSON_CHANGED, people=["p-ann"])
            _ = 1 / 0
    assert await held(store) == []
    assert await store.people.by_id("p-ann") is None

    async with store.acting(ALICE).at_once() as both:
        await both.acts.did(Acts.PERSON_CHANGED, people=["p-ann"])
        await both.people.put(Participant("p-ann", "Ann"))
    assert [each.operator for each in await held(store)] == [ALICE]


async def test_an_act_on_many_is_several_of_bounded_size(store: Store):
    people = [f"p-{number}" for number in range(2 * MOST_PEOPLE + 1)]
    await store.acts.did(Acts.MEETING_CHANGED, people=people, meeting="m1")

    acts = await held(store)
    assert [len(each.people) for each in acts] == [MOST_PEOPLE, MOST_PEOPLE, 1]
    assert [person for each in acts for person in each.people] == people
    assert len({each.uid for each in acts}) == 3


async def test_what_is_done_goes_and_what_is_not_stays(store: Store):
    for number in range(3):
        await store.acts.did(Acts.PERSON_CHANGED, people=[f"p-{number}"])
    async with store.acts.taken(await store.acts.oldest(100)) as taken:
        for act in taken.acts[::2]:
            taken.done(act)
    assert [each.people for each in await held(store)] == [("p-1",)]

    with pytest.raises(asyncio.CancelledError):
        async with store.acts.taken(await store.acts.oldest(100)) as taken:
            taken.done(taken.acts[0])
            raise asyncio.CancelledError
    assert [each.people for each in await held(store)] == [("p-1",)]


async def test_what_one_proxy_holds_no_other_takes(store: Store, store_url: str):
    await store.acts.did(Acts.PERSON_CHANGED, people=["p-ann"])
    numbers = await store.acts.oldest(100)

    async with await Store.open(store_url) as other:

        async def look() -> list:
            async with other.acts.taken(numbers) as too:
                return list(too.acts)

        async with store.acts.taken(numbers) as taken:
            looking = asyncio.create_task(look())
            await asyncio.sleep(0)
            taken.done(*taken.acts)
        assert await looking == []


async def test_somebody_forgotten_is_in_no_act_any_more(store: Store):
    await store.acting(ANN).acts.did(Acts.CONSENT_RECORDED, people=["p-ann"])
    await store.acting(ALICE).acts.did(Acts.MEETING_CHANGED, people=["p-ann", "p-ben"])
    await store.acting(ALICE).acts.did(Acts.PERSON_CHANGED, people=["p-ben"])
    before = await held(store)
    await store.acts.forget("p-ann", "ptc:2026:" + "a" * 32)

    own, both, other = await held(store)
    assert own.operator == Operator(OperatorKind.PSEUDONYM, "ptc:2026:" + "a" * 32)
    assert (own.people, both.people, both.shown) == ((), ("p-ben",), ("ptc:2026:" + "a" * 32,))
    assert other == before[2]
    assert [each.uid for each in before] == [own.uid, both.uid, other.uid]
    assert replace(both, people=before[1].people, shown=()) == before[1]


async def test_the_settings_of_the_last_start_are_kept_by_log(store: Store):
    assert await store.acts.started("fjord/a", "sha256:1") is None
    assert await store.acts.started("fjord/b", "sha256:2") is None
    assert await store.acts.started("fjord/a", "sha256:3") == "sha256:1"
    assert await store.acts.started("fjord/a", "sha256:3") == "sha256:3"
    assert await store.acts.started("fjord/b", "sha256:3") == "sha256:2"


async def test_an_operator_of_a_kind_that_a_newer_version_knows_is_told_all_the_same(store: Store):
    await store.acting(Operator("passkey", "zoe")).acts.did("device.enrolled")  # type: ignore[arg-type]
    (act,) = await held(store)
    assert (act.operator, act.code) == (Operator(OperatorKind.NOBODY, "zoe"), "device.enrolled")
