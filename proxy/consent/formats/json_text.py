"""JSON texts as values, without the doubts that JSON leaves open."""

from __future__ import annotations

import json
from typing import Any

from proxy.consent.dpv import invalid


def loads(text: str) -> Any:
    """The value; raises `ClientFault` where the text is no JSON, or a key stands twice and nobody knows which holds."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise invalid("file", "it is no clear JSON: check its form, and that no key stands twice") from None


def dumps(value: object) -> str:
    """The text, with a line end."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)
