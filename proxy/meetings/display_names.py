"""Recognize badges and short forms in display names: who may be meant by a name that is not the one on file. Pure.

A badge is what meeting tools and people add to a speaker's name: ``Ben Okoro (Guest)``, ``Dr. Ben Okoro``. A label
that is nobody's on the roster may be somebody's with badges. Badges of the kinds below are taken off, several if need
be, and only if the remaining label is that of exactly one person (`label_form`). A badge proves less than a name that
is written as it is on file. So whoever bears a label with a badge is nobody if the same person is also present under
their own label, in the same request or in a seat. Two labels that differ in their badges alone are nobody's either.

A short form may be another person's name: ``Ben``, ``B. Okoro``, ``bokoro`` and ``Ben & Ann`` may all be Ben Okoro. If
another person has such a label and nobody vouches for it, it is nobody's; so is a label with somebody else's address.
These are rules of letters alone: nicknames such as ``Bob`` are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from proxy.languages import patterns, rows
from proxy.model import Participant, ParticipantClass, Roster, label_form

_ADDED = re.compile(
    r"(?P<name>.*\S)(?:[ \t\u00a0]*(?:\((?P<round>[^()\[\]\n]{1,60})\)|\[(?P<square>[^()\[\]\n]{1,60})\])"
    r"|[ \u00a0]+[|@/·–—-][ \u00a0]+(?P<behind>[^()\[\]|@/·\n]{1,60}))",
    re.S,
)
"""Something in brackets, or behind a sign between spaces."""
_BADGE = patterns("names", "badges")
_STATUS = re.compile(rf"(?:{_BADGE}|ext\.?)(?:[ ]*[,/][ ]*{_BADGE})?", re.IGNORECASE)
_PRONOUN = patterns("names", "pronouns")
_PRONOUNS = re.compile(rf"{_PRONOUN}(?:[ ]?[/,|][ ]?{_PRONOUN}){{1,2}}", re.IGNORECASE)
_COMPANY = re.compile(r"[A-Z0-9][\w&.+'’-]*(?:[ ][\w&.,+'’-]+){0,3}")
_SOMEBODY_ELSE = re.compile(rf"(?<!\w){patterns('names', 'somebody_else')}(?!\w)", re.IGNORECASE)
"""Words in brackets after a name that mean somebody else speaks: an interpreter, a note taker."""
_LEGAL_FORM = re.compile(
    r".*\w.*[ ,](?:AB|AG|ApS|AS|ASA|A/S|BV|B\.V\.|Co\.|Corp\.?|Corporation|d\.o\.o\.|e\.V\.|GmbH|Inc\.?|Incorporated|KG"
    r"|Kft\.?|Lda\.?|Limited|LLC|LLP|LTD|Ltd\.?|NV|N\.V\.|Oy|Oyj|OÜ|PLC|plc|Pty|S\.A\.|SA|SARL|SAS|S\.L\.|SpA|S\.p\.A\.|S\.r\.l\."
    r"|Srl|s\.r\.o\.|z[ ]?o\.o\.)"
)
"""Endings of company names, and of nothing else in brackets; spelled as each country's law has them."""
_DEVICE = re.compile(
    r"(?P<name>.*\S)['’]s?[ ](?:iPhone|iPad|Mac|MacBook(?:[ ](?:Pro|Air))?|iMac|Galaxy|Pixel|Android|Surface|Laptop"
    r"|Tablet|Phone|PC)(?:[ ][0-9]{1,2})?",
    re.IGNORECASE | re.S,
)
_TURNED = re.compile(r"(?P<last>[^,\n]*\S)[ ]*,[ ]*(?P<first>[^,\n]*\S)")
TITLES = tuple(sorted({label_form(" ".join(row)) for row in rows("names", "titles")}))
"""Titles before a name, as `label_form` has them, without a full stop."""
DEGREES = tuple(sorted({label_form(" ".join(row)) for row in rows("names", "degrees")}))
_TITLE = rf"(?:{'|'.join(map(re.escape, TITLES))})\.?"
_DEGREE = rf"(?:{'|'.join(map(re.escape, sorted(DEGREES, key=len, reverse=True)))})"
_WITH_TITLE = re.compile(rf"(?:{_TITLE}[ ]+)+(?P<name>\S.*)", re.IGNORECASE | re.S)
_WITH_DEGREE = re.compile(
    rf"(?P<name>.*[^\s,])(?:[ ]*,[ ]*|[ ]+){_DEGREE}(?:[ ]*,[ ]*{_DEGREE})*", re.IGNORECASE | re.S
)
SIGNS = ("(", "[", ",", "'", "|", "@", "/", "·", " - ", "– ", "— ")
"""A label in `label_form` with a badge that is no title and no degree has one of these signs."""
_MOST = 3
_LONGEST = 200
"""Characters; longer labels have no badges."""


