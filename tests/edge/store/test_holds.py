"""What a legal hold keeps beside its person: all their ids, who has to stay because of them, and their meetings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.meetings.presence import address_mark
from proxy.model import Meeting, Participant, RequestNotes, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LARS = Participant("p-lars", "Lars Ekholm", emails=("lars@fjord.example",))
OLD = Participant("p-lars-old", "Lasse E")
EVA = Participant("p-eva", "Evamaria Lund", emails=("eva@fjord.example",))
NORA = Participant("p-nora", "Nora Lund", minor=True)


def asks(of: str, scope: Scope = Scope.ORG, name: str = "fjord", guardian: str | None = None) -> Asked:
    offers, terms = (Offer("summary", "acme"),), (("acme", "0"),)
    return Asked(Invitation(f"i-{of}-{name}", of, scope, name, offers, terms, NOON, guardian=guardian), Channel.LINK,
                 NOON)  # fmt: skip


def said(of: str, **changes: Any) -> ConsentRecord:
    yes = ConsentRecord(f"r-{of}", of, Scope.ORG, "fjord", "summary", "acme", "v1", ConsentState.GRANTED, NOON, None,
                        "written", True, of, NOON)  # fmt: skip
    return yes._replace(**changes)


async def held(store: Store, *people: str) -> None:
    await store.people.put_all([LARS, OLD, EVA, NORA])
    for each in people:
        await store.holds.put(each, "case 12", NOON)


async def test_a_hold_is_on_all_ids_of_its_person_whichever_it_was_put_on(store: Store) -> None:
    await held(store, "p-lars-old")
    assert await store.holds.people() == {"p-lars-old"}
    await store.people.put_as_one("p-lars-old", LARS, [])
    assert await store.holds.people() == {"p-lars", "p-lars-old"}
    await store.people.put_as_one("p-lars", EVA, [])
    assert await store.holds.people() == {"p-lars", "p-lars-old", "p-eva"}
    await store.holds.put("p-nora", "case 13", NOON)
    assert await store.holds.people() == {"p-lars", "p-lars-old", "p-eva", "p-nora"}


@pytest.mark.parametrize(
    ("on_file", "binds"),
    [
        (said("p-lars", actor="p-eva"), True),
        (said("p-lars", actor="Evamaria Lund"), True),
        (said("p-lars", evidence_ref="eva@fjord.example wrote so"), True),
        (said("p-lars-old", actor="p-eva", guardian=True), True),
        (said("p-lars"), False),
        (said("p-eva", actor="p-lars", guardian=True), True),
        (said("p-eva", actor="p-lars"), False),
        (said("p-eva"), False),
        (said("p-nora", actor="p-eva", guardian=True), False),
        (said("p-nora", actor="p-lars", guardian=True, evidence_ref="told by Evamaria Lund"), True),
        (said("p-nora", actor="p-lars", guardian=True), False),
        (asks("p-lars", guardian="p-eva"), True),
        (asks("p-eva", guardian="p-lars"), True),
        (asks("p-eva"), False),
    ],
)
async def test_who_is_named_in_what_is_on_hold_has_to_stay(
    store: Store, on_file: ConsentRecord | Asked, binds: bool
) -> None:
    await held(store, "p-lars-old")
    await store.people.put_as_one("p-lars-old", LARS, [])
    if isinstance(on_file, Asked):
        await store.invitations.put_all([on_file])
    else:
        await store.consents.record(on_file)
    found = await store.holds.binding(["p-eva"])
    assert bool(found) is binds
    assert set(found) <= {"p-lars", "p-lars-old"}
    assert await store.holds.binding(["p-lars", "p-lars-old"]) == ()


@pytest.mark.parametrize("how", ["listed", "seen", "under a name", "by address", "noted", "asked", "as a guardian"])
async def test_meetings_that_somebody_on_hold_was_in_or_was_asked_about_have_to_stay(store: Store, how: str) -> None:
    await held(store, "p-lars-old")
    await store.people.put_as_one("p-lars-old", LARS, [])
    roster = (LARS, EVA) if how == "listed" else (EVA,)
    for name, people in (("m1", roster), ("m2", (EVA,)), ("m3", roster)):
        await store.meetings.put(Meeting(name, NOON, roster=Roster(people, True)))
    if how in ("seen", "under a name", "by address"):
        person = "p-lars-old" if how == "seen" else None
        label = "Ekholm, Lars (guest)" if how == "under a name" else "Tablet"
        mark = address_mark("lars@fjord.example", "salt") if how == "by address" else None
        await store.meetings.note_presence("m1", label, person, "joined", NOON, "zoom", "k", address=mark)
        await store.meetings.note_presence("m2", "Tablet", "p-eva", "joined", NOON, "zoom", "k2")
    elif how == "noted":
        await store.notes.note(RequestNotes("summary", "m1", NOON, 1, ("p-lars",)))
    elif how == "asked":
        await store.invitations.put_all([asks("p-lars", Scope.MEETING, "m1"), asks("p-eva", Scope.MEETING, "m2")])
    elif how == "as a guardian":
        await store.invitations.put_all([asks("p-nora", Scope.MEETING, "m1", "p-lars-old")])
    assert set(await store.holds.meetings(["m1", "m2"])) == {"m1"}
    assert not await store.holds.meetings(["m2"])
