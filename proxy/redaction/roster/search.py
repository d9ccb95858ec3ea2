"""Find the people of a roster in a text, whatever the case, and whether or not detection finds them.

Names are found exactly, as recorded or as people derive them (`surfaces`), and misheard (`misheard`). The final bytes
are searched only for what the roster records: guesses there would refuse requests for no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from proxy.model import Participant, ParticipantClass, Roster
from proxy.redaction.roster.meaning import is_word_too
from proxy.redaction.roster.misheard import STRANGER, Misheard, Spot
from proxy.redaction.roster.names import Case, is_written, stands_alone
from proxy.redaction.roster.near import NearNames
from proxy.redaction.roster.scripts import OtherScripts
from proxy.redaction.roster.surfaces import Surface, derived, names_in, recorded
from proxy.wording.folded import FoldedText, fold
from proxy.wording.phrases import Phrases, split

__all__ = ["STRANGER", "Mention", "NamesRead", "Person", "RosterSearch", "people_of", "search_for"]

_NUMBER = re.compile(r"(?<=[a-z_])[0-9]{1,4}(?![^\W_])")
_NUMBERED = re.compile(r"(?<![^\W_])([a-z]+(?:[._-][a-z]+)?)_?$")
_LONGEST_HANDLE = 64
_SHORTEST_NUMBERED = 4
_FEW = 12
_KEPT, _KEPT_LARGE = 48, 4
"""Number of cached searches for rosters of a few people and for larger ones; each person takes about 45 KiB.

A meeting needs one search to know who is named, and one for each set of withheld people.
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose name is searched for: a participant, or a speaker known by label alone.

    For a `collective` (a room, a telephone), only whole labels are names. Names of `withheld` people are masked.
    """

    id: str
    labels: tuple[str, ...]
    emails: tuple[str, ...] = ()
    collective: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A roster surface in a text. If several `people` (ids) share it, it means none of them in particular.

    `STRANGER` among them means that it may be nobody on the roster. `whole`: it is a full name, label or address, not
    just a part of a name.
    """

    start: int
    end: int
    people: frozenset[str]
    form: Literal["name", "email"]
    whole: bool


def people_of(roster: Roster, withheld: Iterable[str] = ()) -> list[Person]:
    """The people of a roster; those whose id is in `withheld` are marked."""
    withheld_people = frozenset(withheld)
    return [_person(participant, participant.id in withheld_people) for participant in roster.participants]


_COLLECTIVE = (ParticipantClass.ROOM, ParticipantClass.PHONE, ParticipantClass.BOT)
"""Classes whose names are not names of people and are searched for only as a whole."""


def _person(participant: Participant, withheld: bool) -> Person:
    collective = participant.participant_class in _COLLECTIVE
    return Person(participant.id, participant.labels, participant.emails, collective, withheld)


@dataclass(slots=True)
class _Surface:
    """Who bears a surface, by the roster or `perhaps` (as people derive it), and how it must be written."""

    people: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    form: Literal["name", "email"] = "name"
    whole: bool = False
    case: Case = Case.INITIALS

    def add(self, spelled: Surface, person: str, sure: bool) -> None:
        """Record it as a surface of this person."""
        (self.people if sure else self.perhaps).add(person)
        self.whole = self.whole or spelled.whole
        self.case = min(self.case, spelled.case)

    def meant(self, withheld_people: frozenset[str]) -> frozenset[str]:
        """Who may be meant. A recorded name means its bearers, and also any of `withheld_people` who may be meant."""
        return frozenset(self.people | (self.perhaps & withheld_people) if self.people else self.perhaps)


def search_for(people: tuple[Person, ...]) -> RosterSearch:
    """The search for these people, in this order; cached, because a meeting often asks about the same people.

    It never changes once it is built, so threads may share it.
    """
    return _search_for_few(people) if len(people) <= _FEW else _search_for_many(people)


