"""Speech as JSON, for what is kept of an exchange: who spoke and when, and no word of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from proxy.consent.verdicts import Speech, Spoken


def written(speech: Speech) -> list[Any]:
    """Speech as JSON."""
    spoken = [speech.spoken.start.isoformat(), speech.spoken.until.isoformat()] if speech.spoken else None
    rests_on = [written(one) for one in speech.rests_on] if speech.rests_on is not None else None
    return [speech.participant, speech.characters, spoken, speech.unattributed, speech.unended, rests_on]


def read(held: list[Any]) -> Speech:
    """What `written` wrote; an earlier version wrote four values, another five."""
    participant, characters, spoken, unattributed, *more = held
    times = Spoken(*map(datetime.fromisoformat, spoken)) if spoken else None
    unended = more[0] if more else times is not None
    rests_on = tuple(read(one) for one in more[1]) if more[1:] and more[1] is not None else None
    return Speech(participant, characters, times, unattributed, unended, rests_on)
