"""Consent records: recorded, listed and imported from files, by the same rules in every adapter.

A record names its person, and who acts for them, by the ids that are on file (`Naming`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from proxy.audit.acts import Acts, Fact
from proxy.audit.query import EventFilter
from proxy.consent.one_person import under_kept_ids
from proxy.consent.receipts import receipt
from proxy.consent.recordable import (
    check_recordable,
    in_row,
    recipient_named,
    scope_named,
    terms_current,
)
from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.desk import acts, answerable, guardians, heard, known, people, scopes, titles
from proxy.desk.ports import OnFile, PastExchanges
from proxy.desk.shapes import check_instant, check_line
from proxy.desk.subjects import AlreadyLeft, left_within
from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.model import PURPOSES, Participant, Roster
from proxy.settings import ConsentSettings, Settings

_UNKNOWN = "unknown_participant"


class Naming:
    """Finds people by id, address or name, each once: a file may name the same people in many rows."""

    def __init__(self, held: OnFile) -> None:
        self._held = held
        self._found: dict[str, Participant | ClientFault] = {}

    async def under_own_ids(
        self, draft: ConsentRecord, *, as_written: bool
    ) -> tuple[ConsentRecord, Participant | None]:
        """Return the draft under the ids that people are on file with, and the person.

        With `as_written`, an id that nobody has is kept, and the person is None; an address that nobody has is none.
        Raises `ClientFault`.
        """
        own = draft.actor == draft.participant
        draft = under_kept_ids(draft, await self._held.people.merged_ids([draft.participant, draft.actor]))
        person = await self._whose(draft.participant, as_written=as_written)
        said_for = draft.participant if person is None else person.id
        actor = said_for if own else await self._acting(draft)
        return draft._replace(participant=said_for, actor=actor), person

    async def _whose(self, written: str, *, as_written: bool) -> Participant | None:
        try:
            return await self._meant(written)
        except ClientFault as fault:
            if as_written and fault.reason == _UNKNOWN and _may_be_id(written):
                return None
            raise

    async def _acting(self, draft: ConsentRecord) -> str:
        """The id of who acts, found like the participant: nobody is their own guardian under another name.

        An actor who is not on file stays as written. So does one of several in a refusal, which never fails for that.
        """
        try:
            return (await self._meant(draft.actor)).id
        except ClientFault as fault:
            if fault.reason == _UNKNOWN or draft.state is not ConsentState.GRANTED:
                return draft.actor
            raise ClientFault(fault.reason, fault.detail, status=fault.status, where="actor") from None

    async def _meant(self, written: str) -> Participant:
        found = self._found.get(written)
        if found is None:
            try:
                found = await people.meant(self._held, written)
            except ClientFault as fault:
                found = fault
            self._found[written] = found
        if isinstance(found, ClientFault):
            raise found
        return found


def _may_be_id(written: str) -> bool:
    """Whether this may be the id of somebody who comes on file later: it is no name and no address."""
    return email_of(written) is None and not any(map(str.isspace, written))


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
    name: str | None = None
    """What the person is called, if they are on file."""
    counts: bool | None = None
    """Whether a yes that was recorded just now counts, by what is on file of the person; None for all else."""
    took_back_nothing: bool = False
    """It is a withdrawal, and nobody had said yes to what it is about."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that whoever submitted it has to know beside the record."""
        return (*self.remarks, _TOOK_BACK_NOTHING) if self.took_back_nothing else self.remarks


_TOOK_BACK_NOTHING = (
    "no yes is on file that this takes back; it counts as a no all the same ('meeting-proxy consent deny' records a no "
    "as such)"
)


def drafted(said: ConsentStatement, settings: Settings, now: datetime, record_id: str) -> ConsentRecord:
    """Draft the record of a statement; whether its person is on file is checked later.

    Raises `ClientFault` for what is no valid record for anybody (see `check_recordable`), for an unknown recipient or
    scope or ambiguous terms (see `consent.recording`), and ``invalid_period`` for a refusal with an end or for
    instants that cannot be stored.
    """
    if said.state is not ConsentState.GRANTED and said.valid_until is not None:
        raise ClientFault("invalid_period", "only a yes has an end", where="valid_until")
    for where in ("valid_from", "valid_until"):
        check_instant(getattr(said, where), "invalid_period", where)
    _check_lines(said)
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


class Taken(NamedTuple):
    """A record that was put on file, before it is told of."""

    record: ConsentRecord
    remarks: tuple[str, ...]
    counts: bool | None
    took_back_nothing: bool


