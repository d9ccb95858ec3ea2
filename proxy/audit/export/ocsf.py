"""OCSF: the events as they were recorded, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from proxy.audit.ocsf import Event


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield each event as canonical JSON (RFC 8785), as it is in the log."""
    for event in events:
        yield orjson.dumps(event, option=orjson.OPT_SORT_KEYS).decode() + "\n"
