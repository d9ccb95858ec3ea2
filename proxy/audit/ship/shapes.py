"""The shapes that a record can have on the way, by the name that the settings give."""

from __future__ import annotations

from collections.abc import Mapping

from proxy.audit.export import FORMATS
from proxy.audit.ship.records import LoggedEvent, Shape, ocsf


def _mapped(name: str) -> Shape:
    """The shape that the export of this name gives a record."""
    lines = FORMATS[name]

    def shape(record: LoggedEvent) -> bytes:
        return "".join(lines([record.event])).rstrip("\n").encode()

    return shape


SHAPES: Mapping[str, Shape] = {"ocsf": ocsf, "ecs": _mapped("ecs"), "cef": _mapped("cef")}