async def record(
    files: OnFile, past: PastExchanges, draft: ConsentRecord, settings: Settings, *, as_written: bool = False
) -> RecordedConsent:
    """Record a draft under the id of the person it names.

    `as_written` keeps an id that nobody, no meeting or no series has, and remarks on it: an integration may hear of
    these earlier. Raises `ClientFault` for who or what is ambiguous or unknown, or if they cannot say this.
    """
    async with files.at_once() as held:
        taken = await taken_down(held, draft, settings, as_written=as_written)
    return await told_of(files, past, taken, settings)


async def taken_down(held: OnFile, draft: ConsentRecord, settings: Settings, *, as_written: bool = False) -> Taken:
    """Put a draft on file, as `record` does, within a transaction."""
    made, person = await Naming(held).under_own_ids(draft, as_written=as_written)
    check_recordable(made, settings.consent, person_is_actor=made.actor == made.participant)
    await answerable.check(held, person, made, settings.consent)
    there = await scopes.is_on_file(held, made)
    if not there and not as_written:
        raise await scopes.unknown(held, made)
    before = await held.consents.listed(participant=made.participant, purpose=made.purpose)
    await held.consents.record(made)
    await acts.of_records(held, [made])
    remarks = [] if person is not None else ["no person with this id is on any roster yet"]
    remarks += await guardians.noted_of(held, [made])
    remarks += await scopes.remarks(held, made)
    known = None if person is None else await held.people.by_id(person.id)
    against = await heard.against(held, known, made, settings)
    remarks += against
    nothing = made.state is ConsentState.WITHDRAWN and not any(_about_the_same(each, made) for each in before)
    counts = there and not against if made.state is ConsentState.GRANTED else None
    return Taken(made, tuple(remarks), counts, nothing)


async def told_of(files: OnFile, past: PastExchanges, taken: Taken, settings: Settings) -> RecordedConsent:
    """What to tell of a record that was just put on file."""
    done = await told(files, past, taken.record, settings, remarks=taken.remarks)
    return replace(done, took_back_nothing=taken.took_back_nothing, counts=taken.counts)


