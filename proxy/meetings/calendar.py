"""Read meetings out of an iCalendar file (RFC 5545): one for each occurrence within a window.

The file comes from outside. It is bounded, and its lines (§3.1) are checked before any of it is used: lines that are
malformed, components that do not close and rules that repeat by the second are refused. Errors name the line or the
event. Nothing is guessed: a time without a zone, or with an unknown zone, is an error and not local time.

The occurrences of an event follow from its rule, the dates it adds and the dates it excludes (§3.8.5). Rules are
followed in the event's own local time, so that a meeting at ten stays at ten when clocks change.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr
from icalendar import Event

from proxy.errors import ClientFault
from proxy.meetings.directory import email_of
from proxy.model import Meeting
from proxy.settings.lines import one_line

MAX_BYTES = 4 << 20
MAX_EVENTS = 5000
MAX_RULES = 500
"""Following a rule that never matches takes up to 0.05 s."""
_MAX_LINE = 64 << 10
_MAX_DEPTH = 4
_LISTS = ("REQUEST", "PUBLISH")
"""The methods of RFC 5546 whose attendees are all invitees; a reply has one, a cancellation those who are removed."""
_LINE = re.compile(r"([A-Za-z0-9-]{1,64})(;[^\x00]*|:[^\x00]*)", re.DOTALL)
_ALWAYS = "FREQ UNTIL COUNT INTERVAL WKST BYMONTH BYDAY"
_RULE_PARTS = {
    "DAILY": frozenset(_ALWAYS.split()),
    "WEEKLY": frozenset(_ALWAYS.split()),
    "MONTHLY": frozenset(f"{_ALWAYS} BYMONTHDAY BYSETPOS".split()),
    "YEARLY": frozenset(f"{_ALWAYS} BYMONTHDAY BYSETPOS BYYEARDAY BYWEEKNO".split()),
}
"""What a rule may contain, by its frequency: what calendars write, and nothing that makes a search long."""


def checked(source: bytes) -> tuple[str, tuple[int, ...]]:
    """The text of a file, and the line at which each of its events begins; raises `ClientFault`."""
    if len(source) > MAX_BYTES:
        raise ClientFault("calendar_too_large", f"a calendar file may have {MAX_BYTES} bytes")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClientFault("calendar_invalid", "the file is not UTF-8 text") from None
    open_parts: list[str] = []
    events: list[int] = []
    rules = 0
    for number, line in _unfolded(text):
        name, value = _parted(line, number)
        if name == "BEGIN":
            _begin(value, number, open_parts, events)
        elif name == "END":
            if not open_parts or open_parts.pop() != value:
                raise _invalid(number, "this END closes nothing that is open")
        elif not open_parts:
            raise _invalid(number, "this stands outside of any component")
        elif name == "RRULE":
            rules += 2 if open_parts[1:2] == ["VTIMEZONE"] else 1  # the reader follows those for twice as long
            if rules > MAX_RULES:
                raise ClientFault("calendar_too_large", f"a calendar file may have {MAX_RULES} rules (RRULE)")
            _check_rule(value, number, open_parts[0:2] == ["VCALENDAR", "VTIMEZONE"])
        else:
            _check_read(name, value, line, number)
    if open_parts:
        raise ClientFault("calendar_invalid", f"{open_parts[-1]} is not closed; the file may be cut", where="end")
    if not events:
        raise ClientFault("calendar_invalid", "the file holds no event (VEVENT)")
    return text, tuple(events)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Content lines with their numbers; a line that begins with a space or a tab continues the previous one."""
    first, line = 0, ""
    for number, piece in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if piece[:1] in (" ", "\t") and first:
            line += piece[1:]
        else:
            if line:
                yield first, line
            first, line = number, piece
        if len(line) > _MAX_LINE:
            raise _invalid(first, f"the line is longer than {_MAX_LINE} characters")
    if line:
        yield first, line


def _parted(line: str, number: int) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise _invalid(number, "this is no line of a calendar (NAME:value); export the meeting as iCalendar (.ics)")
    name = match[1].upper()
    value = match[2].rpartition(":")[2] if name in ("BEGIN", "END", "METHOD", "RRULE") else ""
    return name, value.strip().upper()


