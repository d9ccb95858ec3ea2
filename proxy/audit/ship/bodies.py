"""Bodies of HTTP requests that carry a batch: NDJSON, a JSON array, Splunk's Event Collector, Elastic's bulk API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import orjson

from proxy.audit.ship.records import LoggedEvent, Shape

SOURCETYPE = "meeting_proxy:ledger"


class Body(NamedTuple):
    """The media type of a format, and how it writes a batch."""

    media_type: str
    write: Callable[[Sequence[LoggedEvent], Shape], bytes]


def ndjson(records: Sequence[LoggedEvent], shape: Shape) -> bytes:
    """One record on each line."""
    return b"".join(shape(record) + b"\n" for record in records)


def json_array(records: Sequence[LoggedEvent], shape: Shape) -> bytes:
    """One JSON array of all records."""
    return b"[" + b",".join(_json(shape(record)) for record in records) + b"]"


def splunk_hec(records: Sequence[LoggedEvent], shape: Shape) -> bytes:
    """Events for ``/services/collector/event``, one after the other, each with its own time."""
    events = []
    for record in records:
        seconds, milliseconds = divmod(record.milliseconds, 1000)
        about = orjson.dumps({"source": record.log, "sourcetype": SOURCETYPE})
        events.append(b'{"time":%d.%03d,%b,"event":%b}' % (seconds, milliseconds, about[1:-1], _json(shape(record))))
    return b"\n".join(events)


def elastic_bulk(records: Sequence[LoggedEvent], shape: Shape) -> bytes:
    """Lines for ``/<data stream>/_bulk``. A record that is there already is not written twice: its `_id` is its uid."""
    lines = []
    for record in records:
        written = _json(shape(record))
        if not written.startswith(b"{"):
            written = b'{"message":%b}' % written
        if b'"@timestamp":' not in written:
            written = b'{"@timestamp":%d,%b' % (record.milliseconds, written[1:])
        lines.append(orjson.dumps({"create": {"_id": record.uid}}) + b"\n" + written + b"\n")
    return b"".join(lines)


FORMATS: Mapping[str, Body] = {
    "ndjson": Body("application/x-ndjson", ndjson),
    "json_array": Body("application/json", json_array),
    "splunk_hec": Body("application/json", splunk_hec),
    "elastic_bulk": Body("application/x-ndjson", elastic_bulk),
}


def _json(shaped: bytes) -> bytes:
    """What a shape wrote, as a JSON value: a shape that is no JSON object (CEF) becomes a string."""
    return shaped if shaped.startswith(b"{") else orjson.dumps(shaped.decode())
