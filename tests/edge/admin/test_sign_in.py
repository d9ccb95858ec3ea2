"""Who calls the admin API: tokens by name, one sign-in a session, and refusals counted, not listed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from harness.stores import sqlite_store

from proxy.audit.acts import Act, Operator, OperatorKind
from proxy.edge.admin import caller_notes
from proxy.edge.admin.caller_notes import ANEW_A_MINUTE, SIGN_IN_SECONDS
from proxy.edge.admin.callers import Caller, KnownToken, Ways, digest_of
from proxy.edge.admin.sign_in import WRONG_A_MINUTE, SignIns
from proxy.edge.admin.token_sessions import MOST, TokenSessions
from proxy.edge.store.store import Store
from proxy.errors import ClientFault, OwnFault
from proxy.settings import Right, Role

TOKENS = (
    KnownToken("admin", digest_of("first-token")),
    KnownToken("hr-sync", digest_of("second-token"), Role.VIEWER, datetime(2026, 3, 2, 12, tzinfo=UTC)),
)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        yield opened


def signing(
    store: Store, clock: Clock, *, tokens: Sequence[KnownToken] = TOKENS, at: str = "10:00", count_seconds: float = 60
) -> SignIns:
    now = datetime.fromisoformat(f"2026-03-02T{at}:00Z")
    return SignIns(Ways(tokens), store, clock, lambda: now, count_seconds)


def request(*tokens: str, scheme: str = "Bearer", peer: str = "192.0.2.7") -> web.Request:
    headers = [("Authorization", f"{scheme} {token}") for token in tokens]
    made = make_mocked_request("GET", "/v1/people")
    return made.clone(headers=headers, remote=peer)  # type: ignore[arg-type]


async def acts(store: Store) -> list[Act]:
    return list((await store.acts.oldest(100)).values())


async def test_each_token_is_known_by_its_name(store: Store) -> None:
    signs = signing(store, Clock())

    assert await signs.caller_of(request("first-token")) == Caller(
        Operator(OperatorKind.TOKEN, "admin"), frozenset({Role.ADMIN})
    )
    assert await signs.caller_of(request("second-token", scheme="bearer")) == Caller(
        Operator(OperatorKind.TOKEN, "hr-sync"), frozenset({Role.VIEWER})
    )
    assert [(act.code, act.operator.name, act.facts) for act in await acts(store)] == [
        ("operator.signed_in", "admin", {"peer": "192.0.2.7"}),
        ("operator.signed_in", "hr-sync", {"peer": "192.0.2.7"}),
    ]


async def test_a_session_signs_in_once(store: Store) -> None:
    clock = Clock()
    signs = signing(store, clock)
    for _ in range(3):
        await signs.caller_of(request("first-token"))
    assert len(await acts(store)) == 1

    await signs.caller_of(request("first-token", peer="192.0.2.8"))
    assert len(await acts(store)) == 2

    clock.now += SIGN_IN_SECONDS
    await signs.caller_of(request("first-token"))
    assert len(await acts(store)) == 3


async def test_sessions_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_notes, "MAX_SESSIONS", 2)
    signs = signing(store, Clock())
    for peer in ("a", "b", "c", "c", "a"):
        await signs.caller_of(request("first-token", peer=peer))
    assert [act.facts["peer"] for act in await acts(store)] == ["a", "b", "c", "a"]


async def test_sign_ins_with_a_form_are_recorded_each_and_not_without_end(store: Store) -> None:
    clock = Clock()
    signs = signing(store, clock)
    for _ in range(ANEW_A_MINUTE + 5):
        await signs.begin_with_token(request(), "second-token")
    assert len(await acts(store)) == ANEW_A_MINUTE

    await signs.begin_with_token(request(peer="192.0.2.8"), "second-token")
    await signs.begin_with_token(request(), "first-token")
    assert len(await acts(store)) == ANEW_A_MINUTE + 2

    clock.now += 60
    await signs.begin_with_token(request(), "second-token")
    assert len(await acts(store)) == ANEW_A_MINUTE + 3


def test_the_sessions_of_one_token_end_none_of_another() -> None:
    sessions, now = TokenSessions(), datetime(2026, 3, 2, 10, tzinfo=UTC)
    others = sessions.begin("first-token", now)
    first, *_, last = [sessions.begin("second-token", now) for _ in range(MOST + 1)]
    known = [sessions.caller(each, TOKENS, now) is not None for each in (others, first, last)]
    assert known == [True, False, True]


async def refused(signs: SignIns, *tokens: str, **changes: str) -> str:
    with pytest.raises(ClientFault) as caught:
        await signs.caller_of(request(*tokens, **changes))
    return caught.value.reason


@pytest.mark.parametrize("tokens", [(), ("third-token",), ("",), ("first-token", "first-token"), ("first-toke",)])
async def test_what_is_no_token_is_refused(store: Store, tokens: tuple[str, ...]) -> None:
    assert await refused(signing(store, Clock()), *tokens) == "admin_unauthorized"
    (act,) = await acts(store)
    assert (act.code, act.operator.kind, act.facts) == (
        "operator.refused", OperatorKind.NOBODY, {"count": 1, "peer": "192.0.2.7"},
    )  # fmt: skip


async def test_another_scheme_and_no_configured_token_are_refused(store: Store) -> None:
    assert await refused(signing(store, Clock()), "first-token", scheme="Basic") == "admin_unauthorized"
    assert await refused(signing(store, Clock(), tokens=()), "first-token") == "admin_disabled"


async def test_wrong_tokens_slow_down_their_own_peer_alone(store: Store) -> None:
    clock = Clock()
    signs = signing(store, clock, count_seconds=3600)
    for _ in range(WRONG_A_MINUTE):
        assert await refused(signs, "wrong") == "admin_unauthorized"
    assert await refused(signs, "wrong") == "admin_slowed"
    assert await refused(signs, "first-token") == "admin_slowed"
    assert (await signs.caller_of(request("first-token", peer="192.0.2.8"))).operator.name == "admin"

    clock.now = 60.0
    assert (await signs.caller_of(request("first-token"))).operator.name == "admin"
    await signs.close()
    assert sum(act.facts["count"] for act in await acts(store) if act.code == "operator.refused") == WRONG_A_MINUTE + 2


async def test_right_tokens_are_never_slowed_down(store: Store) -> None:
    signs = signing(store, Clock())
    for _ in range(3 * WRONG_A_MINUTE):
        await signs.caller_of(request("first-token"))
    assert await refused(signs, "wrong") == "admin_unauthorized"


async def test_the_first_refusal_is_told_at_once_and_the_others_as_a_number(store: Store) -> None:
    signs = signing(store, Clock(), count_seconds=3600)
    for _ in range(50):
        await refused(signs, "wrong")
    assert [act.facts["count"] for act in await acts(store)] == [1]
    await signs.close()
    assert [act.facts for act in await acts(store)] == [{"count": 1, "peer": "192.0.2.7"}, {"count": 49}]


async def test_numbers_are_told_again_and_again_until_it_is_quiet(store: Store) -> None:
    signs = signing(store, Clock(), count_seconds=0.01)
    await refused(signs, "wrong")
    await refused(signs, "wrong")
    counting = signs.notes._counting
    assert counting is not None
    await counting
    await refused(signs, "wrong")
    await signs.close()
    assert [act.facts["count"] for act in await acts(store)] == [1, 1, 1]


async def test_a_caller_is_refused_also_while_the_store_fails_and_told_of_later(store: Store) -> None:
    signs = signing(store, Clock(), count_seconds=3600)

    class Broken:
        acts = property(lambda self: self)

        def acting(self, _: Operator) -> Broken:
            return self

        async def did(self, *_: object, **__: object) -> None:
            raise OwnFault("store_unavailable", "the store does not answer")

    working, signs.notes._store = signs.notes._store, Broken()  # type: ignore[assignment]
    assert await refused(signs, "wrong") == "admin_unauthorized"
    with pytest.raises(OwnFault):
        await signs.caller_of(request("first-token"))
    signs.notes._store = working
    await asyncio.sleep(0)
    await signs.caller_of(request("first-token"))
    await signs.close()
    assert sorted((act.code, act.facts.get("count")) for act in await acts(store)) == [
        ("operator.refused", 1), ("operator.signed_in", None),
    ]  # fmt: skip


async def test_a_token_counts_until_it_expires_and_no_guess_is_counted_for_it(store: Store) -> None:
    before, after = signing(store, Clock(), at="11:59"), signing(store, Clock(), at="12:00", count_seconds=3600)
    assert (await before.caller_of(request("second-token"))).operator.name == "hr-sync"
    for _ in range(2 * WRONG_A_MINUTE):
        assert await refused(after, "second-token") == "admin_token_expired"
    assert (await after.caller_of(request("first-token"))).operator.name == "admin"
    await after.close()
    assert sum(act.facts["count"] for act in await acts(store) if act.code == "operator.refused") == 2 * WRONG_A_MINUTE


async def test_whoever_may_not_is_told_which_role_may_and_noted_once_a_minute(store: Store) -> None:
    clock = Clock()
    signs = signing(store, clock)
    caller = await signs.caller_of(request("second-token"))
    for _ in range(3):
        with pytest.raises(
            ClientFault, match="role_not_allowed: this takes the role operator or admin; you have viewer"
        ):
            await signs.refuse_role(request("second-token"), caller, Right.CHANGE)
    clock.now = 61.0
    with pytest.raises(ClientFault):
        await signs.refuse_role(request("second-token"), caller, Right.ADMINISTER)
    refusals = [act for act in await acts(store) if act.code == "operator.refused"]
    assert [act.operator.name for act in refusals] == ["hr-sync", "hr-sync"]


async def test_a_token_that_is_nobodys_is_told_apart_from_none(store: Store) -> None:
    signs = signing(store, Clock())
    told = []
    for shown in (request(), request("key-of-a-client")):
        with pytest.raises(ClientFault) as caught:
            await signs.caller_of(shown)
        told.append(caught.value.detail)
    assert told[0] == "present an admin token as 'Authorization: Bearer TOKEN'"
    assert told[1].startswith("no admin token is this one: 'meeting-proxy token add' prints one")
    with pytest.raises(ClientFault) as caught:
        await signs.begin_with_token(request(), "key-of-a-client")
    assert "Authorization" not in caught.value.detail
