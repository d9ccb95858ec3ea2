"""Reads meetings out of an iCalendar file (RFC 5545): one for each occurrence within a window.

The file is data from outside: it is bounded, and what is wrong in it is named by line or event. Nothing is
guessed: a time without a zone, or with one that nobody knows, is an error and not local time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from proxy.errors import ClientFault
from proxy.meetings.calendar_lines import checked
from proxy.meetings.people import email_of
from proxy.meetings.recurrence import EARLIEST, LATEST, starts_of

MAX_OCCURRENCES = 2000
MAX_FOLLOWED = 100_000
"""Starts of all events up to the end of the window; those of a rule with COUNT are counted from its beginning."""
MAX_ATTENDEES = 1000
MAX_LENGTH = timedelta(days=7)
_ZOOM_LINK = re.compile(r"https://[a-z0-9.-]{0,60}zoom\.us/(?:j|w|my)/(\d{9,12})\b", re.IGNORECASE)
_READ = frozenset("UID STATUS DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID ATTENDEE ORGANIZER".split())
_LINKED = ("URL", "LOCATION", "X-GOOGLE-CONFERENCE", "CONFERENCE", "DESCRIPTION")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited. `group` stands for people who are not named; `room` for whoever sits in it."""

    name: str | None
    email: str | None
    room: bool = False
    group: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting that a calendar announces. `series` names the event and is the same in all its occurrences."""

    id: str
    series: str
    recurring: bool
    started_at: datetime
    ended_at: datetime | None
    attendees: tuple[Attendee, ...]
    zoom: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Announced:
    """The meetings of a file, by start, and how many of its events were passed over, by reason."""

    occurrences: tuple[Occurrence, ...]
    passed_over: dict[str, int]


def read(source: bytes, since: datetime, until: datetime, zone: tzinfo | None = None) -> Announced:
    """The meetings that start from `since` up to, not including, `until`.

    `zone` is the zone of times that name none; without it the calendar's own ``X-WR-TIMEZONE`` holds. Raises
    `ClientFault` (``calendar_invalid``, ``calendar_too_large``), which names the line or event.
    """
    text, lines = checked(source)
    try:
        calendars = icalendar.Calendar.from_ical(text, multiple=True)
        events: list[Any] = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        zones = [zone or _zone_of(calendar) for calendar in calendars for _ in calendar.walk("VEVENT")]
    except Exception:  # noqa: BLE001 - a library's own errors quote the file
        raise ClientFault("calendar_invalid", "the file cannot be read as a calendar") from None
    if len(events) != len(lines):
        raise ClientFault("calendar_invalid", "the file cannot be read as a calendar")
    reading = _Reading(since, until)
    for number, (event, fallback, line) in enumerate(zip(events, zones, lines, strict=True), 1):
        reading.take(event, fallback, f"event {number} (line {line})")
    return reading.result()


class _Reading:
    """What was read of a file so far; occurrences that were changed one by one replace those of the rule."""

    def __init__(self, since: datetime, until: datetime):
        self._since, self._until = since, until
        self._found: dict[tuple[str, datetime], Occurrence] = {}
        self._changed: dict[tuple[str, datetime], Occurrence | None] = {}
        self._passed_over: dict[str, int] = {}
        self._within = self._followed = 0

    def take(self, event: icalendar.Event, fallback: tzinfo | None, where: str) -> None:
        try:
            self._take(event, fallback, where)
        except ClientFault:
            raise
        except Exception:  # noqa: BLE001 - whatever a library makes of data from outside is a fault of the data
            raise ClientFault("calendar_invalid", "the event cannot be read", where=where) from None

    def result(self) -> Announced:
        found = {**self._found, **self._changed}
        kept = [each for each in found.values() if each is not None and self._since <= each.started_at < self._until]
        if len(found) > len(kept):
            self._pass_over("outside the window", sum(each is not None for each in found.values()) - len(kept))
        in_order = tuple(sorted(kept, key=lambda each: (each.started_at, each.id)))
        return Announced(in_order, {reason: count for reason, count in self._passed_over.items() if count})

    def _take(self, event: icalendar.Event, fallback: tzinfo | None, where: str) -> None:
        for name, _ in event.errors:
            if name in _READ:
                raise ClientFault("calendar_invalid", f"its {name} cannot be read", where=where)
        uid = str(event.get("UID", "")).strip()
        if not uid or len(uid) > 1000:
            raise ClientFault("calendar_invalid", "it has no UID", where=where)
        cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
        changed = _when(event, "RECURRENCE-ID", fallback, where)
        start = _when(event, "DTSTART", fallback, where)
        if isinstance(changed, datetime) and cancelled:
            self._changed[uid, changed.astimezone(UTC)] = None
        if cancelled or start is None or not isinstance(start, datetime):
            self._pass_over("cancelled" if cancelled else "whole days, no time", 1)
            return
        if isinstance(changed, datetime):
            key = changed.astimezone(UTC)
            self._changed[uid, key] = _occurrence(event, uid, key, start, _length(event, start, fallback, where), where)
            return
        length = _length(event, start, fallback, where)
        starts = starts_of(event, start, self._since, self._until, where) or [start]
        self._followed += len(starts)
        if self._followed > MAX_FOLLOWED:
            raise ClientFault("calendar_too_large", f"its rules (COUNT, RDATE) give more than {MAX_FOLLOWED} starts")
        for at in [at for at in starts if at >= self._since] or starts[:1]:
            key = at.astimezone(UTC)
            self._within += self._since <= at < self._until and (uid, key) not in self._found
            self._found[uid, key] = _occurrence(event, uid, key, at, length, where)
        if self._within > MAX_OCCURRENCES:
            raise ClientFault("calendar_too_large", f"more than {MAX_OCCURRENCES} meetings; narrow the window")

    def _pass_over(self, reason: str, count: int) -> None:
        self._passed_over[reason] = self._passed_over.get(reason, 0) + count


def _occurrence(  # noqa: PLR0917 - the facts of one value
    event: icalendar.Event, uid: str, key: datetime, start: datetime, length: timedelta | None, where: str
) -> Occurrence:
    # An id is shown in requests and logs of clients; a UID may hold an address, so it is not used as it is.
    series = "cal-" + hashlib.sha256(uid.encode()).hexdigest()[:16]
    return Occurrence(
        id=f"{series}-{key:%Y%m%dT%H%M%SZ}",
        series=series,
        recurring=any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")),
        started_at=start.astimezone(UTC),
        ended_at=None if length is None else (start + length).astimezone(UTC),
        attendees=_attendees(event, where),
        zoom=_zoom_number(event),
        where=where,
    )


def _when(event: icalendar.Event, name: str, fallback: tzinfo | None, where: str) -> date | None:
    """An instant with its zone, a whole day, or None if absent."""
    written: Any = event.get(name)
    if written is None:
        if name == "DTSTART":
            raise ClientFault("calendar_invalid", "it has no DTSTART", where=where)
        return None
    try:
        found = written.dt
    except Exception:  # noqa: BLE001 - the library's own error quotes the value
        found = None
    if not isinstance(found, date):
        raise ClientFault("calendar_invalid", f"its {name} is no date and time", where=where)
    if not EARLIEST <= found.year <= LATEST:
        raise ClientFault("calendar_invalid", f"its {name} is before {EARLIEST} or after {LATEST}", where=where)
    if isinstance(found, datetime) and found.tzinfo is None:
        if "TZID" in written.params:
            raise ClientFault("calendar_invalid", f"the time zone of its {name} is not known", where=where)
        if fallback is None:
            raise ClientFault("calendar_invalid", f"its {name} names no time zone; give --timezone", where=where)
        return found.replace(tzinfo=fallback)
    return found


def _length(event: icalendar.Event, start: datetime, fallback: tzinfo | None, where: str) -> timedelta | None:
    length: Any = None
    if "DTEND" in event:
        end = _when(event, "DTEND", fallback, where)
        length = end.astimezone(start.tzinfo) - start if isinstance(end, datetime) else None
    elif "DURATION" in event:
        written: Any = event["DURATION"]
        length = written.dt
    if length is None:
        return None
    if not isinstance(length, timedelta) or length < timedelta(0) or length > MAX_LENGTH:
        raise ClientFault("calendar_invalid", f"its length is below zero or over {MAX_LENGTH.days} days", where=where)
    return length or None


def _attendees(event: icalendar.Event, where: str) -> tuple[Attendee, ...]:
    listed: dict[tuple[str | None, str | None], Attendee] = {}
    if "ATTENDEE" not in event:
        # An export may leave them out: whoever the organizer invites is then not named.
        listed[None, None] = Attendee(None, None, group=True)
    for address in (*_several(event, "ATTENDEE"), *_several(event, "ORGANIZER")):
        found = _attendee(address)
        listed.setdefault((found.email, None if found.email else found.name), found)
    if len(listed) > MAX_ATTENDEES:
        raise ClientFault("calendar_too_large", f"more than {MAX_ATTENDEES} people", where=where)
    return tuple(listed.values())


def _several(event: icalendar.Event, name: str) -> Iterator[Any]:
    found = event.get(name)
    if found is not None:
        yield from found if isinstance(found, list) else (found,)


def _attendee(address: Any) -> Attendee:
    scheme, _, rest = str(address).strip().partition(":")
    email = email_of(rest) if scheme.lower() == "mailto" else None
    facts = {str(name).upper(): str(value) for name, value in getattr(address, "params", {}).items()}
    kind = facts.get("CUTYPE", "INDIVIDUAL").upper()
    name = " ".join("".join(c if c.isprintable() else " " for c in facts.get("CN", "")).split()).strip("'\"")[:200]
    return Attendee(
        name=name or None,
        email=email,
        # Calendars list meeting rooms as either, so what is called a resource may be a microphone, too.
        room=kind in ("ROOM", "RESOURCE"),
        # Whom neither a name nor an address tells stands for somebody who is not known, as a group does.
        group=kind == "GROUP" or not (name or email),
        declined=facts.get("PARTSTAT", "").upper() == "DECLINED",
    )


def _zone_of(calendar: icalendar.Calendar) -> tzinfo | None:
    name = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _zoom_number(event: icalendar.Event) -> str | None:
    """The number of the Zoom meeting that the event links to, if it links to exactly one."""
    texts = (str(each) for name in _LINKED for each in _several(event, name))
    numbers = {match[1] for text in texts for match in _ZOOM_LINK.finditer(text)}
    return numbers.pop() if len(numbers) == 1 else None
