"""Who came and went, folded into a roster. In doubt somebody was there: their consent is then needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from proxy.model import Participant, Roster

Event = Literal["joined", "left"]


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody joined or left. `label` is kept where `participant` is not known."""

    label: str | None
    participant: str | None
    event: str
    at: datetime


def fold(roster: Roster, seen: Sequence[Presence]) -> Roster:
    """The roster with the times at which people came and went.

    Whoever was seen and is nobody on the roster makes it incomplete. A label that was unknown when it was seen
    counts for the person whom the roster names so by now.
    """
    if not seen:
        return roster
    by_person: dict[str, list[Presence]] = {}
    known = {person.id for person in roster.participants}
    complete = roster.complete
    for each in seen:
        named = roster.resolve(each.label) if each.participant is None and each.label is not None else None
        person = named.id if named else each.participant
        if person in known and person is not None:
            by_person.setdefault(person, []).append(each)
        else:
            complete = False
    people = (_timed(p, by_person[p.id]) if p.id in by_person else p for p in roster.participants)
    return Roster(tuple(people), complete)


def _timed(person: Participant, seen: Sequence[Presence]) -> Participant:
    """First came and last went. Who left first was there before; who joined oftener than left is still there."""
    in_order = sorted(seen, key=lambda each: (each.at, each.event == "joined"))
    joined_at: datetime | None = None
    if in_order[0].event == "joined":
        joined_at = min(filter(None, (in_order[0].at, person.joined_at)))
    left_at: datetime | None = None
    last = in_order[-1]
    leaves = sum(each.event == "left" for each in seen)
    if last.event == "left" and 2 * leaves >= len(seen):
        left_at = max(filter(None, (last.at, person.left_at)))
    return replace(person, joined_at=joined_at, left_at=left_at)
