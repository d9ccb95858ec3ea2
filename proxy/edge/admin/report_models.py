"""The answers of the admin API that report: on a person, on a meeting, and on what is left of somebody forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from proxy.edge.admin.models import Body


class ReportedRecipient(Body):
    """Who received an exchange: address and region as recorded then, the rest as its terms are configured now."""

    name: str
    display_name: str | None
    address: str | None
    postal_address: str | None
    country: str | None
    region: str | None
    retention_days: int | None
    may_train: bool | None
    safeguards: str | None


class ReportedMeeting(Body):
    """The meeting of an exchange; `started_at` is null if it is not on file any more."""

    id: str
    title: str | None
    started_at: str | None


class ReportedExchange(Body):
    """An exchange that had words of the person."""

    exchange: str
    at: str
    meeting: ReportedMeeting | None
    client: str | None
    recipient: ReportedRecipient | None
    purpose: str | None
    terms_version: str | None
    consent_records: tuple[str, ...]
    """The person's own records that decided."""
    sequence: int
    """The place of its first record in the ledger."""
    proof: str | None
    """That the record is in the ledger, as text to check without it."""


class CarriedExchange(ReportedExchange):
    """An exchange that left with words of the person."""

    utterances: int
    characters: int
    rooms: tuple[str, ...]
    """The rooms from whose microphones words came that may be the person's."""
    removed: dict[str, int]
    """Findings that were removed from these words, by kind."""
    kept: dict[str, int]
    """Findings in these words that were sent as they were said, by kind, such as special categories."""
    attempts: int
    delivered: str | None
    """How much of the reply came back; null while that is not recorded."""
    reason: str | None


class WithheldExchange(ReportedExchange):
    """An exchange in which words of the person stayed in."""

    utterances: int
    rooms: tuple[str, ...]
    reasons: dict[str, int]
    whole_request_refused: str | None
    """Why nothing of the request left."""
    proofs: tuple[str, ...]
    """Of what was recorded and then never sent: that the records which say so are in the ledger."""


class RepeatedExchange(ReportedExchange):
    """An exchange that sent again what was made of the person's words."""

    rests_on: tuple[str, ...]
    delivered: str | None


class PersonReport(Body):
    """All that is on file of a person, and what left of their words. It has no words.

    Of other people it has only the names of those for whom the person answered.
    """

    organization: str
    controller: dict[str, str | None]
    """Who answers for it: name, contact, data protection officer, privacy notice, as configured now."""
    made_at: str
    since: str | None
    until: str | None
    person: dict[str, Any]
    sources: tuple[str, ...]
    """Where what is on file comes from."""
    rooms: tuple[dict[str, str], ...]
    meetings: tuple[dict[str, Any], ...]
    """The meetings whose rosters have the person."""
    ledger_read: bool
    """False: no whole ledger could be read, so what left is not known."""
    exchanges: tuple[CarriedExchange, ...]
    withheld: tuple[WithheldExchange, ...]
    repeated: tuple[RepeatedExchange, ...]
    consent_records: tuple[dict[str, Any], ...]
    """Each with its receipt."""
    answered_for: tuple[dict[str, Any], ...]
    """What the person answered for others, each with the other's name."""
    asked: tuple[dict[str, Any], ...]
    """The invitations of the person: what they were asked, how, and when they opened and answered."""
    told: tuple[dict[str, Any], ...]
    """The notices that the person was shown."""
    not_covered: tuple[str, ...]
    note: str


class MeetingReport(Body):
    """Who was heard in a meeting: each exchange that named it, whose words left, and whose stayed in."""

    organization: str
    made_at: str
    meeting: dict[str, Any]
    ledger_read: bool
    """False: no whole ledger could be read, so what left is not known."""
    pseudonyms: tuple[str, ...]
    """Under which the ledger has the meeting, one a calendar year."""
    records: tuple[int, ...]
    """The numbers of all records that name the meeting."""
    log: dict[str, Any] | None
    """How much of the ledger was read."""
    people: tuple[dict[str, Any], ...]
    """The roster, and whoever else has words in an exchange, with what left and what stayed in."""
    exchanges: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]
    acts: tuple[dict[str, Any], ...]
    """What was done about the meeting: rosters, invitations, answers."""
    not_shown: tuple[str, ...]
    note: str | None


class RecipientToTell(Body):
    """A recipient who had words of a person."""

    recipient: str
    address: str | None
    region: str | None
    retention_days: int | None
    purposes: tuple[str, ...]
    exchanges: tuple[str, ...]
    first: datetime
    last: datetime
    display_name: str | None = None


class Forgotten(Body):
    """A person who was forgotten. Keep the answer: nobody can say it again."""

    id: str
    other_ids: tuple[str, ...]
    consent_records: int
    meetings: tuple[str, ...]
    """Their rosters count as incomplete now."""
    rooms: tuple[str, ...]
    """Nothing that is said there is heard until their people are listed anew."""
    recipients: tuple[RecipientToTell, ...] | None
    """Whom to ask to delete what they got. Null if the ledger could not be read."""
    remains: tuple[str, ...]
    """What is left, and why."""
    purged: bool
    """False: the store's files may hold what was deleted until they are vacuumed."""
    statement: dict[str, object]
    """For the person: what was erased, what stays and why. The ledger has its digest alone. Keep it for them, as
    ``{"statement": …}`` in a file; ``meeting-proxy subject erasure FILE`` adds the ledger's proof."""
