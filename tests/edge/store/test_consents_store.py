"""Which consent records are read for a question: all that can matter, and no others."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from harness.other_program import OtherProgram

from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata
from proxy.errors import OwnFault

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = ConsentRecord(
    id="g0", participant="p1", scope=Scope.MEETING, scope_id="m1", purpose="summary", recipient="acme",
    terms_version="v1", state=ConsentState.GRANTED, valid_from=NOON, valid_until=None, method="explicit_click",
    affirmative=True, actor="p1", recorded_at=NOON,
)  # fmt: skip


def grant(number: int, **changes: object) -> ConsentRecord:
    return BASE._replace(id=f"g{number}", recorded_at=NOON + timedelta(seconds=number), **changes)


async def test_what_cannot_matter_is_left_out(store: Store):
    matters = [
        grant(1),
        grant(2, recipient="*", state=ConsentState.DENIED),
        grant(3, scope=Scope.SERIES, scope_id="weekly"),
        grant(4, scope=Scope.ORG, scope_id="fjord", state=ConsentState.WITHDRAWN),
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
    await store.consents.record_all([*others, *matters])

    scopes = [(Scope.MEETING, "m1"), (Scope.SERIES, "weekly"), (Scope.ORG, "fjord")]
    wanted = await store.consents.grants(
        ["p1", "p3"], purposes=["summary", "model_training"], recipient="acme", scopes=scopes
    )

    assert list(wanted) == matters
    assert len(await store.consents.grants(["p1"])) == 11
    assert len(await store.consents.grants(["p1"], recipient="acme")) == 10
    assert len(await store.consents.grants(["p1"], purposes=["compose"])) == 1
    assert len(await store.consents.grants(["p1"], scopes=[(Scope.MEETING, "m2")])) == 1
    assert await store.consents.grants(["p1"], purposes=[]) == []
    assert await store.consents.grants(["p1"], scopes=[]) == []


async def test_several_records_are_written_together_or_not_at_all(store: Store):
    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.consents.record_all([grant(1), grant(2), grant(1)])
    assert await store.consents.grants(["p1"]) == []

    await store.consents.record_all([])
    await store.consents.record_all([grant(1), grant(2)])
    assert [g.id for g in await store.consents.grants(["p1"])] == ["g1", "g2"]


async def test_keys_are_looked_up_without_making_any(store: Store):
    made = await store.keys.of(["p1"])

    assert await store.keys.known(["p1", "p2", "p2"]) == made
    assert await store.keys.known([]) == {}
    assert await store.keys.known(["p2"]) == {}


async def test_the_short_way_to_records_finds_what_the_long_way_finds(store: Store):
    """Every field, in every form that it can have, comes back the same; so does the order."""
    chosen = random.Random(7)
    everything = [
        grant(
            chosen.randrange(40) * 1000 + number,
            participant=f"p{chosen.randrange(6)}",
            scope=(scope := chosen.choice(list(Scope))),
            scope_id=chosen.choice(["m1", "m2"]) if scope is Scope.MEETING else "weekly",
            purpose=chosen.choice(["summary", "model_training", "compose"]),
            recipient=chosen.choice(["acme", "*", "other"]),
            state=chosen.choice(list(ConsentState)),
            valid_until=chosen.choice([None, NOON + timedelta(days=9, microseconds=123456)]),
            affirmative=chosen.random() < 0.5,
            evidence_ref=chosen.choice([None, "form-17", "“”' OR 1=1 --"]),
            notice_hash=chosen.choice([None, "sha256:00"]),
            notice_language=chosen.choice([None, "pt-BR"]),
            covers_earlier=chosen.random() < 0.5,
            guardian=chosen.random() < 0.5,
        )
        for number in range(400)
    ]
    await store.consents.record_all(everything)
    people = [f"p{n}" for n in range(5)]
    scopes = [(Scope.MEETING, "m1"), (Scope.SERIES, "weekly"), (Scope.ORG, "weekly")]
    purposes = ["summary", "model_training"]

    short = await store.consents.grants(people, purposes=purposes, recipient="acme", scopes=scopes)
    long = await store.consents.grants(people, purposes=purposes, scopes=scopes)

    assert list(short) == [g for g in long if g.recipient in ("acme", "*")]
    assert len(short) > 50
    assert {type(g.affirmative) for g in short} == {bool}
    assert all(g.recorded_at.utcoffset() == timedelta(0) for g in short)


async def test_the_short_way_fails_on_a_record_that_makes_no_sense(store: Store, other_program: OtherProgram):
    await store.consents.record(grant(1))
    names = ", ".join(column.name for column in metadata.tables["grants"].columns if column.name not in ("seq", "id"))
    values = names.replace("state", "'objected'")
    await other_program.sql(f"INSERT INTO grants (id, {names}) SELECT 'g7', {values} FROM grants")

    with pytest.raises(OwnFault, match="store_unavailable"):
        await store.consents.grants(["p1"], purposes=["summary"], recipient="acme", scopes=[(Scope.MEETING, "m1")])


async def test_more_people_than_a_statement_takes_in_a_list(store: Store):
    await store.consents.record(grant(1, participant="p39999"))

    everybody = [f"p{n}" for n in range(40_000)]
    found = await store.consents.grants(
        everybody, purposes=["summary"], recipient="acme", scopes=[(Scope.MEETING, "m1")]
    )

    assert [g.id for g in found] == ["g1"]
