"""Read when a turn of a JSON transcript was spoken. A number whose unit is uncertain is no time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from proxy.formats.times import LONGEST, instant, local_instant
from proxy.formats.vendors import COUNTS_IN, END, LASTING, START, TELLS_MILLISECONDS, Count
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue

_EPOCH = 1e11
"""Milliseconds since 1970 exceed this; offsets into a meeting do not."""
_SECONDS = re.compile(r"[0-9]{1,6}[.][0-9]{1,9}s?|[0-9]{1,6}s")
"""Seconds in a string: with a fraction, or with their unit, as Amazon and Google write them."""
_LASTING = re.compile(r"PT(?:([0-9]{1,3})H)?(?:([0-9]{1,3})M)?(?:([0-9]{1,6}(?:[.][0-9]{1,9})?)S)?")
"""An ISO 8601 duration, as Azure writes offsets."""
_STAMP = re.compile(r"1[0-9]{9}[.][0-9]{6}")
"""Seconds since 1970, as Slack writes them."""


class Unit(Enum):
    """The unit of the numbers under ``start`` and ``end``; None if it cannot be known."""

    SECONDS = 1.0
    MILLISECONDS = 0.001
    UNKNOWN = None


class Times(NamedTuple):
    """Offsets in seconds, or instants. Those without a zone are naive: nothing is admitted at such a time."""

    start: float | None = None
    end: float | None = None
    at: datetime | None = None
    until: datetime | None = None


def unit_of(root: JsonValue) -> Unit:
    """The unit of a whole document: seconds if any of its times has a fraction."""
    fraction, milliseconds = _look(root)
    return Unit.SECONDS if fraction else Unit.MILLISECONDS if milliseconds else Unit.UNKNOWN


def times_of(timed: Sequence[JsonObject], unit: Unit) -> Times:
    """When a turn was spoken: from the first time that these objects give until the latest end that any of them gives.

    Uses absolute times if there are any, those with a zone first, otherwise offsets.
    """
    begun, ended = (
        [time for part in timed for key in keys if (time := _time(key, part.get(key), unit)) is not None]
        for keys in (START, END)
    )
    instants = [time for time in begun if isinstance(time, datetime)]
    at = next((time for time in instants if time.tzinfo is not None), instants[0] if instants else None)
    if at is not None:
        alike = (time for time in ended if isinstance(time, datetime) and (time.tzinfo is None) == (at.tzinfo is None))
        until = max(alike, default=None)
        return Times(at=at, until=until or at + _duration(timed))
    start = next((time for time in begun if isinstance(time, float)), None)
    end = max((time for time in ended if isinstance(time, float)), default=None)
    if start is not None and end is None:
        end = _lasted(start, timed, unit)
    return Times(start, end if start is not None else None)


def _duration(timed: Sequence[JsonObject]) -> timedelta:
    """The duration of a turn with an absolute start: in seconds (vCon's ``duration``) or in milliseconds; else 0."""
    for part in timed:
        for key, unit in (("duration", 1.0), *((key, 0.001) for key in LASTING)):
            value = part.get(key)
            if isinstance(value, JsonNumber) and len(value.literal) < 20 and 0 <= float(value.literal) < 1e8:
                return timedelta(seconds=float(value.literal) * unit)
    return timedelta(0)


def _lasted(start: float, timed: Sequence[JsonObject], unit: Unit) -> float | None:
    """When a turn ended that gives its duration instead of its end, as in Azure's."""
    for part in timed:
        for key in (*LASTING, "duration"):
            length = _time(key, part.get(key), unit)
            if isinstance(length, float):
                return start + length
    return None


def _look(value: JsonValue) -> tuple[bool, bool]:
    fraction = milliseconds = False
    match value:
        case JsonArray():
            parts = [_look(item) for item in value.items]
        case JsonObject():
            parts = [_look(member.value) for member in value.members]
            for member in value.members:
                milliseconds = milliseconds or member.key.text in TELLS_MILLISECONDS
                if COUNTS_IN.get(member.key.text) is Count.DOCUMENT and isinstance(member.value, JsonNumber):
                    fraction = fraction or "." in member.value.literal
        case _:
            return False, False
    return fraction or any(part[0] for part in parts), milliseconds or any(part[1] for part in parts)


def _time(key: str, value: JsonValue | None, unit: Unit) -> datetime | float | None:
    match value:
        case JsonString():
            return _written(value.text)
        case JsonNumber():
            return _counted(value, COUNTS_IN.get(key), unit)
        case JsonObject():
            absolute, relative = value.get("absolute"), value.get("relative")
            found = _instant(absolute.text) if isinstance(absolute, JsonString) else None
            if found is None and isinstance(relative, JsonNumber) and "." in relative.literal:
                return _offset(relative, 1.0)
            return found
    return None


def _counted(number: JsonNumber, counts: Count | None, unit: Unit) -> datetime | float | None:
    match counts:
        case Count.SINCE_1970:
            return _since_1970(float(number.literal))
        case Count.MILLISECONDS:
            return _offset(number, 0.001)
        case Count.DOCUMENT if unit.value is not None:
            return _offset(number, unit.value)
    return None


def _written(text: str) -> datetime | float | None:
    if _SECONDS.fullmatch(text):
        return float(text.rstrip("s"))
    if _STAMP.fullmatch(text):
        return _since_1970(float(text) * 1000)
    lasting = _LASTING.fullmatch(text)
    if lasting is not None and text != "PT":
        hours, minutes, seconds = (float(part or 0) for part in lasting.groups())
        return hours * 3600 + minutes * 60 + seconds
    return _instant(text)


def _instant(text: str) -> datetime | None:
    return instant(text) or local_instant(text)


def _offset(number: JsonNumber, unit: float) -> float | None:
    offset = float(number.literal) * unit if len(number.literal) < 20 else LONGEST
    return offset if abs(offset) < LONGEST else None


def _since_1970(milliseconds: float) -> datetime | None:
    if not _EPOCH < milliseconds < 100 * _EPOCH:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