def _about_the_same(yes: ConsentRecord, no: ConsentRecord) -> bool:
    """Whether a yes to the same purpose is about any of the same recipients; any scope may be within another."""
    anybody = ANY_RECIPIENT in (yes.recipient, no.recipient)
    return yes.state is ConsentState.GRANTED and (anybody or yes.recipient == no.recipient)


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
    left = None
    if made.state is ConsentState.WITHDRAWN:
        recipient = None if made.recipient == ANY_RECIPIENT else made.recipient
        wanted = EventFilter(purpose=made.purpose, recipient=recipient)
        where = (made.scope, made.scope_id)
        left = await left_within(files, past, settings.organization, made.participant, *where, wanted)
    person = await files.people.by_id(made.participant)
    name = None if person is None else person.name
    return RecordedConsent(made, await _receipt(files, made, settings), remarks, repeated, left, name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are wanted; None does not filter. `participant` is an id, an address or a name."""

    participant: str | None = None
    scope: Scope | None = None
    scope_id: str | None = None
    purpose: str | None = None
    recipient: str | None = None
    state: ConsentState | None = None


async def listed(files: OnFile, settings: Settings, wanted: Wanted) -> Sequence[ConsentRecord]:
    """The records on file, oldest first.

    An id that has records is taken as that id, whether or not a roster has it. Raises `ClientFault` if the participant
    is ambiguous or unknown, and for a purpose, recipient or scope that nothing is called.
    """
    await _check_known(files, settings, wanted)
    person = wanted.participant
    if person is not None and not await files.consents.listed(participant=person):
        person = (await people.meant(files, person)).id
    return await files.consents.listed(
        participant=person,
        scope=wanted.scope,
        scope_id=wanted.scope_id,
        purpose=wanted.purpose,
        recipient=wanted.recipient,
        state=wanted.state,
    )


async def _check_known(files: OnFile, settings: Settings, wanted: Wanted) -> None:
    """Raise `ClientFault` for a name that neither the configuration nor any record has."""
    purposes = PURPOSES | {route.purpose for route in settings.routes if route.purpose is not None}
    recipients = {ANY_RECIPIENT, *settings.recipients}
    scopes = {settings.organization}
    asked = ((wanted.purpose, purposes), (wanted.recipient, recipients), (wanted.scope_id, scopes))
    if all(name is None or name in names for name, names in asked):
        return
    records = await files.consents.listed()
    meetings = await files.meetings.listed() if wanted.scope_id is not None else ()
    scopes |= {each for meeting in meetings for each in (meeting.id, meeting.series, *meeting.earlier_series) if each}
    known.check("purpose", wanted.purpose, purposes | {record.purpose for record in records})
    known.check("recipient", wanted.recipient, recipients | {record.recipient for record in records})
    known.check("scope_id", wanted.scope_id, scopes | {record.scope_id for record in records})


async def exported(files: OnFile, settings: Settings, wanted: Wanted, form: str) -> Sequence[ConsentRecord]:
    """The records that `listed` has, for a file in this format: an act on the people whose records they are."""
    found = await listed(files, settings, wanted)
    facts: dict[str, Fact] = {"format": form, "count": len(found)}
    await files.acts.did(Acts.CONSENT_EXPORTED, people=sorted({each.participant for each in found}), facts=facts)
    return found


async def receipt_of(files: OnFile, record_id: str, settings: Settings) -> dict[str, Any]:
    """The receipt of a record, by the record's or the receipt's id; raises `ClientFault`."""
    wanted = record_id.removeprefix("receipt:")
    kept = next((each for each in await files.consents.listed() if each.id == wanted), None)
    if kept is None:
        detail = "no record has this id; see 'meeting-proxy consent list --json'"
        raise ClientFault("unknown_record", detail, status=404, where="record")
    return await _receipt(files, kept, settings)


async def _receipt(files: OnFile, kept: ConsentRecord, settings: Settings) -> dict[str, Any]:
    called = await titles.of_records(files, [kept])
    return receipt(kept, settings, called.get((kept.scope, kept.scope_id)))


@dataclass(frozen=True, slots=True)
class Brought:
    """The result of an import: the new records, how many were on file already, and how many name unknown people."""

    new: tuple[ConsentRecord, ...]
    known: int
    strangers: int


async def bring(
    files: OnFile,
    taken: Sequence[ConsentRecord],
    policy: ConsentSettings,
    row: Callable[[int], str],
    *,
    dry_run: bool = False,
) -> Brought:
    """Append the records of a file (`recording.imported`), all or none; records already on file are skipped.

    People are found as `record` finds them; an id that nobody has is kept. `row` names a record by its index, for the
    `ClientFault` where an id belongs to a different record, or the person cannot say this.
    """
    async with files.at_once() as held:
        there = {grant.id: grant for grant in await held.consents.listed()}
        naming = Naming(held)
        new: list[ConsentRecord] = []
        strangers: set[str] = set()
        for index, each in enumerate(taken):
            try:
                for where in ("valid_from", "valid_until", "recorded_at"):
                    check_instant(getattr(each, where), "invalid_period", where)
                _check_lines(each)
                made, person = await _brought(naming, each, there.get(each.id))
                if made is None:
                    continue
                check_recordable(made, policy, person_is_actor=made.actor == made.participant)
                await answerable.check(held, person, made, policy, new)
            except ClientFault as fault:
                raise in_row(fault, row(index)) from None
            new.append(made)
            if person is None:
                strangers.add(made.participant)
        if not dry_run:
            await held.consents.record_all(new)
            await acts.of_records(held, new, way="file")
            await guardians.noted_of(held, new)
    return Brought(tuple(new), len(taken) - len(new), len(strangers))


async def _brought(
    naming: Naming, each: ConsentRecord, kept: ConsentRecord | None
) -> tuple[ConsentRecord | None, Participant | None]:
    """A record of a file under the ids on file, and its person; no record where it is on file already."""
    if kept is not None and _said(kept) == _said(each):
        return None, None
    made, person = await naming.under_own_ids(each, as_written=True)
    if kept is None:
        return made, person
    if _said(kept) == _said(made):
        return None, None
    raise ClientFault("record_exists", "another record with this id is on file", status=409, where="id")


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


def _check_lines(of: ConsentStatement | ConsentRecord) -> None:
    """Raise `ClientFault` (``incomplete_record``) for a text that is no line."""
    for where in ("method", "terms_version", "lawful_basis", "evidence_ref", "notice_hash"):
        check_line(getattr(of, where), "incomplete_record", where)


def _said(each: ConsentRecord) -> ConsentRecord:
    """What a record says, regardless of how and when it came on file."""
    return each._replace(method="", evidence_ref=None, recorded_at=datetime.min)
