"""Tell by single words that a language is spoken somewhere in a text, where too little is said to identify it.

Whoever dictates a number in German in the middle of an English meeting says German numerals. Words that English has too
("six", "once") tell nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from proxy.detection.spoken.tables import load

FEWEST_NUMERALS = 4
"""How many numerals of a language a text must hold: fewer may be quoted words, and are no number of anybody."""
_FEWEST_LETTERS = 3
_WORD = re.compile(r"[^\W\d_]{3,40}")


class Hints:
    """The numerals and the words for ``@`` of some languages; made once, used for many texts."""

    def __init__(self, languages: Iterable[str]) -> None:
        """Raises `LookupError` for a language without tables of spoken forms."""
        english = load("en")
        common = {*english.number_words, *english.soundalikes, *english.words["unlike"]}
        numerals: dict[str, set[str]] = {}
        signs: dict[str, set[str]] = {}
        for code in languages:
            tables = load(code)
            for word in tables.number_words:
                if len(word) >= _FEWEST_LETTERS and word not in common:
                    numerals.setdefault(word, set()).add(code)
            for word in tables.signs["@"]:
                if len(word) > _FEWEST_LETTERS and " " not in word:
                    signs.setdefault(word, set()).add(code)
        self._numerals: Mapping[str, tuple[str, ...]] = {word: tuple(sorted(of)) for word, of in numerals.items()}
        self._signs: Mapping[str, tuple[str, ...]] = {word: tuple(sorted(of)) for word, of in signs.items()}

    def languages(self, text: str) -> frozenset[str]:
        """The languages whose numerals, or whose word for ``@``, the text holds."""
        words = _WORD.findall(text.lower())
        counted = Counter(code for word in words if word in self._numerals for code in self._numerals[word])
        told = {code for word in words if word in self._signs for code in self._signs[word]}
        return frozenset(told | {code for code, count in counted.items() if count >= FEWEST_NUMERALS})
