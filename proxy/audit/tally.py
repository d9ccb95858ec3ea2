"""Counts over the ledger: what left and what did not, by recipient and purpose. Nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from proxy.audit.ocsf import INTENT, OUTCOME, REFUSED, UNREACHED, Event
from proxy.audit.query import attempt_of, ledger_part, never_left, people_of, recipient_of


@dataclass(slots=True)
class Flow:
    """What went to one recipient for one purpose. `sent` counts intents that left, or may have; `refused` refusals.

    `kept` and `removed` are findings by kind, `terms` and `regions` what was recorded at the time.
    """

    sent: int = 0
    refused: int = 0
    utterances: int = 0
    characters: int = 0
    withheld: int = 0
    removed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    terms: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """The flows by recipient and purpose (None: not known), and the times of the first and last record counted."""

    flows: dict[tuple[str | None, str | None], Flow] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None


def tally(numbered: Iterable[tuple[int, Event]], since: datetime | None, until: datetime | None) -> Tally:
    """Count the exchanges recorded from `since` until before `until`."""
    found = Tally()
    begun: dict[tuple[str, int], Event] = {}
    for _, event in numbered:
        code = event["metadata"]["event_code"]
        if code == INTENT and _within(event, since, until):
            begun[_attempt(event)] = event
        elif code == REFUSED and _within(event, since, until):
            _add_refusal(_flow_of(event, found), event)
        elif code == OUTCOME:
            intent = begun.pop(_attempt(event), None)
            if intent is not None and event.get("status_code") == UNREACHED:
                _add_unreached(_flow_of(intent, found))
            elif intent is not None and not never_left(event):
                _add_intent(_flow_of(intent, found), intent)
    for intent in begun.values():  # No outcome: it may have left.
        _add_intent(_flow_of(intent, found), intent)
    return found


def _attempt(event: Event) -> tuple[str, int]:
    return event["metadata"]["correlation_uid"], attempt_of(event)


def _at(event: Event) -> datetime:
    return datetime.fromtimestamp(event["time"] / 1000, UTC)


def _within(event: Event, since: datetime | None, until: datetime | None) -> bool:
    at = _at(event)
    return (since is None or at >= since) and (until is None or at < until)


def _flow_of(event: Event, found: Tally) -> Flow:
    at = _at(event)
    found.first, found.last = min(found.first or at, at), max(found.last or at, at)
    return found.flows.setdefault((recipient_of(event), ledger_part(event).get("purpose")), Flow())


def _add_intent(flow: Flow, event: Event) -> None:
    ledger = ledger_part(event)
    flow.sent += 1
    flow.removed.update(ledger.get("removed", {}))
    flow.kept.update(ledger.get("kept", {}))
    _add_place(flow, event)
    for person in people_of(event):
        flow.utterances += person["data"]["utterances"]
        flow.characters += person["data"]["characters"]
        flow.withheld += person["data"]["withheld_utterances"]


def _add_unreached(flow: Flow) -> None:
    flow.refused += 1
    flow.reasons[UNREACHED] += 1


def _add_refusal(flow: Flow, event: Event) -> None:
    number = ledger_part(event).get("count", 1)
    flow.refused += number
    flow.reasons[event["status_code"]] += number
    for person in people_of(event):
        flow.withheld += person["data"]["utterances"] + person["data"]["withheld_utterances"]


def _add_place(flow: Flow, event: Event) -> None:
    ledger = ledger_part(event)
    flow.terms |= {ledger["terms_version"]} if "terms_version" in ledger else set()
    flow.regions |= {ledger["region"]} if "region" in ledger else set()
