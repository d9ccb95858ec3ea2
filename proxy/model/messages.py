"""What leaves, what comes back, and what the proxy answers itself.

For replies that arrive later, a recipient answers with the id of a `Job`, and the reply is asked for afterwards.
`GivenBack` is what is kept of a reply that a client was given. `RequestNotes` and `MeetingNotes` are what operators are
told of a meeting's requests, without a word or a name from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

_AMOUNT = r"[0-9]{1,12}(?:\.[0-9]{1,6})?|(?:[0-9]{1,6}(?:\.[0-9]{1,6})?(?:ms|[hms])){1,4}"


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request about to leave, with its exact bytes. `headers` holds no credential; the upstream adds it."""

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
"""Headers by which a recipient says when to retry, with the values they may hold: numbers, durations, an HTTP date."""


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
    """A reply that the proxy makes itself (an error or a synthetic message)."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


JOB_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
"""Accepted job ids: one path segment, in which no character needs an escape."""

WITHHELD_JOB = "withheld-"
"""Prefix of the ids of placeholder jobs: those of refused requests, for clients that hide errors."""


@dataclass(frozen=True, slots=True)
class Job:
    """A client's job at a recipient. `id` is the recipient's; the same id of another client is another job."""

    client: str
    recipient: str
    id: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """To whom and in which meeting text was given back, by which exchange; `digests` stand for the text.

    `people` are the ids of those who may occur in it. `speeches` is the speech it rests on, as JSON of
    `consent.verdicts`.
    """

    client: str
    meeting: str
    exchange: str
    people: tuple[str, ...]
    speeches: bytes
    digests: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class RequestNotes:
    """What one request showed.

    `unmatched` counts the labels that match no participant, each once. `objecting` are the ids of those who said aloud
    that they do not consent. `at` is when the request was read.
    """

    route: str | None
    meeting: str | None
    at: datetime
    unmatched: int = 0
    objecting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingNotes:
    """What is on file of a meeting: the most unmatched labels in one request, and who refused aloud, first when."""

    unmatched: int = 0
    objected: tuple[tuple[str, datetime], ...] = ()
