"""Answers in a chat: a yes from a seat that is surely one person's, a no that a name alone does not give for others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk.test_consents import SETTINGS, Ledger
from harness.process import settings
from harness.stores import sqlite_store
from pydantic import ValidationError

from proxy.consent.chat import Said
from proxy.consent.records import ANY_RECIPIENT, ConsentState, Scope
from proxy.desk import chats, consents, meetings, people, phones
from proxy.desk.chats import ChatAnswer, ChatMessage, Prompt
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.meetings.directory import Entry
from proxy.model import Participant, ParticipantClass
from proxy.settings import ConsentSettings, Settings
from proxy.settings.document import Chat

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
TERMS = SETTINGS.recipients["acme"].terms.version
PROMPT = Prompt(("summary", "action_items"), "acme", TERMS, "sha256:7", "en")
YES = ChatMessage("m1", "YES summary", "Ann Berg", "M-1", EARLIER, "s-ann", "Ann@fjord.example", PROMPT)
NO = replace(YES, text="NO summary", message="M-2", written_at=NOW)


def policy(*methods: str, yes: str | None = "YES") -> Settings:
    consent = SETTINGS.consent.model_copy(update={"methods": ("verbal", "explicit_click", "dtmf", *methods)})
    return SETTINGS.model_copy(update={"consent": consent, "chat": Chat(yes_word=yes)})


ON = policy("chat_keyword")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{sqlite_store(tmp_path / 'proxy.db')}") as opened:
        listed = (
            Participant("p-ann", "Ann Berg", emails=("ann@fjord.example",)),
            Participant("p-ben", "Ben Okoro", emails=("ben@fjord.example", "team@fjord.example")),
            Participant("p-cho", "Chiara", emails=("team@fjord.example",)),
            Participant("p-kid", "Kim", emails=("kim@fjord.example",), minor=True),
            Participant("p-tel", "Caller 1", participant_class=ParticipantClass.PHONE, vouched=("caller 1",)),
            Participant("b-bot", "Notes", emails=("bot@fjord.example",), participant_class=ParticipantClass.BOT),
        )
        for each in listed:
            await opened.people.put(each)
        entries = [Entry(id=each.id, name=None) for each in listed]
        await meetings.put(opened, meetings.drafted("m1", NOW, complete=True), entries, SETTINGS.people, lambda: "n")
        await meetings.put(opened, meetings.drafted("m2", NOW, complete=True), [], SETTINGS.people, lambda: "n")
        yield opened


async def on_file(store: Store) -> list[tuple[str, str, str, str]]:
    return [
        (each.participant, each.state.value, each.purpose, each.recipient) for each in await store.consents.listed()
    ]


async def refused(store: Store, sent: ChatMessage, settings: Settings = ON) -> str:
    before = await on_file(store)
    with pytest.raises(ClientFault) as raised:
        await chats.answer(store, sent, settings, NOW)
    assert await on_file(store) == before
    assert sent.text not in str(raised.value)
    return raised.value.reason


async def test_a_yes_is_recorded_for_exactly_what_was_asked(store: Store) -> None:
    done = await chats.answer(store, YES, ON, NOW)
    assert (done.said, done.participant, done.new) == (Said.YES, "p-ann", True)
    (made,) = await store.consents.listed()
    assert (made.state, made.scope, made.scope_id) == (ConsentState.GRANTED, Scope.MEETING, "m1")
    assert (made.purpose, made.recipient, made.terms_version) == ("summary", "acme", TERMS)
    assert (made.method, made.evidence_ref, made.actor) == ("chat_keyword", "chat:M-1", "p-ann")
    assert (made.valid_from, made.notice_hash, made.notice_language) == (EARLIER, "sha256:7", "en")
    again = await chats.answer(store, YES, ON, NOW)
    assert (again.records, again.new) == (done.records, False)
    assert len(await on_file(store)) == 1


async def test_a_bid_that_the_ai_be_off_is_a_no_to_everything_in_this_meeting_and_is_answered_so(store: Store) -> None:
    done = await chats.answer(store, replace(YES, text="Turn off the AI please."), ON, NOW)
    assert (done.said, done.participant, done.new) == (Said.NO, "p-ann", True)
    made = await store.consents.listed()
    assert {(each.state, each.scope, each.scope_id, each.recipient) for each in made} == {
        (ConsentState.DENIED, Scope.MEETING, "m1", ANY_RECIPIENT)
    }
    assert {"summary", "action_items", "compose"} <= {each.purpose for each in made}


async def test_the_text_is_nowhere(store: Store, tmp_path: Path) -> None:
    await chats.answer(store, replace(YES, text="I do not consent to being recorded, says zebra."), ON, NOW)
    assert len(await on_file(store)) > 10
    assert not any(b"zebra" in file.read_bytes() for file in tmp_path.rglob("proxy.db*"))


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "no seat": ({"seat": None}, "not_signed_in"),
    "a guest": ({"address": None}, "not_signed_in"),
    "the address of several": ({"address": "team@fjord.example", "label": "Ben Okoro"}, "unknown_participant"),
    "an address of nobody": ({"address": "eve@fjord.example"}, "unknown_participant"),
    "an address under another's name": ({"label": "Ben Okoro"}, "unknown_participant"),
    "a name of nobody": ({"label": "Eve", "address": None}, "unknown_participant"),
    "a minor": ({"label": "Kim", "address": "kim@fjord.example", "seat": "s-kim"}, "not_by_chat"),
    "a bot": ({"label": "Notes", "address": "bot@fjord.example", "seat": "s-bot"}, "not_by_chat"),
    "a phone": ({"label": "Caller 1", "address": None}, "not_signed_in"),
    "other terms": ({"prompt": replace(PROMPT, terms_version="2001-01-01")}, "prompt_outdated"),
    "another recipient": ({"prompt": replace(PROMPT, recipient="other")}, "unknown_recipient"),
    "any recipient": ({"prompt": replace(PROMPT, recipient="*")}, "unknown_recipient"),
    "another purpose": ({"prompt": replace(PROMPT, purposes=("summary", "mind_reading"))}, "unknown_purpose"),
    "another meeting": ({"meeting": "m2"}, "unknown_participant"),
    "no meeting": ({"meeting": "m9"}, "unknown_meeting"),
    "the future": ({"written_at": NOW + timedelta(hours=1)}, "invalid_period"),
}


@pytest.mark.parametrize("case", CASES)
async def test_no_yes_counts_that_is_not_surely_the_person_s(store: Store, case: str) -> None:
    changes, reason = CASES[case]
    assert await refused(store, replace(YES, **changes)) == reason


async def test_a_yes_needs_the_operator_s_word(store: Store) -> None:
    assert await refused(store, YES, policy()) == "method_not_accepted"
    off = policy("chat_keyword", yes=None)
    assert await chats.answer(store, YES, off, NOW) == ChatAnswer(Said.NOTHING)
    assert await on_file(store) == []


async def test_a_seat_in_which_somebody_else_was_seen_is_nobody_s(store: Store) -> None:
    meeting = await meetings.on_file(store, "m1")
    for label, seat in (("Ben Okoro", "s-ann"), ("A stranger", "s-two")):
        await meetings.seen(store, meeting, meetings.Seen(label, "joined", NOW, seat=seat))
    for seat in ("s-ann", "s-two"):
        assert await refused(store, replace(YES, seat=seat)) == "seat_contested"
        assert await refused(store, replace(NO, seat=seat)) == "not_a_phone"
    await meetings.seen(store, meeting, meetings.Seen("Ann Berg", "joined", NOW, seat="s-own"))
    assert (await chats.answer(store, replace(YES, seat="s-own"), ON, NOW)).said is Said.YES


async def test_a_no_needs_no_setting_and_no_seat(store: Store) -> None:
    done = await chats.answer(store, replace(NO, seat=None), SETTINGS, NOW)
    assert done.said is Said.NO
    assert await on_file(store) == [("p-ann", "denied", "summary", "acme")]


async def test_a_plain_no_is_about_what_was_asked_and_a_refusal_about_everything(store: Store) -> None:
    await chats.answer(store, replace(NO, text="nein"), ON, NOW)
    assert {each[2:] for each in await on_file(store)} == {("action_items", "acme"), ("summary", "acme")}
    await chats.answer(store, replace(NO, text="I do not consent to being recorded", message="M-3"), ON, NOW)
    wide = {each[2] for each in await on_file(store) if each[3] == ANY_RECIPIENT}
    assert {"summary", "model_training", "recording"} <= wide
    assert await chats.answer(store, replace(NO, text="no", prompt=None), ON, NOW) == ChatAnswer(Said.NOTHING)


async def test_a_minor_s_no_counts(store: Store) -> None:
    await chats.answer(store, replace(NO, label="Kim", address="kim@fjord.example", seat="s-kim"), ON, NOW)
    assert await on_file(store) == [("p-kid", "denied", "summary", "acme")]


async def test_a_name_alone_takes_nobody_s_yes_away_but_a_phone_in_s(store: Store) -> None:
    """As for keys: whoever joins under somebody's name could otherwise say no for them."""
    await chats.answer(store, YES, ON, NOW)
    assert await refused(store, replace(NO, address=None)) == "not_a_phone"
    assert await refused(store, replace(NO, address="team@fjord.example", label="Chiara")) == "unknown_participant"
    done = await chats.answer(store, replace(NO, label="Caller 1", address=None, seat=None), ON, NOW)
    assert (done.participant, done.new) == ("p-tel", True)


