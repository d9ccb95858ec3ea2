"""The meetings to come: who is heard, refused, asked or never asked, as of the start of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from harness.stores import sqlite_store

from proxy.consent.invitations import Offer
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.desk import coverage, invitations, meetings
from proxy.desk.coverage import Answer
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Meeting, Participant, ParticipantClass, Roster
from proxy.settings import Settings

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
PEOPLE = [Participant(f"p-{name}", name.title()) for name in ("heard", "refused", "asked", "never", "short")]
BOT = Participant("b-notes", "Notes", participant_class=ParticipantClass.BOT)
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/chat/completions", "dialect": "openai-chat", "purpose": "summary",
             "recipient": "acme"}
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
        "consent_pages": {"base_url": "https://consent.example", "signing_key": {"env": "KEY"}},
    }
)  # fmt: skip
_ids = count()


def said(person: str, state: ConsentState, **changes: object) -> ConsentRecord:
    record = ConsentRecord(
        f"cr-{next(_ids)}", person, Scope.MEETING, "m1", "summary", "acme", "v1", state, NOW, None, "verbal", True,
        person, NOW,
    )  # fmt: skip
    return record._replace(**changes)  # type: ignore[arg-type]


async def ask(store: Store, *people: str, scope: Scope = Scope.MEETING, scope_id: str = "m1") -> None:
    asking = invitations.Asking(scope, scope_id, (Offer("summary", "acme"),), NOW + 30 * DAY, participants=people)
    await invitations.invite(store, asking, SETTINGS, lambda: f"i-{next(_ids)}", now=NOW)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        roster = Roster((*PEOPLE, BOT), complete=True)
        await opened.meetings.put(Meeting("m1", NOW + DAY, NOW + DAY + timedelta(hours=1), "weekly", roster))
        yield opened


async def covered(store: Store) -> coverage.Covered:
    (found,) = await coverage.coming(store, SETTINGS, WEEK, NOW)
    (one,) = found.covered
    return one


async def test_everybody_has_one_answer_and_bots_have_none(store: Store) -> None:
    await store.consents.record_all([
        said("p-heard", ConsentState.GRANTED), said("p-refused", ConsentState.DENIED),
        said("p-short", ConsentState.GRANTED, valid_until=NOW + timedelta(hours=1)),
    ])  # fmt: skip
    await ask(store, "p-asked", "p-refused")

    found = await covered(store)

    assert {who: answer.value for who, answer in found.answers.items()} == {
        "p-heard": "heard", "p-refused": "refused", "p-asked": "pending", "p-never": "never_asked", "p-short": "lapsed",
    }  # fmt: skip
    assert (found.together, found.count(Answer.HEARD), found.reasons["p-short"]) == (False, 1, "expired")


async def test_who_said_yes_during_the_meeting_is_heard_from_then_on(store: Store) -> None:
    during = NOW + DAY + timedelta(minutes=20)
    late = {"valid_from": during, "recorded_at": during}
    await store.consents.record_all([
        said("p-heard", ConsentState.GRANTED), said("p-short", ConsentState.GRANTED, **late),
        said("p-never", ConsentState.GRANTED, covers_earlier=True, **late),
    ])  # fmt: skip
    now = during + timedelta(minutes=20)
    (found,) = (await coverage.of(store, SETTINGS, await store.meetings.listed(), now))[0].covered
    assert {who for who, answer in found.answers.items() if answer is Answer.HEARD} == {"p-heard", "p-short", "p-never"}
    assert found.heard_from == {"p-short": during}
    shown = (await meetings.shown(store, "m1", SETTINGS, now)).standings[0]
    assert shown.heard_from == found.heard_from


async def test_all_present_holds_if_everybody_is_heard_and_the_roster_is_complete(store: Store) -> None:
    await store.consents.record_all([said(person.id, ConsentState.GRANTED) for person in PEOPLE])
    assert (await covered(store)).together
    (held,) = await store.meetings.listed()
    await store.meetings.put(Meeting("m1", held.started_at, roster=Roster((*PEOPLE, BOT), complete=False)))
    found = await covered(store)
    assert (found.together, found.why) == (False, "roster_incomplete")


async def test_who_was_asked_about_the_series_is_asked_about_its_meetings(store: Store) -> None:
    await ask(store, "p-never", scope=Scope.SERIES, scope_id="weekly")
    assert (await covered(store)).answers["p-never"] is Answer.PENDING
    shown = await meetings.shown(store, "m1", SETTINGS, NOW)
    assert shown.standings[0].people["p-never"].reason.value == "pending"
    assert shown.standings[0].people["p-short"].reason.value == "no_grant"


async def test_whoever_was_asked_and_has_not_answered_is_not_heard_by_a_default(store: Store) -> None:
    admits = SETTINGS.model_copy(
        update={"consent": SETTINGS.consent.model_copy(update={"defaults": {ParticipantClass.UNIDENTIFIED: "admit"}})}
    )
    await ask(store, "p-asked")
    await ask(store, "p-short", scope=Scope.SERIES, scope_id="weekly")
    for now in (NOW, NOW + timedelta(hours=20)):
        (one,) = (await coverage.of(store, admits, await store.meetings.listed(), now))[0].covered
        assert {who: answer.value for who, answer in one.answers.items()} == {
            "p-asked": "pending", "p-short": "pending", "p-heard": "heard", "p-refused": "heard", "p-never": "heard",
        }  # fmt: skip
        shown = (await meetings.shown(store, "m1", admits, now)).standings[0].people
        assert {who for who, verdict in shown.items() if verdict.reason.value == "pending"} == {"p-asked", "p-short"}


async def test_only_meetings_under_way_and_within_the_time_are_told(store: Store) -> None:
    await store.meetings.put(Meeting("over", NOW - DAY / 4, NOW - DAY / 8))
    await store.meetings.put(Meeting("under-way", NOW - DAY / 8, NOW + DAY / 8, title="Board"))
    await store.meetings.put(Meeting("far", NOW + WEEK))
    found = await coverage.coming(store, SETTINGS, WEEK, NOW)
    assert [each.meeting.id for each in found] == ["under-way", "m1"]
    for within in (timedelta(0), timedelta(days=93)):
        with pytest.raises(ClientFault, match="invalid_period"):
            await coverage.coming(store, SETTINGS, within, NOW)


async def test_names_that_wait_and_labels_of_nobody_are_told(store: Store) -> None:
    await store.people.put(Participant("p-same", "Never"))
    (found,) = await coverage.coming(store, SETTINGS, WEEK, NOW)
    assert found.unconfirmed == ("p-never",)
    assert found.unmatched == 0


async def test_a_reminder_is_the_same_link_for_whoever_has_not_answered(store: Store) -> None:
    await ask(store, *(person.id for person in PEOPLE))
    asked = {each.invitation.participant: each for each in await store.invitations.of([(Scope.MEETING, "m1")])}
    await store.consents.record(said("p-heard", ConsentState.GRANTED))
    await store.invitations.answered(asked["p-refused"].invitation.id, NOW)
    await store.meetings.put(Meeting("m1", NOW + DAY, roster=Roster(tuple(PEOPLE[:4]))))

    reminded = await invitations.remind(store, Scope.MEETING, "m1", SETTINGS.consent, now=NOW + DAY / 2)

    assert [each.invitation for each in reminded] == [asked[who].invitation for who in ("p-asked", "p-never")]
    again = await invitations.remind(
        store, Scope.MEETING, "m1", SETTINGS.consent, now=NOW + DAY / 2, participants=["Never"]
    )
    assert [each.person.id for each in again] == ["p-never"]
    with pytest.raises(ClientFault, match="unknown_meeting"):
        await invitations.remind(store, Scope.MEETING, "none", SETTINGS.consent, now=NOW)
