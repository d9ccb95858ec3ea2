"""What meeting tools add to the name of somebody who speaks, and by which rule it is taken off. Pure.

A label that is nobody's on the roster may be somebody's with a badge: ``Ben Okoro (Guest)``. Badges of the kinds
below are taken off, several if need be, and only if what is left is a label of exactly one person (`label_form`). A
badge says less than a name that is written as it is on file: beside somebody under their own label, in the same request
or in a seat, whoever bears the label with a badge is nobody; and so are two who differ in their badges alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from proxy.model import Participant, Roster, label_form

_BRACKETS = re.compile(
    r"(?P<name>.*\S)[ \t\u00a0]*(?:\((?P<round>[^()\[\]\n]{1,60})\)|\[(?P<square>[^()\[\]\n]{1,60})\])", re.S
)
_STATUS = re.compile(
    r"(?:guest|external|ext\.?|unverified|host|co-?host|organi[sz]er|presenter|attendee|me|you)"
    r"(?:[ ]*[,/][ ]*(?:guest|external|unverified|host|co-?host|organi[sz]er|presenter|attendee|me|you))?",
    re.IGNORECASE,
)
_PRONOUN = r"(?:she|her|hers|he|him|his|they|them|theirs|ze|zir|hir|xe|xem|it|its|any)"
_PRONOUNS = re.compile(rf"{_PRONOUN}(?:[ ]?[/,|][ ]?{_PRONOUN}){{1,2}}", re.IGNORECASE)
_COMPANY = re.compile(r"[A-Z0-9][\w&.+'’-]*(?:[ ][\w&.,+'’-]+){0,3}")
_SOMEBODY_ELSE = re.compile(
    r"(?<!\w)(?:ai|agent|aide|assistant|behalf|bot|by|c/o|captions?|copilot|delegate|deputy|ea|fake|family|for|from"
    r"|husband|interpret\w*|not|note|notes|notetaker|on|pa|phone|proxy|record\w*|room|secretary|substitute|team"
    r"|transcri\w*|translat\w*|via|voice|wife|with)(?!\w)",
    re.IGNORECASE,
)
"""Words in brackets behind a name with which somebody else speaks: an interpreter, a note taker."""
_LEGAL_FORM = re.compile(
    r".*\w.*[ ,](?:AB|AG|ApS|AS|ASA|A/S|BV|B\.V\.|Co\.|Corp\.?|Corporation|d\.o\.o\.|e\.V\.|GmbH|Inc\.?|Incorporated|KG"
    r"|Kft\.?|Lda\.?|Limited|LLC|LLP|LTD|Ltd\.?|NV|N\.V\.|Oy|Oyj|OÜ|PLC|plc|Pty|S\.A\.|SA|SARL|SAS|S\.L\.|SpA|S\.p\.A\.|S\.r\.l\."
    r"|Srl|s\.r\.o\.|z[ ]?o\.o\.)"
)
"""What ends the names of companies, and of nothing else in brackets; written as the law of each country has it."""
_DEVICE = re.compile(
    r"(?P<name>.*\S)['’]s?[ ](?:iPhone|iPad|Mac|MacBook(?:[ ](?:Pro|Air))?|iMac|Galaxy|Pixel|Android|Surface|Laptop"
    r"|Tablet|Phone|PC)(?:[ ][0-9]{1,2})?",
    re.IGNORECASE | re.S,
)
_TURNED = re.compile(r"(?P<last>[^,\n]*\S)[ ]*,[ ]*(?P<first>[^,\n]*\S)")
_MOST = 3
_LONGEST = 200
"""Longer labels have no badges."""


class Taken(NamedTuple):
    """A label as it was written, the rules by which badges were taken off, and whose it then is (an id)."""

    label: str
    rules: tuple[str, ...]
    person: str


def _bracketed(fits: Callable[[str], bool]) -> Callable[[str], str | None]:
    def without(label: str) -> str | None:
        found = _BRACKETS.fullmatch(label)
        inside = (found["round"] or found["square"]).strip() if found is not None else ""
        return found["name"] if found is not None and fits(inside) else None

    return without


def _may_be_company(inside: str) -> bool:
    """Whether brackets hold a name with a capital that is no number and tells of nobody else."""
    plain = _COMPANY.fullmatch(inside) is not None and any(map(str.isalpha, inside))
    return plain and _SOMEBODY_ELSE.search(inside) is None


def _is_company_of(person: Participant, told: str) -> bool:
    """Whether a name is surely a company's: it ends in a legal form, or the person has an address there.

    A list of what is no company never ends: kin, trades, and the names of all who may sit beside somebody.
    """
    plain = "".join(filter(str.isalnum, label_form(told)))
    return _LEGAL_FORM.fullmatch(told) is not None or plain in map(_name_of_domain, person.emails)


def _name_of_domain(email: str) -> str:
    """What an organization's domain is called: ``skerry`` for ``ben@mail.skerry.co.uk``; empty for none."""
    parts = email.rpartition("@")[2].casefold().split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3:
        del parts[-1]
    return parts[-2].replace("-", "") if len(parts) > 1 else ""


