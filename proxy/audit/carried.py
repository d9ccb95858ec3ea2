"""Which past exchanges carried one person's words: what a withdrawal cannot reach any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from proxy.audit.ocsf import INTENT, NEVER_SENT, OUTCOME, Event
from proxy.audit.query import Subject, ledger_part, people_of, recipient_of

CANNOT_BE_CALLED_BACK = (
    "What has left cannot be called back: this proxy has no means to delete anything where it was received. "
    "Ask the recipients, by exchange id and time."
)


@dataclass(frozen=True, slots=True)
class Carried:
    """An exchange that left with words of a person.

    `delivered` tells how much of the reply came back, and `reason` why it ended where it did not end well; both are
    None while no outcome is recorded.
    """

    exchange: str
    at: datetime
    recipient: str
    purpose: str
    terms_version: str | None
    utterances: int
    characters: int
    delivered: str | None = None
    reason: str | None = None


def carried(events: Iterable[Event], subjects: Collection[Subject]) -> tuple[Carried, ...]:
    """The exchanges that carried words of any of these subjects (a person, and the rooms they sat in), oldest first.

    Exchanges of which the ledger knows that nothing was sent are left out. Words that no speaker claimed belong to
    nobody by name and are not in this list.
    """
    begun: dict[str, list[Event]] = {}
    ended: dict[str, list[Event]] = {}
    for event in events:
        exchange = event["metadata"].get("correlation_uid")
        if event["metadata"]["event_code"] == INTENT and _words(event, subjects) != (0, 0):
            begun.setdefault(exchange, []).append(event)
        elif event["metadata"]["event_code"] == OUTCOME and exchange in begun:
            # An intent is durable before its outcome is written; nobody else's outcomes are held meanwhile.
            ended.setdefault(exchange, []).append(event)
    found: list[Carried] = []
    for exchange, intents in begun.items():
        outcomes = ended.get(exchange, [])
        sent = [i for i in intents if not _never_sent(i, outcomes)]
        if sent:
            found.append(_entry(exchange, sent, outcomes, subjects))
    return tuple(sorted(found, key=lambda each: each.at))


def _entry(exchange: str, intents: list[Event], outcomes: list[Event], subjects: Collection[Subject]) -> Carried:
    first, last = intents[0], outcomes[-1] if outcomes else {}
    counts = [_words(intent, subjects) for intent in intents]
    return Carried(
        exchange=exchange,
        at=datetime.fromtimestamp(first["time"] / 1000, UTC),
        recipient=recipient_of(first) or "",
        purpose=ledger_part(first).get("purpose", ""),
        terms_version=ledger_part(first).get("terms_version"),
        utterances=sum(utterances for utterances, _ in counts),
        characters=sum(characters for _, characters in counts),
        delivered=ledger_part(last).get("delivered"),
        reason=last.get("status_code"),
    )


def _words(intent: Event, subjects: Collection[Subject]) -> tuple[int, int]:
    """Utterances and characters of these subjects that an intent sent."""
    said = [p["data"] for p in people_of(intent) if any(subject.is_named(p["uid"]) for subject in subjects)]
    return sum(data["utterances"] for data in said), sum(data["characters"] for data in said)


def _never_sent(intent: Event, outcomes: Iterable[Event]) -> bool:
    attempt = ledger_part(intent).get("attempt")
    return any(o.get("status_code") == NEVER_SENT and ledger_part(o).get("attempt") == attempt for o in outcomes)
