"""What operators are told of a meeting's requests, without a word or a name of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """Of one request: how many `unmatched` labels it held that are nobody's on the roster, each counted once, and who
    said aloud that they do not consent, by id (`objecting`). `at` is when it was read.
    """

    route: str | None
    meeting: str | None
    at: datetime
    unmatched: int = 0
    objecting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetingNotes:
    """What is on file of a meeting: the most unmatched labels in one request, and who said no aloud, first when."""

    unmatched: int = 0
    objected: tuple[tuple[str, datetime], ...] = ()
