"""What stays on file where two entries turn out to be one person's: nobody is heard more, and nothing on hold goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from proxy.consent.decide import decide
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import Question, Reason, Verdict
from proxy.desk.people import confirm_one
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Custody, Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NORA = Participant("p-nora", "Nora Lund", minor=True)
ULF, UFFE = Participant("p-ulf", "Ulf Lund"), Participant("p-uffe", "Uffe Lund", aliases=("U. Lund",))
EVA = Participant("p-eva", "Evamaria Ekholm")


async def one(store: Store, gone: str, stays: str) -> Participant:
    ids = count()
    policy = ConsentSettings()
    return await confirm_one(store, gone, stays, policy, now=NOON + 9 * HOUR, new_id=lambda: f"n{next(ids)}")


async def met(store: Store, *people: Participant) -> None:
    await store.meetings.put(Meeting("m1", NOON, NOON + HOUR, roster=Roster(people, True)))


async def said_yes(store: Store, by: str, number: int) -> None:
    await store.consents.record(
        ConsentRecord(f"r{number}", "p-nora", Scope.ORG, "fjord", "summary", "acme", "v1", ConsentState.GRANTED, NOON,
                      None, "written", True, by, NOON + number * timedelta(minutes=1), guardian=True)
    )  # fmt: skip


async def verdict(store: Store, policy: ConsentSettings) -> Verdict:
    meeting = await store.meetings.by_id("m1")
    assert meeting is not None
    asked = Question("fjord", "summary", "acme", "v1", may_train=False, route_enabled=True, purpose_allowed=True,
                     meeting=meeting, now=NOON + 10 * HOUR)  # fmt: skip
    return decide(asked, [], await store.consents.grants(["p-nora"]), policy).people["p-nora"]


@pytest.mark.parametrize("stays", [Custody.EACH, Custody.ONE, None])
@pytest.mark.parametrize("gone", [Custody.EACH, Custody.ONE, None])
@pytest.mark.parametrize("policy", Custody)
async def test_a_minor_needs_whose_yes_either_entry_needed(
    store: Store, gone: Custody | None, stays: Custody | None, policy: Custody
) -> None:
    second = replace(NORA, id="p-nora-2", guardians=("p-ulf", "p-eva"), custody=gone)
    kept = replace(NORA, guardians=("p-ulf", "p-eva"), custody=stays)
    await store.people.put_all([ULF, EVA, kept, second])
    await met(store, kept)
    await said_yes(store, "p-ulf", 1)

    await one(store, "p-nora-2", "p-nora")

    either = {gone or policy, stays or policy}
    assert (await verdict(store, ConsentSettings(custody=policy))).admitted is (either == {Custody.ONE})


@pytest.mark.parametrize("both", [True, False])
async def test_a_guardian_who_turns_out_to_be_the_child_leaves_a_place_that_nobody_has(
    store: Store, both: bool
) -> None:
    """A shorter list would hear the child by the others alone, and an empty one by anybody's yes."""
    nora = replace(NORA, guardians=("p-uffe", "p-eva") if both else ("p-uffe",))
    await store.people.put_all([UFFE, EVA, nora])
    await met(store, nora)
    await said_yes(store, "p-eva", 1)
    assert (await verdict(store, ConsentSettings())).reason is Reason.GUARDIAN_MISSING

    found = await one(store, "p-uffe", "p-nora")

    assert not {"p-uffe", "p-nora"} & {*found.guardians}
    assert len(found.guardians) == len(nora.guardians)
    assert (await verdict(store, ConsentSettings())).reason is Reason.GUARDIAN_MISSING
    assert not (await verdict(store, ConsentSettings(custody=Custody.ONE))).admitted or both