async def test_a_later_no_ends_a_yes_and_an_earlier_yes_does_not_come_back(store: Store) -> None:
    await chats.answer(store, YES, ON, NOW)
    await chats.answer(store, NO, ON, NOW)
    late = replace(YES, message="M-4", written_at=NOW - timedelta(seconds=1))
    assert await refused(store, late) == "answer_outdated"
    after = NOW + timedelta(minutes=1)
    again = replace(YES, message="M-5", written_at=after)
    assert (await chats.answer(store, again, ON, after)).said is Said.YES


@pytest.mark.parametrize("method", ["verbal", "explicit_click", "written", "platform_signal"])
@pytest.mark.parametrize("scope", [Scope.MEETING, Scope.ORG])
async def test_no_chat_takes_back_a_no_that_was_given_otherwise(store: Store, method: str, scope: Scope) -> None:
    said = consents.ConsentStatement("p-ann", ConsentState.DENIED, scope, "summary", method, recipient="acme",
                                     scope_id="m1" if scope is Scope.MEETING else None)  # fmt: skip
    draft = consents.drafted(said, ON, EARLIER - timedelta(hours=1), "cr-no")
    await consents.record(store, Ledger(), draft, ON)
    assert await refused(store, YES) == "answer_outweighed"


async def test_a_key_does_not_take_back_a_no_of_a_chat(store: Store) -> None:
    await chats.answer(store, replace(NO, label="Caller 1", address=None, written_at=EARLIER), ON, NOW)
    press = phones.Press("m1", "summary", "1", "call-1", NOW, participant="p-tel", recipient="acme")
    with pytest.raises(ClientFault) as raised:
        await phones.press(store, Ledger(), press, ON, NOW)
    assert raised.value.reason in ("answer_outweighed", "answer_outdated")


