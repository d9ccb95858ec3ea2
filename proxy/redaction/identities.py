"""Decide who is meant: bring names, parts of names and addresses of one exchange together as people.

`People` identifies a person by a key. Everybody on the roster has a key, and so does every other full name that occurs.
A part of a name belongs to a person only if exactly one person of the exchange bears it. If several share it, it gets a
key of its own, because no pseudonym may ever stand for two people.

`Naming` finds where a text names people, and leaves out words that only look like names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from proxy.detection.spoken import written
from proxy.redaction.roster.meaning import means_word
from proxy.redaction.roster.names import display_name, label_words, name_words, stands_alone
from proxy.redaction.roster.search import Mention, NamesRead, Person, RosterSearch
from proxy.wording.diminutives import also_called
from proxy.wording.folded import FoldedText, fold_name
from proxy.wording.particles import PARTICLES
from proxy.wording.vocabulary import is_known_name, is_ordinary


class People:
    """The people of one exchange: the `known` ones, and those whose full names are among `spoken`."""

    def __init__(self, known: Sequence[Person], spoken: Iterable[str]) -> None:
        self.withheld = frozenset(person.id for person in known if person.withheld)
        self.display = {person.id: display_name(person.labels[0]) for person in known if person.labels}
        self._addresses = {fold_name(address): person.id for person in known for address in person.emails}
        self._full: dict[tuple[str, ...], set[str]] = {}
        self._names_of: dict[str, list[tuple[str, ...]]] = {}
        self._single: dict[str, set[str]] = {}
        for person in known:
            if not person.collective:
                for label in person.labels:
                    self._know(label_words(label), person.id)
        self._gather({words for name in spoken if _is_full(words := name_words(name))})
        self._initialed: dict[tuple[str, str], set[str]] = {}
        self._compound: dict[str, set[str]] = {}
        for words, keys in self._full.items():
            for initialed in ((words[0][0], words[-1]), (words[0], words[-1][0])):
                self._initialed.setdefault(initialed, set()).update(keys)
            for compound in _compounds(words):
                self._compound.setdefault(compound, set()).update(keys)

    def of(self, name: str, people: frozenset[str] = frozenset(), whole: bool = False) -> str:
        """The key of the person that `name` means. `people` are the roster ids that bear this surface.

        A name that may mean a withheld person counts as theirs, and is withheld.
        """
        words = name_words(name)
        meant = self._meant(words) | people
        withheld_people = meant & self.withheld
        if withheld_people:
            return min(withheld_people)
        if whole and len(people) == 1:
            alone = len(words) == 1 and len(meant) > 1
            return f"name:{fold_name(name)}" if alone else min(people)
        if len(meant) == 1:
            return min(meant)
        return f"name:{' '.join(words) or fold_name(name)}"

    def has_full(self, name: str) -> bool:
        """Whether this is the full name of somebody in the exchange."""
        return name_words(name) in self._full

    def of_address(self, address: str) -> str | None:
        """The key of the one person who owns an e-mail address, on record or by its local part.

        An address that holds the name of a withheld person counts as theirs.
        """
        plain = written_address(address)
        if plain in self._addresses:
            return self._addresses[plain]
        local = plain.partition("@")[0].partition("+")[0]
        letters = re.sub(r"[\W\d_]", "", local)
        fitting = self._compound.get(letters) or (self._single.get(letters, set()) if stands_alone(letters) else set())
        words = name_words(re.sub(r"\d", " ", local))
        fitting = fitting or self._called(words)
        named = {key for word in words for name in (word, *also_called(word)) for key in self._single.get(name, ())}
        withheld_people = (fitting | named) & self.withheld
        return min(withheld_people) if withheld_people else next(iter(fitting)) if len(fitting) == 1 else None

    def _called(self, words: tuple[str, ...]) -> set[str]:
        """The people whose family name is the second word, and whose given name has the first as a form."""
        if len(words) != 2:
            return set()
        return {key for name in also_called(words[0]) for key in self._full.get((name, words[1]), ())}

    def _know(self, words: tuple[str, ...], key: str) -> None:
        if len(words) > 1:
            self._full.setdefault(words, set()).add(key)
            self._names_of.setdefault(key, []).append(words)
        for word in words:
            if stands_alone(word) or word in (words[0], words[-1]):
                self._single.setdefault(word, set()).add(key)

    def _gather(self, spoken: set[tuple[str, ...]]) -> None:
        """Give every spoken full name a key: a known person's, or one shared with the names that fit it."""
        groups: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        for words in sorted({*self._full, *spoken}, key=lambda words: (-len(words), words)):
            groups.setdefault((words[0], words[-1]), []).append(words)
        for names in groups.values():
            bearers = {key for words in names for key in self._full.get(words, ())}
            one = _one_person(names)
            for words in names:
                if words in self._full:
                    continue
                if one and len(bearers) == 1:
                    self._know(words, min(bearers))
                elif one and not bearers:
                    self._know(words, self._part_of_longer(words) or f"name:{' '.join(names[0])}")
                else:
                    self._know(words, f"name:{' '.join(words)}")

    def _part_of_longer(self, words: tuple[str, ...]) -> str | None:
        """The one person whose longer name holds all these words (``Maria Garcia`` of ``Maria Garcia Lopez``)."""
        bearing = set.intersection(*(self._single.get(word, set()) for word in words))
        holding = [key for key in bearing if any(set(words) < set(name) for name in self._names_of.get(key, ()))]
        return holding[0] if len(holding) == 1 else None

    def _meant(self, words: tuple[str, ...]) -> frozenset[str]:
        if len(words) == 1:
            initial = len(words[0]) == 1 and words[0].isascii()
            return frozenset() if initial else frozenset(self._single.get(words[0], ()))
        if words in self._full:
            return frozenset(self._full[words])
        if len(words) == 2 and (len(words[0]) == 1 or len(words[1]) == 1):
            return frozenset(self._initialed.get((words[0], words[1]), ()))
        return frozenset()


