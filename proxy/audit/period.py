"""What a period of the ledger comes to, in numbers: what left, to whom, for what, what was withheld, and why.

Pure: a fold over events. Counts hold neither people nor meetings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from proxy.audit.ocsf import INTENT, OUTCOME, RECOVERED, REFUSED, UNREACHED, Event
from proxy.audit.query import attempt_of, client_of, ledger_part, never_left, people_of, recipient_of

NONE = "none"
"""Stands for a recipient, purpose, client or route that a refused request did not get to."""
LATER = timedelta(days=1)
"""How long after the period an outcome is waited for: it belongs to its intent."""


@dataclass(slots=True)
class Tally:
    """Requests and utterances of one day, recipient, purpose, client or route. An unknown outcome counts as left.

    `heard` utterances left. `unsent` ones could have been heard, but their request was refused.
    """

    left: int = 0
    bytes: int = 0
    heard: int = 0
    withheld: int = 0
    unsent: int = 0
    refused: int = 0


@dataclass(slots=True)
class Period:
    """The numbers of a period. `since` is inclusive, `until` exclusive; days are those of UTC."""

    since: datetime
    until: datetime
    total: Tally = field(default_factory=Tally)
    days: dict[str, Tally] = field(default_factory=dict)
    recipients: dict[str, Tally] = field(default_factory=dict)
    purposes: dict[str, Tally] = field(default_factory=dict)
    clients: dict[str, Tally] = field(default_factory=dict)
    routes: dict[str, Tally] = field(default_factory=dict)
    removed: Counter[str] = field(default_factory=Counter)
    """Findings that were replaced, by kind."""
    kept: Counter[str] = field(default_factory=Counter)
    """Findings that were knowingly sent, by kind."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Utterances by the code of the decision about them, whatever it was, those of refused requests included."""
    refusals: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    """Words that left, by language."""
    coverage: Counter[str] = field(default_factory=Counter)
    """The same words by how much of their language detection covered."""
    delivered: Counter[str] = field(default_factory=Counter)
    """Exchanges that left, by how much of the reply reached the client; `unknown` counts as sent."""
    unanswered: int = 0
    """Intents without an outcome."""
    recoveries: int = 0
    """How often the ledger was opened after its last run had ended badly."""

    @property
    def withheld_share(self) -> float | None:
        """The share of utterances that were withheld; None without any."""
        spoken = self.total.heard + self.total.withheld
        return self.total.withheld / spoken if spoken else None


def period(events: Iterable[Event], since: datetime, until: datetime) -> Period:
    """Count the events of a period, in the order of the log. They should reach to `until + LATER`, for outcomes."""
    made = Period(since, until)
    first, end = since.timestamp() * 1000, until.timestamp() * 1000
    day = since.astimezone(UTC).date()
    while datetime(day.year, day.month, day.day, tzinfo=UTC) < until:
        made.days[day.isoformat()] = Tally()
        day += timedelta(days=1)
    open_intents: dict[tuple[str, int | None], Event] = {}
    for event in events:
        code, within = event["metadata"]["event_code"], first <= event["time"] < end
        key = (event["metadata"].get("correlation_uid", ""), ledger_part(event).get("attempt"))
        if code == OUTCOME and key in open_intents:
            intent = open_intents.pop(key)
            if event.get("status_code") == UNREACHED:
                _add_unreached(made, intent)
            elif not never_left(event):
                _add_sent(made, intent)
                made.delivered[ledger_part(event).get("delivered", "unknown")] += 1
        elif not within:
            continue
        elif code == INTENT:
            open_intents[key] = event
        elif code == REFUSED:
            _add_refused(made, event)
        elif code == RECOVERED:
            made.recoveries += 1
    for intent in open_intents.values():
        _add_sent(made, intent)
    made.unanswered = len(open_intents)
    return made


def _add_sent(made: Period, event: Event) -> None:
    ledger = ledger_part(event)
    tallies = _tallies(made, event)
    for tally in tallies:
        tally.bytes += event.get("http_request", {}).get("body_length", 0)
    if ledger.get("attempt", 1) != 1:
        return  # what is sent once more is the same request with the same words
    for tally in tallies:
        tally.left += 1
    for tally in tallies:
        tally.heard += _sent(event)
    _add_people(made, tallies, event)
    made.removed.update(ledger.get("removed", {}))
    made.kept.update(ledger.get("kept", {}))
    made.languages.update(ledger.get("languages", {}))
    made.coverage.update(ledger.get("coverage", {}))


def _add_unreached(made: Period, event: Event) -> None:
    """Count a request for which there was no connection. Its words stayed, though not by anybody's choice."""
    if attempt_of(event) != 1:
        return
    for tally in _tallies(made, event):
        tally.refused += 1
        tally.unsent += _sent(event)
    made.refusals[UNREACHED] += 1


def _add_refused(made: Period, event: Event) -> None:
    often = ledger_part(event).get("count", 1)
    tallies = _tallies(made, event)
    for tally in tallies:
        tally.refused += often
        tally.unsent += _sent(event)
    made.refusals[event["status_code"]] += often
    _add_people(made, tallies, event)


def _add_people(made: Period, tallies: list[Tally], event: Event) -> None:
    for person in people_of(event):
        said = person["data"]
        for tally in tallies:
            tally.withheld += said["withheld_utterances"]
        made.reasons.update(said["reasons"])


def _sent(event: Event) -> int:
    return sum(person["data"]["utterances"] for person in people_of(event))


def _tallies(made: Period, event: Event) -> list[Tally]:
    """All that an event counts for."""
    ledger = ledger_part(event)
    day = datetime.fromtimestamp(event["time"] / 1000, UTC).date().isoformat()
    return [
        made.total,
        made.days.setdefault(day, Tally()),
        made.recipients.setdefault(recipient_of(event) or NONE, Tally()),
        made.purposes.setdefault(ledger.get("purpose") or NONE, Tally()),
        made.clients.setdefault(client_of(event) or NONE, Tally()),
        made.routes.setdefault(ledger.get("route") or NONE, Tally()),
    ]