def _owner(label: str) -> str | None:
    found = _DEVICE.fullmatch(label)
    return found["name"] if found is not None else None


def _first_last(label: str) -> str | None:
    found = _TURNED.fullmatch(label)
    return f"{found['first']} {found['last']}" if found is not None else None


RULES: dict[str, Callable[[str], str | None]] = {
    "status": _bracketed(lambda inside: _STATUS.fullmatch(inside) is not None),
    "pronouns": _bracketed(lambda inside: _PRONOUNS.fullmatch(inside) is not None),
    "company": _bracketed(_may_be_company),
    "device": _owner,
    "last_first": _first_last,
}
"""What each rule leaves of a label; None where it does not fit. The first that fits is taken, up to three in a row."""


_ANY_BADGE = (_bracketed(lambda _: True), _owner, _first_last)


def without_badges(label: str, roster: Roster) -> Taken | None:
    """Whose label this is with badges taken off; None where it is somebody's as it is, or nobody's, or two people's."""
    name, rules, companies = label.strip(), list[str](), list[str]()
    if len(name) > _LONGEST or bearers(name, roster):
        return None
    while len(rules) < _MOST:
        rule, rest = next(((rule, rest) for rule, take in RULES.items() if (rest := take(name))), ("", ""))
        if rule == "company":
            companies.append(inside(name))
        if not rule or any(_names(told, roster) for told in companies):
            return None
        name = rest
        rules.append(rule)
        if bearers(name, roster):
            person = roster.resolve(name)
            if person is None or not all(_is_company_of(person, told) for told in companies):
                return None
            return Taken(label.strip(), tuple(rules), person.id)
    return None


def taken_off(labels: Iterable[str], roster: Roster, is_given_name: Callable[[str], bool]) -> tuple[Taken, ...]:
    """The badges to take off where people speak under these labels, in one request.

    What holds anybody's given name is no company: ``Ann Lund (Nadia)``.
    """
    written = {label_form(label): label for label in sorted(labels)}
    found = [
        taken
        for label in written.values()
        if (taken := without_badges(label, roster)) is not None
        and not ("company" in taken.rules and any(map(is_given_name, _words_inside(label))))
    ]
    plain = {people[0].id for label in written.values() if len(people := bearers(label, roster)) == 1}
    several = [taken.person for taken in found]
    return tuple(
        taken
        for taken in found
        if taken.person not in plain and several.count(taken.person) == 1 and taken.person not in roster.contested
    )


def called_so(roster: Roster, taken: Iterable[Taken]) -> Roster:
    """The roster with these labels as further ones of their people."""
    more: dict[str, list[str]] = {}
    for each in taken:
        more.setdefault(each.person, []).append(each.label)
    people = (replace(p, aliases=(*p.aliases, *more[p.id])) if p.id in more else p for p in roster.participants)
    return replace(roster, participants=tuple(people))


def bare_forms(form: str) -> frozenset[str]:
    """The names that a label, as `label_form` has it, may be with badges: all that is left as they are taken off.

    Wider than the rules for labels: whatever stands in brackets at the end may be a badge.
    """
    found, left = set[str](), {form} if len(form) <= _LONGEST else set[str]()
    for _ in range(_MOST):
        left = {label_form(rest) for name in left for take in _ANY_BADGE if (rest := take(name)) is not None}
        found |= left
    return frozenset(found - {form})


def bearers(label: str, roster: Roster) -> list[Participant]:
    """Everybody whose label this is."""
    return [person for person in roster.participants if person.is_called(label)]


def inside(label: str) -> str:
    """What stands in brackets at the end of a label; empty without any."""
    found = _BRACKETS.fullmatch(label.strip())
    return (found["round"] or found["square"]).strip() if found is not None else ""


def _words_inside(label: str) -> list[str]:
    """The words of all brackets at the end of a label."""
    words, rest = list[str](), label.strip()
    while (found := _BRACKETS.fullmatch(rest)) is not None:
        words += label_form(inside(rest)).split()
        rest = found["name"]
    return words


def _names(told: str, roster: Roster) -> bool:
    """Whether a word is of somebody's name on the roster: ``Ann Lund (Ben)`` is who knows whom."""
    words = {word for person in roster.participants for label in person.labels for word in label_form(label).split()}
    return not words.isdisjoint(label_form(told).split())
