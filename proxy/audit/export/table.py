"""CSV (RFC 4180) for spreadsheets: a head, and a line for each event.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from proxy.audit.acts import operators_of
from proxy.audit.ocsf import Event
from proxy.audit.query import client_of, ledger_part, meeting_of, people_of, recipient_of

COLUMNS = (
    "time log sequence event exchange client operator route purpose recipient host region model meeting disposition "
    "status reason count bytes_sent bytes_received http_status milliseconds attempt delivered utterances characters "
    "withheld people removed kept stripped languages terms_version settings"
).split()
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the head and a line for each event."""
    yield _line(COLUMNS)
    for event in events:
        values = row(event)
        yield _line([cell(values[column]) for column in COLUMNS])


def row(event: Event) -> dict[str, Any]:
    """The values of an event by column; None where it has none."""
    metadata, ledger, people = event["metadata"], ledger_part(event), people_of(event)
    request, response = event.get("http_request", {}), event.get("http_response", {})
    sums = {key: sum(person["data"][key] for person in people) if people else None for key in _SUMMED}
    return {
        "time": datetime.fromtimestamp(event["time"] / 1000, UTC).isoformat(timespec="milliseconds"),
        "log": metadata["log_name"],
        "sequence": metadata["sequence"],
        "event": metadata["event_code"],
        "exchange": metadata.get("correlation_uid"),
        "client": client_of(event),
        "operator": " ".join(operators_of(event)) or None,
        "recipient": recipient_of(event),
        "host": event.get("dst_endpoint", {}).get("hostname"),
        "model": event.get("ai_model", {}).get("name"),
        "meeting": meeting_of(event),
        "disposition": event.get("disposition"),
        "status": event.get("status"),
        "reason": event.get("status_code"),
        "bytes_sent": request.get("body_length"),
        "bytes_received": response.get("length"),
        "http_status": response.get("code"),
        "milliseconds": event.get("duration"),
        "utterances": sums["utterances"],
        "characters": sums["characters"],
        "withheld": sums["withheld_utterances"],
        "people": " ".join(f"{person['uid']}={_said(person['data'])}" for person in people),
        "settings": event.get("policy", {}).get("version"),
        **{key: ledger.get(key) for key in ("route", "purpose", "region", "count", "attempt", "delivered")},
        **{key: _counts(ledger.get(key, {})) for key in ("removed", "kept", "stripped", "languages")},
        "terms_version": ledger.get("terms_version"),
    }


_SUMMED = ("utterances", "characters", "withheld_utterances")


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet calculates."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _said(said: Mapping[str, int]) -> str:
    return f"{said['utterances']}/{said['withheld_utterances']}"


def _counts(counts: Mapping[str, int]) -> str:
    return " ".join(f"{name}={count}" for name, count in sorted(counts.items()))


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