class UnbadgedLabel(NamedTuple):
    """A label as it was written, the rules by which badges were taken off, and the person (an id) it then names."""

    label: str
    rules: tuple[str, ...]
    person: str


def _told(added: re.Match[str]) -> str:
    return (added["round"] or added["square"] or added["behind"]).strip()


def _added(fits: Callable[[str], bool]) -> Callable[[str], str | None]:
    def without(label: str) -> str | None:
        found = _ADDED.fullmatch(label)
        return found["name"] if found is not None and fits(_told(found)) else None

    return without


def _may_be_company(inside: str) -> bool:
    """Whether an added text is a capitalized name, no number, and does not refer to somebody else."""
    plain = _COMPANY.fullmatch(inside) is not None and any(map(str.isalpha, inside))
    return plain and _SOMEBODY_ELSE.search(inside) is None


def _is_company_of(person: Participant, told: str) -> bool:
    """Whether a name is surely a company's: it ends in a legal form, or the person has an address there.

    A list of what is no company never ends: kin, trades, and the names of all who may sit beside somebody.
    """
    plain = "".join(filter(str.isalnum, label_form(told)))
    return _LEGAL_FORM.fullmatch(told) is not None or plain in map(_name_of_domain, person.emails)


def _name_of_domain(email: str) -> str:
    """The name in an organization's domain: ``skerry`` for ``ben@mail.skerry.co.uk``; empty if there is none."""
    parts = email.rpartition("@")[2].casefold().split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3:
        del parts[-1]
    return parts[-2].replace("-", "") if len(parts) > 1 else ""


def _owner(label: str) -> str | None:
    found = _DEVICE.fullmatch(label)
    return found["name"] if found is not None else None


def _untitled(label: str) -> str | None:
    found = _WITH_TITLE.fullmatch(label) or _WITH_DEGREE.fullmatch(label)
    return found["name"] if found is not None else None


def _first_last(label: str) -> str | None:
    found = _TURNED.fullmatch(label)
    return f"{found['first']} {found['last']}" if found is not None else None


RULES: dict[str, Callable[[str], str | None]] = {
    "status": _added(lambda inside: _STATUS.fullmatch(inside) is not None),
    "pronouns": _added(lambda inside: _PRONOUNS.fullmatch(inside) is not None),
    "company": _added(_may_be_company),
    "device": _owner,
    "title": _untitled,
    "last_first": _first_last,
}
"""What each rule leaves of a label; None if it does not fit. The first rule that fits applies, up to three in a row."""


_ANY_BADGE = (_added(lambda _: True), _owner, _untitled, _first_last)


def without_badges(label: str, roster: Roster) -> UnbadgedLabel | None:
    """Whose label this is without badges; None if it is somebody's as it is, nobody's, or several people's."""
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
            return UnbadgedLabel(label.strip(), tuple(rules), person.id)
    return None