@dataclass(frozen=True, slots=True)
class NamesRead:
    """What one search found in some texts, by text; it says nothing of any other search."""

    search: RosterSearch
    mentions: Mapping[str, Sequence[Mention]]

    def by(self, search: RosterSearch) -> Mapping[str, Sequence[Mention]]:
        """What `search` found; empty if that is another one."""
        return self.mentions if search is self.search else {}


class RosterSearch:
    """All surfaces of some people, compiled once; `find` is linear in the text."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._withheld_people = frozenset(person.id for person in people if person.withheld)
        self._recorded: dict[str, _Surface] = {}
        for person in people:
            for spelled in recorded(person.labels, person.emails, person.collective):
                surface = self._recorded.setdefault(spelled.key, _Surface(form=spelled.form))
                surface.add(spelled, person.id, sure=True)
        self._records = Phrases(self._recorded)
        words = (key for key, known in self._recorded.items() if known.case is Case.CAPITAL and is_word_too(key))
        self._words = Phrases(words)
        self._surfaces = {key: _copy(surface) for key, surface in self._recorded.items()}
        named = [person for person in people if not person.collective]
        for person in named:
            for spelled in derived(person.labels, person.emails):
                surface = self._surfaces.setdefault(spelled.key, _Surface())
                if not surface.people:
                    surface.add(spelled, person.id, sure=False)
                elif person.id in self._withheld_people:
                    surface.perhaps.add(person.id)
        # The automaton finds one of several overlapping phrases. One that may fail for its case must not hide another.
        doubtful = {key for key, known in self._surfaces.items() if known.case is not Case.ANY and not key.isalnum()}
        self._phrases = [Phrases(self._surfaces.keys() - doubtful), Phrases(doubtful)]
        names = [(w, person.id) for person in named for label in person.labels for w in names_in(label)]
        near = NearNames(_guessed(names), self._withheld_people)
        self._misheard = Misheard(near, OtherScripts(near, names), self._surfaces)

    def find(self, text: str, *, misheard: bool = True) -> list[Mention]:
        """Mentions in `text`, disjoint, the longest of overlapping ones, in order.

        Without `misheard`, only exact surfaces count: for a view of the text whose words were assembled from
        spelled letters, where nothing should be guessed. Offsets refer to the given text.
        """
        folded = fold(text)
        found = self._exact(text, folded)
        if misheard:
            found += self._guessed(text, folded, found)
        return self._mentions(found, folded)

    def find_both(self, text: str) -> tuple[list[Mention], list[Mention]]:
        """What `find` finds without and with misheard names, searched once."""
        folded = fold(text)
        found = self._exact(text, folded)
        more = self._guessed(text, folded, found)
        written = self._mentions(found, folded)
        return written, self._mentions([*found, *more], folded) if more else written

    def _guessed(self, text: str, folded: FoldedText, exact: Sequence[Spot]) -> list[Spot]:
        """Misheard names, and none where a full name opens a word with a particle behind it: ``김민수의``."""
        known = {spot.start for spot in exact if spot.whole}
        found = self._misheard.find(text, folded, [spot for spot in exact if not spot.whole])
        return [spot for spot in found if spot.whole or spot.start not in known]

    def _exact(self, text: str, folded: FoldedText) -> list[Spot]:
        words = split(folded.text)
        found = [spot for phrases in self._phrases for spot in self._find(phrases, self._surfaces, text, folded, words)]
        return [*found, *self._numbered(folded)]

    def _mentions(self, spots: Iterable[Spot], folded: FoldedText) -> list[Mention]:
        return [self._mention(spot, folded) for spot in _joined(_disjoint(spots), folded.text)]

    def find_recorded(
        self, text: str, folded: FoldedText | None = None, words: Sequence[str] | None = None
    ) -> list[Mention]:
        """Mentions that match what the roster records, exactly; nothing derived or misheard.

        Pass `folded` and its `words` if the text is folded and split already.
        """
        folded = folded or fold(text)
        found = self._find(self._records, self._recorded, text, folded, words)
        return [self._mention(spot, folded) for spot in found]

    def find_small(self, text: str) -> list[Mention]:
        """Recorded names that are also words, in lower case where `find` asks for a capital; mostly they are words."""
        folded = fold(text)
        found = (word for word in self._words.find(folded.text, possessive=True) if word.whole)
        spots = (Spot(w.start, w.end, self._recorded[w.phrase].meant(self._withheld_people)) for w in found)
        mentions = (self._mention(spot, folded) for spot in spots)
        return [mention for mention in mentions if text[mention.start : mention.end].islower()]

    def _find(
        self,
        phrases: Phrases,
        surfaces: dict[str, _Surface],
        text: str,
        folded: FoldedText,
        words: Sequence[str] | None = None,
    ) -> Iterator[Spot]:
        for found in phrases.find(folded.text, possessive=True, words=words):
            surface = surfaces[found.phrase]
            if found.whole and is_written(text, *folded.span(found.start, found.end), surface.case):
                yield Spot(found.start, found.end, surface.meant(self._withheld_people), surface.whole)

    def _numbered(self, folded: FoldedText) -> Iterator[Spot]:
        """Handles that end in a number not on record: ``jane_doe42``."""
        for number in _NUMBER.finditer(folded.text):
            at = max(0, number.start() - _LONGEST_HANDLE)
            handle = _NUMBERED.search(folded.text[at : number.start()])
            surface = self._surfaces.get(handle[1]) if handle else None
            if handle and surface and surface.case is Case.ANY and len(handle[1]) >= _SHORTEST_NUMBERED:
                yield Spot(at + handle.start(), number.end(), surface.meant(self._withheld_people), surface.whole)

    def _mention(self, spot: Spot, folded: FoldedText) -> Mention:
        surface = self._surfaces.get(folded.text[spot.start : spot.end])
        form = surface.form if surface else "name"
        return Mention(*folded.span(spot.start, spot.end), spot.people, form, spot.whole)


@lru_cache(maxsize=_KEPT)
def _search_for_few(people: tuple[Person, ...]) -> RosterSearch:
    return RosterSearch(people)


@lru_cache(maxsize=_KEPT_LARGE)
def _search_for_many(people: tuple[Person, ...]) -> RosterSearch:
    return RosterSearch(people)


def _copy(surface: _Surface) -> _Surface:
    return _Surface(set(surface.people), set(surface.perhaps), surface.form, surface.whole, surface.case)


def _guessed(names: Iterable[tuple[tuple[str, ...], str]]) -> Iterator[tuple[str, str]]:
    """The words of names that may be misheard, with their bearer: each alone, and given and family name in one."""
    for words, person in names:
        plain = [word.replace("-", "") for word in words]
        joined = plain[0] + plain[-1] if len(plain) > 1 else ""
        for word in (*plain, joined):
            if word.isascii() and word.isalpha() and stands_alone(word) and len(word) > 2:
                yield word, person


def _disjoint(spots: Iterable[Spot]) -> list[Spot]:
    """The longest of overlapping spots, in order; the first of equal ones."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda s: (s.start, -s.end)):
        while kept and spot.start < kept[-1].end and spot.end - spot.start > kept[-1].end - kept[-1].start:
            kept.pop()
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
    return kept


def _joined(spots: Iterable[Spot], text: str) -> list[Spot]:
    """The spots, with two adjacent parts of one person's name, if different, joined to a full name."""
    joined: list[Spot] = []
    for spot in spots:
        last = joined[-1] if joined else None
        if last and text[last.end : spot.start] == " " and not (last.whole or spot.whole):
            both = (last.people & spot.people) - {STRANGER}
            if both and text[last.start : last.end] != text[spot.start : spot.end]:
                # With another given name ("Mario" for Maria), the whole is somebody else's name.
                perhaps = (last.people | spot.people) & {STRANGER}
                joined[-1] = Spot(last.start, spot.end, both | perhaps, whole=True)
                continue
        joined.append(spot)
    return joined
