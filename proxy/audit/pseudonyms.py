"""Keyed pseudonyms in the ledger, for participants, meetings and consent records.

A pseudonym is ``ptc:<epoch>:<32 hex>`` (participant), ``mtg:…`` (meeting) or ``grt:…`` (consent record). The hex digits
are the first 128 bits of HMAC-SHA-256 under the subject's own random key over (kind, epoch, organization), for a
consent record also over its id, under the key of the person who gave it. Whoever holds the key can find a person's
records; when the key is destroyed, nobody can. The epoch is the calendar year (UTC).
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Kind = Literal["ptc", "mtg"]
GRANT = "grt"

UNKNOWN_SPEAKERS = "ptc:unknown"
"""All unidentified speakers of an exchange together."""
UNAVAILABLE = {"ptc": "ptc:unavailable", "mtg": "mtg:unavailable", "grt": "grt:unavailable"}
"""Used in a refusal that had to be recorded while the register of subject keys was unreadable."""
MEETING_SUBJECT = "meeting:"
"""Prefix of a meeting's id in the register of subject keys. Participants are registered under their bare id."""


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """The pseudonyms of one exchange: its participants and consent records by id, and its meeting."""

    participants: Mapping[str, str] = field(default_factory=dict)
    meeting: str | None = None
    grants: Mapping[str, str] = field(default_factory=dict)

    def of(self, participant: str | None) -> str:
        """The pseudonym of a participant, or of the unknown speakers for None."""
        if participant is None:
            return UNKNOWN_SPEAKERS
        return self.participants.get(participant, UNAVAILABLE["ptc"])

    def of_grant(self, record: str) -> str:
        """The pseudonym of a consent record."""
        return self.grants.get(record, UNAVAILABLE[GRANT])


def epoch_of(at: datetime) -> str:
    """The epoch of an event at this instant."""
    return str(at.astimezone(UTC).year)


def pseudonym(kind: Kind, subject_key: bytes, epoch: str, organization: str) -> str:
    """The pseudonym of the subject with this key."""
    message = f"{kind}\0{epoch}\0{organization}".encode()
    return f"{kind}:{epoch}:{hmac.digest(subject_key, message, 'sha256')[:16].hex()}"


def grant_pseudonym(subject_key: bytes, epoch: str, organization: str, record: str) -> str:
    """The pseudonym of the consent record with this id, under the key of the person who gave it."""
    message = f"{GRANT}\0{epoch}\0{organization}\0{record}".encode()
    return f"{GRANT}:{epoch}:{hmac.digest(subject_key, message, 'sha256')[:16].hex()}"


def epoch_in(shown: str) -> str | None:
    """The epoch of a pseudonym from an event; None for one that no key makes, and for ids of earlier versions."""
    kind, _, rest = shown.partition(":")
    epoch, _, digits = rest.partition(":")
    known = kind in ("ptc", "mtg", GRANT) and digits and epoch.isascii() and epoch.isalnum()
    return epoch if known else None


def unmade_meetings(shown: Iterable[object], keys: Collection[bytes], organization: str) -> int:
    """How many different meetings of a log none of these keys makes.

    The key of a meeting is durable before the log names it, and is never destroyed. So the keys of all meetings in a
    store make every one of the log, unless the log was written with another store, or the store is an older copy.
    """
    by_epoch: dict[str, set[str]] = {}
    for each in shown:
        if isinstance(each, str) and each.startswith("mtg:") and (epoch := epoch_in(each)) is not None:
            by_epoch.setdefault(epoch, set()).add(each)
    return sum(
        len(named - {pseudonym("mtg", key, epoch, organization) for key in keys}) for epoch, named in by_epoch.items()
    )


def belongs_to(shown: str, subject_key: bytes, organization: str) -> bool:
    """Whether a pseudonym from an event, of any epoch, is that of the subject with this key."""
    epoch = epoch_in(shown)
    if epoch is None:
        return False
    expected = pseudonym("ptc" if shown.startswith("ptc:") else "mtg", subject_key, epoch, organization)
    return hmac.compare_digest(shown.encode(), expected.encode())
