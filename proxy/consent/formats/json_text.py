"""JSON texts as values, without the doubts that JSON leaves open."""

from __future__ import annotations

import json
from typing import Any

from proxy.consent.dpv import invalid


def loads(text: str) -> Any:
    """The value; raises `ClientFault` where the text is no JSON, a key stands twice and nobody knows which holds, or an
    escape is half of a surrogate pair, which is no character that could be kept.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError):
        raise invalid(
            "file", "it is no clear JSON: check its form, that no key stands twice, and that characters are whole"
        ) from None


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
