"""Consent through the admin API: records that somebody made elsewhere, and keys that phone-ins pressed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from proxy.consent.as_one import merged_person, under_kept_ids
from proxy.consent.grants import Grant, GrantState, Scope
from proxy.consent.naming import recipient_named, scope_named, terms_current
from proxy.consent.receipts import receipt
from proxy.consent.recording import check_answerable, check_recordable
from proxy.consent.verdicts import CLOCK_SKEW
from proxy.edge.admin import models as api
from proxy.edge.store.store import Store
from proxy.errors import ClientFault
from proxy.model import Participant, ParticipantClass
from proxy.settings import Settings

KEY_PRESSED = "dtmf"
"""The method of a key that was pressed on a telephone."""


_OF_PRESSES = "cr-dtmf-"


class ConsentDesk:
    """Takes down what people said. Rules and receipts are those of the command line."""

    def __init__(self, settings: Settings, store: Store, now: Callable[[], datetime], new_id: Callable[[], str]):
        self._settings, self._store, self._now, self._new_id = settings, store, now, new_id

    async def take(self, sent: api.ConsentEvent) -> api.Recorded:
        """Record an event; raises `ClientFault` where it is no valid yes, or names what is not configured."""
        if sent.state is not GrantState.GRANTED and sent.valid_until is not None:
            raise ClientFault("invalid_period", "only a yes has an end", where="valid_until")
        now = self._now()
        recipient = recipient_named(self._settings, sent.recipient)
        record = Grant(
            id=f"cr-{self._new_id()}",
            participant=sent.participant,
            scope=sent.scope,
            scope_id=scope_named(self._settings, sent.scope, sent.scope_id),
            purpose=sent.purpose,
            recipient=recipient,
            terms_version=sent.terms_version or terms_current(self._settings, recipient, sent.state),
            state=sent.state,
            valid_from=sent.valid_from or now,
            valid_until=sent.valid_until,
            method=sent.method,
            affirmative=sent.affirmative,
            actor=sent.actor or sent.participant,
            recorded_at=now,
            lawful_basis=sent.lawful_basis,
            evidence_ref=sent.evidence_ref,
            notice_hash=sent.notice_hash,
            notice_language=sent.notice_language,
            covers_earlier=sent.covers_earlier,
            guardian=sent.guardian,
        )
        async with self._store.at_once() as store:
            record = under_kept_ids(record, await store.merged_ids([record.participant, record.actor]))
            check_recordable(record, self._settings.consent, person_is_actor=record.actor == record.participant)
            check_answerable(await store.participant(record.participant), record)
            await store.record(record)
        return self._recorded(record, remarks=await self._unknown(record))

    async def pressed(self, sent: api.Dtmf) -> api.Recorded:
        """Record what a phone-in's key means; a repeated call is answered with the record that it made before."""
        meaning = self._settings.phone.digits.get(sent.digit)
        if meaning is None:
            raise ClientFault("unknown_digit", "this key means nothing (phone.digits); ask again", where="digit")
        if sent.pressed_at > self._now() + CLOCK_SKEW:
            raise ClientFault("invalid_period", "the key was pressed in the future", where="pressed_at")
        async with self._store.at_once() as store:
            return await self._pressed(store, sent, GrantState(meaning))

    async def _pressed(self, store: Store, sent: api.Dtmf, state: GrantState) -> api.Recorded:
        recipient = recipient_named(self._settings, sent.recipient)
        person = await self._caller(store, sent, state)
        record = Grant(
            id=_id_of_press(sent, person.id, recipient, state),
            participant=person.id,
            scope=Scope.MEETING,
            scope_id=sent.meeting,
            purpose=sent.purpose,
            recipient=recipient,
            terms_version=sent.terms_version or terms_current(self._settings, recipient, state),
            state=state,
            valid_from=sent.pressed_at,
            valid_until=None,
            method=KEY_PRESSED,
            affirmative=True,
            actor=person.id,
            recorded_at=self._now(),
            evidence_ref=f"call:{sent.call}",
            notice_hash=sent.notice_hash,
            notice_language=sent.notice_language,
            covers_earlier=sent.covers_earlier,
        )
        check_recordable(record, self._settings.consent, person_is_actor=True)
        before = await store.grants_listed(participant=person.id, purpose=sent.purpose)
        same = next((known for known in before if known.id == record.id), None)
        if same is not None:
            return self._recorded(same, repeated=True)
        if state is GrantState.GRANTED:
            _check_against(before, sent.pressed_at)
        await store.record(record)
        return self._recorded(record)

    async def _caller(self, store: Store, sent: api.Dtmf, state: GrantState) -> Participant:
        if (sent.participant is None) == (sent.label is None):
            raise ClientFault("invalid_body", "give exactly one of participant and label", where="participant")
        meeting = await store.meeting(sent.meeting)
        if meeting is None:
            raise ClientFault("unknown_meeting", "no meeting with this id is on file", status=404, where="meeting")
        roster, label, named = meeting.roster, sent.label, sent.participant or ""
        kept = (await store.merged_ids([named])).get(named)
        if kept is not None and state is GrantState.GRANTED:
            raise merged_person(named, kept)
        found = roster.by_id(kept or named) if label is None else roster.resolve(label)
        if found is None:
            where = "participant" if label is None else "label"
            detail = "the roster has not exactly one such person; nothing was recorded"
            raise ClientFault("unknown_participant", detail, status=404, where=where)
        if found.participant_class is not ParticipantClass.PHONE:
            detail = "keys count for people of the class phone alone: a caller's name proves nobody; send them a link"
            raise ClientFault("not_a_phone", detail, status=409, where="participant" if label is None else "label")
        return found

    async def _unknown(self, record: Grant) -> tuple[str, ...]:
        remarks = []
        if await self._store.participant(record.participant) is None:
            remarks.append("no person with this id is on any roster yet")
        if record.scope is Scope.MEETING and await self._store.meeting(record.scope_id) is None:
            remarks.append("no meeting with this id is on file yet")
        return tuple(remarks)

    def _recorded(self, record: Grant, *, repeated: bool = False, remarks: tuple[str, ...] = ()) -> api.Recorded:
        kept = receipt(record, self._settings)
        return api.Recorded.model_construct(id=record.id, repeated=repeated, receipt=kept, remarks=remarks)


def _check_against(before: Sequence[Grant], pressed_at: datetime) -> None:
    """Raise `ClientFault` where a yes by a key would get past a no of the same person: one that is not older than the
    key, or one that was given by other means than a key, which prove more. Keys are as old as they were pressed.
    """
    noes = (GrantState.DENIED, GrantState.WITHDRAWN)
    if any(known.state in noes and _said_at(known) >= pressed_at for known in before):
        # The yes may have waited in somebody's queue while the person changed their mind.
        raise ClientFault("answer_outdated", "a later no of this person is on file; ask again", status=409)
    latest = {(k.scope, k.scope_id, k.recipient): k for k in before if k.method != KEY_PRESSED}
    if any(known.state in noes for known in latest.values()):
        detail = "a no that this person gave by other means is on file; only such means take it back"
        raise ClientFault("answer_outweighed", detail, status=409)


def _said_at(record: Grant) -> datetime:
    return record.valid_from if record.id.startswith(_OF_PRESSES) else record.recorded_at


def _id_of_press(sent: api.Dtmf, person: str, recipient: str, state: GrantState) -> str:
    facts = (sent.call, sent.meeting, person, sent.purpose, recipient, state.value, sent.pressed_at.isoformat())
    return _OF_PRESSES + hashlib.sha256("\x1f".join(facts).encode()).hexdigest()[:32]
