"""Spoken forms: what people say letter by letter and digit by digit, read as if it were written.

``tables`` holds a language's words, and ``words`` splits the text and leaves out interjections. ``addresses``,
``dates``, ``runs`` (of letters and digits) and ``numbers`` find what was said. ``numbers`` also decides what a number
is and ties the pieces of a dictation. ``view`` writes it, and ``reader`` combines these parts and has the ordinary
recognizers read the written view.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from proxy.detection.spoken.addresses import Addresses
from proxy.detection.spoken.reader import EMAIL_SOURCE, NUMBER_SOURCE, SpokenReader, SpokenText
from proxy.detection.spoken.runs import runs
from proxy.detection.spoken.tables import LANGUAGES, load
from proxy.detection.spoken.view import View
from proxy.detection.spoken.words import Words, cut

__all__ = ["EMAIL_SOURCE", "NUMBER_SOURCE", "SpokenReader", "SpokenText", "View", "spelled", "written"]

_FEWEST_LETTERS = 3


def written(said: str) -> str:
    """A spoken number or address, written without spaces: "double oh seven" is ``007``, "at" is ``@``.

    It is read in the language in which most of it is a digit or the sign of an address; in English if several fit.
    """
    readings = [
        "".join(characters for characters, _ in _addresses(code).spell_out(said, 0, len(said)))
        for code in _spoken_in(cut(said))
    ]
    return max(readings, key=lambda reading: sum(sign.isdecimal() or sign == "@" for sign in reading))


def spelled(said: str) -> str | None:
    """The word that was spelled out ("S as in Sam M I T H" is ``smith``); None if it is not a spelling."""
    words = cut(said)
    if len(words) < _FEWEST_LETTERS:  # each letter is a word
        return None
    return next((word for code in LANGUAGES if (word := _spelled(words, code)) is not None), None)


def _spelled(words: Words, language: str) -> str | None:
    run = next(runs(words, load(language)), [])
    whole = bool(run) and run[0].first == 0 and run[-1].last == len(words)
    letters = "".join(part.text for part in run)
    return letters if whole and len(run) >= _FEWEST_LETTERS and letters.isalpha() else None


def _spoken_in(words: Words) -> list[str]:
    """English, and every language that has a numeral or a sign among the words."""
    known = _languages_of()
    told = {code for word in words.words for code in known.get(word, ())}
    return [code for code in LANGUAGES if code == LANGUAGES[0] or code in told]


@cache
def _languages_of() -> Mapping[str, frozenset[str]]:
    """The languages other than English whose numerals or words for ``@`` hold a word."""
    found: dict[str, set[str]] = {}
    for code in LANGUAGES[1:]:
        tables = load(code)
        for word in {*tables.number_words, *(word for said in tables.signs["@"] for word in said.split())}:
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


@cache
def _addresses(language: str) -> Addresses:
    return Addresses(load(language))
