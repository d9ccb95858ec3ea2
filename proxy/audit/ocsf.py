"""Turns facts into events in the shape of OCSF 1.9 (Open Cybersecurity Schema Framework): API Activity, class 6003.

Values are ``str``, ``int``, ``bool`` or ``None`` in dicts and lists with ASCII keys, so sorted orjson output is RFC
8785 canonical JSON. Every value passes a gate of `checks`. Participants and meetings appear as pseudonyms. Lifecycle
events of the ledger itself are class 6002. What has no OCSF attribute is under ``unmapped.ledger``.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proxy.audit import checks
from proxy.audit.events import DeliveryProgress, ExchangeFacts, IntentFacts, OutcomeFacts, PersonFacts, RefusalFacts
from proxy.audit.pseudonyms import UNAVAILABLE, Pseudonyms

Event = dict[str, Any]

SCHEMA = "egress.v1"
INTENT, OUTCOME, REFUSED = "egress.intent", "egress.outcome", "egress.refused"
OPENED, RECOVERED, ROTATED, CLOSED = "ledger.opened", "ledger.recovered", "ledger.rotated", "ledger.closed"
PRUNED, KEY_CHANGED = "ledger.pruned", "ledger.key_changed"
LOSS_ACCEPTED, HEARTBEAT = "ledger.loss_accepted", "ledger.heartbeat"
INTERRUPTED, NEVER_SENT = "interrupted", "never_sent"
UNREACHED = "upstream_unreachable"
NOT_LEFT = frozenset({NEVER_SENT, UNREACHED})
"""Reasons of outcomes which say that nothing left: it was dropped before, or no connection was there to send it."""
"""Reasons of outcomes that the ledger itself writes: the process ended in between; no permit was issued."""

_DISPOSITIONS = {"allowed": (1, 1), "corrected": (4, 11), "blocked": (2, 2)}
"""Our word → OCSF action_id, disposition_id. Corrected: it left after words or findings had been removed."""
_LIFECYCLE = {OPENED: (3, "Start"), CLOSED: (4, "Stop")}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the ledger adds to an event: log, organization, software version, time, and event id."""

    log: str
    organization: str
    version: str
    at: datetime
    uid: str

    @property
    def milliseconds(self) -> int:
        """`at` in milliseconds since 1970, as OCSF writes time."""
        return _milliseconds(self.at)


def intent_event(stamp: Stamp, facts: IntentFacts, names: Pseudonyms, digest_key: bytes) -> Event:
    """The event that these bytes are about to leave: whose words they hold, what was removed, and what was kept."""
    withheld = any(person.withheld_utterances for person in facts.people)
    changed = withheld or any(facts.removed.values()) or any(facts.stripped.values())
    event = _exchange_event(stamp, INTENT, "Egress", facts.exchange, names)
    event |= {"status_id": 99, "status": "intent", **_disposition("corrected" if changed else "allowed")}
    event["http_request"] = _request(facts.exchange) | {"body_length": checks.count("body_bytes", facts.body_bytes)}
    event["resources"] = _resources(facts.people, names)
    event["raw_data_hash"] = {
        "algorithm_id": 99,
        "algorithm": "HMAC-SHA-256 of SHA-256",
        "value": hmac.digest(digest_key, facts.body_sha256, "sha256").hex(),
    }
    kept = checks.counts("kept", facts.kept, checks.kind)
    if kept:
        event["data_classifications"] = [_still_detected(kept)]
    event["unmapped"]["ledger"] |= {
        "attempt": checks.count("attempt", facts.attempt),
        "removed": checks.counts("removed", facts.removed, checks.kind),
        "kept": kept,
        "stripped": checks.stripped(facts.stripped),
        "languages": checks.counts("languages", facts.languages, checks.language),
        "coverage": checks.counts("coverage", facts.coverage, checks.coverage),
    }
    if facts.derived_from:
        sources = [checks.identifier("derived_from", exchange) for exchange in facts.derived_from]
        event["unmapped"]["ledger"]["derived_from"] = sources
    return event


def outcome_event(stamp: Stamp, facts: OutcomeFacts, names: Pseudonyms, attempt: int = 1) -> Event:
    """The event for what became of an intent."""
    event = _exchange_event(stamp, OUTCOME, "Egress", facts.exchange, names)
    event |= _outcome_status(facts.delivered, facts.reason)
    event["duration"] = checks.count("duration_ms", facts.duration_ms)
    event["http_response"] = _response(facts.status) | {"length": checks.count("bytes_received", facts.bytes_received)}
    event["unmapped"]["ledger"] |= {
        "attempt": checks.count("attempt", attempt),
        "delivered": DeliveryProgress(facts.delivered).value,
        "bytes_delivered": checks.count("bytes_delivered", facts.bytes_delivered),
        "restored": checks.count("restored", facts.restored),
    }
    return event