@pytest.mark.parametrize("yes", ["p-uffe", "p-ulf"])
async def test_a_guardian_with_two_entries_counts_as_one(store: Store, yes: str) -> None:
    nora = replace(NORA, guardians=("p-uffe", "p-eva", "p-ulf"))
    await store.people.put_all([ULF, UFFE, EVA, nora])
    await met(store, nora)
    await said_yes(store, yes, 1)
    await one(store, "p-uffe", "p-ulf")
    child = await store.people.by_id("p-nora")

    assert child is not None
    assert child.guardians == ("p-ulf", "p-eva")
    assert not (await verdict(store, ConsentSettings())).admitted
    await said_yes(store, "p-eva", 2)
    assert (await verdict(store, ConsentSettings())).admitted


async def test_the_names_of_the_other_entry_are_theirs_too(store: Store) -> None:
    await store.people.put_all([ULF, UFFE])
    await met(store, replace(UFFE, shown_as=("Uffe (mobile)",)))

    found = await one(store, "p-uffe", "p-ulf")

    assert (found.name, found.aliases) == ("Ulf Lund", ("Uffe Lund", "U. Lund"))
    (there,) = (await store.meetings.by_id("m1")).roster.participants
    assert (there.id, there.shown_as) == ("p-ulf", ("Uffe (mobile)",))
    assert there.is_surely_called("uffe lund")


async def test_a_name_that_somebody_else_has_too_still_names_nobody(store: Store) -> None:
    await store.people.put_all([ULF, UFFE, replace(EVA, name="Uffe Lund")])

    assert (await one(store, "p-uffe", "p-ulf")).unconfirmed == ("Uffe Lund",)


@pytest.mark.parametrize("kind", [ParticipantClass.ROOM, ParticipantClass.BOT])
@pytest.mark.parametrize("order", [1, -1])
async def test_a_room_or_a_bot_is_nobodys_other_entry(store: Store, kind: ParticipantClass, order: int) -> None:
    """What was said under it would be heard by the yes of a person."""
    await store.people.put_all([ULF, Participant("x-1", "Fjord", participant_class=kind)])
    with pytest.raises(ClientFault, match=r"nothing_to_confirm at same_as: x-1"):
        await one(store, *("x-1", "p-ulf")[::order])


async def test_two_entries_of_a_room_have_the_people_of_both(store: Store) -> None:
    room = Participant("r-1", "Fjord", participant_class=ParticipantClass.ROOM, members=("p-ulf",))
    await store.people.put_all([ULF, EVA, room, replace(room, id="r-2", members=("p-eva",))])

    assert (await one(store, "r-2", "r-1")).members == ("p-ulf", "p-eva")


async def test_who_was_on_a_roster_twice_was_there_as_long_as_either(store: Store) -> None:
    await store.people.put_all([ULF, UFFE])
    early = replace(ULF, joined_at=NOON, left_at=NOON + HOUR / 4)
    await met(store, early, replace(UFFE, joined_at=NOON + HOUR / 2, left_at=NOON + HOUR))
    await one(store, "p-uffe", "p-ulf")

    (there,) = (await store.meetings.by_id("m1")).roster.participants
    assert (there.joined_at, there.left_at) == (NOON, NOON + HOUR)


@pytest.mark.parametrize("held", ["p-ulf", "p-uffe", "p-eva"])
@pytest.mark.parametrize("left", [NOON + HOUR / 2, NOON + HOUR])
async def test_no_times_of_a_roster_on_hold_are_made_one(store: Store, held: str, left: datetime) -> None:
    """Entries with the same times lose none, and are made one."""
    await store.people.put_all([ULF, UFFE, EVA])
    await met(store, *(replace(each, joined_at=NOON, left_at=NOON + HOUR) for each in (ULF, EVA)),
              replace(UFFE, joined_at=NOON, left_at=left))  # fmt: skip
    await store.holds.put(held, "case 12", NOON)

    if left == NOON + HOUR:
        assert (await one(store, "p-uffe", "p-ulf")).id == "p-ulf"
        return
    before = await store.meetings.by_id("m1")
    with pytest.raises(ClientFault, match=rf"on_hold: .*{held}.*m1"):
        await one(store, "p-uffe", "p-ulf")
    assert await store.meetings.by_id("m1") == before
    await store.holds.release([held])
    assert (await one(store, "p-uffe", "p-ulf")).id == "p-ulf"
