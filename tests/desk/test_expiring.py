"""Retention: what nothing needs any more goes, and what anything needs stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk.test_reports import SETTINGS, Ledger, said
from harness.stores import sqlite_store
from pydantic import ValidationError

from proxy.consent.asked import Asked, Channel
from proxy.consent.invitations import Invitation, Offer
from proxy.consent.records import ConsentState, Scope
from proxy.desk import expiring, forgetting, removing
from proxy.desk import people as desk_people
from proxy.desk.expiring import Expired
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import ConsentSettings, Settings

OVER = datetime(2026, 3, 3, 11, tzinfo=UTC)
"""When the meeting ended."""
DAY = timedelta(days=1)
ANN, BEN = Participant("p-ann", "Annika", emails=("ann@fjord.example",)), Participant("p-ben", "Benedikt")


def kept(meetings: int | None, people: int | None = None) -> Settings:
    document = SETTINGS.model_dump(mode="json", exclude_unset=True)
    return Settings.model_validate(document | {"retention": {"meetings_days": meetings, "people_days": people}})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        meeting = Meeting("standup", OVER - DAY / 24, OVER, "weekly", roster=Roster((ANN, BEN), True), title="Stand-up")
        await opened.meetings.put(meeting)
        yield opened


async def expired(store: Store, settings: Settings, at: datetime) -> Expired:
    return await expiring.expire(store, settings, lambda: "x", at)


async def test_a_meeting_goes_when_its_days_are_over_with_all_that_was_seen_and_asked_of_it(store: Store) -> None:
    asks = Invitation("i-1", "p-ann", Scope.MEETING, "standup", (Offer("summary", "acme-llm"),),
                      (("acme-llm", "00"),), OVER + 90 * DAY)  # fmt: skip
    await store.invitations.put_all([Asked(asks, Channel.LINK, OVER)])
    await store.meetings.note_presence("standup", "Annika", "p-ann", "joined", OVER, "zoom", "k-1")
    await store.keys.of(["p-ann", "meeting:standup"])
    settings = kept(30)

    assert (await expired(store, settings, OVER + 29 * DAY)).meetings == ()
    done = await expired(store, settings, OVER + 30 * DAY)

    assert (done.meetings, done.people) == (("standup",), ())
    assert await store.meetings.by_id("standup") is None
    assert await store.invitations.of([(Scope.MEETING, "standup")]) == []
    assert not await store.meetings.was_anybody_seen("standup")
    assert [each.name for each in await store.people.everybody()] == ["Annika", "Benedikt"]
    told = [act for act in (await store.acts.oldest(100)).values() if act.facts.get("change") == "expired"]
    assert [(act.code, act.meeting, set(act.people)) for act in told] == [
        ("meeting.changed", "standup", {"p-ann", "p-ben"})
    ]


async def test_a_meeting_without_an_end_goes_by_the_day_after_its_start(store: Store) -> None:
    await store.meetings.put(Meeting("open", OVER))
    assert "open" not in (await expired(store, kept(30), OVER + 30 * DAY)).meetings
    assert "open" in (await expired(store, kept(30), OVER + 31 * DAY)).meetings


async def test_who_is_on_hold_stays_and_so_do_their_meetings(store: Store) -> None:
    await forgetting.hold(store, "p-ben", "a lawsuit", OVER)
    done = await expired(store, kept(30, 10), OVER + 300 * DAY)
    assert (done.meetings, done.people, done.kept) == ((), (), (("standup", "on_hold"),))


async def test_people_go_when_nothing_has_needed_them_for_their_days(store: Store) -> None:
    await store.consents.record(said("no", "p-ben", state=ConsentState.DENIED))
    settings = kept(30, 10)
    gone = OVER + 30 * DAY

    assert (await expired(store, settings, gone)).people == ()
    assert (await expired(store, settings, gone + 9 * DAY)).people == ()
    assert (await expired(store, settings, gone + 10 * DAY)).people == ("p-ann", "p-ben")
    assert await store.people.everybody() == []
    assert await store.consents.listed(participant="p-ben") == []


@pytest.mark.parametrize("why", ["a meeting", "a yes", "a guardian's yes", "a room"])
async def test_who_is_needed_stays_and_the_days_begin_anew(store: Store, why: str) -> None:
    settings, gone = kept(30, 10), OVER + 30 * DAY
    await expired(store, settings, gone)
    later, until = gone + 5 * DAY, gone + 50 * DAY
    if why == "a meeting":
        await store.meetings.put(Meeting("again", later, later, roster=Roster((ANN,), True)))
        until = later + 30 * DAY
    elif why == "a yes":
        await store.consents.record(said("yes", "p-ann", valid_until=until))
    elif why == "a guardian's yes":
        await store.consents.record(said("yes", "p-kid", actor="p-ann", guardian=True, valid_until=until))
    else:
        room = Participant("r-1", "Oslo", participant_class=ParticipantClass.ROOM, members=("p-ann",))
        await store.people.put(room)
        await store.meetings.put(Meeting("room", until, until, roster=Roster((room,), True)))

    assert (await expired(store, settings, gone + 12 * DAY)).people == ("p-ben",)
    if why != "a room":
        await expired(store, settings, until)
        assert (await expired(store, settings, until + 9 * DAY)).people == ()
        assert (await expired(store, settings, until + 10 * DAY)).people == ("p-ann",)


async def test_whoever_a_class_default_would_hear_after_a_no_stays(store: Store) -> None:
    await store.consents.record(said("no", "p-ben", state=ConsentState.DENIED, scope=Scope.ORG, scope_id="fjord"))
    settings = kept(30, 10)
    settings = settings.model_copy(
        update={"consent": settings.consent.model_copy(update={"defaults": {ParticipantClass.UNIDENTIFIED: "admit"}})}
    )
    await expired(store, settings, OVER + 30 * DAY)
    done = await expired(store, settings, OVER + 50 * DAY)
    assert (done.people, done.kept) == (("p-ann",), (("p-ben", "would_be_admitted"),))


@pytest.mark.parametrize("last", ["p-ulf", "p-nora"])
async def test_a_guardian_stays_while_their_yes_counts_whoever_answered_last(store: Store, last: str) -> None:
    ulf, nora = Participant("p-ulf", "Ulf"), Participant("p-nora", "Nora", minor=True)
    for person in (ulf, nora):
        await store.people.put(person)
    by_ulf = {"actor": "p-ulf", "guardian": True}
    answers = [by_ulf, {"state": ConsentState.DENIED}, *([by_ulf, {}] if last == "p-nora" else [{}, by_ulf])]
    for n, answer in enumerate(answers):
        at = OVER - DAY + n * DAY / 24
        await store.consents.record(said(f"n{n}", "p-nora", valid_from=at, recorded_at=at, **answer))
    settings = kept(30, 10)
    await expired(store, settings, OVER + 30 * DAY)
    assert (await expired(store, settings, OVER + 90 * DAY)).people == ("p-ann", "p-ben")

    at = OVER + 90 * DAY
    await store.consents.record(said("end", "p-nora", state=ConsentState.WITHDRAWN, valid_from=at, recorded_at=at))
    await expired(store, settings, at)
    assert (await expired(store, settings, at + 10 * DAY)).people == ("p-nora", "p-ulf")


@pytest.mark.parametrize("named", ["as who answered", "in what proves it", "in a link"])
async def test_who_is_named_in_what_is_on_hold_waits(store: Store, named: str) -> None:
    await store.people.put(Participant("p-eva", "Evamaria Lund"))
    await store.people.put(Participant("p-lars", "Lars", minor=True))
    changes = {
        "as who answered": {"actor": "p-eva", "guardian": True, "valid_until": OVER},
        "in what proves it": {"evidence_ref": "told by Evamaria Lund", "state": ConsentState.DENIED},
    }.get(named)
    if changes is not None:
        # As the link, of the series: a meeting that an answer on hold is about stays with everybody on its roster.
        await store.consents.record(said("r", "p-lars", scope=Scope.SERIES, scope_id="weekly", **changes))
    else:
        asks = Invitation("i-1", "p-lars", Scope.SERIES, "weekly", (Offer("summary", "acme-llm"),),
                          (("acme-llm", "00"),), OVER + 90 * DAY, guardian="p-eva")  # fmt: skip
        await store.invitations.put_all([Asked(asks, Channel.LINK, OVER)])
    await forgetting.hold(store, "p-lars", "a lawsuit", OVER)
    before, settings = await store.consents.listed(participant="p-lars"), kept(30, 10)
    await expired(store, settings, OVER + 30 * DAY)

    due = await expiring.due(store, settings, OVER + 90 * DAY)
    done = await expired(store, settings, OVER + 90 * DAY)

    assert due.people == done.people == ("p-ann", "p-ben")
    assert due.kept == done.kept == (("p-eva", "on_hold"),)
    with pytest.raises(ClientFault, match=r"on_hold: .*p-lars"):
        await forgetting.forget(store, settings, ["p-eva"], lambda: "x", now=OVER)
    assert await store.consents.listed(participant="p-lars") == before
    await forgetting.release(store, "p-lars")
    assert "p-eva" in (await expired(store, settings, OVER + 91 * DAY)).people


async def test_the_meetings_of_somebody_on_hold_stay_whatever_they_are_called_now(store: Store) -> None:
    """The hold was put on an id that was then made one with another; and a meeting may have only asked about them."""
    lars, old = Participant("p-lars", "Lars Ekholm"), Participant("p-lars-old", "Lasse E")
    for name, people in (("listed", (old,)), ("asked", (ANN,))):
        await store.meetings.put(Meeting(name, OVER - DAY / 24, OVER, roster=Roster(people, True)))
    await store.people.put(lars)
    asks = Invitation("i-1", "p-lars-old", Scope.MEETING, "asked", (Offer("summary", "acme-llm"),),
                      (("acme-llm", "00"),), OVER)  # fmt: skip
    await store.invitations.put_all([Asked(asks, Channel.LINK, OVER)])
    await forgetting.hold(store, "p-lars-old", "a lawsuit", OVER)
    await desk_people.confirm_one(store, "p-lars-old", "p-lars", ConsentSettings(), now=OVER, new_id=lambda: "m")

    done = await expired(store, kept(30, 10), OVER + 90 * DAY)

    assert done.meetings == ("standup",)
    assert done.kept == (("asked", "on_hold"), ("listed", "on_hold"))
    assert [each.id for each in (await store.meetings.by_id("listed")).roster.participants] == ["p-lars"]
    assert await store.invitations.of_people(["p-lars-old"])


@pytest.mark.parametrize("held", ["p-lars", "p-eva"])
async def test_the_meetings_that_somebody_on_hold_answered_about_stay(store: Store, held: str) -> None:
    """Also as a guardian, and though no roster has them by now: it says when and what the answer was about."""
    await store.people.put_all([Participant("p-lars", "Lars Ekholm", minor=True), Participant("p-eva", "Evamaria")])
    await store.consents.record(said("no", "p-lars", state=ConsentState.DENIED, actor="p-eva", guardian=True))
    await forgetting.hold(store, held, "a lawsuit", OVER)

    done = await expired(store, kept(30), OVER + 90 * DAY)

    assert (done.meetings, done.kept) == ((), (("standup", "on_hold"),))
    with pytest.raises(ClientFault, match="on_hold"):
        await removing.remove(store, Ledger([]), "fjord", "standup", lambda: "r", OVER)


async def test_a_no_that_a_yes_of_somebody_else_did_not_end_is_still_a_no(store: Store) -> None:
    await store.consents.record(said("no", "p-ben", state=ConsentState.DENIED))
    later = OVER + DAY
    await store.consents.record(said("yes", "p-ben", actor="p-host", valid_from=later, recorded_at=later))
    settings = kept(30, 10)
    settings = settings.model_copy(
        update={"consent": settings.consent.model_copy(update={"defaults": {ParticipantClass.UNIDENTIFIED: "admit"}})}
    )
    with pytest.raises(ClientFault, match="would_be_admitted"):
        await forgetting.forget(store, settings, ["p-ben"], lambda: "x", now=later)


async def test_what_is_due_is_said_before_it_goes(store: Store) -> None:
    due = await expiring.due(store, kept(30, 10), OVER + 30 * DAY)
    assert (due.meetings, due.people) == (("standup",), ())
    assert await store.meetings.by_id("standup") is not None


async def test_nothing_goes_where_the_settings_keep_everything(store: Store) -> None:
    done = await expired(store, kept(None), OVER + 9000 * DAY)
    assert (done.meetings, done.people) == ((), ())


def test_people_cannot_go_while_meetings_stay() -> None:
    with pytest.raises(ValidationError, match="people_days needs meetings_days"):
        kept(None, 10)
