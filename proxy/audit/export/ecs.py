"""Elastic Common Schema 8.11: one JSON document a line. What has no ECS field is under ``meeting_privacy_proxy``.

Sources: the field reference and "Using the categorization fields" at https://www.elastic.co/docs/reference/ecs. A
refusal is a success of whoever refuses, of type ``denied``, as in the firewall example there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import orjson

from proxy.audit import ocsf
from proxy.audit.ocsf import Event
from proxy.audit.query import client_of, ledger_part, meeting_of, people_of, recipient_of

VERSION = "8.11.0"
_TYPES = {
    ocsf.INTENT: ["connection", "start", "allowed"],
    ocsf.OUTCOME: ["connection", "end"],
    ocsf.REFUSED: ["connection", "denied"],
    ocsf.OPENED: ["start"],
    ocsf.CLOSED: ["end"],
}
_CATEGORIES = {6003: "network", 3002: "authentication", 3004: "configuration"}
"""By OCSF class; whatever else is of the ledger's own life."""
_OUTCOMES = {"success": "success", "failure": "failure", "refused": "success", "intent": "unknown"}


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield each event as a document."""
    for event in events:
        yield orjson.dumps(document(event), option=orjson.OPT_SORT_KEYS).decode() + "\n"


def document(event: Event) -> dict[str, Any]:
    """The ECS document of an event."""
    metadata = event["metadata"]
    code = metadata["event_code"]
    egress = event["class_uid"] == 6003
    at = datetime.fromtimestamp(event["time"] / 1000, UTC)
    told = {
        "kind": "event",
        "category": [_CATEGORIES.get(event["class_uid"], "process")],
        "type": _TYPES.get(code, ["info"]),
        "action": code,
        "outcome": _OUTCOMES.get(event.get("status", ""), "unknown") if egress else None,
        "reason": event.get("status_code"),
        "id": metadata["uid"],
        "sequence": metadata["sequence"],
        "dataset": "meeting_privacy_proxy.ledger",
        "module": "meeting_privacy_proxy",
        "duration": event["duration"] * 1_000_000 if "duration" in event else None,  # nanoseconds
    }
    host = event.get("dst_endpoint", {})
    made: dict[str, Any] = _without_nothing(
        {
            "@timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "ecs": {"version": VERSION},
            "event": told,
            "organization": {"id": metadata["tenant_uid"]},
            "service": {"name": metadata["product"]["name"], "version": metadata["product"]["version"]},
            "transaction": {"id": metadata.get("correlation_uid")},
            "destination": {"address": host.get("hostname"), "domain": host.get("hostname"), "port": host.get("port")},
            "http": {
                "request": {
                    "method": event.get("http_request", {}).get("http_method"),
                    "body": {"bytes": event.get("http_request", {}).get("body_length")},
                },
                "response": {
                    "status_code": event.get("http_response", {}).get("code"),
                    "body": {"bytes": event.get("http_response", {}).get("length")},
                },
            },
            "meeting_privacy_proxy": _own(event),
        }
    )
    return made


def _own(event: Event) -> dict[str, Any]:
    ledger = ledger_part(event)
    people = [{"pseudonym": person["uid"], "role": person["role"], **person["data"]} for person in people_of(event)]
    return {
        "log": event["metadata"]["log_name"],
        "client": client_of(event),
        "recipient": recipient_of(event),
        "operation": event.get("api", {}).get("operation"),
        "model": event.get("ai_model", {}).get("name"),
        "meeting": meeting_of(event),
        "disposition": event.get("disposition"),
        "settings": event.get("policy", {}).get("version"),
        "people": people or None,
        **{key: value for key, value in ledger.items() if key != "schema"},
    }


def _without_nothing(value: Any) -> Any:
    """The value without members that are None or hold nothing."""
    if not isinstance(value, dict):
        return value
    members = {key: _without_nothing(member) for key, member in value.items()}
    return {key: member for key, member in members.items() if member is not None and member != {}}
