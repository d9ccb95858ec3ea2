"""Which ids, names, addresses and instants can be put on file, whichever way they come in."""

from __future__ import annotations

from datetime import UTC, datetime

from proxy.errors import ClientFault
from proxy.meetings.directory import LONGEST_EMAIL, Entry, email_of
from proxy.settings.lines import LONGEST_LINE, is_line
from proxy.steps.call import MEETING_ID

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


def check_id(written: str | None, reason: str, where: str) -> None:
    """Raise `ClientFault` for an id that no path or header could hold."""
    if written is not None and MEETING_ID.fullmatch(written) is None:
        raise ClientFault(reason, "ids are letters, digits and . _ : @ = + ~ -, up to 200", where=where)


def check_line(written: str | None, reason: str, where: str) -> None:
    """Raise `ClientFault` for text that is empty, longer than a line, or holds what is obeyed and not shown."""
    if written is not None and not is_line(written):
        detail = f"write one line of 1 to {LONGEST_LINE} characters, without controls and marks of direction"
        raise ClientFault(reason, detail, where=where)


def check_entry(entry: Entry) -> None:
    """Raise `ClientFault` (``invalid_roster``) for a person as nobody can be put on file."""
    place = f"{entry.where}, " if entry.where else ""
    check_id(entry.id, "invalid_roster", f"{place}id")
    for member in entry.members or ():
        check_id(member, "invalid_roster", f"{place}members")
    for guardian in entry.guardians or ():
        check_id(guardian, "invalid_roster", f"{place}guardians")
    check_line(entry.name, "invalid_roster", f"{place}name")
    for alias in entry.aliases or ():
        check_line(alias, "invalid_roster", f"{place}aliases")
    for email in entry.emails or ():
        if len(email) > LONGEST_EMAIL or email_of(email) is None:
            raise ClientFault("invalid_roster", "write an address as ann@fjord.example", where=f"{place}emails")
    for instant, where in ((entry.joined_at, "joined_at"), (entry.left_at, "left_at")):
        check_instant(instant, "invalid_roster", f"{place}{where}", last_year=LAST_YEAR_OF_MEETINGS)
