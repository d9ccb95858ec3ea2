"""Who was asked, on file: when, how, and when they opened and answered, each for the first time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harness.other_program import OtherProgram

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import Scope
from proxy.desk import people
from proxy.edge.store.store import Store
from proxy.model import Participant
from proxy.settings import ConsentSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ASKED = Asked(
    Invitation(
        "i-1", "p-ann", Scope.MEETING, "m1", (Offer("summary", "acme"), Offer("qa", "acme")), (("acme", "00ff"),),
        NOON + timedelta(days=30), covers_earlier=True,
    ),
    Channel.LINK,
    NOON,
)  # fmt: skip
ABOUT = (Scope.MEETING, "m1")


def named(number: int, **changes: object) -> Asked:
    return replace(ASKED, invitation=replace(ASKED.invitation, id=f"i-{number}", **changes))


async def test_an_invitation_comes_back_as_it_went_in(store: Store) -> None:
    other = named(2, participant="p-ben", scope=Scope.SERIES, scope_id="weekly")
    await store.invitations.put_all([ASKED, other])
    await store.invitations.put_all([])
    await store.invitations.put_all([replace(ASKED, invited_at=LATER)])

    assert list(await store.invitations.of([ABOUT])) == [ASKED]
    assert list(await store.invitations.of([ABOUT, (Scope.SERIES, "weekly")])) == [ASKED, other]
    assert list(await store.invitations.of([(Scope.ORG, "m1")])) == []
    assert list(await store.invitations.of([])) == []


async def test_the_invitations_of_somebody_are_also_those_of_their_other_ids(store: Store) -> None:
    await store.people.put(Participant("p-ann", "Ann Lund"))
    await store.people.put(Participant("p-old", "Ann L."))
    old, other, series = (
        named(2, participant="p-old"), named(3, participant="p-ben"), named(4, scope=Scope.SERIES, scope_id="m1")
    )  # fmt: skip
    await store.invitations.put_all([ASKED, old, other, series])
    assert list(await store.invitations.to(["p-ann"], [ABOUT])) == [ASKED]
    await people.confirm_one(store, "p-old", "p-ann", ConsentSettings(), now=LATER, new_id=lambda: "x")
    assert list(await store.invitations.to(["p-ann"], [ABOUT])) == [ASKED, named(2)]
    assert list(await store.invitations.to(["p-ann"], [])) == []
    assert list(await store.invitations.to([], [ABOUT])) == []


async def test_the_first_opening_and_the_first_answer_count(store: Store) -> None:
    await store.invitations.put_all([ASKED])
    for at in (NOON, LATER):
        await store.invitations.opened("i-1", at)
        await store.invitations.answered("i-1", at)
    await store.invitations.opened("i-none", NOON)
    await store.invitations.reminded(["i-1", "i-none"], Channel.MAIL, LATER)

    (found,) = await store.invitations.of([ABOUT])
    assert found == replace(ASKED, opened_at=NOON, answered_at=NOON, reminded_at=LATER, channel=Channel.MAIL)


async def test_invitations_go_with_their_person(store: Store, other_program: OtherProgram) -> None:
    await store.people.put(Participant("p-ann", "Ann Lund"))
    await store.invitations.put_all([ASKED, named(2, participant="p-ben")])
    await store.links.note_incident("form_reused", "i-1", NOON)

    await store.forgetting.forget(["p-ann"], lambda: "1")

    assert [each.invitation.participant for each in await store.invitations.of([ABOUT])] == ["p-ben"]
    assert "i-1" not in str(await other_program.sql("SELECT * FROM incidents"))
