"""What leaves, what comes back, and what the proxy answers itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_AMOUNT = r"[0-9]{1,12}(?:\.[0-9]{1,6})?|(?:[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ms|[hms])){1,4}"


@dataclass(frozen=True, slots=True)
class Outbound:
    """What is about to leave: the exact bytes. `headers` holds no credential; the upstream adds that."""

    recipient: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stream: bool = False


WAITING: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "retry-after": re.compile(r"[0-9]{1,6}|[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT"),
        "retry-after-ms": re.compile(r"[0-9]{1,9}"),
        **{
            f"x-ratelimit-{what}-{of}": re.compile(_AMOUNT)
            for what in ("limit", "remaining", "reset")
            for of in ("requests", "tokens")
        },
    }
)
"""Headers by which a recipient says when to ask again, with what they may hold: numbers, durations, an HTTP date."""


@dataclass(frozen=True, slots=True)
class ReplyHead:
    """Status line and headers of a recipient's reply (names in lower case)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """Media type without parameters, lower case; empty where absent."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the proxy's own making (an error or a synthetic message)."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
