"""Counts over the ledger by recipient and purpose: what left, what stayed in, what was refused."""

from __future__ import annotations

from datetime import timedelta

from audit.ledger_samples import AT, NAMES, exchange, intent, outcome, refusal, stamp

from proxy.audit import ocsf
from proxy.audit.events import DeliveryProgress
from proxy.audit.ocsf import Event, closing_event, intent_event, outcome_event, refusal_event
from proxy.audit.tally import tally


def begun(name: str, **changes: object) -> Event:
    return intent_event(stamp(), intent(name, **changes), NAMES, b"k" * 32)


def refused(name: str, **changes: object) -> Event:
    return refusal_event(stamp(), refusal(name, exchange=exchange(name, **changes), count=2), NAMES)


def test_flows_are_counted_by_recipient_and_purpose() -> None:
    events = [
        begun("ex-1"),
        outcome_event(stamp(), outcome("ex-1"), NAMES),
        begun("ex-2"),
        refused("ex-3", recipient="other", purpose="compose"),
    ]
    found = tally(enumerate(events), None, None)

    sent, other = found.flows["acme-llm", "summary"], found.flows["other", "compose"]
    assert (sent.sent, sent.refused, sent.utterances, sent.characters, sent.withheld) == (2, 0, 6, 240, 6)
    assert (dict(sent.removed), dict(sent.kept)) == ({"PERSON": 4, "PHONE_NUMBER": 2}, {"DATE_TIME": 2})
    assert (sent.terms, sent.regions) == ({"2023-08-07"}, {"eu"})
    assert (other.sent, other.refused, dict(other.reasons)) == (0, 2, {"consent_denied": 2})
    assert (found.first, found.last) == (AT, AT)


def test_what_was_never_sent_is_not_counted() -> None:
    never = begun("ex-1")
    found = tally(enumerate([never, closing_event(stamp(), never, DeliveryProgress.NONE, ocsf.NEVER_SENT)]), None, None)

    assert found.flows == {}


def test_what_found_no_connection_did_not_leave() -> None:
    intent = begun("ex-1")
    ended = closing_event(stamp(), intent, DeliveryProgress.NONE, ocsf.UNREACHED)
    flow = tally(enumerate([intent, ended]), None, None).flows["acme-llm", "summary"]
    assert (flow.sent, flow.refused, flow.utterances, dict(flow.reasons)) == (0, 1, 0, {"upstream_unreachable": 1})


def test_a_period_has_its_first_instant_and_not_its_last() -> None:
    events = list(enumerate([begun("ex-1"), refused("ex-2")]))
    assert tally(events, AT, AT + timedelta(seconds=1)).flows.keys() == {("acme-llm", "summary")}
    assert tally(events, None, AT).flows == {}
    assert tally(events, AT + timedelta(milliseconds=1), None).flows == {}
