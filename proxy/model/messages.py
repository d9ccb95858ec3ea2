"""What leaves, what comes back, and what the proxy answers itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outbound:
    """What is about to leave: the exact bytes. `headers` holds no credential; the upstream adds that."""

    recipient: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    stream: bool = False


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
