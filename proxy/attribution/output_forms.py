"""Recognize lines that only describe the form of a text: ``one line each``, ``sans formules de politesse``.

All of their words come from one closed vocabulary of several languages: figures and amounts, parts of a text, what
prompts ask to leave out, and words that join these. Whoever uses these words alone has said nothing about anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.languages import words

_AMOUNTS = words("forms", "amounts")
_PARTS = words("forms", "parts")
_MANNERS = words("forms", "manners")
_JOINING = words("forms", "joining")
_ELIDED = words("forms", "elided")
_VOCABULARY = _AMOUNTS | _PARTS | _MANNERS | _JOINING
_SHOWING = (_PARTS | _MANNERS) - {"open", "names"}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_WORDS = 12


def is_form(line: str) -> bool:
    """Whether a line consists of words for the form of a text alone, at least one of them for a part or a manner."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(line)]
    if not 0 < len(words) <= _MOST_WORDS or not tells_nothing(words):
        return False
    return not _SHOWING.isdisjoint(part for word in words for part in (word, word.rpartition("'")[2]))


def tells_nothing(words: Iterable[str]) -> bool:
    """Whether all words, in lower case, are in the vocabulary."""
    return all(map(_is_listed, words))


def _is_listed(word: str) -> bool:
    return word in _VOCABULARY or all(part in _VOCABULARY or part in _ELIDED for part in re.split("['-]", word))
