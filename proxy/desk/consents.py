"""Consent records: recorded, listed and imported from files, by the same rules in every adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proxy.consent.receipts import receipt
from proxy.consent.recordable import check_answerable, check_recordable, recipient_named, scope_named, terms_current
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope, under_kept_ids
from proxy.desk import people
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.subjects import AlreadyLeft, already_left
from proxy.errors import ClientFault
from proxy.model import Participant, Roster
from proxy.settings import Settings


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """A consent statement as submitted. None leaves a field to the rules: now, current terms, the person's own act.

    Fields are as in `ConsentRecord`; `participant` is an id, an address or a name.
    """

    participant: str
    state: ConsentState
    scope: Scope
    purpose: str
    method: str
    scope_id: str | None = None
    recipient: str = ANY_RECIPIENT
    terms_version: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    affirmative: bool = True
    actor: str | None = None
    lawful_basis: str = "consent"
    evidence_ref: str | None = None
    notice_hash: str | None = None
    notice_language: str | None = None
    covers_earlier: bool = False
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class RecordedConsent:
    """A record that was made, or was on file already (`repeated`), and what to tell whoever submitted it.

    `receipt` is for the person. For a withdrawal, `left` says which words had already left; otherwise it is None.
    """

    record: ConsentRecord
    receipt: dict[str, Any]
    remarks: tuple[str, ...] = ()
    repeated: bool = False
    left: AlreadyLeft | None = None


def drafted(said: ConsentStatement, settings: Settings, now: datetime, record_id: str) -> ConsentRecord:
    """Draft the record of a statement; whether its person is on file is checked later.

    Raises `ClientFault` for what is no valid record for anybody (see `check_recordable`), for an unknown recipient or
    scope or ambiguous terms (see `consent.recording`), and ``invalid_period`` for a refusal with an end.
    """
    if said.state is not ConsentState.GRANTED and said.valid_until is not None:
        raise ClientFault("invalid_period", "only a yes has an end", where="valid_until")
    recipient = recipient_named(settings, said.recipient)
    draft = ConsentRecord(
        id=record_id,
        participant=said.participant,
        scope=said.scope,
        scope_id=scope_named(settings, said.scope, said.scope_id),
        purpose=said.purpose,
        recipient=recipient,
        # A refusal holds under any terms; the version only shows which terms the person was given.
        terms_version=said.terms_version or terms_current(settings, recipient, said.state),
        state=said.state,
        valid_from=said.valid_from or now,
        valid_until=said.valid_until,
        method=said.method,
        affirmative=said.affirmative,
        actor=said.actor or said.participant,
        recorded_at=now,
        lawful_basis=said.lawful_basis,
        evidence_ref=said.evidence_ref,
        notice_hash=said.notice_hash,
        covers_earlier=said.covers_earlier,
        guardian=said.guardian,
        notice_language=said.notice_language,
    )
    check_recordable(draft, settings.consent, person_is_actor=draft.actor == draft.participant)
    return draft


async def record(
    files: OnFile, past: PastExchanges, draft: ConsentRecord, settings: Settings, *, as_written: bool = False
) -> RecordedConsent:
    """Record a draft under the id of the person it names.

    `as_written` takes the name as an id, even if no roster has it yet: an integration knows only ids, and may hear of a
    person before a roster does. Raises `ClientFault` if the name is ambiguous or unknown, or if the person cannot say
    this.
    """
    async with files.at_once() as held:
        made, person = await _under_own_id(held, draft, as_written=as_written)
        check_recordable(made, settings.consent, person_is_actor=made.actor == made.participant)
        check_answerable(person, made)
        await held.consents.record(made)
        remarks = [] if person is not None else ["no person with this id is on any roster yet"]
        if made.scope is Scope.MEETING and await held.meetings.by_id(made.scope_id) is None:
            remarks.append("no meeting with this id is on file yet")
    return await told(files, past, made, settings, remarks=tuple(remarks))


async def told(
    files: OnFile,
    past: PastExchanges,
    made: ConsentRecord,
    settings: Settings,
    *,
    remarks: tuple[str, ...] = (),
    repeated: bool = False,
) -> RecordedConsent:
    """What to tell about a record on file; for a withdrawal, also what had left before."""
    withdrawn = made.state is ConsentState.WITHDRAWN
    left = await already_left(files, past, settings.organization, made.participant) if withdrawn else None
    return RecordedConsent(made, receipt(made, settings), remarks, repeated, left)


async def _under_own_id(
    held: OnFile, draft: ConsentRecord, *, as_written: bool
) -> tuple[ConsentRecord, Participant | None]:
    """The draft under the ids that people are on file with, and the person; None if no roster has them."""
    draft = under_kept_ids(draft, await held.people.merged_ids([draft.participant, draft.actor]))
    if as_written:
        return draft, await held.people.by_id(draft.participant)
    person = await people.meant(held, draft.participant)
    own = draft.actor == draft.participant
    return draft._replace(participant=person.id, actor=person.id if own else draft.actor), person


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are wanted; None does not filter. `participant` is an id, an address or a name."""

    participant: str | None = None
    scope: Scope | None = None
    scope_id: str | None = None
    purpose: str | None = None
    recipient: str | None = None
    state: ConsentState | None = None


