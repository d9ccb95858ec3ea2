"""Digests of what clients were given back, in both databases: by client and meeting, gone after their time or with a
person who is forgotten.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harness.invented import invented
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proxy.edge.store.ports import MOST, StoredDerivedTexts
from proxy.edge.store.store import Store
from proxy.model import GivenBack

GIVEN = GivenBack("bot", "m1", "e1", ("p-ann", "p-ben"), b"[]", frozenset({b"12345678", b"\0\xff345678"}))
HOURS = 24


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def kept(store: Store, clock: Clock) -> StoredDerivedTexts:
    return StoredDerivedTexts(store, HOURS, clock)


async def test_what_was_given_back_is_found_by_client_and_meeting(store: Store) -> None:
    texts = kept(store, Clock())
    await texts.keep(GIVEN)
    assert await texts.find("bot", "m1") == [GIVEN]
    assert await texts.find("bot", "m2") == []
    assert await texts.find("other", "m1") == []


async def test_all_proxies_on_a_store_have_one_key(store: Store) -> None:
    assert await kept(store, Clock()).key() == await kept(store, Clock()).key()
    assert len(await kept(store, Clock()).key()) == 32


async def test_it_is_gone_after_its_time(store: Store) -> None:
    clock = Clock()
    texts = kept(store, clock)
    await texts.keep(GIVEN)
    clock.at += timedelta(hours=HOURS)
    assert await texts.find("bot", "m1") == []
    await texts.keep(replace(GIVEN, exchange="e2", meeting="m2"))
    clock.at -= timedelta(hours=HOURS)
    assert await texts.find("bot", "m1") == []


async def test_it_goes_with_a_person_who_is_forgotten(store: Store) -> None:
    texts = kept(store, Clock())
    await texts.keep(GIVEN)
    await texts.keep(replace(GIVEN, exchange="e2", people=("p-ann",)))
    await store.keys.forget("p-be")
    assert len(await texts.find("bot", "m1")) == 2
    await store.keys.forget("p-ben")
    assert [given.exchange for given in await texts.find("bot", "m1")] == ["e2"]


async def test_the_newest_are_looked_at(store: Store) -> None:
    clock = Clock()
    texts = kept(store, clock)
    for number in range(MOST + 2):
        clock.at += timedelta(seconds=1)
        await store.given_back.put(replace(GIVEN, exchange=f"e{number}"), clock.at + timedelta(hours=1), clock.at)
    found = [given.exchange for given in await texts.find("bot", "m1")]
    assert len(found) == MOST
    assert found[0] == f"e{MOST + 1}"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=invented(20))
@given(st.frozensets(st.binary(min_size=8, max_size=8), max_size=50), st.binary(max_size=60))
async def test_digests_come_back_as_they_were(store: Store, digests: frozenset[bytes], speeches: bytes) -> None:
    given_back = replace(
        GIVEN, exchange=f"e{hash((digests, speeches))}", meeting="m9", digests=digests, speeches=speeches
    )
    await kept(store, Clock()).keep(given_back)
    assert given_back in await kept(store, Clock()).find("bot", "m9")
