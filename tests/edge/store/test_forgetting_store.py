"""Forgetting a person in the store, on both databases: what goes, what stays, and that nothing else can go so."""

from __future__ import annotations

import dataclasses
import itertools
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from harness.other_program import OtherProgram

from proxy.consent.in_force import counting
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk.ports import NamedElsewhere, Traces
from proxy.edge.store.replies import SealedReply
from proxy.edge.store.store import Store
from proxy.edge.store.tables import metadata
from proxy.errors import OwnFault
from proxy.meetings.presence import address_mark
from proxy.model import GivenBack, Meeting, Participant, ParticipantClass, RequestNotes, Roster
from proxy.settings import ConsentSettings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HANA = Participant("p-hana", "Hana Weißkopf", ("Hanni W",), ("hana@canary.example",), ParticipantClass.EMPLOYEE)
OLD = Participant("p-hana-old", "H. Weißkopf", (), ("h.w@canary.example",))
BEN = Participant("p-ben", "Ben", (), ("ben@home.example",))
KID = Participant("p-kid", "Kid", minor=True)
OSLO = Participant("r-oslo", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-hana", "p-ben"))
CANARIES = ("p-hana", "hana-", "hana ", "hana@", "weißkopf", "wei\\u00dfkopf", "hanni", "canary", "weisskopf")
REFUSED = (sqlite3.DatabaseError, asyncpg.PostgresError)


def said(number: int, person: str, **changes: object) -> ConsentRecord:
    facts = ConsentRecord(
        f"cr-{person}-{number}", person, Scope.MEETING, "m1", "summary", "acme", "v1", ConsentState.GRANTED, NOON, None,
        "explicit_click", True, person, NOON, evidence_ref=f"canary-invitation-{number}",
    )  # fmt: skip
    return facts._replace(**changes)  # type: ignore[arg-type]


async def lived(store: Store) -> None:
    """Everything that may be on file of Hana, between other people's."""
    for person in (HANA, OLD, BEN, KID, OSLO):
        await store.people.put(person)
    shown = dataclasses.replace(HANA, shown_as=("hana-iphone",))
    await store.meetings.put(Meeting("m1", NOON, roster=Roster((shown, BEN, KID, OSLO), True)))
    await store.meetings.put(Meeting("m2", NOON, roster=Roster((BEN,), True)))
    await store.keys.of(["p-hana", "p-hana-old", "p-ben"])
    await store.consents.record(said(1, "p-hana-old", state=ConsentState.DENIED))
    await store.people.put_as_one("p-hana-old", HANA, [])
    other = "told by Hanami; other"
    await store.consents.record_all([said(1, "p-hana"), said(2, "p-ben", evidence_ref=other)])
    await store.consents.record(said(3, "p-kid", actor="p-hana", guardian=True, evidence_ref="by HANA Weißkopf"))
    await store.meetings.note_presence("m1", "Hanni W", "p-hana", "joined", NOON, "zoom", "k1")
    mark = address_mark("hana@canary.example", "salt")
    await store.meetings.note_presence("m1", "hanni w", None, "joined", NOON, "zoom", "k2", address=mark)
    await store.meetings.note_presence("m1", "Ben", "p-ben", "joined", NOON, "zoom", "k3")
    await store.meetings.note_presence("m1", "A stranger", None, "joined", NOON, "zoom", "k4")
    await store.notes.note(RequestNotes(None, "m1", NOON, 2, ("p-hana", "p-ben")))
    await store.links.spend("nonce", "canary-invitation-1", NOON)
    await store.links.note_incident("reused", "canary-invitation-1", NOON)
    await store.terms.add("acme", "v1", "Text.", "sha256:00", NOON)
    await store.terms.accept("acme", "v1", "Hana Weißkopf", NOON)
    await store.jobs.put(SealedReply("j1", "bot", NOON, ["p-hana", "p-ben"], b"canary sealed"), NOON)
    await store.jobs.put(SealedReply("j2", "bot", NOON, ["p-ben"], b"sealed"), NOON)
    await store.given_back.put(
        GivenBack("bot", "m1", "ex", ("p-hana",), b"canary", frozenset({b"8 bytes."})), NOON, NOON
    )


async def forget(store: Store) -> Traces:
    numbers = itertools.count(1)
    return await store.forgetting.forget(["p-hana", "p-hana-old"], lambda: str(next(numbers)))


async def everything(other_program: OtherProgram) -> str:
    found = [str(await other_program.sql(f"SELECT * FROM {table}")) for table in metadata.tables]
    return " ".join(found).casefold()


async def test_nothing_that_names_them_is_left(store: Store, other_program: OtherProgram) -> None:
    await lived(store)
    before = await everything(other_program)
    assert all(canary in before for canary in ("p-hana", "hanni", "canary"))

    traces = await forget(store)

    assert await store.forgetting.purge()
    after = await everything(other_program)
    assert [canary for canary in CANARIES if canary in after] == []
    assert (traces.consent_records, traces.rosters, traces.rooms, traces.guardianships) == (2, ("m1",), ("r-oslo",), 1)


async def test_what_is_about_others_stays(store: Store) -> None:
    await lived(store)
    await forget(store)

    assert {person.id for person in await store.people.everybody()} == {"p-ben", "p-kid", "r-oslo"}
    assert [each.id for each in await store.consents.listed()] == ["cr-p-ben-2", "cr-p-kid-3"]
    assert (await store.consents.grants(["p-ben"]))[0].evidence_ref == "told by Hanami; other"
    (kid,) = await store.consents.listed(participant="p-kid")
    assert (kid.guardian, kid.actor.startswith("forgotten:")) == (True, True)
    (judged,) = await store.consents.grants(["p-kid"])
    assert not judged.guardian, "whoever gave it is not on file, so it counts as nobody's"
    assert set(await store.keys.known(["p-ben", "p-hana", "p-hana-old"])) == {"p-ben"}
    meeting = await store.meetings.by_id("m1")
    assert meeting is not None
    assert [person.id for person in meeting.roster.participants] == ["p-ben", "p-kid", "r-oslo"]
    assert not meeting.roster.complete
    assert (await store.meetings.by_id("m2")).roster.complete
    assert (await store.notes.of("m1")).objected == (("p-ben", NOON),)
    assert (await store.jobs.find("j2")).sealed == b"sealed"
    assert not await store.links.spend("nonce", "again", NOON)  # a used link stays used


async def test_a_guardians_yes_counts_while_they_are_on_file_under_any_id(store: Store) -> None:
    await lived(store)
    await store.consents.record(said(4, "p-kid", actor="p-hana-old", guardian=True, purpose="compose"))

    def heard(records: Sequence[ConsentRecord]) -> list[str]:
        counted = counting(records, ConsentSettings(), minor=True, now=NOON)
        return [each.purpose for each in counted]

    asked = {"purposes": ["summary", "compose"], "recipient": "acme", "scopes": [(Scope.MEETING, "m1")]}
    for narrow in ({}, asked):
        assert heard(await store.consents.grants(["p-kid"], **narrow)) == ["summary", "compose"]
    await forget(store)
    for narrow in ({}, asked):
        assert heard(await store.consents.grants(["p-kid"], **narrow)) == []


async def test_evidence_that_others_share_with_them_stays_theirs(store: Store) -> None:
    """A list that both signed, or whoever told it, is evidence of the other's record as before."""
    await lived(store)
    for person, number in (("p-hana", 5), ("p-ben", 6), ("p-kid", 7)):
        await store.consents.record(said(number, person, evidence_ref="list of 2026-03-02"))
    await forget(store)
    kept = [each for person in ("p-ben", "p-kid") for each in await store.consents.listed(participant=person)]
    assert [each.evidence_ref for each in kept if each.evidence_ref and "list" in each.evidence_ref] == [
        "list of 2026-03-02",
        "list of 2026-03-02",
    ]


async def test_a_room_that_listed_them_hears_nobody_until_its_list_is_given_anew(store: Store) -> None:
    await lived(store)
    await forget(store)

    room = await store.people.by_id("r-oslo")
    assert room is not None
    first, second = room.members
    assert (first.startswith("forgotten:"), second) == (True, "p-ben")


@pytest.mark.parametrize("table", ["grants", "presence", "meeting_notes"])
async def test_a_plain_deletion_fails_as_ever(store: Store, other_program: OtherProgram, table: str) -> None:
    await lived(store)
    for change in (f"DELETE FROM {table} WHERE participant = 'p-hana'", f"UPDATE {table} SET participant = 'x'"):
        with pytest.raises(REFUSED, match="append-only"):
            await other_program.sql(change)


async def test_nobody_is_marked_whose_key_is_on_file(store: Store, other_program: OtherProgram) -> None:
    """So a record can go only once the ledger no longer names its person, which is to be seen there."""
    await lived(store)
    with pytest.raises(REFUSED, match="key of this person"):
        await other_program.sql("INSERT INTO forgetting VALUES ('p-hana')")

    await other_program.sql("INSERT INTO forgetting VALUES ('p-nobody')")
    for change in ("DELETE FROM grants", "UPDATE grants SET actor = 'x'", "UPDATE grants SET evidence_ref = 'x'",
                   "UPDATE grants SET evidence_ref = evidence_ref", "UPDATE spent SET nonce = 'x'",
                   "UPDATE terms_accepted SET accepted_by = 'x'", "DELETE FROM terms_accepted"):  # fmt: skip
        with pytest.raises(REFUSED, match="append-only"):
            await other_program.sql(change)


async def test_a_hold_keeps_everything(store: Store, other_program: OtherProgram) -> None:
    await lived(store)
    await store.holds.put("p-hana", "court", NOON)
    before = await everything(other_program)
    with pytest.raises(OwnFault):
        await forget(store)
    assert await everything(other_program) == before

    assert await store.holds.release(["p-hana", "p-hana-old"])
    assert not await store.holds.release(["p-hana"])
    await forget(store)


async def test_a_namesake_keeps_their_name(store: Store, other_program: OtherProgram) -> None:
    await lived(store)
    await store.people.put(Participant("p-hanni", "Other", ("Hanni W",)))
    await store.meetings.note_presence("m2", "Hanni W", None, "joined", NOON, "zoom", "k5")
    await forget(store)

    assert (await store.people.by_id("p-hanni")).aliases == ("Hanni W",)
    assert await other_program.sql("SELECT label FROM presence WHERE meeting = 'm2'") == [("Hanni W",)]


async def test_labels_of_strangers_go_that_hold_a_name_of_theirs(store: Store, other_program: OtherProgram) -> None:
    """In a meeting that did not list them, where nobody could tell whose label it is."""
    await lived(store)
    kept = ("Hanami Weiss", "Weber", "Ben (guest)", "Guest 1")
    gone = ("Hana Weißkopf (guest)", "WEISSKOPF, Hana", "Hana Weißkopf's iPad", "H. Weisskopf", "hweisskopf", "p-hana")
    for number, label in enumerate((*kept, *gone)):
        await store.meetings.note_presence("m2", label, None, "joined", NOON, "zoom", f"s{number}")
    traces = await forget(store)

    rows = await other_program.sql("SELECT label FROM presence WHERE meeting = 'm2'")
    assert {row[0] for row in rows} == set(kept)
    assert traces.rosters == ("m1", "m2")
    assert not (await store.meetings.by_id("m2")).roster.complete


async def test_what_else_holds_a_name_of_theirs_is_told_and_stays(store: Store) -> None:
    await lived(store)
    assert await store.forgetting.named_elsewhere(["p-hana", "p-hana-old"]) == NamedElsewhere()
    await store.people.put(Participant("p-guest", "Guest", ("Weißkopf Hana",)))
    shown = dataclasses.replace(BEN, shown_as=("Ben for Hana Weißkopf",))
    await store.meetings.put(Meeting("hana weisskopf 1:1", NOON, series="hanni w", roster=Roster((shown,), True)))
    await store.holds.put("p-kid", "asked for by hana@canary.example", NOON)

    found = NamedElsewhere(("p-ben", "p-guest"), ("p-kid",), ("hana weisskopf 1:1", "hanni w"))
    assert await store.forgetting.named_elsewhere(["p-hana", "p-hana-old"]) == found
    await forget(store)
    assert (await store.people.by_id("p-guest")).aliases == ("Weißkopf Hana",)


async def test_no_file_of_sqlite_holds_the_pseudonyms_of_an_act_that_was_taken(tmp_path: Path) -> None:
    path, shown = tmp_path / "proxy.db", "ptc:2026:" + "ab" * 16
    async with await Store.open(f"sqlite:///{path}") as store:
        await store.acts.did("person.forgotten", shown=[shown])
        assert await store.forgetting.purge()
        async with store.acts.taken(await store.acts.oldest(9)) as taken:
            taken.done(taken.acts[0])
        assert shown.encode() in b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert await store.forgetting.settle()
        assert shown.encode() not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


async def test_no_file_of_sqlite_holds_them_after_the_purge(tmp_path: Path) -> None:
    path = tmp_path / "proxy.db"
    async with await Store.open(f"sqlite:///{path}") as store:
        await lived(store)
        await forget(store)
        assert await store.forgetting.purge()
        bytes_ = b"".join(file.read_bytes() for file in tmp_path.iterdir()).lower()
        assert [canary for canary in CANARIES if canary.encode() in bytes_] == []
