"""OTLP logs in the JSON encoding of protobuf: ``ExportLogsServiceRequest`` of opentelemetry-proto 1.5 and later.

The body of a log record is the ledger's record in its shape, as a string, so that it arrives byte for byte. What is
searched by stands beside it as attributes. 64-bit numbers are strings, as the JSON mapping wants them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from proxy.audit.query import client_of, ledger_part, recipient_of
from proxy.audit.ship.records import LoggedEvent, Shape

SCOPE = "meeting_proxy.ledger"
_INFO = 9
"""SEVERITY_NUMBER_INFO."""


def request(records: Sequence[LoggedEvent], shape: Shape, observed_nanoseconds: int) -> bytes:
    """A request that exports a batch, which is of one log. `observed_nanoseconds`: when it is sent, since 1970."""
    first = records[0]
    resource = {
        "service.name": "meeting-privacy-proxy",
        "service.version": first.version,
        "service.namespace": first.log.partition("/")[0],
        "meeting_proxy.log": first.log,
    }
    logs = [_log_record(record, shape, str(observed_nanoseconds)) for record in records]
    scope = {"scope": {"name": SCOPE}, "logRecords": logs}
    exported = {"resource": {"attributes": _attributes(resource)}, "scopeLogs": [scope]}
    return orjson.dumps({"resourceLogs": [exported]})


def _log_record(record: LoggedEvent, shape: Shape, observed: str) -> dict[str, Any]:
    ledger = ledger_part(record.event)
    about = {
        "log.record.uid": record.uid,
        "meeting_proxy.sequence": record.sequence,
        "meeting_proxy.exchange": record.event.get("metadata", {}).get("correlation_uid"),
        "meeting_proxy.client": client_of(record.event),
        "meeting_proxy.recipient": recipient_of(record.event),
        "meeting_proxy.purpose": ledger.get("purpose"),
        "meeting_proxy.route": ledger.get("route"),
        "meeting_proxy.status_code": record.event.get("status_code"),
    }
    return {
        "timeUnixNano": str(record.milliseconds * 1_000_000),
        "observedTimeUnixNano": observed,
        "severityNumber": _INFO,
        "severityText": "INFO",
        "eventName": record.code,
        "body": {"stringValue": shape(record).decode()},
        "attributes": _attributes(about),
    }


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items() if value is not None]


def _value(value: str | int) -> dict[str, str]:
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
