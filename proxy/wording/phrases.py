"""Search a folded text for many phrases at once, at word borders, in linear time whatever the phrases are.

Each word becomes one character of a private alphabet, and the Aho-Corasick automaton runs over these characters. So a
phrase can match only at word borders, and phrases nested in one another do not multiply the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from proxy.wording.folded import UNSPACED

LONGEST = 64
"""How many words (and signs) of a phrase the automaton sees; only the beginning of a longer one is searched for."""

_WORD = re.compile(rf"[^\W_{UNSPACED}]+|.", re.S)
_SIGN = re.compile(r"([^A-Za-z0-9])")
"""What parts words in a text of ASCII alone; splitting at it gives the same and is faster."""
_ALPHABET = 0x10000
_OTHER = "\x00"


class PhraseMatch(NamedTuple):
    """A phrase at ``text[start:end]``. If only the beginning of a long phrase was found, it is not `whole`."""

    phrase: str
    start: int
    end: int
    whole: bool


def split(text: str) -> list[str]:
    """Split a folded text into its words and the signs between them, which make it up again."""
    return [*filter(None, _SIGN.split(text))] if text.isascii() else _WORD.findall(text)


class Phrases:
    """Folded phrases, compiled once. Words are runs of letters and digits; an underscore ends a word.

    Raises `ValueError` if the phrases have more than a million different words: there are no more characters.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._letters: dict[str, str] = {}
        spelled: dict[str, str] = {}
        for phrase in phrases:
            words = split(phrase)[:LONGEST]
            letters = (self._letters.setdefault(word, chr(_ALPHABET + len(self._letters))) for word in words)
            spelled.setdefault("".join(letters), phrase)
        self._phrases = list(spelled.values())
        self._automaton = AhoCorasick(list(spelled), matchkind=MatchKind.LeftmostLongest) if spelled else None

    def find(self, text: str, *, possessive: bool = False, words: Sequence[str] | None = None) -> Iterator[PhraseMatch]:
        """The phrases in a folded text, in order, disjoint: of overlapping ones the first, then the longest.

        With `possessive`, a phrase is also found in its plural possessive (``janes'``), including the s. Pass `words`
        if the text is split already.
        """
        if self._automaton is None:
            return
        words = split(text) if words is None else words
        letters = list(map(self._letters.get, words, repeat(_OTHER)))
        for at in _places_of("'", words) if possessive and "'" in text else ():
            if at and words[at - 1].endswith("s") and letters[at - 1] == _OTHER:
                letters[at - 1] = self._letters.get(words[at - 1][:-1], _OTHER)
        yield from self._matches(text, words, letters)

    def find_forms(self, text: str) -> Iterator[PhraseMatch]:
        """The phrases in a folded text, also in the plural and in the capitals of a heading.

        A word in capitals that is in no phrase stands for the phrase word that it capitalizes. Matches may overlap:
        those in the text as it is come first, then those in the plural.
        """
        if self._automaton is None:
            return
        words = split(text)
        letters = {word: self._letter(word) or _OTHER for word in set(words)}
        yield from self._matches(text, words, list(map(letters.__getitem__, words)))
        stems = {word: stem for word in letters if word[-1] in "sS" and (stem := self._stem(word)) is not None}
        if stems:
            letters |= stems
            yield from self._matches(text, words, list(map(letters.__getitem__, words)))

    @cached_property
    def _capitals(self) -> Mapping[str, str]:
        """The letter of each word, by the word in capitals."""
        return {word.upper(): letter for word, letter in self._letters.items() if len(word) > 1}

    def _letter(self, word: str) -> str | None:
        """The letter of a word as it is, or, for a word in capitals, of the phrase word that it stands for."""
        return self._letters.get(word) or (self._capitals.get(word) if word.isupper() else None)

    def _stem(self, word: str) -> str | None:
        """The letter of the word whose plural this is."""
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
        spelled = "".join(letters)
        if self._automaton is None or not spelled.strip(_OTHER):
            return
        found = self._automaton.find_matches_as_indexes(spelled)
        starts = list(accumulate(map(len, words), initial=0)) if found else []
        for index, first, last in found:
            phrase, start, end = self._phrases[index], starts[first], starts[last]
            if len(phrase) <= end - start:
                yield PhraseMatch(phrase, start, end, whole=True)
            elif text.startswith(phrase, start):
                yield PhraseMatch(phrase, start, start + len(phrase), whole=True)
            else:
                yield PhraseMatch(phrase, start, end, whole=False)


def _places_of(sign: str, words: Sequence[str]) -> Iterator[int]:
    at = -1
    while True:
        try:
            at = words.index(sign, at + 1)
        except ValueError:
            return
        yield at
