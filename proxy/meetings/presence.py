"""Who came and went: which person of the roster a meeting service means, and when two calls say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from proxy.meetings.people import email_of
from proxy.model import Meeting, Participant, Roster

MARGIN = timedelta(hours=2)
"""How long before its start and after its end something may belong to a meeting."""

OPEN_END = timedelta(hours=12)
"""How long a meeting without an end is taken to last."""


def seen_as(roster: Roster, label: str, email: str | None = None) -> Participant | None:
    """The one person on the roster who is meant, or None: unknown, and never guessed.

    `email` is an address that the service vouches for (the person is signed in); an address that somebody typed
    must not be given. A label counts as in transcripts. Where address and label speak of different
    people, or the address of a signed-in person is nobody's on the roster while the label's owner has others on
    file, nobody is known.
    """
    named = roster.resolve(label)
    vouched = email_of(email) if email else None
    if vouched is None:
        return named
    having = [person for person in roster.participants if vouched in map(email_of, person.emails)]
    if len(having) > 1:
        return None
    if having:
        # A label that is somebody else's, or that two people bear, speaks against the address.
        bears = [person.id for person in roster.participants if person.is_called(label)]
        return having[0] if not bears or bears == [having[0].id] else None
    return named if named is not None and not named.emails else None


def the_meeting(candidates: Sequence[Meeting], at: datetime) -> Meeting | None:
    """The one meeting to which something belongs that happened at `at`: the nearest that is near enough.

    People come early, and meetings overrun. Of two that are equally near, neither.
    """
    near = sorted((distance, n) for n, m in enumerate(candidates) if (distance := _distance(m, at)) <= MARGIN)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return candidates[near[0][1]]


def _distance(meeting: Meeting, at: datetime) -> timedelta:
    end = meeting.ended_at or meeting.started_at + OPEN_END
    return max(meeting.started_at - at, at - end, timedelta(0))


def key_of(*facts: str) -> str:
    """What is the same for a call that is repeated, and says nothing of what it is made of to who reads the store."""
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()
