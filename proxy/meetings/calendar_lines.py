"""The lines of an iCalendar file (RFC 5545 §3.1), checked before any of it is believed.

The file comes from outside. What could make a reader loop, or say nothing of where it fails, is refused here, by
line: lines that are none, components that do not close, rules that repeat by the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from proxy.errors import ClientFault

MAX_BYTES = 4 << 20
MAX_EVENTS = 5000
MAX_RULES = 500
"""Following a rule that never holds takes up to 0.05 s."""
_MAX_LINE = 64 << 10
_MAX_DEPTH = 4
_LISTS = ("REQUEST", "PUBLISH")
"""The methods of RFC 5546 whose attendees are all who are invited; a reply has one, a cancellation who is off it."""
_LINE = re.compile(r"([A-Za-z0-9-]{1,64})(;[^\x00]*|:[^\x00]*)", re.DOTALL)
_ALWAYS = "FREQ UNTIL COUNT INTERVAL WKST BYMONTH BYDAY"
_RULE_PARTS = {
    "DAILY": frozenset(_ALWAYS.split()),
    "WEEKLY": frozenset(_ALWAYS.split()),
    "MONTHLY": frozenset(f"{_ALWAYS} BYMONTHDAY BYSETPOS".split()),
    "YEARLY": frozenset(f"{_ALWAYS} BYMONTHDAY BYSETPOS BYYEARDAY BYWEEKNO".split()),
}
"""What may stand in a rule, by how often it repeats: what calendars write, and nothing that makes a search long."""


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
            rules += 2 if open_parts[1:2] == ["VTIMEZONE"] else 1  # the reader follows those twice as long
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
    """Content lines with their numbers; a line that begins with a space or tab goes on with the one before."""
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
        raise _invalid(number, "this is no line of a calendar (NAME:value)")
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
