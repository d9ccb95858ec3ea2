"""Which consent records may be appended. A refusal always may; a grant has to be valid.

A pre-ticked box is no consent (GDPR recital 32), and nobody consents for somebody else unless policy allows it.

It also resolves what a new record refers to: recipients, terms and the organization, as configured.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from proxy.consent.records import ANY_RECIPIENT, ConsentRecord, ConsentState, Scope
from proxy.consent.verdicts import CLOCK_SKEW
from proxy.errors import ClientFault
from proxy.model import KNOWN_PURPOSES, Participant, ParticipantClass, is_purpose
from proxy.settings import ConsentSettings, Settings

ADMIN_IMPORT = "admin_import"
"""The method of a grant that was imported from a file."""


def check_recordable(record: ConsentRecord, policy: ConsentSettings, person_is_actor: bool) -> None:
    """Raise `ClientFault` unless this record may be appended.

    `person_is_actor` says that the caller knows the participant to be the one who acts (through a signed link, or
    because an operator vouches for it). Reasons: ``unknown_purpose``, ``incomplete_record``, ``naive_time``,
    ``invalid_period``, ``actor_mismatch``; for a grant also ``not_affirmative``, ``method_not_accepted``,
    ``guardian_is_participant``, ``on_behalf``.
    """
    _check_form(record, person_is_actor)
    if record.state is ConsentState.GRANTED:
        _check_yes(record, policy, person_is_actor)


def check_answerable(person: Participant | None, record: ConsentRecord) -> None:
    """Raise `ClientFault` for a grant by somebody on file who cannot give it.

    Reasons: ``bot_not_asked``, or ``guardian_is_participant`` for a person who would be their own guardian. The record
    uses the ids under which people are on file.
    """
    if record.guardian and record.state is ConsentState.GRANTED and record.actor == record.participant:
        raise _own_guardian()
    bot = person is not None and person.participant_class is ParticipantClass.BOT
    if bot and record.state is ConsentState.GRANTED:
        raise ClientFault("bot_not_asked", "a bot cannot say yes; ask the people in the meeting", where="participant")


def imported(
    records: Sequence[ConsentRecord], settings: Settings, now: datetime, source: str, row: Callable[[int], str]
) -> list[ConsentRecord]:
    """Return the records of a file as they are appended here; `ClientFault` names the first row that is no record.

    Whether the policy takes those that are not on file yet is checked when they are brought (`check_recordable`).

    Whoever imports a grant vouches for it: its method becomes ``admin_import``, which the policy has to accept. Its
    evidence says where it came from (`source`), how it was given and what proves it. `row` names a record by its index.
    A record keeps its own time, so an old grant does not override a newer refusal.
    """
    taken: list[ConsentRecord] = []
    ids: set[str] = set()
    for index, record in enumerate(records):
        try:
            taken.append(_taken(record, settings, now, source))
            if record.id in ids:
                raise ClientFault("record_listed_twice", "an id stands for one record", where="id")
        except ClientFault as fault:
            raise in_row(fault, row(index)) from None
        ids.add(record.id)
    return taken


def in_row(fault: ClientFault, row: str) -> ClientFault:
    """The fault of one record of a file, which was then not taken at all; `row` is the record's place."""
    place = ", ".join(part for part in (row, fault.where) if part)
    detail = f"{fault.detail}; nothing of the file was taken"
    return ClientFault(fault.reason, detail, status=fault.status, where=place)


def _taken(record: ConsentRecord, settings: Settings, now: datetime, source: str) -> ConsentRecord:
    if record.recorded_at.tzinfo is not None and record.recorded_at > now + CLOCK_SKEW:
        raise ClientFault("recorded_in_future", "nobody can have recorded this yet", where="recorded_at")
    if record.state is ConsentState.GRANTED:
        said = [source, f"method {record.method}", *([record.evidence_ref] if record.evidence_ref else [])]
        record = record._replace(method=ADMIN_IMPORT, evidence_ref="; ".join(said))
    _check_form(record, record.actor == record.participant)
    recipient_named(settings, record.recipient)
    scope_named(settings, record.scope, record.scope_id)
    return record


