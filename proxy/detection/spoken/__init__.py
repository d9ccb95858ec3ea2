"""Spoken forms: what people say letter by letter and digit by digit, read as if it were written.

``tables`` holds a language's words, and ``words`` splits the text and leaves out interjections. ``addresses``,
``dates``, ``runs`` (of letters and digits) and ``numbers`` find what was said. ``numbers`` also decides what a number
is and ties the pieces of a dictation. ``view`` writes it, and ``reader`` combines these parts and has the ordinary
recognizers read the written view.
"""

from __future__ import annotations

from functools import cache

from proxy.detection.spoken.addresses import Addresses
from proxy.detection.spoken.reader import EMAIL_SOURCE, NUMBER_SOURCE, SpokenReader, SpokenText
from proxy.detection.spoken.runs import runs
from proxy.detection.spoken.tables import Tables, load
from proxy.detection.spoken.view import View
from proxy.detection.spoken.words import cut

__all__ = ["EMAIL_SOURCE", "NUMBER_SOURCE", "SpokenReader", "SpokenText", "View", "spelled", "written"]

_FEWEST_LETTERS = 3


def written(said: str) -> str:
    """A spoken number or address, written without spaces: "double oh seven" is ``007``, "at" is ``@``."""
    return "".join(characters for characters, _ in _english()[1].spell_out(said, 0, len(said)))


def spelled(said: str) -> str | None:
    """The word that was spelled out ("S as in Sam M I T H" is ``smith``); None if it is not a spelling."""
    words = cut(said)
    run = next(runs(words, _english()[0]), [])
    whole = bool(run) and run[0].first == 0 and run[-1].last == len(words)
    letters = "".join(part.text for part in run)
    return letters if whole and len(run) >= _FEWEST_LETTERS and letters.isalpha() else None


@cache
def _english() -> tuple[Tables, Addresses]:
    tables = load("en")
    return tables, Addresses(tables)
