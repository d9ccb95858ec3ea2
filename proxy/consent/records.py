"""Consent records and their states.

Field names follow ISO/IEC TS 27560 and the W3C Data Privacy Vocabulary. Records are appended and never changed: a
withdrawal is a new record, and the newest record of a person, scope, purpose and recipient holds.

The functions here are pure. They handle a person who turns out to be known under two ids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from proxy.errors import ClientFault

ANY_RECIPIENT = "*"

FORGOTTEN = "forgotten:"
"""How the id begins that stands for somebody who was forgotten, where a record of another person names them."""


class Scope(StrEnum):
    """How far a record reaches."""

    MEETING = "meeting"
    SERIES = "series"
    ORG = "org"


class ConsentState(StrEnum):
    """What a record says. Only GRANTED permits; expired and stale terms are computed, never stored."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    NOT_ASKED = "not_asked"


class ConsentRecord(NamedTuple):
    """One consent record. It is a tuple because a decision may read many thousands.

    `scope_id` is the id of the meeting or series, or the organization's name. `recipient` is a recipient's name or
    ``*``. `valid_from`/`valid_until` bound both the time of the words and the time of sending. `covers_earlier` says
    that the notice covered words spoken before `valid_from`. `actor` said it: the person, or whoever
    answered for them; who entered it is in the ledger. `affirmative` is False for a box that was ticked in advance.
    `guardian` marks a guardian's grant. `notice_hash` and `notice_language` (BCP 47) identify the notice that the
    person was shown, if there was one.
    """

    id: str
    participant: str
    scope: Scope
    scope_id: str
    purpose: str
    recipient: str
    terms_version: str
    state: ConsentState
    valid_from: datetime
    valid_until: datetime | None
    method: str
    affirmative: bool
    actor: str
    recorded_at: datetime
    lawful_basis: str = "consent"
    evidence_ref: str | None = None
    notice_hash: str | None = None
    covers_earlier: bool = False
    guardian: bool = False
    notice_language: str | None = None


_NO = (ConsentState.DENIED, ConsentState.WITHDRAWN)


def noes_carried(
    records: Sequence[ConsentRecord], person: str, now: datetime, new_id: Callable[[], str]
) -> list[ConsentRecord]:
    """Return the refusals among `records` (of one person, oldest first) that nothing took back, as records of `person`.

    Grants are not carried over: whoever had a link or a voice under the other id gave them, and can be asked again. A
    refusal counts anew from `now` on; its evidence names the record it was made from.
    """
    newest = {(record.scope, record.scope_id, record.purpose, record.recipient): record for record in records}
    return [
        _said_by(person, record)._replace(id=f"cr-{new_id()}", recorded_at=now, evidence_ref=f"record:{record.id}")
        for record in newest.values()
        if record.state in _NO
    ]


def noes_shared(records: Sequence[ConsentRecord], kept: Mapping[str, str]) -> list[ConsentRecord]:
    """Return the records; each standing refusal of a kept id (in `kept` by other id) also counts for the other ids.

    The copies are the newest records of the other ids: the person known to have refused did not say what was said under
    these ids.
    """
    others = {person: [gone for gone, one in kept.items() if one == person] for person in kept.values()}
    newest = {(r.participant, r.scope, r.scope_id, r.purpose, r.recipient): r for r in records}
    latest = max((record.recorded_at for record in records), default=None)
    shared = [
        _said_by(gone, record)._replace(recorded_at=latest or record.recorded_at)
        for record in newest.values()
        if record.state in _NO
        for gone in others.get(record.participant, ())
    ]
    return sorted((*records, *shared), key=lambda record: record.recorded_at)


def with_fit_guardians(records: Sequence[ConsentRecord], unfit: Collection[str]) -> list[ConsentRecord]:
    """Return the records; a grant whose guardian can be none, by an id in `unfit`, is one without a guardian.

    Nobody can grant as a guardian who is a minor, a bot or a room, or who is not on file. This is for those who became
    one afterwards, or were forgotten: nobody could prove any more who gave the grant.
    """
    return [
        record._replace(guardian=False)
        if record.guardian and record.state is ConsentState.GRANTED and record.actor in unfit
        else record
        for record in records
    ]


def own_guardianships(
    records: Sequence[ConsentRecord], others: Collection[str], now: datetime, new_id: Callable[[], str]
) -> list[ConsentRecord]:
    """Return withdrawals of grants whose guardian turns out to be the person, by an id in `others`.

    `records` are those of the person, oldest first. Nobody is their own guardian.
    """
    newest = {(record.scope, record.scope_id, record.purpose, record.recipient): record for record in records}
    return [
        record._replace(
            id=f"cr-{new_id()}",
            state=ConsentState.WITHDRAWN,
            actor=record.participant,
            recorded_at=now,
            guardian=False,
            valid_from=now, valid_until=None, covers_earlier=False, evidence_ref=f"record:{record.id}",
        )
        for record in newest.values()
        if record.state is ConsentState.GRANTED and record.guardian and record.actor in others
    ]  # fmt: skip


def under_kept_ids(record: ConsentRecord, merged: Mapping[str, str]) -> ConsentRecord:
    """Return a new record under the ids by which people are on file; `merged` maps other ids to these.

    A refusal under another id becomes that person's. A grant raises `ClientFault`: sending the records of another id
    again would restore what was said under it. The actor is mapped too: nobody is their own guardian.
    """
    kept = merged.get(record.participant)
    if kept is not None and record.state is ConsentState.GRANTED:
        raise merged_person(record.participant, kept)
    record = record if kept is None else _said_by(kept, record)
    return record._replace(actor=merged.get(record.actor, record.actor))


def merged_person(gone: str, kept: str) -> ClientFault:
    """The fault where an id is another id of a known person, and the record cannot be taken under it."""
    detail = f"{gone} is another id of {kept}, and nothing was recorded; where they said so themselves, name {kept}"
    return ClientFault("merged_person", detail, status=409, where="participant")


def _said_by(person: str, record: ConsentRecord) -> ConsentRecord:
    return record._replace(participant=person, actor=person if record.actor == record.participant else record.actor)