def _begin(kind: str, number: int, open_parts: list[str], events: list[int]) -> None:
    if bool(open_parts) == (kind == "VCALENDAR") or len(open_parts) >= _MAX_DEPTH:
        raise _invalid(number, "components are not nested as in a calendar")
    if kind == "VEVENT":
        if open_parts != ["VCALENDAR"]:
            raise _invalid(number, "an event stands inside of something else")
        if len(events) == MAX_EVENTS:
            raise ClientFault("calendar_too_large", f"a calendar file may have {MAX_EVENTS} events")
        events.append(number)
    open_parts.append(kind)


def _check_read(name: str, value: str, line: str, number: int) -> None:
    if name == "METHOD" and value not in _LISTS:
        what = "this METHOD is no list of who is invited; import the invitation (REQUEST), or an export (PUBLISH)"
        raise _invalid(number, what)
    if name == "EXRULE" or (name == "RECURRENCE-ID" and "THISANDFUTURE" in line.upper()):
        raise _invalid(number, "EXRULE and RANGE=THISANDFUTURE are not read; export each occurrence")


def _check_rule(rule: str, number: int, of_time_zone: bool) -> None:
    parts = dict(part.partition("=")[::2] for part in rule.split(";") if part)
    kinds = ("YEARLY",) if of_time_zone else tuple(_RULE_PARTS)
    kind = parts.get("FREQ", "")
    if kind not in kinds:
        raise _invalid(number, f"a rule needs a FREQ of {', '.join(kinds)}")
    if not parts.keys() <= _RULE_PARTS[kind]:
        raise _invalid(number, f"a rule by {kind} may have {', '.join(sorted(_RULE_PARTS[kind]))}")
    for counted in ("INTERVAL", "COUNT"):
        value = parts.get(counted, "1")
        if not re.fullmatch(r"0{0,3}[1-9][0-9]{0,4}", value):
            raise _invalid(number, f"{counted} is a number from 1 on")


def _invalid(number: int, what: str) -> ClientFault:
    return ClientFault("calendar_invalid", what, where=f"line {number}")


EARLIEST, LATEST = 1970, 2390
"""Years in which events may start."""

_AHEAD = 7600
"""Years by which a rule is moved while it is followed.

dateutil ends a search that finds nothing only at the year 9999. The calendar repeats every 400 years, including
weekdays, so the same rule 7600 years later finds the same days and reaches the end twenty times sooner.
"""


def starts_of(event: Event, start: datetime, since: datetime, end: datetime, where: str) -> list[datetime]:
    """The first start and all starts from `since` to before `end`, in the time zone of `start`, in order.

    `start` must have a time zone. Each start is listed once. Starts before `since` may be included. Raises
    `ClientFault` if a rule cannot be followed.
    """
    local = start.replace(tzinfo=None)
    found = {local}
    for rule in _rules(event):
        found.update(_ruled(rule, start, since, end, where))
    for added in _dates(event, "RDATE", where):
        if isinstance(added, datetime):
            found.add(added.astimezone(start.tzinfo).replace(tzinfo=None) if added.tzinfo else added)
        else:
            found.add(datetime.combine(added, local.time()))
    gone = list(_dates(event, "EXDATE", where))
    days = {day for day in gone if not isinstance(day, datetime)}
    instants = {day.astimezone(start.tzinfo).replace(tzinfo=None) if day.tzinfo else day for day in gone
                if isinstance(day, datetime)}  # fmt: skip
    kept = sorted(at for at in found if at not in instants and at.date() not in days)
    aware = (at.replace(tzinfo=start.tzinfo) for at in kept)
    return [at for at in aware if at < end]


def _rules(event: Event) -> list[Any]:
    rules: Any = event.get("RRULE")
    return rules if isinstance(rules, list) else [rules] if rules else []


def _ruled(rule: Any, start: datetime, since: datetime, end: datetime, where: str) -> Iterator[datetime]:
    local = start.replace(tzinfo=None)
    last = end.astimezone(start.tzinfo).replace(tzinfo=None)
    limit = rule.get("COUNT", [None])[0]
    begin = local if limit is not None else _near(rule, local, since.astimezone(start.tzinfo).replace(tzinfo=None))
    for until in rule.get("UNTIL", []):
        last = min(last, _local(until, start))
    if last < local:
        return
    try:
        text = ";".join(
            f"{name}={','.join(_text(value) for value in (values if isinstance(values, list) else [values]))}"
            for name, values in rule.items()
            if name not in ("COUNT", "UNTIL")
        )
        series = iter(rrulestr(text, dtstart=_moved(begin, _AHEAD)).replace(until=_moved(last, _AHEAD)))
        first = next(series, None)
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError):
        raise ClientFault("calendar_invalid", "its rule (RRULE) cannot be followed", where=where) from None
    if first is None:
        return
    found = (_moved(at, -_AHEAD) for at in chain([first], series))
    # RFC 5545 §3.8.5.3: the start counts as the first occurrence, whether or not the rule includes it.
    counted = 0 if _moved(first, -_AHEAD) == local else 1
    yield from found if limit is None else islice(found, max(limit - counted, 0))


