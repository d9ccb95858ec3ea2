"""When an event of a calendar takes place: its rule, the dates it adds, the dates it leaves out (RFC 5545 §3.8.5).

Rules are followed in the event's own local time, so that a meeting at ten stays at ten when clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Event

from proxy.errors import ClientFault

EARLIEST, LATEST = 1970, 2390
"""Years in which events may start."""

_AHEAD = 7600
"""Years by which a rule is moved while it is followed.

dateutil ends a search that finds nothing only at the year 9999. The calendar repeats every 400 years, weekdays and
all, so that the same rule 7600 years later finds the same days and comes to the end twenty times sooner.
"""


def starts_of(event: Event, start: datetime, since: datetime, end: datetime, where: str) -> list[datetime]:
    """The first start and all from `since` up to `end`, in the time zone of `start` (with a time zone), in order.

    Each is there once. Starts before `since` may be among them. Raises `ClientFault` where a rule cannot be followed.
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
    # RFC 5545 §3.8.5.3: the start counts as the first occurrence, whether or not the rule names it.
    counted = 0 if _moved(first, -_AHEAD) == local else 1
    yield from found if limit is None else islice(found, max(limit - counted, 0))


def _near(rule: Any, local: datetime, since: datetime) -> datetime:
    """A start shortly before `since` from which a rule finds the same days: whole steps of the rule later.

    Only days and weeks have steps of one length; months and years are few.
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
