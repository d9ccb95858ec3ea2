"""Who sits in a seat, in plain words: for one person and one instant, sharing no code with `proxy`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proxy.model import Participant

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minute(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


@dataclass(frozen=True)
class Told:
    """What a service tells: under `label`, signed in with `email`, or as the `person` whom the caller vouches for."""

    event: str
    at: int
    label: str
    seat: str | None = None
    email: str | None = None
    person: str | None = None


def certainly_empty_since(seat: list[tuple[Told, bool]], mailed: bool) -> int | None:
    """The minute since when nobody sits in a seat for certain, or None."""
    taken, came, since = 0, False, None
    for minute_of in sorted({each.at for each, _ in seat}):
        now = [(each, vouched or not mailed) for each, vouched in seat if each.at == minute_of]
        for _ in range(sum(each.event == "left" and good for each, good in now)):
            if came:
                taken, since = max(taken - 1, 0), minute_of
        if any(each.event == "left" and not good for each, good in now):
            taken = max(taken, 1)
        arrived = [good for each, good in now if each.event == "joined"]
        taken, came = taken + len(arrived), came or any(arrived)
    return since if came and not taken else None


def not_yet(person: Participant, at: int, mine: dict[str | None, list[tuple[Told, bool]]]) -> bool:
    on_file = person.joined_at is not None
    # A leave alone says that they were there until then, since before anybody told.
    if person.left_at is not None and not on_file:
        return False
    if on_file and person.joined_at <= minute(at):
        return False
    believed = []
    for seat in mine.values():
        good = [each.at for each, vouched in seat if each.event == "joined" and (vouched or not person.emails)]
        went = [each.at for each, _ in seat if each.event == "left"]
        # Whoever goes before they are known to have come was there before.
        if min(each.at for each, _ in seat) <= at or (went and (not good or min(went) <= min(good))):
            return False
        believed += good
    return on_file or bool(believed)


def no_longer(person: Participant, at: int, mine: dict[str | None, list[tuple[Told, bool]]]) -> bool:
    on_file = person.left_at is not None
    # A join alone says that they are there from then on.
    if person.joined_at is not None and not on_file:
        return False
    if on_file and person.left_at >= minute(at):
        return False
    if not mine:
        return on_file
    ends = [certainly_empty_since(seat, bool(person.emails)) for seat in mine.values()]
    return all(end is not None and end < at for end in ends)
