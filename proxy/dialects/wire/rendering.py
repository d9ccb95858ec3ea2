"""What dialects have in common where a request leaves: what `parse` kept of it, and a text with its edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from proxy.dialects.base import ParsedRequest
from proxy.edits import apply_edits
from proxy.errors import OwnFault
from proxy.model import Edit

Source = TypeVar("Source")


def source_of(parsed: ParsedRequest, kind: type[Source], dialect: str) -> Source:
    """What the dialect kept of a request; `OwnFault` if the request is of another dialect."""
    if not isinstance(parsed.source, kind):
        raise OwnFault("foreign_request", f"a request of another dialect was given to {dialect}", status=500)
    return parsed.source


def edited(text: str, edits: Sequence[Edit]) -> bytes:
    """A slot's text with its edits, in UTF-8. `OwnFault` if they do not fit: nothing may leave half edited."""
    try:
        return apply_edits(text, edits).encode("utf-8")
    except ValueError:
        raise bad_edit() from None


def bad_edit(what: str = "the edits of a slot do not fit its text") -> OwnFault:
    """The fault for edits that are not of the request."""
    return OwnFault("bad_edit", f"{what}; nothing left", status=500)
