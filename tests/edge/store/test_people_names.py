"""Names that two people on file have, and names of one meeting, in both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic import command
from harness.other_program import OtherProgram

from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.directory import as_two, vouching
from proxy.model import Meeting, Participant, Roster

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEN = vouching(Participant("p-ben", "Ben Okoro", ("Benno",), ("ben@acme.example",)), ["Ben Okoro", "Benno"])
EVE = Participant("p-eve", "BEN  Okoro", ("Eve",), ("eve@home.example",))
FAY = Participant("p-fay", "Fay Iwu")


async def invite(store: Store, *people: Participant, name: str = "m1") -> Roster:
    await store.meetings.put(Meeting(name, NOON, roster=Roster(people, complete=True)))
    return await on_file(store, name)


async def on_file(store: Store, name: str = "m1") -> Roster:
    found = await store.meetings.by_id(name)
    assert found is not None
    return found.roster


async def test_a_name_that_two_on_file_have_is_theirs_for_whom_the_operator_vouches(store: Store):
    await store.people.put(BEN)
    roster = await invite(store, EVE)

    assert roster.participants == (replace(EVE, unconfirmed=("BEN  Okoro",)),)
    assert (roster.resolve("Ben Okoro"), roster.resolve("Eve")) == (None, roster.participants[0])
    assert (await invite(store, BEN, name="m2")).resolve("Ben Okoro") == BEN
    assert {p.id: p.unconfirmed for p in await store.people.everybody()} == {"p-ben": (), "p-eve": ("BEN  Okoro",)}
    assert (await store.people.having(["p-eve"], ()))[0].unconfirmed == ("BEN  Okoro",)


BADGED = [
    "Ben Okoro (Guest)", "Okoro, Ben", "ben okoro’s iPhone", "Ben Okoro [Skerry AS]", "Ben Okoro (any words)",
    "Ben Okoro（Guest）", "Ben_Okoro_(Guest)", "Okoro, Ben (Guest) (External)", "Benno (she/her)",
]  # fmt: skip


@pytest.mark.parametrize("name", BADGED)
async def test_a_name_of_somebody_on_file_with_a_badge_waits_as_the_name_does(store: Store, name: str):
    await store.people.put(BEN)
    eve = replace(EVE, name=name)
    roster = await invite(store, eve)

    assert roster.participants == (replace(eve, unconfirmed=(name,)),)
    assert roster.resolve(name) is None
    assert (await store.people.by_id("p-eve")).unconfirmed == (name,)
    await store.people.put_all(as_two(eve, BEN))
    assert (await on_file(store)).resolve(name).id == "p-eve"
    assert (await invite(store, BEN, name="m2")).resolve("Ben Okoro") == BEN


@pytest.mark.parametrize(
    "name", ["Ben (Guest)", "Ben Okoro Lund", "Ben O'Koro", "Eve Stone (Guest)", "(Guest)", "Ben,"]
)
async def test_a_name_with_a_badge_that_is_nobody_elses_is_theirs(store: Store, name: str):
    await store.people.put(BEN)

    assert (await invite(store, replace(EVE, name=name))).resolve(name).id == "p-eve"
    assert (await invite(store, replace(BEN, aliases=("Okoro, Ben",)), name="m2")).resolve("okoro, ben").id == "p-ben"


async def test_whose_name_it_is_does_not_hang_on_who_came_first(store: Store):
    assert (await invite(store, EVE)).resolve("Ben Okoro") == EVE
    await store.people.put(replace(BEN, vouched=()))

    assert (await on_file(store)).resolve("Ben Okoro") is None
    assert (await store.people.by_id("p-ben")).unconfirmed == ("Ben Okoro",)
    await store.people.put(replace(BEN, name="Benjamin"))
    assert (await on_file(store)).resolve("Ben Okoro") == EVE


async def test_what_somebody_is_shown_as_is_for_one_meeting(store: Store):
    await store.people.put(BEN)
    shown = replace(FAY, shown_as=("Iwu, Fay", "Benno", "Kim"))
    roster = await invite(store, shown)

    assert [roster.resolve(label) is not None for label in ("Fay Iwu", "Iwu, Fay", "Benno", "Kim")] == [
        True, True, False, False
    ]  # fmt: skip
    assert sorted(roster.participants[0].unconfirmed) == ["Benno", "Kim"]
    assert (await store.people.by_id("p-fay")) == FAY
    await store.people.put(replace(EVE, name="IWU, FAY"))
    assert (await on_file(store)).resolve("Iwu, Fay") is None
    assert (await invite(store, FAY)).resolve("Kim") is None
    assert (await on_file(store)).participants[0].labels == ("Fay Iwu",)


async def test_somebody_who_was_on_file_twice_is_one_person(store: Store):
    room = Participant("r-1", "Fjord", members=("p-eve", "p-fay"))
    for person in (BEN, FAY, room):
        await store.people.put(person)
    await invite(store, replace(EVE, joined_at=NOON), FAY, room)
    await invite(store, replace(EVE, left_at=NOON), replace(BEN, joined_at=NOON), name="both")

    await store.people.put_as_one("p-eve", replace(BEN, emails=("ben@acme.example", "eve@home.example")), ())

    assert await store.people.by_id("p-eve") is None
    assert [p.id for p in (await on_file(store)).participants] == ["p-ben", "p-fay", "r-1"]
    assert (await store.people.by_id("r-1")).members == ("p-ben", "p-fay")
    (ben,) = (await on_file(store, "both")).participants
    assert (ben.id, ben.joined_at, ben.left_at) == ("p-ben", None, None)
    assert (await on_file(store)).resolve("ben okoro").id == "p-ben"


async def test_an_id_that_went_is_another_one_of_whoever_is_kept_last(store: Store):
    for person in (BEN, EVE, FAY):
        await store.people.put(person)
    await store.people.put_as_one("p-eve", BEN, ())
    await store.people.put_as_one("p-ben", FAY, ())

    assert await store.people.merged_ids(["p-ben", "p-eve", "p-fay", "p-x"]) == {"p-ben": "p-fay", "p-eve": "p-fay"}
    with pytest.raises(ClientFault, match="merged_person"):
        await invite(store, FAY, EVE)
    assert [person.id for person in await store.people.everybody()] == ["p-fay"]


async def test_an_address_that_two_on_file_have_is_told_of_each(store: Store):
    both = replace(EVE, name="Eve", emails=("eve@home.example", "Ben@Acme.example"))
    for person in (BEN, both, FAY):
        await store.people.put(person)

    assert {p.id: p.shared_emails for p in await store.people.everybody()} == {
        "p-ben": ("ben@acme.example",), "p-eve": ("Ben@Acme.example",), "p-fay": ()
    }  # fmt: skip
    assert [p.shared_emails for p in (await invite(store, BEN, FAY)).participants] == [("ben@acme.example",), ()]
    await store.people.put_as_one("p-eve", BEN, ())
    assert [p.shared_emails for p in (await on_file(store)).participants] == [(), ()]


@pytest.mark.usefixtures("no_tables")
async def test_addresses_on_file_are_looked_up_by_the_step(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0011"))
        async with await Store.open(store_url):
            pass
    for person, emails in (("p-ben", '["ben@acme.example", "BEN@acme.example"]'), ("p-eve", '["Ben@Acme.example"]')):
        columns = "id, name, aliases, emails, participant_class, minor, members"
        values = f"'{person}', '{person}', '[]', '{emails}', 'guest', false, '[]'"
        await other_program.sql(f"INSERT INTO participants ({columns}) VALUES ({values})")
    async with await Store.open(store_url) as store:
        assert {p.id: len(p.shared_emails) for p in await store.people.everybody()} == {"p-ben": 2, "p-eve": 1}


@pytest.mark.usefixtures("no_tables")
async def test_names_on_file_are_looked_up_by_the_step(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0005"))
        async with await Store.open(store_url):
            pass
    for person, aliases in (("p-ben", '["Benno", "BENNO"]'), ("p-eve", '["benno"]')):
        columns = "id, name, aliases, emails, participant_class, minor, members"
        values = f"'{person}', '{person}', '{aliases}', '[]', 'guest', false, '[]'"
        await other_program.sql(f"INSERT INTO participants ({columns}) VALUES ({values})")
    async with await Store.open(store_url) as store:
        assert {p.id: p.unconfirmed for p in await store.people.everybody()} == {
            "p-ben": ("Benno", "BENNO"),
            "p-eve": ("benno",),
        }


@pytest.mark.usefixtures("no_tables")
async def test_names_with_other_apostrophes_are_looked_up_anew_by_the_step(
    store_url: str, other_program: OtherProgram, monkeypatch: pytest.MonkeyPatch
):
    """Of two who differ in an apostrophe alone, the one for whom the operator vouched keeps the name."""
    with monkeypatch.context() as before:
        before.setattr(command, "upgrade", lambda config, _, upgrade=command.upgrade: upgrade(config, "0012"))
        async with await Store.open(store_url):
            pass
    for person, name, vouched in (("p-a", "O’Dea", '["o’dea"]'), ("p-b", "O''Dea", "[]"), ("p-c", "Cy", "[]")):
        columns = "id, name, aliases, emails, participant_class, minor, members, vouched"
        values = f"'{person}', '{name}', '[\"{name}\"]', '[]', 'guest', false, '[]', '{vouched}'"
        await other_program.sql(f"INSERT INTO participants ({columns}) VALUES ({values})")
        written = f"'{name.lower()}', '{person}', '', '{name}'"
        await other_program.sql(f"INSERT INTO names (form, participant, meeting, label) VALUES ({written})")
    async with await Store.open(store_url) as store:
        people = {p.id: (p.vouched, bool(p.unconfirmed)) for p in await store.people.everybody()}
        assert people == {"p-a": (("o'dea",), False), "p-b": ((), True), "p-c": ((), False)}
