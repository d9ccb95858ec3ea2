"""Compares the exchanges of a report with those that the log has of its meeting or person, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meeting_proxy_verify.claims import Claims, Entry
from meeting_proxy_verify.compared import differing
from meeting_proxy_verify.exchanges import Expected
from meeting_proxy_verify.findings import Findings
from meeting_proxy_verify.of_meeting import OfMeeting
from meeting_proxy_verify.of_person import OfPerson

_EVERY_LIST = tuple(dict.fromkeys((*OfMeeting.LISTS, *OfPerson.LISTS)))
_NONE: Mapping[str, Expected] = {}


def compare_entries(claims: Claims, findings: Findings) -> None:
    """Say which exchanges are left out, stand where they do not belong, or are told otherwise than recorded."""
    expected: dict[str, dict[str, Expected]] = {}
    for part, each in claims.log.entries(cut=claims.cut):
        known = each.facts if each.rest is None else each.rest
        expected.setdefault(str((known or {}).get("exchange")), {})[part] = each
    told: dict[str, set[str]] = {}
    told_deleted = set[str]()
    for part in _EVERY_LIST:
        for place, entry in claims.held(part):
            name, sequence = entry.get("exchange"), entry.get("sequence")
            exchange = name if isinstance(name, str) else ""
            if isinstance(sequence, int) and claims.is_beyond(sequence):
                findings.add("report_differs", claims.beyond(sequence), place)
            elif part in told.get(exchange, ()):
                findings.add("report_differs", f"exchange {name!r} stands here a second time", place)
            else:
                for text in _wrong(claims, part, entry, expected.get(exchange, _NONE)):
                    findings.add("report_differs", text, place)
            told.setdefault(exchange, set()).add(part)
            told_deleted |= {exchange} if claims.was_deleted(sequence) else set()
    for exchange, lists in expected.items():
        for part, each in lists.items():
            elsewhere = each.rest is not None and exchange in told_deleted
            if each.owed and part not in told.get(exchange, ()) and not elsewhere:
                text = f"{claims.name} does not tell of exchange {exchange!r} in {part!r}"
                findings.add("report_incomplete", text, each.place)


def _wrong(claims: Claims, part: str, entry: Entry, expected: Mapping[str, Expected]) -> Iterator[str]:
    """What is wrong with an entry of the list `part`. `expected`: what the log has of its exchange, by list."""
    exchange, deleted = entry.get("exchange"), claims.was_deleted(entry.get("sequence"))
    each = expected.get(part)
    if part not in claims.log.LISTS:
        yield f"a report of its kind has no list {part!r}"
    elif each is not None and each.rest is not None and deleted:
        yield from differing(entry, each.rest)
    elif each is not None and each.facts is not None:
        yield from differing(entry, each.facts)
    elif lists := [name for name, one in expected.items() if one.facts is not None]:
        yield f"the log has exchange {exchange!r} for {' and '.join(map(repr, lists))} alone"
    elif expected or not (deleted and isinstance(exchange, str)):
        yield f"the log has no such exchange {exchange!r}"