def written_address(address: str) -> str:
    """An e-mail address in comparable form; ``jane dot doe at acme dot com`` is written out."""
    folded = fold_name(address)
    if "@" in folded and not re.search(r"\s", folded):
        return folded
    # In "me at jane at acme dot com" the first "at" leads in.
    return "@".join(written(folded).split("@")[-2:])


def _is_full(words: tuple[str, ...]) -> bool:
    """Whether the words are a given and a family name, neither as an initial alone."""
    return len(words) > 1 and not any(len(word) == 1 and word.isascii() for word in (words[0], words[-1]))


def _one_person(names: Sequence[tuple[str, ...]]) -> bool:
    """Whether names with equal first and last words may belong to one person: no two middle names contradict.

    A middle name may be left out or given by its initial.
    """
    middles = [m for words in names if (m := tuple(word for word in words[1:-1] if word not in PARTICLES))]
    if len({len(middle) for middle in middles}) > 1:
        return False
    for column in zip(*middles, strict=True):
        if len({word[0] for word in column}) > 1 or len({word for word in column if len(word) > 1}) > 1:
            return False
    return True


def _compounds(words: tuple[str, ...]) -> Iterator[str]:
    """The local parts that a full name may yield: ``janedoe``, ``doejane``, ``jdoe``, ``janed``, ``doej``."""
    first, last = words[0].replace("-", ""), words[-1].replace("-", "")
    yield from ("".join(words).replace("-", ""), first + last, last + first)
    yield from (first[0] + last, first + last[0], last + first[0])


_DETERMINER = re.compile(
    r"(?<!\w)(?:the|a|an|this|that|these|those|our|my|your|his|her|their|its|no|any|every|each|some)[ \t]+$"
)
_WORD = re.compile(r"\w+")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """A search for people that ignores words that only look like names. `read` is what it found in texts already.

    For `strangers` (ids), who are known by a label alone, a thing is not a name: ``the purple ladder``. For everybody
    except rooms and telephones (`collective`, ids), a word used as an ordinary word is not: ``the price rose``.
    """

    search: RosterSearch
    strangers: frozenset[str] = frozenset()
    collective: frozenset[str] = frozenset()
    read: Mapping[str, Sequence[Mention]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        people: Sequence[Person],
        search: RosterSearch,
        strangers: frozenset[str] = frozenset(),
        read: NamesRead | None = None,
    ) -> Naming:
        """Search for `people` with `search`, which was built for them."""
        collective = frozenset(person.id for person in people if person.collective)
        return cls(search, strangers, collective, read.by(search) if read is not None else {})

    def find(self, text: str) -> list[Mention]:
        """Mentions of any form."""
        known = self.read.get(text)
        named = self._names(text, self.search.find(text) if known is None else known)
        small = [m for m in self.search.find_small(text) if not is_just_word(text, m.start, m.end)]
        ends = [m.end for m in named]
        fresh = [m for m in small if (at := bisect_right(ends, m.start)) == len(named) or named[at].start >= m.end]
        return sorted([*named, *fresh], key=lambda m: m.start) if fresh else named

    def may_name(self, word: str) -> bool:
        """Whether a word, written as a name, may mean anybody, also misheard."""
        return bool(self.search.find(word.capitalize()))

    def find_recorded(self, text: str, folded: FoldedText, words: Sequence[str]) -> list[Mention]:
        """Mentions that match the roster to the letter, in a text that is to be sent, its folded form and its words."""
        return self._names(text, self.search.find_recorded(text, folded, words), sent=True)

    def _names(self, text: str, mentions: Iterable[Mention], *, sent: bool = False) -> list[Mention]:
        return [
            m
            for m in mentions
            if not (m.people <= self.strangers and _is_thing(text, m.start, m.end))
            and (m.people & self.collective or not is_just_word(text, m.start, m.end, sent=sent))
        ]


def is_just_word(text: str, start: int, end: int, *, sent: bool = False) -> bool:
    """Whether a possible name is used as ordinary words here and names nobody (see `roster.meaning`)."""
    return means_word(text, start, end, fold_name(text[start:end]), sent=sent)


def _is_thing(text: str, start: int, end: int) -> bool:
    """Whether ordinary words in lower case follow an article or the like, as names do not."""
    words = _WORD.findall(text[start:end])
    plain = text[start:end].islower() and all(is_ordinary(word) and not is_known_name(word) for word in words)
    return plain and _DETERMINER.search(text, max(0, start - _LONGEST), start) is not None
