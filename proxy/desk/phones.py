"""Keys that phone-ins pressed: what each means, whose it is, and whether it overrides their other records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from proxy.consent.one_person import merged_person
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import CLOCK_SKEW
from proxy.desk import acts, answerable
from proxy.desk.answerable import KEY_PRESSED, OF_PRESSES, check_phone
from proxy.desk.consents import ConsentStatement, RecordedConsent, drafted, told
from proxy.desk.ports import OnFile, PastExchanges
from proxy.errors import ClientFault
from proxy.model import Participant
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class Press:
    """A key that somebody pressed when they were asked for one purpose.

    Exactly one of `participant` and `label` says who: a caller is known only through the roster of the meeting. `call`
    is the telephone service's reference.
    """

    meeting: str
    purpose: str
    digit: str
    call: str
    pressed_at: datetime
    participant: str | None = None
    label: str | None = None
    recipient: str = ANY_RECIPIENT
    terms_version: str | None = None
    covers_earlier: bool = False
    notice_hash: str | None = None
    notice_language: str | None = None


async def press(
    files: OnFile, past: PastExchanges, pressed: Press, settings: Settings, now: datetime
) -> RecordedConsent:
    """Record what a phone-in's key means; a repeated press returns the record that it made before.

    Raises `ClientFault` if the key means nothing, if the roster does not have exactly one such caller, or if the key
    does not count.
    """
    meaning = settings.phone.digits.get(pressed.digit)
    if meaning is None:
        raise ClientFault("unknown_digit", "this key means nothing (phone.digits); ask again", where="digit")
    if pressed.pressed_at > now + CLOCK_SKEW:
        raise ClientFault("invalid_period", "the key was pressed in the future", where="pressed_at")
    async with files.at_once() as held:
        made, repeated = await _recorded(held, pressed, ConsentState(meaning), settings, now)
    return await told(files, past, made, settings, repeated=repeated)


async def _recorded(
    held: OnFile, pressed: Press, state: ConsentState, settings: Settings, now: datetime
) -> tuple[ConsentRecord, bool]:
    person = await _caller(held, pressed, state)
    said = ConsentStatement(
        participant=person.id,
        state=state,
        scope=Scope.MEETING,
        scope_id=pressed.meeting,
        purpose=pressed.purpose,
        recipient=pressed.recipient,
        terms_version=pressed.terms_version,
        valid_from=pressed.pressed_at,
        method=KEY_PRESSED,
        evidence_ref=f"call:{pressed.call}",
        notice_hash=pressed.notice_hash,
        notice_language=pressed.notice_language,
        covers_earlier=pressed.covers_earlier,
    )
    made = drafted(said, settings, now, _id_of(pressed, person.id, state))
    before = await held.consents.listed(participant=person.id, purpose=pressed.purpose)
    same = next((known for known in before if known.id == made.id), None)
    if same is not None:
        return same, True
    await answerable.check(held, person, made, settings.consent)
    await held.consents.record(made)
    await acts.of_records(held, [made], way="key")
    return made, False


async def _caller(held: OnFile, pressed: Press, state: ConsentState) -> Participant:
    if (pressed.participant is None) == (pressed.label is None):
        raise ClientFault("invalid_body", "give exactly one of participant and label", where="participant")
    meeting = await held.meetings.by_id(pressed.meeting)
    if meeting is None:
        raise ClientFault("unknown_meeting", "no meeting with this id is on file", status=404, where="meeting")
    roster, label, named = meeting.roster, pressed.label, pressed.participant or ""
    kept = (await held.people.merged_ids([named])).get(named)
    if kept is not None and state is ConsentState.GRANTED:
        raise merged_person(named, kept)
    found = roster.by_id(kept or named) if label is None else roster.resolve(label)
    where = "participant" if label is None else "label"
    if found is None:
        detail = "the roster has not exactly one such person; nothing was recorded"
        raise ClientFault("unknown_participant", detail, status=404, where=where)
    check_phone(found, where)
    return found


def _id_of(pressed: Press, person: str, state: ConsentState) -> str:
    """Derive the record's id from the press, so that a repeated report is recorded once."""
    facts = (pressed.call, pressed.meeting, person, pressed.purpose, pressed.recipient, state.value,
             pressed.pressed_at.isoformat())  # fmt: skip
    return OF_PRESSES + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32]
