"""Consent records and their states.

Field names follow ISO/IEC TS 27560 and the W3C Data Privacy Vocabulary. Records are appended and never changed: a
withdrawal is a new record, and the newest record of a person, scope, purpose and recipient holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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
