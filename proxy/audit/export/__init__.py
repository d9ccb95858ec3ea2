"""Events of the ledger in the formats of other systems. Each is a pure mapping from events to lines of text.

No format adds anything: what is written was in the event, which holds no free text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from proxy.audit.export import cef, ecs, ocsf, table
from proxy.audit.ocsf import Event

FORMATS: dict[str, Callable[[Iterable[Event]], Iterator[str]]] = {
    "ocsf": ocsf.lines,
    "ecs": ecs.lines,
    "cef": cef.lines,
    "csv": table.lines,
}
"""The formats by name: each turns events into whole lines, with their ends."""
