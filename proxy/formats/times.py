"""Read times as transcripts write them, in seconds. Only ASCII digits count, so that no word can pass for a time."""

from __future__ import annotations

import re
from datetime import datetime

CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}(?:[.,][0-9]{1,6})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
"""A time of day or of a recording, as transcripts write it."""
OFFSET = r"(?:[0-9]{1,4}:)?[0-9]{1,3}:[0-9]{1,3}(?:[.,][0-9]{1,9})?"
"""An offset: hours are optional, also as Microsoft Graph writes it (``0:0:5.320``)."""

LONGEST = 1e8
"""Seconds: three years, longer than any recording."""

_LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?")
_INSTANT = re.compile(rf"{_LOCAL.pattern}(Z|[+-][0-9]{{2}}:[0-9]{{2}})")


def seconds(offset: str) -> float:
    """Convert ``[-][H:]M:S[.fff]`` to seconds; a minus makes all of it negative."""
    negative = offset.startswith("-")
    total = 0.0
    for part in offset.lstrip("-").replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return -total if negative else total


def reads_from_zero(offset: str) -> bool:
    """Whether the first time of a transcript is near its beginning: below one hour, or five minutes for ``M:S``.

    Otherwise it may be a time of day: ``14:05`` is either 14 minutes into a meeting or five past two.
    """
    return seconds(offset) < (3600 if offset.count(":") == 2 else 300)


def instant(stamp: str) -> datetime | None:
    """An RFC 3339 instant, cut to microseconds; None if the stamp is none (no zone, no such day).

    Years before 1970 and from 2100 on are rejected: nobody was recorded then, and arithmetic fails near the calendar's
    ends.
    """
    match = _INSTANT.fullmatch(stamp)
    return _read(match[1], match[2], match[3]) if match is not None else None


def local_instant(stamp: str) -> datetime | None:
    """The same without a zone, which may be any instant of two days; None if the stamp is none."""
    match = _LOCAL.fullmatch(stamp)
    return _read(match[1], match[2], "") if match is not None else None


def _read(day: str, fraction: str | None, zone: str) -> datetime | None:
    if not "1970" <= day[:4] < "2100":
        return None
    try:
        return datetime.fromisoformat(day + (fraction or "")[:7] + zone)
    except ValueError:
        return None
