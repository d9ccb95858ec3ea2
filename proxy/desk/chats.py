"""Answers in the chat of a meeting: whose they are, and which of them are recorded.

A name in a chat is whatever somebody wrote, so a yes counts from a seat alone in which the platform has somebody signed
in whose address is one person's on the roster. A no from any other seat follows the rule of telephone keys.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from proxy.consent.chat import Read, Said, called, read
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import CLOCK_SKEW
from proxy.desk import acts, answerable
from proxy.desk.answerable import BY_CHAT, OF_CHATS, check_chat, check_phone
from proxy.desk.consents import ConsentStatement, drafted
from proxy.desk.meetings import on_file
from proxy.desk.ports import OnFile
from proxy.errors import ClientFault
from proxy.meetings.presence import key_of, seen_as
from proxy.model import PURPOSES, Meeting, Participant
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Prompt:
    """The question that was posted in the chat: for which purposes, to whom, under which terms, in which words."""

    purposes: tuple[str, ...]
    recipient: str
    terms_version: str
    notice_hash: str | None = None
    notice_language: str | None = None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message, and who wrote it as the platform has it. `address`: they are signed in with it.

    `message` is the platform's reference. The text is read and not kept.
    """

    meeting: str
    text: str
    label: str
    message: str
    written_at: datetime
    seat: str | None = None
    address: str | None = None
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What a message says, of whom, and the records that it made, or that it had made before."""

    said: Said
    participant: str | None = None
    records: tuple[str, ...] = ()
    new: bool = False


async def answer(files: OnFile, sent: ChatMessage, settings: Settings, now: datetime) -> ChatAnswer:
    """Record the yes or the no of a message; a message that is neither changes nothing, whoever wrote it.

    Raises `ClientFault` if the meeting or the prompt is not as on file, or if the answer does not count.
    """
    if sent.written_at > now + CLOCK_SKEW:
        raise ClientFault("invalid_period", "the message was written in the future", where="written_at")
    found = _read(sent, settings)
    meeting = await on_file(files, sent.meeting)
    if found.said is Said.NOTHING:
        return ChatAnswer(Said.NOTHING)
    if sent.prompt is not None:
        _check_prompt(sent.prompt, settings, yes=found.said is Said.YES)
    async with files.at_once() as held:
        person = await _writer(held, meeting, sent, found.said)
        purposes = _purposes(found, settings)
        drafts = [_draft(sent, person, found, purpose=each, settings=settings, now=now) for each in purposes]
        known = {each.id for each in await held.consents.listed(participant=person.id)}
        made = [each for each in drafts if each.id not in known]
        for each in made:
            await answerable.check(held, person, each, settings.consent)
        await held.consents.record_all(made)
        await acts.of_records(held, made, way="chat")
    return ChatAnswer(found.said, person.id, tuple(each.id for each in drafts), bool(made))


def _read(sent: ChatMessage, settings: Settings) -> Read:
    titles = {
        name: [title for code in ("en", "de", "fr", "es", "pl", "nl", "ar") if (title := each.title_in(code))]
        for name, each in settings.purposes.items()
    }
    offered = sent.prompt.purposes if sent.prompt is not None else ()
    return read(sent.text, offered, settings.chat.yes_word, called(sorted(_all(settings)), titles))


def _all(settings: Settings) -> set[str]:
    """Every purpose that a no can be about."""
    return {*PURPOSES, *settings.purposes, *(route.purpose for route in settings.routes if route.purpose is not None)}


def _purposes(found: Read, settings: Settings) -> list[str]:
    return sorted(_all(settings) if found.purposes is None else found.purposes)


def _check_prompt(prompt: Prompt, settings: Settings, *, yes: bool) -> None:
    """Raise `ClientFault` for a question that nobody can have posted; for a yes, also for one under earlier terms."""
    recipient = settings.recipients.get(prompt.recipient)
    if recipient is None:
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}", where="prompt.recipient")
    if not set(prompt.purposes) <= _all(settings):
        raise ClientFault("unknown_purpose", "a purpose that no route and no list has", where="prompt.purposes")
    if yes and prompt.terms_version != recipient.terms.version:
        detail = "the recipient's terms are other ones now: post the question anew"
        raise ClientFault("prompt_outdated", detail, status=409, where="prompt.terms_version")


async def _writer(held: OnFile, meeting: Meeting, sent: ChatMessage, said: Said) -> Participant:
    """The one person on the roster who wrote it. Raises `ClientFault` if nothing proves that, or not enough."""
    seen = seen_as(meeting.roster, sent.label, sent.address)
    if seen.person is None:
        detail = "address and label are not those of one person on the roster; nothing was recorded"
        raise ClientFault("unknown_participant", detail, status=404, where="label")
    person = seen.person
    contested = sent.seat is not None and await _is_of_another(held, meeting, sent.seat, person)
    if said is Said.NO:
        if contested or not seen.vouched:
            # As for keys: a name that anybody may have written withdraws nobody's yes.
            check_phone(person, "label")
        return person
    if contested:
        detail = "somebody else was seen in this seat, which is nobody's then; send each of them a link"
        raise ClientFault("seat_contested", detail, status=409, where="seat")
    if sent.seat is None or not seen.vouched:
        detail = "a yes counts from the seat of somebody who is signed in; send them a link"
        raise ClientFault("not_signed_in", detail, status=409, where="address")
    check_chat(person, "label")
    return person


async def _is_of_another(held: OnFile, meeting: Meeting, seat: str, person: Participant) -> bool:
    there = await held.meetings.seated(meeting.id, key_of(meeting.id, seat))
    merged = await held.people.merged_ids([each for each in there if each is not None])
    return any(each is None or merged.get(each, each) != person.id for each in there)


def _draft(
    sent: ChatMessage, person: Participant, found: Read, *, purpose: str, settings: Settings, now: datetime
) -> ConsentRecord:
    prompt, yes = sent.prompt, found.said is Said.YES
    asked = prompt is not None and found.purposes is not None and purpose in prompt.purposes
    said = ConsentStatement(
        participant=person.id,
        state=ConsentState.GRANTED if yes else ConsentState.DENIED,
        scope=Scope.MEETING,
        scope_id=sent.meeting,
        purpose=purpose,
        recipient=prompt.recipient if prompt is not None and asked else ANY_RECIPIENT,
        terms_version=prompt.terms_version if prompt is not None and yes else None,
        valid_from=sent.written_at,
        method=BY_CHAT,
        evidence_ref=f"chat:{sent.message}",
        notice_hash=prompt.notice_hash if prompt is not None and asked else None,
        notice_language=prompt.notice_language if prompt is not None and asked else None,
    )
    facts = (sent.message, sent.meeting, person.id, purpose, found.said.value, sent.written_at.isoformat())
    return drafted(said, settings, now, OF_CHATS + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32])
