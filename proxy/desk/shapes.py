"""Which instants can be put on file, whichever way they come in."""

from __future__ import annotations

from datetime import UTC, datetime

from proxy.errors import ClientFault

LAST_YEAR_OF_MEETINGS = 9998
"""Meetings are looked up with the hours around them, which have to be dates as well."""


def check_instant(instant: datetime | None, reason: str, where: str, *, last_year: int = 9999) -> None:
    """Raise `ClientFault` for an instant that in UTC is no date of the years 1 to `last_year`.

    One without a time zone passes: what it means is checked elsewhere.
    """
    if instant is None or instant.tzinfo is None:
        return
    try:
        fits = instant.astimezone(UTC).year <= last_year
    except OverflowError:
        fits = False
    if not fits:
        raise ClientFault(reason, f"in UTC this is no date of the years 1 to {last_year}", where=where)
