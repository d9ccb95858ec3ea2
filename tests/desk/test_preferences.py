"""AI preferences that a platform signals: recorded once, as a no of everybody who is meant, and never as a yes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.stores import sqlite_store

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import meetings, preferences
from proxy.desk.preferences import Signal
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import PURPOSES, Meeting, Participant, Roster
from proxy.settings import Settings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN, BEN = Participant("p-ann", "Ann Berg"), Participant("p-ben", "Ben Okoro")
TWIN = Participant("p-twin", "Ann Berg")
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
        "purposes": {"x-coaching": {"description": "A coach reads it."}},
    }
)  # fmt: skip
NO = Signal("m1", "ai-use=n", NOW, participant="p-ann", source="call-7")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.meetings.put(Meeting("m1", NOW, roster=Roster((ANN, BEN, TWIN))))
        yes = ConsentRecord(
            "g-1", "p-ann", Scope.MEETING, "m1", "summary", "acme", "v1", ConsentState.GRANTED, NOW, None, "verbal",
            True, "p-ann", NOW - timedelta(hours=1),
        )  # fmt: skip
        await opened.consents.record(yes)
        yield opened


async def heard(store: Store) -> dict[str, bool]:
    shown = await meetings.shown(store, "m1", SETTINGS, NOW)
    return {who: verdict.admitted for who, verdict in shown.standings[0].people.items()}


async def test_an_objection_ends_a_yes_and_is_recorded_once(store: Store) -> None:
    assert (await heard(store))["p-ann"]
    done = await preferences.signal(store, NO, SETTINGS, NOW)
    again = await preferences.signal(store, NO, SETTINGS, NOW)

    assert set(done.purposes) == {*PURPOSES, "x-coaching"} == {each.purpose for each in done.recorded}
    assert (again.recorded, again.purposes) == ((), done.purposes)
    assert {(each.state, each.recipient, each.method, each.evidence_ref) for each in done.recorded} == {
        (ConsentState.DENIED, "*", "platform_signal", "signal:call-7")
    }
    assert not (await heard(store))["p-ann"]


async def test_a_preference_that_objects_to_nothing_is_no_yes(store: Store) -> None:
    allowed = replace(NO, preference="ai-use=y, train-ai=y", participant="p-ben")
    assert (await preferences.signal(store, allowed, SETTINGS, NOW)) == preferences.Signalled((), ())
    assert not (await heard(store))["p-ben"]
    training = await preferences.signal(store, replace(NO, preference="train-ai=n"), SETTINGS, NOW)
    assert [each.purpose for each in training.recorded] == ["model_training"]
    assert (await heard(store))["p-ann"]


async def test_a_label_of_several_is_a_no_of_each(store: Store) -> None:
    by_label = replace(NO, participant=None, label="ann berg")
    done = await preferences.signal(store, by_label, SETTINGS, NOW)
    assert {each.participant for each in done.recorded} == {"p-ann", "p-twin"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"meeting": "none"}, "unknown_meeting"),
        ({"participant": "p-nobody"}, "unknown_person"),
        ({"participant": None, "label": "Nobody"}, "unknown_participant"),
        ({"label": "Ann Berg"}, "invalid_body"),
        ({"participant": None}, "invalid_body"),
        ({"preference": "no!"}, "invalid_preference"),
        ({"signalled_at": NOW + timedelta(hours=1)}, "invalid_period"),
    ],
)
async def test_what_names_nobody_or_says_nothing_is_refused(
    store: Store, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(ClientFault) as fault:
        await preferences.signal(store, replace(NO, **changes), SETTINGS, NOW)  # type: ignore[arg-type]
    assert fault.value.reason == reason
