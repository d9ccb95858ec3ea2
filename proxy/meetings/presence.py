"""Who came and went: which person of the roster a meeting service means, and when two calls say the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from proxy.meetings.people import email_of
from proxy.model import Meeting, Participant, Roster


def seen_as(roster: Roster, label: str, email: str | None = None) -> Participant | None:
    """The one person on the roster who is meant, or None: unknown, and never guessed.

    `email` is an address that the service vouches for (the person is signed in); an address that somebody typed
    must not be given. A label counts as in transcripts: exactly. Where address and label speak of different
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
        bears = [person.id for person in roster.participants if label.strip() in person.labels]
        return having[0] if not bears or bears == [having[0].id] else None
    return named if named is not None and not named.emails else None


def the_meeting(named: Meeting | None, around: Sequence[Meeting]) -> Meeting | None:
    """The meeting of a service's number: the one with this id, else the only one of this series at that time."""
    if named is not None:
        return named
    return around[0] if len(around) == 1 else None


def key_of(*facts: str) -> str:
    """What is the same for a call that is repeated, and says nothing of what it is made of to who reads the store."""
    return hashlib.sha256("\x1f".join(facts).encode()).hexdigest()