async def test_the_same_rules_hold_for_a_yes_that_is_recorded_otherwise(store: Store) -> None:
    """By command or POST /v1/consent-events, under the method of chats."""
    for person, reason in (("p-kid", "not_by_chat"), ("b-bot", "bot_not_asked")):
        said = consents.ConsentStatement(person, ConsentState.GRANTED, Scope.MEETING, "summary", "chat_keyword",
                                         scope_id="m1", recipient="acme")  # fmt: skip
        draft = consents.drafted(said, ON, NOW, f"cr-{person}")
        with pytest.raises(ClientFault) as raised:
            await consents.record(store, Ledger(), draft, ON)
        assert raised.value.reason == reason


async def test_two_ids_of_one_person_sit_in_one_seat(store: Store) -> None:
    meeting = await meetings.on_file(store, "m1")
    await store.people.put(Participant("p-old", "Ann Berg"))
    await meetings.seen(store, meeting, meetings.Seen("Ann Berg", "joined", NOW, "p-ann", seat="s-ann"))
    await people.confirm_one(store, "p-old", "p-ann", ConsentSettings(), now=NOW, new_id=lambda: "n9")
    assert (await chats.answer(store, YES, ON, NOW)).said is Said.YES


def test_a_keyword_that_could_give_no_yes_is_a_problem(tmp_path: Path) -> None:
    document = settings(tmp_path, "https://llm.example/v1", chat={"yes_word": "YES"})
    with pytest.raises(ValidationError, match="chat_keyword"):
        Settings.model_validate(document)
    document["consent"]["methods"] = ["chat_keyword"]
    assert Settings.model_validate(document).chat.yes_word == "YES"
    for word in ("Y", "YES summary", "7", "YES!", ""):
        with pytest.raises(ValidationError):
            Settings.model_validate(document | {"chat": {"yes_word": word}})
