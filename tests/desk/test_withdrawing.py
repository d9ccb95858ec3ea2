"""One act takes back all that a person allowed in a meeting, in a series, or everywhere, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from desk.test_consents import ANN, NOW, SETTINGS, Ledger, store

from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents
from proxy.desk.consents import ConsentStatement, RecordedConsent
from proxy.desk.withdrawing import take_back
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Roster

__all__ = ["store"]

ALL = ConsentStatement("Ann Berg", ConsentState.WITHDRAWN, Scope.SERIES, "", "unspecified", "weekly")
NUMBERS = count()
YESES = {
    "summary": (Scope.MEETING, "w1"),
    "compose": (Scope.SERIES, "weekly"),
    "qa": (Scope.ORG, None),
    "translation": (Scope.MEETING, "other"),
    "sentiment": (Scope.SERIES, "board"),
}


@pytest.fixture
async def answered(store: Store) -> AsyncIterator[Store]:
    """Ann allowed one purpose each in a meeting, its series, everywhere, another meeting and another series."""
    for name, series in (("w1", "weekly"), ("w2", "weekly"), ("other", "board")):
        await store.meetings.put(Meeting(name, NOW + timedelta(days=1), series=series, roster=Roster((ANN,))))
    for purpose, (scope, of) in YESES.items():
        said = ConsentStatement(
            "p-ann", ConsentState.GRANTED, scope, purpose, "verbal", of, recipient="acme"
        )  # fmt: skip
        draft = consents.drafted(said, SETTINGS, NOW, f"yes-{purpose}")
        await consents.record(store, Ledger(), draft, SETTINGS)
    yield store


async def back(store: Store, said: ConsentStatement, past: Ledger | None = None) -> tuple[RecordedConsent, ...]:
    later = NOW + timedelta(minutes=1)
    return await take_back(store, past or Ledger(), said, SETTINGS, lambda: f"back-{next(NUMBERS)}", later)


@pytest.mark.parametrize(
    ("changes", "purposes"),
    [
        ({}, {"summary", "compose", "qa"}),
        ({"scope": Scope.MEETING, "scope_id": "w1"}, {"summary", "compose", "qa"}),
        ({"scope": Scope.MEETING, "scope_id": "w2"}, {"compose", "qa"}),
        ({"scope_id": "board"}, {"qa", "translation", "sentiment"}),
        ({"scope": Scope.ORG, "scope_id": None}, set(YESES)),
        ({"recipient": "acme"}, {"summary", "compose", "qa"}),
    ],
    ids=["series", "meeting", "other meeting", "other series", "everywhere", "one recipient"],
)
async def test_each_yes_that_reaches_there_is_taken_back(answered: Store, changes: dict, purposes: set[str]) -> None:
    done = await back(answered, replace(ALL, **changes))
    assert {each.record.purpose for each in done} == purposes
    assert all(not each.took_back_nothing and each.left is not None for each in done)
    for each in done:
        scope, of = changes.get("scope", Scope.SERIES), changes.get("scope_id", "weekly")
        assert (each.record.state, each.record.scope) == (ConsentState.WITHDRAWN, scope)
        assert each.record.scope_id == (of or "fjord")


async def test_a_yes_that_was_taken_back_before_is_not_taken_back_again(answered: Store) -> None:
    await back(answered, ALL)
    with pytest.raises(ClientFault, match="nothing_to_take_back at scope_id: Ann Berg has said yes to nothing there"):
        await back(answered, ALL)
    with pytest.raises(ClientFault, match="nothing_to_take_back"):
        await back(answered, replace(ALL, scope=Scope.MEETING, scope_id="w1", recipient="acme"))
    assert {each.record.purpose for each in await back(answered, replace(ALL, scope=Scope.ORG, scope_id=None))} >= {
        "translation", "sentiment"
    }  # fmt: skip
    assert len(await answered.consents.listed(participant="p-ann", state=ConsentState.WITHDRAWN)) > 3


async def test_of_an_unknown_series_or_person_nothing_is_taken_back(answered: Store) -> None:
    with pytest.raises(ClientFault, match=r"unknown_series .*did you mean weekly\?"):
        await back(answered, replace(ALL, scope_id="weakly"))
    with pytest.raises(ClientFault, match="unknown_participant"):
        await back(answered, replace(ALL, participant="Ann Bergg"))
    assert await answered.consents.listed(state=ConsentState.WITHDRAWN) == []


async def test_each_is_an_act_of_its_own(answered: Store) -> None:
    before = len(await answered.acts.oldest(100))
    await back(answered, ALL)
    told = list((await answered.acts.oldest(100)).values())[before:]
    assert [(act.code, act.facts["purpose"], act.facts["scope"]) for act in told] == [
        ("consent.withdrawn", purpose, "series") for purpose in ("compose", "qa", "summary")
    ]
