"""Links for rooms on file, and who asked by them: bounded, each address once, and not for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from proxy.consent import rooms
from proxy.consent.invitations import Offer
from proxy.consent.rooms import LinkRequest, RoomLink
from proxy.edge.store import rooms as store_rooms
from proxy.edge.store.store import Store
from proxy.model import Participant

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LINK = RoomLink(
    "K7QM-2XPD-9HTB", "m1", (Offer("summary", "acme"), Offer("qa", "acme")), (("acme", "00ff"),),
    NOON + timedelta(days=30), True, NOON, NOON + timedelta(hours=4),
)  # fmt: skip
OTHER = replace(LINK, code="0000-0000-0001", meeting="m2", made_at=NOON + timedelta(minutes=1))
ANN = "ann@fjord.example"


async def asked(store: Store, now: datetime = NOON, *codes: str) -> list[tuple[str, int]]:
    return [(each.address, each.times) for each in await store.rooms.waiting(codes or [LINK.code], now)]


async def test_a_link_comes_back_as_it_went_in(store: Store) -> None:
    await store.rooms.put(LINK)
    await store.rooms.put(OTHER)
    assert await store.rooms.by_code(LINK.code) == LINK
    assert await store.rooms.by_code("0000-0000-0000") is None
    assert list(await store.rooms.of(["m2", "m3"])) == [OTHER]
    assert list(await store.rooms.of()) == [LINK, OTHER]
    assert list(await store.rooms.of([])) == []


async def test_a_link_is_open_until_it_ends_or_is_revoked(store: Store) -> None:
    await store.rooms.put(LINK)
    await store.rooms.put(OTHER)
    await store.rooms.ask(LINK.code, ANN, NOON)
    await store.rooms.ask(OTHER.code, ANN, NOON)

    assert await store.rooms.revoke("m1", NOON) == 1
    assert await store.rooms.revoke("m1", NOON) == 0
    assert await store.rooms.revoke("m2", OTHER.ends) == 0

    revoked = await store.rooms.by_code(LINK.code)
    assert revoked is not None
    assert (LINK.is_open(NOON), LINK.is_open(LINK.ends), revoked.is_open(NOON)) == (True, False, False)
    answered = [each.is_answered(at) for each, at in ((LINK, LINK.ends), (LINK, LINK.expires), (revoked, NOON))]
    assert answered == [True, False, False]
    assert await asked(store, NOON, LINK.code, OTHER.code) == []


async def test_an_address_waits_once_for_each_link(store: Store) -> None:
    for at in (NOON, NOON + timedelta(hours=2)):
        assert await store.rooms.ask(LINK.code, ANN, at)
    assert await store.rooms.ask(OTHER.code, ANN, NOON)
    assert await asked(store) == [(ANN, 1)]
    assert len(await asked(store, NOON, LINK.code, OTHER.code)) == 2


async def test_whoever_got_a_link_can_ask_again_after_a_while_and_a_few_times(store: Store) -> None:
    """Somebody else may type their address, who must not be sent mail without end."""
    at, times = NOON, []
    for _ in range(rooms.MOST_TIMES + 2):
        await store.rooms.ask(LINK.code, ANN, at)
        waiting = await store.rooms.waiting([LINK.code], at)
        times += [each.times for each in waiting]
        await store.rooms.handled(waiting, at)
        await store.rooms.ask(LINK.code, ANN, at + rooms.PAUSE - timedelta(seconds=1))
        assert await asked(store, at) == []
        at += rooms.PAUSE
    assert times == [1, 2, 3]


async def test_a_link_keeps_no_more_addresses_than_it_may(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_rooms, "MOST_REQUESTS", 3)
    taken = [await store.rooms.ask(LINK.code, f"a{number}@fjord.example", NOON) for number in range(5)]
    assert taken == [True, True, True, False, False]
    # What an address did before does not show.
    assert not await store.rooms.ask(LINK.code, "a0@fjord.example", NOON)
    assert await store.rooms.ask(OTHER.code, ANN, NOON)
    assert len(await asked(store)) == 3


@pytest.mark.parametrize("reading", [True, False], ids=["read", "asked"])
async def test_an_address_is_not_kept_for_long(store: Store, reading: bool) -> None:
    await store.rooms.ask(LINK.code, ANN, NOON)
    await store.rooms.handled([LinkRequest(LINK.code, ANN, NOON)], NOON)
    await store.rooms.ask(LINK.code, "ben@fjord.example", NOON + timedelta(days=1))
    later = NOON + timedelta(days=rooms.KEPT_DAYS)
    if reading:
        assert await asked(store, later) == [("ben@fjord.example", 1)]
    else:
        await store.rooms.ask(OTHER.code, ANN, later)
    # Were it still on file, a first time would be a second.
    await store.rooms.ask(LINK.code, ANN, later)
    assert (ANN, 1) in await asked(store, later)
    assert await asked(store, later + timedelta(days=rooms.KEPT_DAYS)) == []


async def test_what_was_asked_with_the_address_of_somebody_who_is_forgotten_goes_as_well(store: Store) -> None:
    await store.people.put(Participant("p-ann", "Ann Lund", emails=("Ann@Fjord.example",)))
    await store.rooms.put(LINK)
    await store.rooms.ask(LINK.code, ANN, NOON)
    await store.rooms.ask(LINK.code, "ben@fjord.example", NOON)
    async with store.at_once() as held:
        await held.forgetting.forget(["p-ann"], lambda: "new")
    assert await asked(store) == [("ben@fjord.example", 1)]
