"""Search a text for names that are not written as on the roster: misheard, split, or in another script.

The search examines only words that are not ordinary English, and each distinct word once. So the cost is that of
splitting a text into words, plus a little for each odd word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from proxy.redaction.roster.names import is_capital
from proxy.redaction.roster.near import LONGEST, SHORTEST, Near, NearNames
from proxy.redaction.roster.scripts import OtherScripts, with_digraphs
from proxy.wording.folded import FoldedText
from proxy.wording.phrases import split
from proxy.wording.plain_words import FUNCTION_WORDS
from proxy.wording.vocabulary import is_english, is_known_name, is_ordinary

_TOKEN = re.compile(r"(?:[^\W_]++|[\u0900-\u0dff]++)+|.", re.S)  # includes the vowel signs of Indic scripts
_ENOUGH_WORDS = 40
_ENGLISH_SHARE = 0.4
_CASED_SHARE = 0.02

STRANGER = ""
"""A member of a mention's people that means "perhaps nobody on the roster", so none of them is taken to be meant."""


class Spot(NamedTuple):
    """A name at ``start..end`` of a folded text, the people it may mean, and whether it is a full name."""

    start: int
    end: int
    people: frozenset[str]
    whole: bool = False


class Misheard:
    """The search. `surfaces` are words that an exact search elsewhere finds."""

    def __init__(self, near: NearNames, scripts: OtherScripts, surfaces: Container[str]) -> None:
        self._near = near
        self._scripts = scripts
        self._surfaces = surfaces

    def find(self, text: str, folded: FoldedText, exact: Sequence[Spot]) -> list[Spot]:
        """Spots in addition to the `exact` ones, which are parts of names in order. They may overlap one another."""
        words = split(folded.text) if folded.text.isascii() else _TOKEN.findall(folded.text)
        starts = list(accumulate(map(len, words), initial=0))
        plain = {word for word in set(words) if word.isalpha() or not word.isascii()}
        ordinary = set(filter(is_ordinary, plain))
        odd = {word for word in plain - ordinary if self._is_odd(word)}
        strict = _is_foreign(plain, ordinary)
        lenient = not strict and not _is_cased(text)
        matched = _cached(lambda word: self._match(word, strict))
        spots: list[Spot] = []
        for at in [at for at, word in enumerate(words) if word in odd]:
            word, start, end = words[at], starts[at], starts[at + 1]
            source = text[slice(*folded.span(start, end))]
            near = matched(word)
            if near is None and word.isascii() and not source.isascii():
                near = matched(with_digraphs(source))
            if near and self._is_written(word, source, near, lenient):
                spots.append(Spot(start, end, near.people if near.sure else near.people | {STRANGER}))
            else:
                spots += self._split(words, starts, at)
        spots += self._beside(text, folded, words, starts, [*exact, *spots])
        spots += (Spot(start, end, people, whole=True) for start, end, people in self._scripts.runs(folded.text))
        return spots

    def _is_odd(self, word: str) -> bool:
        return (4 <= len(word) <= LONGEST or not word.isascii()) and word not in self._surfaces

    def _match(self, word: str, strict: bool) -> Near | None:
        if not word.isascii():
            return self._scripts.match(word)
        owners = self._near.owners(word)
        return Near(owners, sure=True, close=True) if owners else self._near.match(word, strict=strict)

    def _is_written(self, word: str, source: str, near: Near, lenient: bool) -> bool:
        """Whether a near word is written like a name: ordinary words, and guesses in cased text, need a capital."""
        if is_capital(source):
            return True
        return (lenient or near.close) and not (is_known_name(word) and is_english(word))

    def _split(self, words: Sequence[str], starts: Sequence[int], at: int) -> Iterator[Spot]:
        """A name that was cut in two, with the odd word at `at` as one half: ``Anders son``."""
        for first in (at - 2, at):
            if first < 0 or first + 2 >= len(words) or words[first + 1] not in " -":
                continue
            one, two = words[first], words[first + 2]
            joined = one + two
            if min(len(one), len(two)) < 2 or not joined.isascii() or not joined.isalpha() or len(joined) <= SHORTEST:
                continue
            if FUNCTION_WORDS & {one, two}:
                continue
            people = self._near.owners(joined)
            if not people and one not in self._surfaces and two not in self._surfaces:
                near = self._near.match(joined, strict=True)
                people = near.people if near else people
            if people:
                yield Spot(starts[first], starts[first + 3], people)

    def _beside(
        self, text: str, folded: FoldedText, words: Sequence[str], starts: Sequence[int], parts: Sequence[Spot]
    ) -> Iterator[Spot]:
        """Full names of which one word is right (or near) and the word before or after it is near."""
        for spot in parts:
            at = bisect_left(starts, spot.start)
            if spot.whole or starts[at] != spot.start or starts[at + 1] != spot.end:
                continue
            people = spot.people - {STRANGER}
            for other in (at + 2, at - 2):
                gap = (at + other) // 2
                if not 0 <= other < len(words) or words[gap] != " ":
                    continue
                word = words[other]
                if word in FUNCTION_WORDS or not (word.isascii() and word.isalpha()) or word in self._surfaces:
                    continue
                start, end = starts[min(at, other)], starts[max(at, other) + 1]
                capital = is_capital(text[slice(*folded.span(starts[other], starts[other + 1]))])
                meant = self._near.match_beside(word, words[at], people, capital)
                if meant:
                    yield Spot(start, end, meant, whole=True)


def _cached(match: Callable[[str], Near | None]) -> Callable[[str], Near | None]:
    known: dict[str, Near | None] = {}

    def matched(word: str) -> Near | None:
        if word not in known:
            known[word] = match(word)
        return known[word]

    return matched


def _is_foreign(words: Iterable[str], ordinary: Container[str]) -> bool:
    """Whether a text is in a language other than English, where an odd word may be an ordinary one."""
    long = [word for word in words if len(word) > 3 and word.isalpha()]
    return len(long) >= _ENOUGH_WORDS and sum(word in ordinary for word in long) < _ENGLISH_SHARE * len(long)


def _is_cased(text: str) -> bool:
    """Whether a text has capitals; a name without one is then less likely."""
    sample = text[:4000]
    return sum(map(str.isupper, sample)) >= _CASED_SHARE * len(sample)
