"""Where people are named in a text, and where words are that are a stranger's display name too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proxy.redaction.roster.meaning import means_word
from proxy.redaction.roster.search import Mention, Person, RosterSearch
from proxy.redaction.wording.folded import Folded, fold_name
from proxy.redaction.wording.vocabulary import is_known_name, is_ordinary

_DETERMINER = re.compile(
    r"(?<!\w)(?:the|a|an|this|that|these|those|our|my|your|his|her|their|its|no|any|every|each|some)[ \t]+$"
)
_WORD = re.compile(r"\w+")
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Naming:
    """A search for people, without words that only look like names.

    Of `strangers` (ids), known by a label alone, a thing is no name: ``the purple ladder``. Of everybody but rooms and
    telephones (`collective`, ids), a word is none where it means the word: ``the price rose``.
    """

    search: RosterSearch
    strangers: frozenset[str] = frozenset()
    collective: frozenset[str] = frozenset()

    @classmethod
    def of(cls, people: Sequence[Person], search: RosterSearch, strangers: frozenset[str] = frozenset()) -> Naming:
        """For the `people` whom `search` looks for."""
        return cls(search, strangers, frozenset(person.id for person in people if person.collective))

    def find(self, text: str) -> list[Mention]:
        """Mentions of any form."""
        named = self._names(text, self.search.find(text))
        small = [m for m in self.search.find_small(text) if not is_just_word(text, m.start, m.end)]
        ends = [m.end for m in named]
        fresh = [m for m in small if (at := bisect_right(ends, m.start)) == len(named) or named[at].start >= m.end]
        return sorted([*named, *fresh], key=lambda m: m.start) if fresh else named

    def find_recorded(self, text: str, folded: Folded) -> list[Mention]:
        """Mentions by what the roster itself says, to the letter, in a text that is to be sent, and folded."""
        return self._names(text, self.search.find_recorded(text, folded), sent=True)

    def _names(self, text: str, mentions: Iterable[Mention], *, sent: bool = False) -> list[Mention]:
        return [
            m
            for m in mentions
            if not (m.people <= self.strangers and _is_thing(text, m.start, m.end))
            and (m.people & self.collective or not is_just_word(text, m.start, m.end, sent=sent))
        ]


def is_just_word(text: str, start: int, end: int, *, sent: bool = False) -> bool:
    """Whether what may be a name is words there, and nobody's name (`roster.meaning`)."""
    return means_word(text, start, end, fold_name(text[start:end]), sent=sent)


def _is_thing(text: str, start: int, end: int) -> bool:
    """Whether ordinary words in small letters stand behind an article or the like, as names do not."""
    words = _WORD.findall(text[start:end])
    plain = text[start:end].islower() and all(is_ordinary(word) and not is_known_name(word) for word in words)
    return plain and _DETERMINER.search(text, max(0, start - _LONGEST), start) is not None
