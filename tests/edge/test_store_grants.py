"""Which consent records are read for a question: all that can matter, and no others."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from proxy.consent.grants import Grant, GrantState, Scope
from proxy.edge.stores import Store
from proxy.errors import OwnFault

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = Grant(
    id="g0", participant="p1", scope=Scope.MEETING, scope_id="m1", purpose="summary", recipient="acme",
    terms_version="v1", state=GrantState.GRANTED, valid_from=NOON, valid_until=None, method="explicit_click",
    affirmative=True, actor="p1", recorded_at=NOON,
)  # fmt: skip


def grant(number: int, **changes: object) -> Grant:
    return dataclasses.replace(BASE, id=f"g{number}", recorded_at=NOON + timedelta(seconds=number), **changes)


async def test_what_cannot_matter_is_left_out(store: Store):
    matters = [
        grant(1),
        grant(2, recipient="*", state=GrantState.DENIED),
        grant(3, scope=Scope.SERIES, scope_id="weekly"),
        grant(4, scope=Scope.ORG, scope_id="fjord", state=GrantState.WITHDRAWN),
        grant(5, purpose="model_training"),
        grant(6),
    ]
    others = [
        grant(11, purpose="compose"),
        grant(12, recipient="other"),
        grant(13, scope_id="m2"),
        grant(14, scope=Scope.SERIES, scope_id="m1"),
        grant(15, scope=Scope.ORG, scope_id="weekly"),
        grant(16, participant="p2"),
    ]
    await store.record_all([*others, *matters])

    scopes = [(Scope.MEETING, "m1"), (Scope.SERIES, "weekly"), (Scope.ORG, "fjord")]
    wanted = await store.grants(["p1", "p3"], purposes=["summary", "model_training"], recipient="acme", scopes=scopes)

    assert list(wanted) == matters
    assert len(await store.grants(["p1"])) == 11
    assert len(await store.grants(["p1"], recipient="acme")) == 10
    assert len(await store.grants(["p1"], purposes=["compose"])) == 1
    assert len(await store.grants(["p1"], scopes=[(Scope.MEETING, "m2")])) == 1
    assert await store.grants(["p1"], purposes=[]) == []
    assert await store.grants(["p1"], scopes=[]) == []


async def test_several_records_are_written_together_or_not_at_all(store: Store):
    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.record_all([grant(1), grant(2), grant(1)])
    assert await store.grants(["p1"]) == []

    await store.record_all([])
    await store.record_all([grant(1), grant(2)])
    assert [g.id for g in await store.grants(["p1"])] == ["g1", "g2"]


async def test_keys_are_looked_up_without_making_any(store: Store):
    made = await store.subject_keys(["p1"])

    assert await store.known_keys(["p1", "p2", "p2"]) == made
    assert await store.known_keys([]) == {}
    assert await store.known_keys(["p2"]) == {}
