"""Search a folded text for many phrases at once, at word borders, in linear time whatever the phrases are.

Words become single characters of a private alphabet, and the Aho-Corasick automaton runs over these: a phrase can
then match at word borders only, and phrases that nest in one another do not multiply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from proxy.wording.folded import UNSPACED

LONGEST = 64
"""Words (and signs) of a phrase that the automaton sees; of a longer one the beginning is searched."""

_WORD = re.compile(rf"[^\W_{UNSPACED}]+|.", re.S)
_ALPHABET = 0x10000
_OTHER = "\x00"


class PhraseMatch(NamedTuple):
    """A phrase at ``text[start:end]``; of a long one perhaps just the beginning, then it is not `whole`."""

    phrase: str
    start: int
    end: int
    whole: bool


class Phrases:
    """Folded phrases, compiled once. Words are runs of letters and digits; an underscore ends a word.

    Raises `ValueError` for phrases of more than a million different words, for which there are no characters.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._letters: dict[str, str] = {}
        spelled: dict[str, str] = {}
        for phrase in phrases:
            words = [word[0] for word, _ in zip(_WORD.finditer(phrase), range(LONGEST), strict=False)]
            letters = (self._letters.setdefault(word, chr(_ALPHABET + len(self._letters))) for word in words)
            spelled.setdefault("".join(letters), phrase)
        self._phrases = list(spelled.values())
        self._automaton = AhoCorasick(list(spelled), matchkind=MatchKind.LeftmostLongest) if spelled else None

    def find(self, text: str, *, possessive: bool = False) -> Iterator[PhraseMatch]:
        """Phrases in a folded text, in order, disjoint: of overlapping ones the first, then the longest.

        With `possessive` a phrase is also found in its plural possessive (``janes'``), with the s.
        """
        if self._automaton is None:
            return
        words = _WORD.findall(text)
        letters = [self._letters.get(word, _OTHER) for word in words]
        if possessive:
            for at, word in enumerate(words):
                if word == "'" and at and words[at - 1].endswith("s") and letters[at - 1] == _OTHER:
                    letters[at - 1] = self._letters.get(words[at - 1][:-1], _OTHER)
        yield from self._matches(text, words, letters)

    def find_forms(self, text: str) -> Iterator[PhraseMatch]:
        """Phrases in a folded text, with those in the plural, and in the capitals of a heading.

        A word that is in no phrase stands for the one in lower or upper case with which it is a phrase's. Matches
        may overlap one another: those of the text as it is come first, then those in the plural.
        """
        if self._automaton is None:
            return
        words = _WORD.findall(text)
        known = self._letters
        letters = [
            known.get(word) or (self._capitals.get(word) if word.isupper() else None) or _OTHER for word in words
        ]
        yield from self._matches(text, words, letters)
        plural = False
        for at, word in enumerate(words):
            if word[-1] in "sS" and (stem := self._stem(word)) is not None:
                letters[at], plural = stem, True
        if plural:
            yield from self._matches(text, words, letters)

    @cached_property
    def _capitals(self) -> Mapping[str, str]:
        """The letter of a word by its capitals."""
        return {word.upper(): letter for word, letter in self._letters.items() if len(word) > 1}

    def _letter(self, word: str) -> str | None:
        """The letter of a word as it is, or in capitals of the word that is some phrase's."""
        return self._letters.get(word) or (self._capitals.get(word) if word.isupper() else None)

    def _stem(self, word: str) -> str | None:
        """The letter of the word of which this one is the plural."""
        low = word.lower()
        if len(word) <= 3 or low.endswith("ss"):
            return None
        stems = [word[:-1]]
        if low.endswith("ies"):
            stems.append(word[:-3] + ("Y" if word.isupper() else "y"))
        if low.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
            stems.append(word[:-2])
        return next(filter(None, map(self._letter, stems)), None)

    def _matches(self, text: str, words: Sequence[str], letters: Sequence[str]) -> Iterator[PhraseMatch]:
        if self._automaton is None or not any(map(_OTHER.__ne__, letters)):
            return
        starts = list(accumulate(map(len, words), initial=0))
        for index, first, last in self._automaton.find_matches_as_indexes("".join(letters)):
            phrase, start, end = self._phrases[index], starts[first], starts[last]
            if len(phrase) <= end - start:
                yield PhraseMatch(phrase, start, end, whole=True)
            elif text.startswith(phrase, start):
                yield PhraseMatch(phrase, start, start + len(phrase), whole=True)
            else:
                yield PhraseMatch(phrase, start, end, whole=False)
