"""A record as it is shipped, and the shapes that it can have on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proxy.audit.export import FORMATS
from proxy.audit.ocsf import Event


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """A record of the ledger: its place in the log, its event, and the event's bytes as recorded."""

    sequence: int
    event: Event
    stored: bytes

    @property
    def uid(self) -> str:
        """The id by which a receiver knows a record that arrives twice."""
        return str(self._metadata.get("uid", ""))

    @property
    def code(self) -> str:
        """The event code, such as ``egress.intent``."""
        return str(self._metadata.get("event_code", ""))

    @property
    def milliseconds(self) -> int:
        """When it happened, in milliseconds since 1970."""
        time = self.event.get("time")
        return time if isinstance(time, int) else 0

    @property
    def log(self) -> str:
        """The log that it belongs to."""
        return str(self._metadata.get("log_name", ""))

    @property
    def version(self) -> str:
        """The version of the software that recorded it."""
        return str(self._metadata.get("product", {}).get("version", ""))

    @property
    def _metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = self.event.get("metadata", {})
        return found


Shape = Callable[[LoggedEvent], bytes]
"""Turns a record into the bytes that a receiver gets for it: one line, UTF-8, without a line end."""


def ocsf(record: LoggedEvent) -> bytes:
    """The event as it is recorded: OCSF, in canonical JSON."""
    return record.stored


def _mapped(name: str) -> Shape:
    """The shape that the export of this name gives a record."""
    lines = FORMATS[name]

    def shape(record: LoggedEvent) -> bytes:
        return "".join(lines([record.event])).rstrip("\n").encode()

    return shape


SHAPES: Mapping[str, Shape] = {"ocsf": ocsf, "ecs": _mapped("ecs"), "cef": _mapped("cef")}