def _check_form(record: ConsentRecord, person_is_actor: bool) -> None:
    if not is_purpose(record.purpose):
        raise ClientFault("unknown_purpose", KNOWN_PURPOSES, where="purpose")
    for field in ("id", "participant", "scope_id", "recipient", "terms_version", "method", "actor"):
        if not getattr(record, field):
            raise ClientFault("incomplete_record", "the field must not be empty", where=field)
    for field in ("valid_from", "valid_until", "recorded_at"):
        instant = getattr(record, field)
        if instant is not None and instant.tzinfo is None:
            raise ClientFault("naive_time", "give the instant with its time zone", where=field)
    if record.valid_until is not None and record.valid_until <= record.valid_from:
        raise ClientFault("invalid_period", "the end must lie after the beginning", where="valid_until")
    if person_is_actor != (record.actor == record.participant):
        raise ClientFault(
            "actor_mismatch", "the actor is the participant's id when, and only when, they act", where="actor"
        )


def _check_yes(record: ConsentRecord, policy: ConsentSettings, person_is_actor: bool) -> None:
    if not record.affirmative:
        raise ClientFault(
            "not_affirmative", "a box that was ticked beforehand is no consent; ask again", where="affirmative"
        )
    if record.method == ADMIN_IMPORT and ADMIN_IMPORT not in policy.methods:
        detail = (
            "a yes out of a file counts by the word of whoever imports it, whatever method the file names: add "
            f"{ADMIN_IMPORT} to consent.methods, for as long as such records shall count"
        )
        raise ClientFault("method_not_accepted", detail, where="method")
    if record.method not in policy.methods:
        accepted = ", ".join(policy.methods) or "none"
        raise ClientFault("method_not_accepted", f"consent.methods accepts: {accepted}", where="method")
    if record.guardian and person_is_actor:
        raise _own_guardian()
    if not person_is_actor and not record.guardian and not policy.on_behalf:
        raise ClientFault(
            "on_behalf", "only the participant can say yes; consent.on_behalf would let others", where="actor"
        )


def _own_guardian() -> ClientFault:
    return ClientFault("guardian_is_participant", "a guardian's grant names the guardian as actor", where="actor")


ANY_TERMS = "any"
"""The terms version of a refusal to recipients with different terms: a refusal holds under any terms."""


def recipient_named(settings: Settings, name: str) -> str:
    """Return the name if it is a recipient's, or ``*`` for any recipient; raises `ClientFault`."""
    if name != ANY_RECIPIENT and name not in settings.recipients:
        known = ", ".join(sorted(settings.recipients))
        raise ClientFault("unknown_recipient", f"the recipients are: {known}; or * for any", where="recipient")
    return name


def terms_current(settings: Settings, recipient: str, state: ConsentState) -> str:
    """Return the current terms version of the recipient; for any recipient, the version they all share.

    If the versions differ, a grant raises `ClientFault`; a refusal does not depend on them.
    """
    asked = settings.recipients.values() if recipient == ANY_RECIPIENT else (settings.recipients[recipient],)
    versions = {each.terms.version for each in asked}
    if len(versions) == 1:
        return versions.pop()
    if state is ConsentState.GRANTED:
        raise ClientFault(
            "terms_ambiguous",
            "recipients have different terms; name one recipient, or the terms",
            where="terms_version",
        )
    return ANY_TERMS


def scope_named(settings: Settings, scope: Scope, given: str | None) -> str:
    """Return the id of a scope; the organization's id is its configured name. Raises `ClientFault`."""
    if scope is not Scope.ORG:
        if not given:
            raise ClientFault("incomplete_record", f"name the {scope.value}", where="scope_id")
        return given
    if given not in (None, settings.organization):
        raise ClientFault(
            "unknown_organization", f"the organization is called {settings.organization}", where="scope_id"
        )
    return settings.organization
