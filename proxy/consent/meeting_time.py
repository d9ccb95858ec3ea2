"""When a meeting was held: words of another time belong to no grant of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from proxy.consent.verdicts import Spoken
from proxy.model import Meeting

GRACE = timedelta(minutes=30)
"""How long before its start and after its end words may belong to a meeting: people come early, meetings run over."""

OVERRUN = timedelta(hours=2)
"""How long before and after somebody who is known to have been there shows that a meeting was on."""

OPEN_END = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""


def is_outside(words: Spoken, meeting: Meeting) -> bool:
    """Whether words of a known time were spoken before a meeting was on, or after it, in whole or in part.

    It was on from its start to its end, and for as long before and after as somebody of its roster was there.
    Times without a time zone are no times: then all words are outside.
    """
    start, end = meeting.started_at, latest_end(meeting)
    if start.tzinfo is None or end.tzinfo is None:
        return True
    people = meeting.roster.participants
    came = _known((person.joined_at for person in people), start - OVERRUN, start)
    went = _known((person.left_at for person in people), end, end + OVERRUN)
    return words.start < min((start, *came)) - GRACE or words.until > max((end, *went)) + GRACE


def latest_end(meeting: Meeting) -> datetime:
    """When a meeting ended; one of which nobody says so, the latest that it is taken to have."""
    return meeting.ended_at or meeting.started_at + OPEN_END


def _known(times: Iterable[datetime | None], since: datetime, until: datetime) -> list[datetime]:
    return [at for at in times if at is not None and at.tzinfo is not None and since <= at <= until]
