"""What is answered by a link is held to the rules of every other way in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from harness.stores import sqlite_store

from proxy.consent.invitations import BadForm, FormReason, Invitation, Offer, terms_mark
from proxy.consent.offers import Button, Choice, OfferState, OfferStatus
from proxy.consent.records import ConsentState, Scope
from proxy.desk import invitations
from proxy.desk.invitations import Answer, Asking
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import Settings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OFFER = Offer("summary", "acme")
ANN = Participant("p-ann", "Ann Berg", emails=("ann@fjord.example",))
ROOM = Participant("r-1", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann",))
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
        "consent": {"methods": ["explicit_click"]},
    }
)  # fmt: skip
INVITATION = Invitation(
    "i-1", "p-ann", Scope.MEETING, "m-1", (OFFER,), (("acme", terms_mark("v1")),), NOW + timedelta(days=1)
)
YES = Choice(Button.SAVE, frozenset({OFFER}), frozenset({OFFER}))
NO = Choice(Button.NO_TO_ALL, frozenset(), frozenset({OFFER}))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(Meeting("m-1", NOW, roster=Roster((ANN, ROOM))))
        yield opened


async def answer(store: Store, choice: Choice, nonce: str = "n-1") -> list[ConsentState]:
    given = Answer(choice, [OfferStatus(OFFER, OfferState.NOTHING)], {"acme": "v1"}, nonce, "sha256:n", "en")
    ids = count()
    made = await invitations.answer(
        store, INVITATION, given, policy=SETTINGS.consent, now=NOW, new_id=lambda: f"{nonce}-{next(ids)}"
    )
    return [each.state for each in made]


async def test_an_answer_is_recorded_once(store: Store) -> None:
    assert await answer(store, YES) == [ConsentState.GRANTED]
    with pytest.raises(BadForm) as bad:
        await answer(store, NO)

    assert bad.value.reason is FormReason.REUSED
    assert [each.state for each in await store.consents.grants(["p-ann"])] == [ConsentState.GRANTED]


async def test_who_became_a_bot_since_they_were_invited_can_say_no_alone(store: Store) -> None:
    await store.people.put(replace(ANN, participant_class=ParticipantClass.BOT))

    with pytest.raises(ClientFault, match="bot_not_asked"):
        await answer(store, YES)
    assert await answer(store, NO) == [ConsentState.DENIED]  # what was refused did not use the form up


@pytest.mark.parametrize("written", ["p-ann", "Ann Berg", "ann@fjord.example"])
async def test_whoever_is_named_is_invited_and_rooms_are_left_out(store: Store, written: str) -> None:
    asking = Asking(Scope.MEETING, "m-1", (OFFER,), INVITATION.expires)

    everybody, left_out = await invitations.invite(store, asking, SETTINGS, lambda: "i-1", now=NOW)
    by_name = replace(asking, participants=[written])
    (named,), none = await invitations.invite(store, by_name, SETTINGS, lambda: "i-1", now=NOW)

    assert [each.invitation for each in everybody] == [INVITATION] == [named.invitation]
    assert (len(left_out), none) == (1, [])
