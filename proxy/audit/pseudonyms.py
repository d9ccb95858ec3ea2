"""Keyed pseudonyms for participants and meetings in the ledger. They can be recomputed, and they can be forgotten.

A pseudonym is ``ptc:<epoch>:<32 hex>`` (participant) or ``mtg:<epoch>:<32 hex>`` (meeting). The hex digits are the
first 128 bits of HMAC-SHA-256 under the subject's own random key over (kind, epoch, organization). Whoever holds the
key can find a person's records; when the key is destroyed, nobody can. The epoch is the calendar year (UTC).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Kind = Literal["ptc", "mtg"]

UNKNOWN_SPEAKERS = "ptc:unknown"
"""All unidentified speakers of an exchange together."""
UNAVAILABLE = {"ptc": "ptc:unavailable", "mtg": "mtg:unavailable"}
"""Used in a refusal that had to be recorded while the register of subject keys was unreadable."""
MEETING_SUBJECT = "meeting:"
"""Prefix of a meeting's id in the register of subject keys. Participants are registered under their bare id."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one exchange: those of its participants, by id, and that of its meeting."""

    participants: Mapping[str, str] = field(default_factory=dict)
    meeting: str | None = None

    def of(self, participant: str | None) -> str:
        """The pseudonym of a participant, or of the unknown speakers for None."""
        if participant is None:
            return UNKNOWN_SPEAKERS
        return self.participants.get(participant, UNAVAILABLE["ptc"])


def epoch_of(at: datetime) -> str:
    """The epoch of an event at this instant."""
    return str(at.astimezone(UTC).year)


def pseudonym(kind: Kind, subject_key: bytes, epoch: str, organization: str) -> str:
    """The pseudonym of the subject with this key."""
    message = f"{kind}\0{epoch}\0{organization}".encode()
    return f"{kind}:{epoch}:{hmac.digest(subject_key, message, 'sha256')[:16].hex()}"


def belongs_to(shown: str, subject_key: bytes, organization: str) -> bool:
    """Whether a pseudonym from an event, of any epoch, is that of the subject with this key."""
    kind, _, rest = shown.partition(":")
    epoch = rest.partition(":")[0]
    if kind not in ("ptc", "mtg") or not epoch.isascii() or not epoch.isalnum():
        return False
    expected = pseudonym("ptc" if kind == "ptc" else "mtg", subject_key, epoch, organization)
    return hmac.compare_digest(shown.encode(), expected.encode())
