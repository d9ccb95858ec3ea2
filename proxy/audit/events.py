"""What the ledger records: intents, outcomes and refusals, as typed facts without text or direct identifiers.

`IntentFacts` carries participant and meeting ids as the store knows them. Before anything is written, the ledger's edge
replaces them with keyed pseudonyms, one key for each person or meeting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DeliveryProgress(StrEnum):
    """How much of a reply reached the client."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What one exchange did with one participant's words.

    `participant` is the store's id, or None for all unknown speakers together. `reasons` counts the reason codes of the
    decisions, by utterance. `grants` are the ids of the consent records that decided, and `given_by` the participant of
    each: the records behind a room's words, or behind words of nobody, are other people's. `removed` counts the
    findings removed from this participant's words, by kind, and `kept` those that were sent as they were said.
    """

    participant: str | None
    sent_utterances: int = 0
    sent_characters: int = 0
    withheld_utterances: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    grants: tuple[str, ...] = ()
    removed: Mapping[str, int] = field(default_factory=dict)
    given_by: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """What is known of an exchange from its first step on. Every record of the exchange repeats it."""

    exchange: str
    client: str | None = None
    route: str | None = None
    purpose: str | None = None
    recipient: str | None = None
    recipient_host: str | None = None
    recipient_port: int | None = None
    region: str | None = None
    terms_version: str | None = None
    meeting: str | None = None
    operation: str = ""
    """Method and the route's configured path, never the client's own path or query."""
    model: str | None = None
    settings_digest: str = ""
    first_exchange: str | None = None
    """The exchange whose reply this one fetches."""


@dataclass(frozen=True, slots=True)
class IntentFacts:
    """The fact that these bytes are about to leave. `body_sha256` binds the permit; the record keeps a keyed digest."""

    exchange: ExchangeFacts
    people: tuple[PersonFacts, ...]
    body_bytes: int
    body_sha256: bytes
    removed: Mapping[str, int] = field(default_factory=dict)
    """Findings removed from all text (participants' words and instructions), by kind."""
    kept: Mapping[str, int] = field(default_factory=dict)
    """Findings sent knowingly, by kind."""
    stripped: Mapping[str, int] = field(default_factory=dict)
    """Counts of service-generated data that was stripped, by structural field or header name."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Words that leave, by ISO 639-1 code of their language. ``und`` if the language is uncertain."""
    coverage: Mapping[str, int] = field(default_factory=dict)
    """The same words, by how much of their language detection covered at the time."""
    derived_from: tuple[str, ...] = ()
    """Exchanges whose replies the request repeats. The repeated text rests on what was sent in those exchanges."""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What became of an intent."""

    exchange: ExchangeFacts
    delivered: DeliveryProgress
    status: int | None
    bytes_received: int
    bytes_delivered: int
    duration_ms: int
    reason: str | None = None
    """Reason code of the fault that ended the exchange, if one did."""
    restored: int = 0


@dataclass(frozen=True, slots=True)
class RefusalFacts:
    """The fact that nothing left, and why."""

    exchange: ExchangeFacts
    status: int
    reason: str
    fault: str
    """Whose fault it is: the class name of the fault."""
    people: tuple[PersonFacts, ...] = ()
    count: int = 1
    """How many alike refusals this record stands for."""
    since: datetime | None = None
    """When the first of them happened, if the record was written later; `until`: the last."""
    until: datetime | None = None
    deferred: str | None = None
    """Reason code of the ledger's fault because of which the record was written later."""
    various: bool = False
    """Whether they are of so many kinds that only their number is known."""
