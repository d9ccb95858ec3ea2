r"""ArcSight Common Event Format, version 0: a header of eight parts, and an extension of ``key=value``.

Source: "ArcSight Common Event Format (CEF) Implementation Standard", rev. 26. In the header ``\`` and ``|`` are
escaped by ``\``, and a line end has no place; in the extension ``\`` and ``=`` are, and line ends are written ``\n``
and ``\r``. CEF is flat: people are counted here, and named by pseudonym in the other formats alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from proxy.audit import ocsf
from proxy.audit.ocsf import Event
from proxy.audit.query import client_of, ledger_part, meeting_of, people_of, recipient_of

_NAMES = {
    ocsf.INTENT: ("Request about to leave", 3),
    ocsf.OUTCOME: ("Request ended", 2),
    ocsf.REFUSED: ("Request refused", 5),
    ocsf.OPENED: ("Ledger opened", 1),
    ocsf.CLOSED: ("Ledger closed", 1),
    ocsf.ROTATED: ("Ledger segment begun", 1),
    ocsf.RECOVERED: ("Ledger recovered after an interrupted run", 6),
}
"""Name and severity (0 to 10) by event code; any other code is its own name."""
UNKNOWN_SEVERITY = 7
"""Of an outcome that is not known: it may have left, and counts as sent."""


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield each event as a line."""
    for event in events:
        yield line(event) + "\n"


def line(event: Event) -> str:
    """The CEF line of an event, without its end."""
    metadata, product = event["metadata"], event["metadata"]["product"]
    name, severity = _NAMES.get(metadata["event_code"], (metadata["event_code"], 3))
    if ledger_part(event).get("treat_as_sent"):
        severity = UNKNOWN_SEVERITY
    parts = (product["vendor_name"], product["name"], product["version"], metadata["event_code"], name, str(severity))
    pairs = (f"{key}={in_extension(str(value))}" for key, value in _extension(event).items() if value is not None)
    return "|".join(("CEF:0", *map(in_header, parts), " ".join(pairs)))


def in_header(value: str) -> str:
    """A value escaped for the header."""
    return " ".join(value.splitlines()).replace("\\", "\\\\").replace("|", "\\|")


def in_extension(value: str) -> str:
    """A value escaped for the extension."""
    escaped = value.replace("\\", "\\\\").replace("=", "\\=")
    return escaped.replace("\r", "\\r").replace("\n", "\\n")


def _extension(event: Event) -> dict[str, Any]:
    metadata, ledger = event["metadata"], ledger_part(event)
    people = [person["data"] for person in people_of(event)]
    labelled = {
        "cs1": ("exchange", metadata.get("correlation_uid")),
        "cs2": ("purpose", ledger.get("purpose")),
        "cs3": ("route", ledger.get("route")),
        "cs4": ("meeting", meeting_of(event)),
        "cs5": ("removed", _counts(ledger.get("removed", {}))),
        "cs6": ("knowingly sent", _counts(ledger.get("kept", {}))),
        "cn1": ("sequence", metadata["sequence"]),
        "cn2": ("utterances admitted", sum(said["utterances"] for said in people) if people else None),
        "cn3": ("utterances withheld", sum(said["withheld_utterances"] for said in people) if people else None),
    }
    fields: dict[str, Any] = {
        "rt": event["time"],
        "externalId": metadata["uid"],
        "deviceExternalId": metadata["log_name"],
        "act": event.get("disposition"),
        "outcome": event.get("status"),
        "reason": event.get("status_code"),
        "cnt": ledger.get("count"),
        "sourceServiceName": client_of(event),
        "destinationServiceName": recipient_of(event),
        "dhost": event.get("dst_endpoint", {}).get("hostname"),
        "dpt": event.get("dst_endpoint", {}).get("port"),
        "requestMethod": event.get("http_request", {}).get("http_method"),
        "out": event.get("http_request", {}).get("body_length"),
        "in": event.get("http_response", {}).get("length"),
    }
    for key, (label, value) in labelled.items():
        if value is not None:
            fields |= {key: value, f"{key}Label": label}
    return fields


def _counts(counts: dict[str, int]) -> str | None:
    return " ".join(f"{kind}={count}" for kind, count in sorted(counts.items())) or None
