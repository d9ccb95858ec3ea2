"""Consent records and their states.

Field names follow ISO/IEC TS 27560 and the W3C Data Privacy Vocabulary. Records are appended, never changed:
a withdrawal is a new record, and the newest record of a person, scope, purpose and recipient holds.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

ANY_RECIPIENT = "*"


class Scope(StrEnum):
    """How wide a record reaches."""

    MEETING = "meeting"
    SERIES = "series"
    ORG = "org"


class GrantState(StrEnum):
    """What a record says. Only GRANTED permits; expired and stale terms are computed, never stored."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    NOT_ASKED = "not_asked"


class Grant(NamedTuple):
    """One consent record; a tuple, since a decision may read many thousands.

    `scope_id` is the id of the meeting or series, or the organization's name. `recipient` is a recipient's
    name or ``*``. `valid_from`/`valid_until` bound the words (when they were spoken) and the sending alike.
    `covers_earlier` says that the notice covered words spoken before `valid_from`. `actor` recorded it;
    `affirmative` is False for a box that was ticked beforehand. `guardian` marks a guardian's grant.
    `notice_hash` and `notice_language` (BCP 47) tell which notice the person was shown, where there was one.
    """

    id: str
    participant: str
    scope: Scope
    scope_id: str
    purpose: str
    recipient: str
    terms_version: str
    state: GrantState
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
