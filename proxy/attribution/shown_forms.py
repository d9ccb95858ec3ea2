"""Recognize lines that show the form of a wanted text: placeholders, columns, keys, short options, an ellipsis.

A request may show such a form below it: ``[Decision] - [Owner]``, ``| Task | Owner | Due |``, ``"open" | "closed"``. A
quoted line, a row and brackets hold what people said just as well, so the signs prove nothing. What stands between them
does: names of what is to be filled in, in words for texts alone, or in one word or two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.attribution.asking import INDIRECT, SPEAKING, STOPS
from proxy.attribution.captions import shows_form
from proxy.attribution.reading import told
from proxy.attribution.text_statements import has_words_for_texts
from proxy.attribution.text_words import OF_TEXTS, folded, is_of_form, names_things
from proxy.formats.labels import is_listed
from proxy.languages import patterns, words
from proxy.model import Span

_OPENS = re.compile(r"[ \t]*(?:[\[{}\]\"`|]|\.\.\.|…|```)")
"""How a line opens that may show a form."""
_ENCLOSED = re.compile(r"\|.*|[\"“„«\[{`](?:[^\"”“»\]}`]*|.*[\"”“»\]}`][.,;]?)", re.DOTALL)
_SIGNS = re.compile(r"[\[\]{}<>\"“”„«»`|=…*#→()]|\.\.\.|[:：](?=\s|$)|(?<!\S)[-–—/](?!\S)|_{2,}|\\n")
"""What parts the places of a form."""
_TELLS = re.compile(rf"\b{patterns('asking', 'tells')}\b", re.IGNORECASE)
"""Makes a statement, also in a clause: a name of a place has none."""
_PEOPLE = words("people", "pronouns")
_COORDINATING = words("forms", "coordinating")
_SHORT = 2
"""Maximum words of a name or option that need not be words for texts: ``in progress``, ``Ort und Zeit``."""
_LONGEST = 8
"""Maximum words of a longer one, in plain words with one for texts: ``short summary of the discussion``."""


def opens_form(line: str) -> bool:
    """Whether a line opens as one that shows a form: with a bracket, a quotation mark, a bar or an ellipsis."""
    return _OPENS.match(line) is not None


def is_enclosed(entry: str) -> bool:
    """Whether all of an entry stands in quotation marks or brackets, which may be open, or behind a bar."""
    return _ENCLOSED.fullmatch(entry.strip()) is not None


def fills_form(line: str) -> bool:
    """Whether a line is a form to fill in: between its signs stands nothing but names of what belongs there."""
    return all(map(names_place, _SIGNS.split(line)))


def names_place(piece: str) -> bool:
    """Whether a piece of a form says what belongs there, as a name, an option or an indirect question."""
    spoken = folded(piece)
    if not spoken or is_of_form(piece) or has_words_for_texts(piece):
        return True
    asked = INDIRECT.match(piece.strip()) is not None
    if not (asked or (SPEAKING | _PEOPLE).isdisjoint(spoken)):
        return False
    # Words without spaces between them count by their letters.
    if sum(max(1, told(word)) for word in spoken if word not in _COORDINATING) <= _SHORT:
        return piece.rstrip()[-1] not in STOPS
    named = asked or (any(map(_is_of_text, spoken)) and _TELLS.search(piece) is None)
    return named and len(spoken) <= _LONGEST and names_things(piece)


def _is_of_text(word: str) -> bool:
    """Whether a word is one for texts, their parts and their headings."""
    return word in OF_TEXTS or shows_form(word) or is_listed(word)


def without(text: str, line: Span, strings: Iterable[Span]) -> str:
    """A line without the strings of data in it, which are judged by themselves."""
    kept, at = "", line.start
    for string in strings:
        if string.start < line.end and line.start < string.end:
            kept += text[at : max(at, string.start)]
            at = max(at, min(string.end, line.end))
    return kept + text[at : line.end]