async def listed(files: OnFile, wanted: Wanted, *, as_written: bool = False) -> Sequence[ConsentRecord]:
    """The records on file, oldest first. Raises `ClientFault` if the participant is ambiguous or unknown.

    An id that has records is taken as that id, whether or not a roster has it. With `as_written`, the participant is
    always taken as an id.
    """
    person = wanted.participant
    if person is not None and not as_written and not await files.consents.listed(participant=person):
        person = (await people.meant(files, person)).id
    return await files.consents.listed(
        participant=person,
        scope=wanted.scope,
        scope_id=wanted.scope_id,
        purpose=wanted.purpose,
        recipient=wanted.recipient,
        state=wanted.state,
    )


async def receipt_of(files: OnFile, record_id: str, settings: Settings) -> dict[str, Any]:
    """The receipt of a record, by the record's or the receipt's id; raises `ClientFault`."""
    wanted = record_id.removeprefix("receipt:")
    kept = next((each for each in await files.consents.listed() if each.id == wanted), None)
    if kept is None:
        detail = "no record has this id; see 'meeting-proxy consent list --json'"
        raise ClientFault("unknown_record", detail, status=404, where="record")
    return receipt(kept, settings)


@dataclass(frozen=True, slots=True)
class Brought:
    """The result of an import: the new records, how many were on file already, and how many name unknown people."""

    new: tuple[ConsentRecord, ...]
    known: int
    strangers: int


async def bring(
    files: OnFile, taken: Sequence[ConsentRecord], row: Callable[[int], str], *, dry_run: bool = False
) -> Brought:
    """Append the records of a file (`recording.imported`), all or none; records already on file are skipped.

    `row` names a record by its index, for the `ClientFault` where an id belongs to a different record.
    """
    async with files.at_once() as held:
        there = {grant.id: grant for grant in await held.consents.listed()}
        merged = await held.people.merged_ids({one for each in taken for one in (each.participant, each.actor)})
        new: list[ConsentRecord] = []
        for index, each in enumerate(taken):
            kept = there.get(each.id)
            if kept is None:
                new.append(under_kept_ids(each, merged))
            elif _said(kept) != _said(each) and _said(kept) != _said(under_kept_ids(each, merged)):
                detail = "another record with this id is on file; nothing of the file was taken"
                raise ClientFault("record_exists", detail, status=409, where=f"{row(index)}, id")
        found = {person.id: person for person in await held.people.having({each.participant for each in new}, ())}
        for each in new:
            check_answerable(found.get(each.participant), each)
        if not dry_run:
            await held.consents.record_all(new)
    strangers = {each.participant for each in new} - found.keys()
    return Brought(tuple(new), len(taken) - len(new), len(strangers))


async def roster_for(files: OnFile, scope: Scope, scope_id: str) -> Roster:
    """Who may be meant in a file about this scope: the people of the meeting, or everybody on any roster."""
    if scope is Scope.MEETING:
        meeting = await files.meetings.by_id(scope_id)
        if meeting is None:
            detail = "add the meeting with its roster first"
            raise ClientFault("unknown_meeting", detail, status=404, where="scope_id")
        return meeting.roster
    everybody = {
        person.id: person for meeting in await files.meetings.listed() for person in meeting.roster.participants
    }
    return Roster(tuple(everybody.values()))


def _said(each: ConsentRecord) -> ConsentRecord:
    """What a record says, regardless of how and when it came on file."""
    return each._replace(method="", evidence_ref=None, recorded_at=datetime.min)
