"""What somebody said is taken down by the same rules, whichever way it comes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness.stores import sqlite_store

from proxy.audit.about import CarryingExchange
from proxy.audit.query import EVERYTHING, EventFilter, Subject
from proxy.consent.recordable import imported
from proxy.consent.records import ConsentState, Scope
from proxy.desk import consents, people, subjects
from proxy.desk.consents import ConsentStatement
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings, Settings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = Participant("p-ann", "Ann Berg", emails=("ann@fjord.example",))
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
        "consent": {"methods": ["verbal"]},
    }
)  # fmt: skip
YES = ConsentStatement("p-ann", ConsentState.GRANTED, Scope.ORG, "summary", "verbal", recipient="acme")
NO = replace(YES, state=ConsentState.DENIED)
BACK = replace(YES, state=ConsentState.WITHDRAWN)
LEFT = CarryingExchange("ex-1", NOW, "acme", "summary", "v1", 3, 120)


class Ledger:
    """What has left, as the test says; keeps whom it was asked about."""

    def __init__(self, *left: CarryingExchange) -> None:
        self.left, self.asked = left, list[Subject]()

    async def carried(
        self, subjects: Collection[Subject], wanted: EventFilter = EVERYTHING
    ) -> tuple[CarryingExchange, ...] | None:
        self.asked = list(subjects)
        return self.left

    async def meetings(self) -> Collection[str]:
        return ()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        await opened.people.put(ANN)
        yield opened


async def said(
    store: Store, what: ConsentStatement, past: Ledger | None = None, *, as_written: bool = False
) -> consents.RecordedConsent:
    draft = consents.drafted(what, SETTINGS, NOW, f"cr-{what.state}-{what.participant}")
    return await consents.record(store, past or Ledger(), draft, SETTINGS, as_written=as_written)


async def test_a_withdrawal_tells_what_had_left_under_any_id_and_from_rooms(store: Store) -> None:
    room = Participant("r-1", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann",))
    await store.people.put(replace(ANN, id="p-old", name="Ann B."))
    await store.meetings.put(Meeting("m-1", NOW, roster=Roster((ANN, room))))
    await store.keys.of(["p-ann", "p-old", "r-1", "p-other"])
    await people.confirm_one(store, "p-old", "p-ann", ConsentSettings(), now=NOW, new_id=iter("abc").__next__)
    past = Ledger(LEFT)

    done = await said(store, BACK, past)

    assert done.left is not None
    assert done.left.exchanges == (LEFT,)
    assert len(past.asked) == 3
    # The id that went means the same person, whoever asks by it.
    await subjects.already_left(store, past, "fjord", "p-old")
    assert len(past.asked) == 3
    assert len(await subjects.subjects_of(store, "fjord", "p-old")) == 2
    assert done.receipt["dct:source"] == done.record.id


@pytest.mark.parametrize("what", [YES, NO])
async def test_what_takes_nothing_back_tells_of_nothing(store: Store, what: ConsentStatement) -> None:
    assert (await said(store, what, Ledger(LEFT))).left is None


@pytest.mark.parametrize("written", ["p-ann", "Ann Berg", "ANN@fjord.example"])
async def test_the_record_is_under_the_id_of_whom_is_meant(store: Store, written: str) -> None:
    done = await said(store, replace(NO, participant=written))

    assert (done.record.participant, done.record.actor, done.remarks) == ("p-ann", "p-ann", ())


async def test_an_id_as_written_may_be_nobodys_yet_and_a_name_may_not(store: Store) -> None:
    done = await said(store, replace(NO, participant="p-later"), as_written=True)
    with pytest.raises(ClientFault, match="unknown_participant"):
        await said(store, replace(NO, participant="p-later"))

    assert done.record.participant == "p-later"
    assert done.remarks == ("no person with this id is on any roster yet",)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (replace(NO, valid_until=NOW), "invalid_period"),
        (replace(YES, affirmative=False), "not_affirmative"),
        (replace(YES, actor="p-host"), "on_behalf"),
        (replace(YES, recipient="other"), "unknown_recipient"),
        (replace(YES, scope=Scope.SERIES), "incomplete_record"),
    ],
)
def test_what_is_no_record_is_refused_before_anything_is_read(what: ConsentStatement, reason: str) -> None:
    with pytest.raises(ClientFault, match=reason):
        consents.drafted(what, SETTINGS, NOW, "cr-1")


async def test_a_person_is_put_with_what_the_entry_says(store: Store) -> None:
    put = await people.put(store, Entry("p-ann", None, aliases=("Annie",)), SETTINGS.people, lambda: "x")

    assert (put.person.name, put.person.aliases, put.found) == ("Ann Berg", ("Annie",), False)
    with pytest.raises(ClientFault, match="invalid_roster"):
        await people.put(store, Entry("p-ann", None, members=("p-ann",)), SETTINGS.people, lambda: "x")


@pytest.mark.parametrize("written", ["Ann Berg", "ANN@fjord.example"])
@pytest.mark.parametrize("as_written", [True, False])
async def test_an_integration_that_names_a_person_means_them_too(store: Store, written: str, as_written: bool) -> None:
    done = await said(store, replace(BACK, participant=written), as_written=as_written)

    assert (done.record.participant, done.record.actor, done.remarks) == ("p-ann", "p-ann", ())


@pytest.mark.parametrize("written", ["Nora Dahl", "Ann  Bergen", "nora@fjord.example", "NORA@fjord.example"])
async def test_a_name_or_address_that_nobody_has_is_no_id(store: Store, written: str) -> None:
    with pytest.raises(ClientFault, match="unknown_participant"):
        await said(store, replace(NO, participant=written), as_written=True)


@pytest.mark.parametrize("actor", ["p-kim", "Kim Dahl", "kim dahl", "kim@fjord.example", "Kimmy"])
@pytest.mark.parametrize("as_written", [True, False])
async def test_nobody_is_their_own_guardian_however_they_are_named(store: Store, actor: str, as_written: bool) -> None:
    kim = Participant("p-kim", "Kim Dahl", aliases=("Kimmy",), emails=("kim@fjord.example",), minor=True)
    await store.people.put(kim)
    with pytest.raises(ClientFault, match="guardian_is_participant"):
        await said(store, replace(YES, participant="p-kim", actor=actor, guardian=True), as_written=as_written)
    assert not await store.consents.listed()


async def test_an_actor_of_several_stops_a_yes_and_no_refusal(store: Store) -> None:
    await store.people.put(Participant("p-kim", "Kim Dahl", minor=True))
    await store.people.put(Participant("p-kin", "Kim Dahl"))
    with pytest.raises(ClientFault, match=r"ambiguous_participant at actor"):
        await said(store, replace(YES, participant="p-kim", actor="Kim Dahl", guardian=True))
    assert (await said(store, replace(NO, participant="p-kim", actor="Kim Dahl"))).record.actor == "Kim Dahl"


async def brought(store: Store, **told: str | None) -> consents.Brought:
    record = consents.drafted(NO, SETTINGS, NOW, "cr-1")._replace(**told)  # type: ignore[arg-type]
    rows = imported([record], SETTINGS, NOW, "file", lambda index: f"row {index + 2}")
    return await consents.bring(store, rows, SETTINGS.consent, lambda index: f"row {index + 2}")


@pytest.mark.parametrize("written", ["p-ann", "Ann Berg", "ANN@fjord.example"])
async def test_a_file_means_people_as_all_else_does(store: Store, written: str) -> None:
    done = await brought(store, participant=written, actor=written)
    again = await brought(store, participant=written, actor=written)

    assert [(each.participant, each.actor) for each in done.new] == [("p-ann", "p-ann")]
    assert (done.strangers, again.new, again.known) == (0, (), 1)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"recipient": "other"}, r"unknown_recipient at row 2, recipient"),
        ({"scope_id": "loch"}, r"unknown_organization at row 2, scope_id"),
        ({"participant": "Nora Dahl", "actor": "Nora Dahl"}, r"unknown_participant at row 2, participant"),
    ],
)
async def test_a_file_names_what_is_configured_and_on_file(store: Store, told: dict[str, str], reason: str) -> None:
    with pytest.raises(ClientFault, match=reason):
        await brought(store, **told)
    assert not await store.consents.listed()


@pytest.mark.parametrize("written", ["p-old", "p-ann", "Ann Berg", "ann@fjord.example"])
async def test_records_are_found_by_whatever_names_the_person(store: Store, written: str) -> None:
    await store.people.put(replace(ANN, id="p-old", emails=()))
    await people.confirm_one(store, "p-old", "p-ann", ConsentSettings(), now=NOW, new_id=iter("abc").__next__)
    await said(store, NO)

    assert len(await consents.listed(store, SETTINGS, consents.Wanted(written))) == 1
    with pytest.raises(ClientFault, match="unknown_participant"):
        await consents.listed(store, SETTINGS, consents.Wanted("p-nobody"))


@pytest.mark.parametrize("written", ["Ann Bergg", "Anna", "Berk", "p-an"])
async def test_who_is_nearly_meant_is_suggested(store: Store, written: str) -> None:
    with pytest.raises(ClientFault, match=r"unknown_participant.*did you mean p-ann \(Ann Berg\)\?"):
        await people.meant(store, written)


async def test_an_empty_participant_is_not_everybody(store: Store) -> None:
    await said(store, NO)
    with pytest.raises(ClientFault, match="unknown_participant"):
        await consents.listed(store, SETTINGS, consents.Wanted(participant=""))


STANDUP = Meeting("standup", NOW - timedelta(minutes=20), series="weekly")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scope": Scope.MEETING, "scope_id": "standup"}, True),
        ({"scope": Scope.SERIES, "scope_id": "weekly"}, True),
        ({}, True),
        ({"scope": Scope.MEETING, "scope_id": "standup", "covers_earlier": True}, False),
        ({"scope": Scope.MEETING, "scope_id": "standup", "valid_from": STANDUP.started_at}, False),
        ({"scope": Scope.SERIES, "scope_id": "another"}, False),
        ({"scope": Scope.MEETING, "scope_id": "standup", "state": ConsentState.DENIED}, False),
    ],
    ids=["meeting", "series", "everywhere", "covering", "from the start", "another series", "a no"],
)
async def test_a_yes_during_a_meeting_says_which_words_stay_out(store: Store, changes: dict, told: bool) -> None:
    await store.people.put(replace(ANN, minor=False))
    await store.meetings.put(STANDUP)
    await store.meetings.put(Meeting("review", NOW + timedelta(days=1), series="another"))
    done = await said(store, replace(YES, **changes))
    assert [("standup before" in each, "--covers-earlier" in each) for each in done.remarks] == [(True, True)] * told


@pytest.mark.parametrize("ended", [-5, 5])
async def test_of_a_series_meetings_under_way_alone_are_told(store: Store, ended: int) -> None:
    await store.people.put(replace(ANN, minor=False))
    await store.meetings.put(replace(STANDUP, ended_at=NOW + timedelta(minutes=ended)))
    done = await said(store, replace(YES, scope=Scope.SERIES, scope_id="weekly"))
    assert len(done.remarks) == (ended > 0)


async def noted(store: Store, what: ConsentStatement) -> tuple[str, ...]:
    """What is said of a statement that is recorded after all that is on file."""
    on_file = len(await store.consents.listed())
    draft = consents.drafted(what, SETTINGS, NOW + timedelta(minutes=on_file), f"cr-{on_file}")
    return (await consents.record(store, Ledger(), draft, SETTINGS)).notes


WIDE = ConsentStatement("p-ann", ConsentState.GRANTED, Scope.ORG, "summary", "verbal")


async def test_a_yes_that_no_named_no_gives_way_to_says_what_stands_and_how_it_is_lifted(store: Store) -> None:
    await noted(store, NO)
    (told,) = await noted(store, WIDE)
    assert "this yes does not count now for summary by acme" in told
    assert "Ann Berg's no of " in told
    assert "only Ann Berg can lift it, by a yes that is no wider than it (--recipient acme)" in told
    assert (await noted(store, YES)) == ()


NORA = Participant("p-nora", "Nora Lund", minor=True)
ULF, EVA = Participant("p-ulf", "Ulf Lund"), Participant("p-eva", "Eva Lund")


async def test_a_guardians_yes_against_anothers_no_names_who_can_lift_it(store: Store) -> None:
    for person in (NORA, ULF, EVA):
        await store.people.put(person)
    by_ulf = replace(YES, participant="p-nora", actor="p-ulf", guardian=True)
    await noted(store, replace(by_ulf, actor="p-eva", state=ConsentState.DENIED))
    (told,) = await noted(store, by_ulf)
    assert "only Eva Lund can lift it" in told
    await store.forgetting.forget(["p-eva"], lambda: "x")
    (told,) = await noted(store, by_ulf)
    assert "whoever said it was forgotten, so that no guardian can lift it" in told
    assert "once Nora Lund is of age" in told
    await store.people.put(replace(NORA, minor=False))
    assert (await noted(store, replace(YES, participant="p-nora"))) == ()


async def test_a_withdrawal_of_what_nobody_allowed_says_so(store: Store) -> None:
    assert "no yes is on file that this takes back" in (await noted(store, BACK))[0]
    await noted(store, YES)
    assert (await noted(store, BACK)) == ()


async def test_what_an_integration_says_of_a_meeting_that_is_not_on_file_says_which_may_be_meant(store: Store) -> None:
    await store.meetings.put(Meeting("jf-3", NOW, series="board", roster=Roster((ANN,))))
    (told,) = (await said(store, replace(YES, scope=Scope.MEETING, scope_id="jf-9"), as_written=True)).notes
    assert (
        told == "no meeting with this id is on file yet, so it counts for none until there is one; did you mean jf-3?"
    )
    (told,) = (await said(store, replace(NO, scope=Scope.SERIES, scope_id="bord"), as_written=True)).notes
    assert (
        told
        == "no meeting of this series is on file yet, so it counts for none until there is one; did you mean board?"
    )


async def test_a_series_that_a_meeting_has_left_is_on_file(store: Store) -> None:
    for series in ("board", "council"):
        await store.meetings.put(Meeting("jf-3", NOW, series=series, roster=Roster((ANN,))))
    for series in ("board", "council"):
        assert await noted(store, replace(NO, scope=Scope.SERIES, scope_id=series)) == ()
