"""Tell by single words that a language is spoken somewhere in a text, where too little is said to identify it.

Whoever dictates a number in German in the middle of an English meeting says German numerals; an address is dictated
with the language's word for ``@`` or for a dot. Words that English has too ("six", "once", "point") tell nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from proxy.detection.spoken.tables import any_of, load

FEWEST_NUMERALS = 4
"""How many numerals of a language a text must hold: fewer may be quoted words, and are no number of anybody."""
_FEWEST_LETTERS = 3
_WORD = re.compile(r"[^\W\d_]{3,40}")


class Hints:
    """The numerals and the words for ``@`` and dots of some languages; made once, used for many texts."""

    def __init__(self, languages: Iterable[str]) -> None:
        """Raises `LookupError` for a language without tables of spoken forms."""
        english = load("en")
        common = {*english.number_words, *english.soundalikes, *english.words["unlike"], *english.signs["."]}
        numerals: dict[str, set[str]] = {}
        dots: dict[str, set[str]] = {}
        signs: dict[str, set[str]] = {}
        self._at: dict[str, re.Pattern[str]] = {}
        for code in languages:
            tables = load(code)
            _note(numerals, (word for word in tables.number_words if word not in common), code)
            _note(dots, (word for word in tables.signs["."] if word not in common), code)
            _note(signs, (word for word in tables.signs["@"] if len(word) > _FEWEST_LETTERS), code)
            self._at[code] = re.compile(rf"\b(?:{any_of(tables.signs['@'])})\b", re.I)
        self._numerals: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in numerals.items()}
        self._dots: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in dots.items()}
        self._signs: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in signs.items()}

    def languages(self, text: str) -> frozenset[str]:
        """The languages in which a number or an address may be dictated in the text."""
        words = _WORD.findall(text.lower())
        counted = Counter(code for word in words if word in self._numerals for code in self._numerals[word])
        told = {code for word in words if word in self._signs for code in self._signs[word]}
        told |= {code for code, count in counted.items() if count >= FEWEST_NUMERALS}
        dotted = {code for word in words if word in self._dots for code in self._dots[word]} - told
        return frozenset(told | {code for code in dotted if self._at[code].search(text)})


def _note(known: dict[str, set[str]], words: Iterable[str], code: str) -> None:
    for word in words:
        if len(word) >= _FEWEST_LETTERS and " " not in word:
            known.setdefault(word, set()).add(code)