def refusal_event(stamp: Stamp, facts: RefusalFacts, names: Pseudonyms) -> Event:
    """The event that nothing left, and why."""
    event = _exchange_event(stamp, REFUSED, "Refusal", facts.exchange, names)
    event |= {"status_id": 2, "status": "refused", "status_code": checks.reason("reason", facts.reason)}
    event |= _disposition("blocked")
    event["http_request"] = _request(facts.exchange)
    event["http_response"] = _response(facts.status)
    event["resources"] = _resources(facts.people, names)
    event["unmapped"]["ledger"] |= {
        "fault": checks.fault_class("fault", facts.fault),
        "count": checks.count("count", facts.count),
    }
    if facts.since is not None and facts.until is not None:
        event |= {"start_time": _milliseconds(facts.since), "end_time": _milliseconds(facts.until)}
    if facts.deferred is not None:
        event["unmapped"]["ledger"]["deferred"] = checks.reason("deferred", facts.deferred)
    if facts.various:
        event["actor"], event["src_endpoint"] = {"app_uid": "various"}, {"uid": "various"}
    return event


def closing_event(stamp: Stamp, intent: Event, delivered: DeliveryProgress, reason: str) -> Event:
    """An outcome that the ledger itself writes for an intent, from the intent's own event.

    UNKNOWN: the process ended between intent and outcome, so treat it as sent. NONE: no permit was issued.
    """
    ledger = {key: value for key, value in intent["unmapped"]["ledger"].items() if key in _LEDGER_COMMON}
    event = {key: intent[key] for key in _COMMON if key in intent}
    event |= header(stamp, OUTCOME, 6003, 99, "Egress") | _outcome_status(delivered, reason)
    event["metadata"]["correlation_uid"] = intent["metadata"]["correlation_uid"]
    doubt = {"treat_as_sent": True} if delivered is DeliveryProgress.UNKNOWN else {}
    event["unmapped"] = {"ledger": ledger | {"delivered": delivered.value, **doubt}}
    return event


def lifecycle_event(stamp: Stamp, code: str, facts: Mapping[str, int | bool | None]) -> Event:
    """An event about the ledger itself. `facts` holds counts and flags by name."""
    activity, caption = _LIFECYCLE.get(code, (99, code.partition(".")[2].capitalize()))
    event = header(stamp, code, 6002, activity, caption)
    event["app"] = event["metadata"]["product"]
    event["unmapped"] = {"ledger": {"schema": SCHEMA, **facts}}
    return event


def numbered(event: Event, sequence: int) -> Event:
    """The event with its sequence number in the log, for readers that have only the event."""
    return event | {"metadata": event["metadata"] | {"sequence": sequence}}


# --- parts ---------------------------------------------------------------------------------------


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


_COMMON = ("actor", "src_endpoint", "dst_endpoint", "api", "ai_model", "message_context", "policy")
_LEDGER_COMMON = ("schema", "route", "purpose", "region", "terms_version", "first_exchange", "attempt")


def header(stamp: Stamp, code: str, class_uid: int, activity: int, caption: str) -> Event:
    """The attributes that all events have."""
    return {
        "category_uid": class_uid // 1000,
        "class_uid": class_uid,
        "activity_id": activity,
        "activity_name": caption,
        "type_uid": class_uid * 100 + activity,
        "time": stamp.milliseconds,
        "severity_id": 1,
        "metadata": {
            "version": "1.9.0",
            "uid": checks.identifier("uid", stamp.uid),
            "event_code": code,
            "log_name": stamp.log,
            "tenant_uid": checks.name("organization", stamp.organization),
            "profiles": ["ai_operation", "data_classification", "security_control"] if class_uid == 6003 else [],
            "product": {"name": "meeting-privacy-proxy", "vendor_name": "OSS", "version": stamp.version},
        },
    }