def taken_off(labels: Iterable[str], roster: Roster, is_given_name: Callable[[str], bool]) -> tuple[UnbadgedLabel, ...]:
    """The badges to take off the labels under which people speak in one request.

    Text that contains anybody's given name is no company: ``Ann Lund (Nadia)``.
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


def called_so(roster: Roster, taken: Iterable[UnbadgedLabel]) -> Roster:
    """The roster with these labels as further aliases of their people."""
    more: dict[str, list[str]] = {}
    for each in taken:
        more.setdefault(each.person, []).append(each.label)
    people = (replace(p, aliases=(*p.aliases, *more[p.id])) if p.id in more else p for p in roster.participants)
    return replace(roster, participants=tuple(people))


def bare_forms(form: str) -> frozenset[str]:
    """The names that remain of a label, in `label_form`, while badges are taken off.

    Wider than the rules for labels: whatever stands in brackets, or behind a sign, at the end may be a badge.
    """
    found, left = set[str](), {form} if len(form) <= _LONGEST else set[str]()
    for _ in range(_MOST):
        left = {label_form(rest) for name in left for take in _ANY_BADGE if (rest := take(name)) is not None}
        found |= left
    return frozenset(found - {form})


def bearers(label: str, roster: Roster) -> list[Participant]:
    """Everybody whose label this is."""
    return list(roster.bearers(label))


def inside(label: str) -> str:
    """The text in brackets, or behind a sign, at the end of a label; empty without any."""
    found = _ADDED.fullmatch(label.strip())
    return _told(found) if found is not None else ""


def _words_inside(label: str) -> list[str]:
    """The words of all that is added at the end of a label."""
    words, rest = list[str](), label.strip()
    while (found := _ADDED.fullmatch(rest)) is not None:
        words += label_form(_told(found)).split()
        rest = found["name"]
    return words


def _names(told: str, roster: Roster) -> bool:
    """Whether a word is in somebody's name on the roster: ``Ann Lund (Ben)`` may be either of them."""
    words = {word for person in roster.participants for label in person.labels for word in label_form(label).split()}
    return not words.isdisjoint(label_form(told).split())


_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+")
_PARTS = re.compile(r"[&/+;|()\[\]]|\band\b")
_POSSESSIVE = re.compile(r"['’]s?(?!\w)")
_BEGINNING = 3
"""Letters at the beginning that a short form shares with the name."""
_SHORTEST_HANDLE = 4
_COLLECTIVE = (ParticipantClass.ROOM, ParticipantClass.PHONE, ParticipantClass.BOT)
"""Classes whose names are not people's, and have no short forms."""

_Name = tuple[str, tuple[str, ...], bool]
"""A person's id, the words of one of their names, and whether the operator vouches for it."""


class ShortForms:
    """What the people of a roster may be called besides their whole names."""

    def __init__(self, people: Sequence[Participant]):
        self._names: dict[str, list[_Name]] = {}
        self._owners: dict[str, set[str]] = {}
        for person in people:
            for email in person.emails:
                self._owners.setdefault(email.strip().lower(), set()).add(person.id)
            if person.participant_class not in _COLLECTIVE:
                self._add(person)

    def _add(self, person: Participant) -> None:
        for form in dict.fromkeys(map(label_form, (person.name, *person.aliases))):
            words = tuple(_WORD.findall(form))
            for key in {key for word in words for key in (word[:1], word[:_BEGINNING])}:
                self._names.setdefault(key, []).append((person.id, words, form in person.vouched))
            for handle in _handles(words):
                self._owners.setdefault(handle, set()).add(person.id)
        for email in person.emails:
            self._owners.setdefault(_letters(email.partition("@")[0]), set()).add(person.id)

    def mean_another(self, person: Participant, label: str) -> bool:
        """Whether a label of this person may be somebody else's short form, or contains their address."""
        written = [found.lower() for found in _ADDRESS.findall(label)]
        if any(self._owners.get(address, set()) - {person.id} for address in written):
            return True
        form = label_form(label)
        if form in map(label_form, person.emails):
            return False
        return any(self._is_form(person.id, part) for part in _PARTS.split(form))

    def _is_form(self, person: str, part: str) -> bool:
        words = _WORD.findall(part)
        if not words:
            return False
        handle = _letters(part)
        if len(words) == 1 and len(handle) >= _SHORTEST_HANDLE and self._owners.get(handle, set()) - {person}:
            return True
        # Every name that fits has, for each word, one that begins in the same way: the rarest leaves fewest to compare.
        some = min((self._names.get(word[:_BEGINNING], ()) for word in words), key=len)
        others = (name for name in some if name[0] != person)
        return any(_fits(words, name, vouched=vouched) for _, name, vouched in others)


