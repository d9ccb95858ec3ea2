"""Find the people of a roster in text, always, whatever their case and however detection fares.

Surfaces of a person: labels and display names, the words of the name in order, given and family name, first and
last word of the name, ``J. Doe``, single words of two letters or more, e-mail addresses and their local parts.
A single word that is plain English too (``Mark``, ``Rose``) needs a capital, unless it is the whole label; and
words that running speech is full of (``will``, ``may``) need one even then, or every sentence would name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from proxy.model import Participant, ParticipantClass, Roster
from proxy.redaction.common_words import FUNCTION_WORDS, is_common, word_set
from proxy.redaction.names import (
    PARTICLES,
    display_name,
    given_words,
    is_generic,
    label_words,
    nicknames,
    stands_alone,
)
from proxy.redaction.phrases import Phrases
from proxy.redaction.words import fold, fold_name

_GENERIC_MAILBOXES = word_set(
    "admin all billing contact events hello help hr info it legal mail me meeting meetings no-reply noreply office "
    "privacy sales security support team the users webmaster"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose name is looked for: a participant, or a speaker who is known by label alone.

    Of a `collective` (a room, a telephone) only whole labels are names. `withheld` people's names are masked.
    """

    id: str
    labels: tuple[str, ...]
    emails: tuple[str, ...] = ()
    collective: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A roster surface in a text. `people` has several ids where they share it: then it is none of theirs.

    `whole` says that it is a full name, label or address, not just a part of a name.
    """

    start: int
    end: int
    people: frozenset[str]
    form: Literal["name", "email"]
    whole: bool


@dataclass(slots=True)
class _Surface:
    people: set[str] = field(default_factory=set)
    form: Literal["name", "email"] = "name"
    whole: bool = False
    any_case: bool = False


def people_of(roster: Roster, withheld: Iterable[str] = ()) -> list[Person]:
    """The people of a roster; those whose id is in `withheld` are marked."""
    silent = frozenset(withheld)
    return [_person(participant, participant.id in silent) for participant in roster.participants]


def _person(participant: Participant, withheld: bool) -> Person:
    collective = participant.participant_class in (ParticipantClass.ROOM, ParticipantClass.PHONE)
    return Person(participant.id, participant.labels, participant.emails, collective, withheld)


class RosterSearch:
    """All surfaces of some people, compiled once; `find` is linear in the text."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._surfaces: dict[str, _Surface] = {}
        for person in people:
            for label in person.labels:
                self._add_label(person, label)
            for address in person.emails:
                self._add_address(person, address)
        self._phrases = Phrases(self._surfaces)

    def find(self, text: str) -> list[Mention]:
        """Mentions in `text`, disjoint, the longest of overlapping ones, in order."""
        folded = fold(text)
        found = self._phrases.find(folded.text, possessive=True)
        mentions = ((self._surfaces[f.phrase], folded.span(f.start, f.end)) for f in found if f.whole)
        return [
            Mention(*span, frozenset(surface.people), surface.form, surface.whole)
            for surface, span in mentions
            if surface.any_case or _is_capital(text[span.start : span.end])
        ]

    def _add_label(self, person: Person, label: str) -> None:
        display = display_name(label)
        if is_generic(label):
            if len(display.split()) > 1:
                self._add(person, label, whole=True)
            return
        for whole in (label, display, *nicknames(label)):
            self._add(person, whole, whole=True)
        if person.collective:
            return
        words = label_words(label)
        if len(words) > 1:
            given, family = words[0], words[-1]
            for spelled in (" ".join(words), f"{given} {family}", f"{family}, {given}"):
                self._add(person, spelled, whole=True)
            self._add(person, f"{given[0]}. {family}")
            self._add(person, " ".join(_compound_family(words)))
        for word in words:
            if stands_alone(word):
                self._add(person, word)
        for word in given_words(words):
            self._add(person, word, capital=True)

    def _add_address(self, person: Person, address: str) -> None:
        self._add(person, address, whole=True, form="email")
        local = address.partition("@")[0].partition("+")[0]
        if len(local) >= 3 and not local.isdecimal() and local.lower() not in _GENERIC_MAILBOXES:
            self._add(person, local)

    def _add(
        self,
        person: Person,
        spelled: str,
        *,
        whole: bool = False,
        capital: bool = False,
        form: Literal["name", "email"] = "name",
    ) -> None:
        key = fold_name(spelled)
        if len(key) < 2 or not any(c.isalnum() for c in key):
            return
        surface = self._surfaces.setdefault(key, _Surface(form=form))
        surface.people.add(person.id)
        surface.whole = surface.whole or whole
        if not capital and key not in FUNCTION_WORDS and (whole or not is_common(key)):
            surface.any_case = True


def _compound_family(words: Sequence[str]) -> Sequence[str]:
    """The family name with the particles before it: ``del fante``."""
    at = len(words) - 1
    while at > 1 and words[at - 1] in PARTICLES:
        at -= 1
    return words[at:]


def _is_capital(surface: str) -> bool:
    """Whether a surface is written with a capital, or in a script that has none."""
    first = next((c for c in surface if c.isalpha()), "")
    return first.isupper() or first == first.swapcase()