def _exchange_event(stamp: Stamp, code: str, caption: str, facts: ExchangeFacts, names: Pseudonyms) -> Event:
    event = header(stamp, code, 6003, 99, caption)
    event["metadata"]["correlation_uid"] = checks.identifier("exchange", facts.exchange)
    client = checks.name("client", facts.client) if facts.client is not None else None
    event["actor"] = {"app_uid": f"client:{client}" if client else "unauthenticated"}
    event["src_endpoint"] = {"uid": event["actor"]["app_uid"]}
    event["api"] = {"operation": checks.operation("operation", facts.operation) if facts.operation else "unknown"}
    if facts.recipient is not None:
        recipient = checks.name("recipient", facts.recipient)
        event["api"]["service"] = {"name": recipient, "uid": f"recipient:{recipient}"}
        event["dst_endpoint"] = {"uid": f"recipient:{recipient}", "svc_name": recipient}
        if facts.recipient_host is not None:
            event["dst_endpoint"]["hostname"] = checks.host("recipient_host", facts.recipient_host)
        if facts.recipient_port is not None:
            event["dst_endpoint"]["port"] = checks.count("recipient_port", facts.recipient_port)
        if facts.model is not None and checks.shows_model(facts.model):
            event["ai_model"] = {"ai_provider": recipient, "name": facts.model}
    if facts.meeting is not None:
        shown = names.meeting or UNAVAILABLE["mtg"]
        event["message_context"] = {"uid": checks.pseudonym("meeting", shown)}
    if facts.settings_digest:
        version = checks.digest("settings_digest", facts.settings_digest)
        event["policy"] = {"uid": "settings", "name": "proxy.yaml", "version": version, "is_applied": True}
    event["unmapped"] = {"ledger": {"schema": SCHEMA, **_configured(facts)}}
    if facts.model is not None and "ai_model" not in event:
        event["unmapped"]["ledger"]["model_hidden"] = True
    return event


def _configured(facts: ExchangeFacts) -> dict[str, str]:
    gates = {
        "route": checks.name,
        "purpose": checks.purpose,
        "region": checks.label,
        "terms_version": checks.label,
        "first_exchange": checks.identifier,
    }
    values = {key: getattr(facts, key) for key in gates}
    return {key: gate(key, values[key]) for key, gate in gates.items() if values[key] is not None}


def _request(facts: ExchangeFacts) -> Event:
    return {"http_method": facts.operation.partition(" ")[0]} if facts.operation else {}


def _response(status: int | None) -> Event:
    if status is None:
        return {}
    if not 100 <= checks.count("status", status) <= 599:
        raise checks.invalid("status", "an HTTP status from 100 to 599")
    return {"code": status}


def _disposition(word: str) -> Event:
    action, disposition = _DISPOSITIONS[word]
    return {"action_id": action, "disposition_id": disposition, "disposition": word.capitalize()}


def _outcome_status(delivered: DeliveryProgress, reason: str | None) -> Event:
    status = {DeliveryProgress.FULL: (1, "success"), DeliveryProgress.UNKNOWN: (0, "unknown")}.get(
        delivered, (2, "failure")
    )
    code = {} if reason is None else {"status_code": checks.reason("reason", reason)}
    return {"status_id": status[0], "status": status[1], **code}


def _resources(people: Sequence[PersonFacts], names: Pseudonyms) -> list[Event]:
    return [_person(f"people[{i}]", person, names) for i, person in enumerate(people)]


def _person(where: str, person: PersonFacts, names: Pseudonyms) -> Event:
    sent, withheld = person.sent_utterances, person.withheld_utterances
    kept = checks.counts(f"{where}.kept", person.kept, checks.kind)
    return {
        "uid": checks.pseudonym(f"{where}.participant", names.of(person.participant)),
        "type": "participant-utterances",
        "role": "withheld" if withheld and not sent else "sent in part" if withheld else "sent",
        "data": {
            "utterances": checks.count(f"{where}.sent_utterances", sent),
            "characters": checks.count(f"{where}.sent_characters", person.sent_characters),
            "withheld_utterances": checks.count(f"{where}.withheld_utterances", withheld),
            "reasons": checks.counts(f"{where}.reasons", person.reasons, checks.reason),
            "grants": checks.pseudonyms(f"{where}.grants", map(names.of_grant, person.grants)),
            "removed": checks.counts(f"{where}.removed", person.removed, checks.kind),
            **({"kept": kept} if kept else {}),
        },
    }


def _still_detected(kept: Mapping[str, int]) -> Event:
    details = [{"type": kind, "count": number} for kind, number in sorted(kept.items())]
    return {"category_id": 1, "category": "Personal", "total": sum(kept.values()), "discovery_details": details}