class NamesOfPerson:
    """All that names one person on file, to find it in texts that others wrote: labels of strangers, notes, ids."""

    def __init__(self, ids: Iterable[str], names: Iterable[str], addresses: Iterable[str]):
        called, mail = [name for name in names if name.strip()], tuple(addresses)
        self._names = [frozenset(_WORD.findall(label_form(name))) for name in called]
        whole = sorted({re.escape(label_form(each)) for each in (*ids, *called, *mail) if each.strip()})
        self._whole = re.compile(rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)") if whole else None
        people = (Participant("", name, (), mail) for name in called or [""])
        self._short = ShortForms(list(people))
        self._somebody = Participant("somebody", "")

    def are_in(self, text: str) -> bool:
        """Whether a text holds a whole name of the person, its words in any order, an id, or an address."""
        form = label_form(text)
        words = frozenset(_WORD.findall(form))
        whole = self._whole is not None and self._whole.search(form) is not None
        return whole or any(name and name <= words for name in self._names)

    def may_be(self, label: str) -> bool:
        """Whether a label holds a name of the person, or may be a short form of one."""
        owner = _POSSESSIVE.split(label, maxsplit=1)[0]
        return self.are_in(label) or any(self._short.mean_another(self._somebody, each) for each in (label, owner))


def names_somebody(text: str, people: Iterable[Participant]) -> bool:
    """Whether a text holds a name of one of these people, or one word of it, or an id or address of theirs."""
    words = {word for word in _WORD.findall(label_form(text)) if len(word) > 1}
    return any(
        not words.isdisjoint(_WORD.findall(label_form(" ".join(each.labels))))
        or NamesOfPerson([each.id], each.labels, each.emails).are_in(text)
        for each in people
    )


def _fits(words: Sequence[str], name: Sequence[str], *, vouched: bool) -> bool:
    """Whether each word is a word of the name, an initial, or, for one of them, shares a beginning with a word of it.

    Several whole words of a longer name count only if the longer name is vouched for; otherwise it is the one that
    waits.
    """
    left, rest, short = list(name), list[str](), 0
    for word in words:
        if word in left:
            left.remove(word)
        else:
            rest.append(word)
    if not rest:
        return (len(words) == 1 or vouched) and bool(left)
    for word in rest:
        found = next((own for own in left if own[0] == word or _begins(word, own)), None)
        if found is None:
            return False
        short += len(word) > 1
        left.remove(found)
    return short <= 1


def _begins(word: str, own: str) -> bool:
    return min(len(word), len(own)) >= _BEGINNING and (word.startswith(own) or own.startswith(word))


def _handles(words: Sequence[str]) -> Iterator[str]:
    if len(words) > 1:
        first, last = words[0], words[-1]
        yield from _long((first + last, last + first, first[0] + last, first + last[0], last + first[0]))


def _long(handles: Iterable[str]) -> Iterator[str]:
    return (handle for handle in handles if len(handle) >= _SHORTEST_HANDLE)


def _letters(text: str) -> str:
    """A handle's letters: ``Ben_Okoro42`` and ``ben.okoro`` have the same."""
    return "".join(char for char in label_form(text) if char.isalpha())
