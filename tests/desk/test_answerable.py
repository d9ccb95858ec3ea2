"""Who can give which yes is one rule, whichever way it comes in: by command, by the API, by a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk.test_consents import SETTINGS, Ledger
from harness.stores import sqlite_store

from proxy.consent.recordable import imported
from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents
from proxy.desk.consents import ConsentStatement
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
POLICY = SETTINGS.consent.model_copy(update={"methods": ("written", "dtmf", "admin_import")})
RULES = SETTINGS.model_copy(update={"consent": POLICY})
ON_BEHALF = RULES.model_copy(update={"consent": POLICY.model_copy(update={"on_behalf": True})})
YES = ConsentStatement("p-ann", ConsentState.GRANTED, Scope.ORG, "summary", "written", recipient="acme")
PEOPLE = (
    Participant("p-ann", "Ann Berg"),
    Participant("p-kim", "Kim Dahl", minor=True),
    Participant("p-lea", "Lea Dahl", minor=True),
    Participant("p-bot", "Notes", participant_class=ParticipantClass.BOT),
    Participant("r-1", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann",)),
    Participant("p-tel", "Caller 1", participant_class=ParticipantClass.PHONE),
)
GUARDED = replace(YES, participant="p-kim", guardian=True)
KEY = replace(YES, participant="p-tel", method="dtmf")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.people.put_all(PEOPLE)
        yield opened


async def said(store: Store, what: ConsentStatement, way: str = "command", rules=RULES, at: datetime = NOW) -> None:
    number = len(await store.consents.listed())
    draft = consents.drafted(what, rules, at, f"cr-{number}")
    if way == "file":
        rows = imported([draft], rules, at, "file", lambda index: f"row {index + 2}")
        await consents.bring(store, rows, rules.consent, lambda index: f"row {index + 2}")
    else:
        await consents.record(store, Ledger(), draft, rules, as_written=way == "api")


@pytest.mark.parametrize("way", ["command", "api", "file"])
@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (replace(YES, guardian=True, actor="p-kim"), "on_behalf at (row 2, )?guardian"),
        (replace(YES, participant="p-kim"), "guardian_missing"),
        (replace(GUARDED, actor="p-nobody"), "unknown_participant at (row 2, )?actor"),
        (replace(GUARDED, actor="p-bot"), "bot_not_asked at (row 2, )?actor"),
        (replace(GUARDED, actor="r-1"), "bot_not_asked at (row 2, )?actor"),
        (replace(YES, participant="p-bot"), "bot_not_asked at (row 2, )?participant"),
        (replace(GUARDED, actor="p-lea"), "guardian_missing at (row 2, )?actor"),
    ],
)
async def test_a_yes_that_nobody_can_give_is_not_put_on_file(
    store: Store, what: ConsentStatement, reason: str, way: str
) -> None:
    with pytest.raises(ClientFault, match=reason):
        await said(store, what, way)
    assert not await store.consents.listed()


@pytest.mark.parametrize("way", ["command", "api", "file"])
async def test_a_guardian_grants_and_whom_policy_lets_grants_for_adults(store: Store, way: str) -> None:
    await said(store, replace(GUARDED, actor="p-ann"), way)
    await said(store, replace(YES, guardian=True, actor="p-tel"), way, ON_BEHALF)

    assert len(await store.consents.listed()) == 2


@pytest.mark.parametrize("way", ["command", "api", "file"])
async def test_a_minor_takes_back_their_own_no(store: Store, way: str) -> None:
    """Their own grant does nothing else, and it answers nobody else's no."""
    own = replace(YES, participant="p-kim")
    await said(store, replace(own, state=ConsentState.DENIED, actor="p-ann"), way)
    with pytest.raises(ClientFault, match="guardian_missing"):
        await said(store, own, way)
    await said(store, replace(own, state=ConsentState.DENIED), way)
    await said(store, own, way)

    assert len(await store.consents.listed()) == 3


@pytest.mark.parametrize("becomes", [{"minor": True}, {"participant_class": ParticipantClass.BOT}])
async def test_a_guardian_who_can_be_none_any_more_has_granted_nothing(store: Store, becomes: dict) -> None:
    await said(store, replace(GUARDED, actor="p-ann"))
    scopes = [(Scope.ORG, RULES.organization)]
    ways = ({}, {"purposes": ["summary"], "recipient": "acme", "scopes": scopes})
    for way in ways:
        assert [record.guardian for record in await store.consents.grants(["p-kim"], **way)] == [True]
    await store.people.put_all([Participant("p-ann", "Ann Berg", **becomes)])
    for way in ways:
        assert [record.guardian for record in await store.consents.grants(["p-kim"], **way)] == [False]


@pytest.mark.parametrize("way", ["command", "api"])
async def test_a_key_counts_by_one_rule(store: Store, way: str) -> None:
    for nobodys in ("p-ann", "p-later"):
        with pytest.raises(ClientFault, match=r"not_a_phone|unknown_participant"):
            await said(store, replace(KEY, participant=nobodys), way)
    await said(store, KEY, way)
    await said(store, replace(KEY, state=ConsentState.DENIED), way, at=NOW + timedelta(minutes=1))
    with pytest.raises(ClientFault, match="answer_outdated"):
        await said(store, replace(KEY, valid_from=NOW), way, at=NOW + timedelta(minutes=2))
    await said(store, KEY, way, at=NOW + timedelta(minutes=3))
    await said(store, replace(KEY, method="mail", state=ConsentState.DENIED), way, at=NOW + timedelta(minutes=4))
    with pytest.raises(ClientFault, match="answer_outweighed"):
        await said(store, KEY, way, at=NOW + timedelta(minutes=5))

    assert len(await store.consents.listed()) == 4
