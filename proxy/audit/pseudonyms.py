"""Names for people and meetings in the ledger: keyed, so that they can be recomputed and can be forgotten.

A pseudonym is ``ptc:<epoch>:<32 hex>`` (participant) or ``mtg:<epoch>:<32 hex>`` (meeting): the first 128 bits
of HMAC-SHA-256 under the subject's own random key over (kind, epoch, organization). Whoever holds the key can
find a person's records; when the key is destroyed nobody can. The epoch is the calendar year (UTC).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Kind = Literal["ptc", "mtg"]

UNKNOWN_SPEAKERS = "ptc:unknown"
"""All speakers of an exchange whom nobody could name, together."""
UNAVAILABLE = {"ptc": "ptc:unavailable", "mtg": "mtg:unavailable"}
"""In a refusal that had to be recorded while the register of subject keys could not be read."""
MEETING_SUBJECT = "meeting:"
"""Prefix of a meeting's id in the register of subject keys; participants are there under their bare id."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one exchange: of its participants by id, and of its meeting."""

    participants: Mapping[str, str] = field(default_factory=dict)
    meeting: str | None = None

    def of(self, participant: str | None) -> str:
        """The pseudonym of a participant, or of the unknown speakers."""
        if participant is None:
            return UNKNOWN_SPEAKERS
        return self.participants.get(participant, UNAVAILABLE["ptc"])


def epoch_of(at: datetime) -> str:
    """The epoch in which an event at this instant is written."""
    return str(at.astimezone(UTC).year)


def pseudonym(kind: Kind, subject_key: bytes, epoch: str, organization: str) -> str:
    """The pseudonym of the subject with this key."""
    message = f"{kind}\0{epoch}\0{organization}".encode()
    return f"{kind}:{epoch}:{hmac.digest(subject_key, message, 'sha256')[:16].hex()}"


def belongs_to(shown: str, subject_key: bytes, organization: str) -> bool:
    """Whether a pseudonym found in an event, of whatever epoch, is that of the subject with this key."""
    kind, _, rest = shown.partition(":")
    epoch = rest.partition(":")[0]
    if kind not in ("ptc", "mtg") or not epoch.isascii() or not epoch.isalnum():
        return False
    expected = pseudonym("ptc" if kind == "ptc" else "mtg", subject_key, epoch, organization)
    return hmac.compare_digest(shown.encode(), expected.encode())
