"""What goes with a meeting that is taken off file, and what stays; and since when nothing needs a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, MeetingNotes, Participant, RequestNotes, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN, BEN = Participant("p-ann", "Annika"), Participant("p-ben", "Benedikt")


async def lived(store: Store, meeting: str) -> None:
    """A meeting in which somebody was seen, of whom a request told, and who was asked."""
    await store.meetings.put(Meeting(meeting, NOON, NOON, "weekly", roster=Roster((ANN, BEN), True)))
    await store.keys.of(["p-ann", "p-ben", f"meeting:{meeting}"])
    await store.meetings.note_presence(meeting, "Annika", "p-ann", "joined", NOON, "zoom", f"k-{meeting}")
    await store.notes.note(RequestNotes("summary", meeting, NOON, 2, ("p-ben",)))
    offers, terms = (Offer("summary", "acme"),), (("acme", "0"),)
    asks = Invitation(f"i-{meeting}", "p-ann", Scope.MEETING, meeting, offers, terms, NOON)
    await store.invitations.put_all([Asked(asks, Channel.LINK, NOON)])


async def test_a_meeting_goes_with_all_that_was_seen_of_it_and_no_other_does(store: Store) -> None:
    for meeting in ("m-old", "m-new"):
        await lived(store, meeting)

    await store.expiring.meetings(["m-old"])

    for meeting, there in (("m-old", False), ("m-new", True)):
        assert (await store.meetings.by_id(meeting) is not None) is there
        assert await store.meetings.was_anybody_seen(meeting) is there
        assert (await store.notes.of(meeting) != MeetingNotes()) is there
        assert bool(await store.invitations.of([(Scope.MEETING, meeting)])) is there
    assert [each.id for each in await store.people.everybody()] == ["p-ann", "p-ben"]
    assert set(await store.keys.known(["meeting:m-old"])) == {"meeting:m-old"}


async def test_of_a_meeting_that_is_narrowed_what_is_of_others_goes(store: Store) -> None:
    for meeting in ("m-old", "m-new"):
        await lived(store, meeting)
        await store.meetings.note_presence(meeting, "Guest", None, "joined", NOON, "zoom", f"g-{meeting}")

    assert await store.expiring.narrow("m-old", ["p-ann"]) == {"p-ben", ""}
    assert await store.expiring.narrow("m-old", ["p-ann"]) == set()

    for meeting, listed, noted in (("m-old", ["p-ann"], False), ("m-new", ["p-ann", "p-ben"], True)):
        found = await store.meetings.by_id(meeting)
        assert found is not None
        assert [each.id for each in found.roster.participants] == listed
        assert bool((await store.notes.of(meeting)).objected) is noted
        assert await store.meetings.was_anybody_seen(meeting)
        assert await store.invitations.of([(Scope.MEETING, meeting)])
    assert await store.expiring.narrow("m-new", ["p-ben"]) == {"p-ann", ""}
    assert not await store.meetings.was_anybody_seen("m-new")
    assert await store.invitations.of([(Scope.MEETING, "m-new")]) == []
    assert (await store.notes.of("m-new")).objected


async def test_since_when_nothing_needs_somebody_is_remembered_until_something_does(store: Store) -> None:
    await store.people.put_all([ANN, BEN])
    day = timedelta(days=1)
    assert await store.expiring.idle(["p-ann"], NOON) == {"p-ann": NOON}
    assert await store.expiring.idle(["p-ann", "p-ben"], NOON + day) == {"p-ann": NOON, "p-ben": NOON + day}
    await store.people.put(Participant("p-ann", "Annika Solberg"))
    assert await store.expiring.idle(["p-ben"], NOON + 2 * day) == {"p-ben": NOON + day}
    assert await store.expiring.idle(["p-ann", "p-gone"], NOON + 3 * day) == {"p-ann": NOON + 3 * day}


async def test_who_is_forgotten_is_asked_as_a_guardian_no_more(store: Store) -> None:
    await store.people.put_all([ANN, BEN])
    offers, terms = (Offer("summary", "acme"),), (("acme", "0"),)
    asks = Invitation("i-1", "p-ben", Scope.ORG, "fjord", offers, terms, NOON, guardian="p-ann")
    await store.invitations.put_all([Asked(asks, Channel.LINK, NOON)])
    (found,) = await store.invitations.of_people(["p-ann"])
    assert (found.invitation.participant, found.invitation.guardian) == ("p-ben", "p-ann")
    await store.forgetting.forget(["p-ann"], lambda: "x")
    assert await store.invitations.of_people(["p-ben"]) == []
