"""When a meeting was held: words of another time belong to no grant of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from proxy.consent.verdicts import Spoken
from proxy.model import Meeting, Participant

GRACE = timedelta(minutes=30)
"""How long after its end words may belong to a meeting: meetings run over."""

OVERRUN = timedelta(hours=2)
"""How long after its end somebody who is known to have been there shows that a meeting was on."""

OPEN_END = timedelta(hours=24)
"""How long a meeting without an end is taken to last."""


def is_outside(words: Spoken, meeting: Meeting) -> bool:
    """Whether words of a known time were spoken after a meeting was over, in whole or in part.

    It was on until its end, and for as long after as somebody of its roster was there. Before its start, the beginning
    of a yes parts what was spoken earlier; nothing else ends what a yes to a meeting holds for. Times without a time
    zone are no times: then all words are outside.
    """
    start, end = meeting.started_at, latest_end(meeting)
    if start.tzinfo is None or end.tzinfo is None:
        return True
    people = meeting.roster.participants
    went = _known((person.left_at for person in people), end, end + OVERRUN)
    return words.until > max((end, *went)) + GRACE


def latest_end(meeting: Meeting) -> datetime:
    """When a meeting ended; one of which nobody says so, the latest that it is taken to have."""
    return meeting.ended_at or meeting.started_at + OPEN_END


def people_within(meeting: Meeting) -> tuple[Participant, ...]:
    """The people of a meeting's roster, without the times that prove no absence from it.

    Who left before it began may be back, and who joined after its end was in another meeting: such times come from a
    roster that was sent back for another day, or from a start that is not known yet.
    """
    start, end = meeting.started_at, latest_end(meeting)
    return tuple(
        replace(
            person,
            joined_at=None if _is_before(end, person.joined_at) else person.joined_at,
            left_at=None if _is_before(person.left_at, start) else person.left_at,
        )
        if person.joined_at is not None or person.left_at is not None
        else person
        for person in meeting.roster.participants
    )


def _is_before(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None or one.tzinfo is None or other.tzinfo is None:
        return False
    return one < other


def _known(times: Iterable[datetime | None], since: datetime, until: datetime) -> list[datetime]:
    return [at for at in times if at is not None and at.tzinfo is not None and since <= at <= until]
