"""Tell by single words that a language is spoken somewhere in a text, where too little is said to identify it.

Whoever dictates a number in German in the middle of an English meeting says German numerals; an address is dictated
with the language's word for ``@``, or with its words for a dot, a hyphen or an underscore beside one for ``@``. Words
that English has too ("six", "once", "point") tell nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from proxy.detection.spoken.tables import any_of, load
from proxy.wording.vocabulary import is_english

FEWEST_NUMERALS = 4
"""How many numerals of a language a text must hold: fewer may be quoted words, and are no number of anybody."""
_FEWEST_LETTERS = 3
_WORD = re.compile(r"[^\W\d_]{3,40}")


class Hints:
    """The numerals and the words for signs of some languages; made once, used for many texts."""

    def __init__(self, languages: Iterable[str]) -> None:
        """Raises `LookupError` for a language without tables of spoken forms."""
        english = load("en")
        common = {*english.number_words, *english.soundalikes, *english.words["unlike"]}
        numerals: dict[str, set[str]] = {}
        joints: dict[str, set[str]] = {}
        signs: dict[str, set[str]] = {}
        self._at: dict[str, re.Pattern[str]] = {}
        for code in languages:
            tables = load(code)
            _note(numerals, (word for word in tables.number_words if word not in common), code)
            _note(joints, (word for word in tables.signs["."] if word not in english.signs["."]), code)
            _note(joints, (word for sign in "_-" for word in tables.signs[sign] if not is_english(word)), code)
            _note(signs, (word for word in tables.signs["@"] if len(word) > _FEWEST_LETTERS), code)
            self._at[code] = re.compile(rf"\b(?:{any_of(tables.signs['@'])})\b", re.I)
        self._numerals: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in numerals.items()}
        self._joints: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in joints.items()}
        self._signs: Mapping[str, frozenset[str]] = {word: frozenset(of) for word, of in signs.items()}

    def languages(self, text: str) -> frozenset[str]:
        """The languages in which a number or an address may be dictated in the text."""
        words = _WORD.findall(text.lower())
        counted = Counter(code for word in words if word in self._numerals for code in self._numerals[word])
        told = {code for word in words if word in self._signs for code in self._signs[word]}
        told |= {code for code, count in counted.items() if count >= FEWEST_NUMERALS}
        joined = {code for word in words if word in self._joints for code in self._joints[word]} - told
        return frozenset(told | {code for code in joined if self._at[code].search(text)})


def _note(known: dict[str, set[str]], words: Iterable[str], code: str) -> None:
    for word in words:
        if len(word) >= _FEWEST_LETTERS and " " not in word:
            known.setdefault(word, set()).add(code)