def _near(rule: Any, local: datetime, since: datetime) -> datetime:
    """A start shortly before `since` from which a rule finds the same days: whole steps of the rule later.

    Only days and weeks have steps of constant length; months and years are few.
    """
    days = {"DAILY": 1, "WEEKLY": 7}.get(str(rule.get("FREQ", [""])[0]))
    if days is None:
        return local
    step = timedelta(days=days * int(rule.get("INTERVAL", [1])[0]))
    return local + max(0, (since - local) // step - 2) * step


def _moved(at: datetime, years: int) -> datetime:
    return at.replace(year=at.year + years)


def _text(value: Any) -> str:
    written = value.to_ical() if hasattr(value, "to_ical") else value
    return written.decode() if isinstance(written, bytes) else str(written)


def _local(until: date, start: datetime) -> datetime:
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    return until.astimezone(start.tzinfo).replace(tzinfo=None) if until.tzinfo else until


def _dates(event: Event, name: str, where: str) -> Iterator[date]:
    lists = event.get(name)
    for each in lists if isinstance(lists, list) else [lists] if lists is not None else []:
        try:
            for one in each.dts:
                found = one.dt[0] if isinstance(one.dt, tuple) else one.dt
                if not isinstance(found, date):
                    raise TypeError
                yield found
        except (AttributeError, ValueError, TypeError):
            raise ClientFault("calendar_invalid", f"its {name} cannot be read", where=where) from None


MAX_OCCURRENCES = 2000
MAX_FOLLOWED = 100_000
"""Starts of all events up to the end of the window; those of a rule with COUNT are counted from its beginning."""
MAX_ATTENDEES = 1000
MAX_LENGTH = timedelta(days=7)
_ZOOM_LINK = re.compile(r"https://[a-z0-9.-]{0,60}zoom\.us/(?:j|w|my)/(\d{9,12})\b", re.IGNORECASE)
_READ = frozenset(
    "UID SEQUENCE STATUS DTSTART DTEND DURATION RRULE RDATE EXDATE RECURRENCE-ID ATTENDEE ORGANIZER".split()
)
_LINKED = ("URL", "LOCATION", "X-GOOGLE-CONFERENCE", "CONFERENCE", "DESCRIPTION")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited. `group` stands for people who are not named; `room` stands for whoever sits in it."""

    name: str | None
    email: str | None
    room: bool = False
    group: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting that a calendar announces. `series` identifies the event and is the same in all its occurrences.

    `title` is what the event is called; `series_title` also, unless this occurrence was changed by itself.
    """

    id: str
    series: str
    recurring: bool
    started_at: datetime
    ended_at: datetime | None
    attendees: tuple[Attendee, ...]
    zoom: str | None
    where: str
    title: str | None = None
    series_title: str | None = None


@dataclass(frozen=True, slots=True)
class CalendarMeetings:
    """The meetings of a file, by start, and the number of its events that were passed over, by reason."""

    occurrences: tuple[Occurrence, ...]
    passed_over: dict[str, int]


def read(source: bytes, since: datetime, until: datetime, zone: tzinfo | None = None) -> CalendarMeetings:
    """The meetings that start from `since` up to, but not including, `until`.

    `zone` applies to times that name none; without it the calendar's own ``X-WR-TIMEZONE`` applies. Raises
    `ClientFault` (``calendar_invalid``, ``calendar_too_large``), which names the line or the event.
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
    numbered = list(enumerate(zip(events, zones, lines, strict=True), 1))
    for number, (event, fallback, line) in sorted(numbered, key=lambda each: _version(each[1][0])):
        reading.take(event, fallback, f"event {number} (line {line})")
    return reading.result()


def _version(event: Any) -> tuple[int, datetime]:
    """Which of two versions of an event is newer (RFC 5546 §2.1.5)."""
    sequence, stamp = event.get("SEQUENCE"), getattr(event.get("DTSTAMP"), "dt", None)
    made = stamp if isinstance(stamp, datetime) and stamp.tzinfo is not None else datetime.min.replace(tzinfo=UTC)
    return (sequence if isinstance(sequence, int) else 0, made)


class _Reading:
    """What was read of a file so far; occurrences that were changed individually replace those of the rule.

    Versions of one event are taken oldest first. The newest counts, and whoever an older one invites is invited.
    """

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
        except Exception:  # noqa: BLE001 - whatever a library raises on data from outside is a fault of the data
            raise ClientFault("calendar_invalid", "the event cannot be read", where=where) from None

    def result(self) -> CalendarMeetings:
        found = {**self._found, **self._changed}
        kept = [each for each in found.values() if each is not None and self._since <= each.started_at < self._until]
        if len(found) > len(kept):
            self._pass_over("outside the window", sum(each is not None for each in found.values()) - len(kept))
        in_order = tuple(sorted(kept, key=lambda each: (each.started_at, each.id)))
        return CalendarMeetings(in_order, {reason: count for reason, count in self._passed_over.items() if count})

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
            found = _occurrence(event, uid, key, start, _length(event, start, fallback, where), where)
            self._changed[uid, key] = _beside(self._changed.get((uid, key)), found)
            return
        length = _length(event, start, fallback, where)
        starts = starts_of(event, start, self._since, self._until, where) or [start]
        self._followed += len(starts)
        if self._followed > MAX_FOLLOWED:
            raise ClientFault("calendar_too_large", f"its rules (COUNT, RDATE) give more than {MAX_FOLLOWED} starts")
        for at in [at for at in starts if at >= self._since] or starts[:1]:
            key = at.astimezone(UTC)
            self._within += self._since <= at < self._until and (uid, key) not in self._found
            found = _occurrence(event, uid, key, at, length, where)
            self._found[uid, key] = _beside(self._found.get((uid, key)), found)
        if self._within > MAX_OCCURRENCES:
            raise ClientFault("calendar_too_large", f"more than {MAX_OCCURRENCES} meetings; narrow the window")

    def _pass_over(self, reason: str, count: int) -> None:
        self._passed_over[reason] = self._passed_over.get(reason, 0) + count


def _beside(older: Occurrence | None, newer: Occurrence) -> Occurrence:
    """The newer version, with everybody whom the older one invites."""
    if older is None:
        return newer
    listed = {each.email or each: each for each in (*older.attendees, *newer.attendees)}
    return replace(newer, attendees=tuple(listed.values()))


_CALENDARS = "cal-"
"""Begins the ids of meetings and series that a calendar announced."""


def is_of_calendar(meeting: Meeting) -> bool:
    """Whether a calendar announced this meeting, by its id or that of its series."""
    return meeting.id.startswith(_CALENDARS) or (meeting.series or "").startswith(_CALENDARS)


def _occurrence(  # noqa: PLR0917 - the facts of one value
    event: icalendar.Event, uid: str, key: datetime, start: datetime, length: timedelta | None, where: str
) -> Occurrence:
    # The id is shown in requests and in logs of clients. A UID may contain an address, so it is not used as it is.
    series = _CALENDARS + hashlib.sha256(uid.encode()).hexdigest()[:16]
    title = one_line(str(event.get("SUMMARY", "")))
    return Occurrence(
        id=f"{series}-{key:%Y%m%dT%H%M%SZ}",
        series=series,
        recurring=any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")),
        started_at=start.astimezone(UTC),
        # By the clock an hour may be none, or two, while clocks change (RFC 5545 §3.8.5.3: the exact duration).
        ended_at=None if length is None else start.astimezone(UTC) + length,
        attendees=_attendees(event, where),
        zoom=_zoom_number(event),
        where=where,
        title=title,
        series_title=None if "RECURRENCE-ID" in event else title,
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
        length = end.astimezone(UTC) - start.astimezone(UTC) if isinstance(end, datetime) else None
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
        # An export may leave attendees out: the people whom the organizer invites are then not named.
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
    name = (one_line(facts.get("CN", "")) or "").strip("'\"")
    return Attendee(
        name=name or None,
        email=email,
        # Calendars list meeting rooms as either, so what is called a resource may also be a microphone.
        room=kind in ("ROOM", "RESOURCE"),
        # An attendee with neither name nor address stands for somebody unknown, as a group does.
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
