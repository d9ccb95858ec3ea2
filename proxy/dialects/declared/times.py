"""Times in structured transcripts: from the start of the meeting in seconds, or absolute."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from proxy.dialects.wire.fields import invalid, is_null
from proxy.json_source import JsonNumber, JsonString, JsonValue
from proxy.settings.shapes import Utterances

_NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{1,2}(?:[.,][0-9]{1,6})?)")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SCALE = {"seconds": 1.0, "milliseconds": 1000.0, "unix_seconds": 1.0, "unix_milliseconds": 1000.0}
_LONGEST = 7 * 86400.0
"""A recording of a week; what is longer is no time, but a place to put digits."""

_LATEST = 4_102_444_800.0
"""The year 2100, in Unix seconds."""


class Time(NamedTuple):
    """A time as an offset in seconds, or as an instant; neither where none is given."""

    offset: float | None = None
    instant: datetime | None = None


def time_at(value: JsonValue | None, said: Utterances, where: str) -> Time:
    """The time that a field holds; `ClientFault` if it holds anything else."""
    if value is None or is_null(value):
        return Time()
    if said.time == "clock":
        return Time(offset=_clock(value, where))
    if said.time == "instant":
        return Time(instant=_instant(value, where))
    if not (isinstance(value, JsonNumber) and _NUMBER.fullmatch(value.literal)):
        raise invalid(where, f"must be a time as a number of {said.time.removeprefix('unix_')}")
    seconds = float(value.literal) / _SCALE[said.time]
    if said.time.startswith("unix"):
        if not 0 <= seconds <= _LATEST:
            raise invalid(where, "must be a time since 1970, at most 2100")
        return Time(instant=datetime.fromtimestamp(seconds, UTC))
    return Time(offset=_bounded(seconds, where))


def _clock(value: JsonValue, where: str) -> float:
    match = _CLOCK.fullmatch(value.text) if isinstance(value, JsonString) else None
    if match is None:
        raise invalid(where, "must be a time like 1:02:03.5")
    return _bounded(int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3].replace(",", ".")), where)


def _bounded(seconds: float, where: str) -> float:
    if not -_LONGEST <= seconds <= _LONGEST:
        raise invalid(where, "must be a time within seven days of the meeting's start")
    return seconds


def _instant(value: JsonValue, where: str) -> datetime:
    try:
        if isinstance(value, JsonString) and _INSTANT.fullmatch(value.text):
            found = datetime.fromisoformat(value.text.upper())
            if 1970 <= found.year < 2100:
                return found
    except ValueError:
        pass
    raise invalid(where, "must be an instant from 1970 to 2100 with a time zone, like 2026-03-02T10:00:00Z")
