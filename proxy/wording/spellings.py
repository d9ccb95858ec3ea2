"""How names are written: capitals, possessives, punctuation. Pure rules on characters, no model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from proxy.languages import words
from proxy.wording.folded import UNSPACED
from proxy.wording.plain_words import is_plain

_LINE_END = re.compile(r"[\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")

_SMALL = words("names", "small")
"""Words that begin with a lower-case letter inside a title."""

_SENTENCE_END = re.compile(r"[.!?;:]+\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s.])(?:[^\W\d_]|dr|mr|mrs|ms|mx|prof|sr|jr|st|rev|hon|gen|col|capt|lt|sgt|gov|sen|rep)$", re.I
)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_ACRONYM = re.compile(r"[A-Z0-9&./-]{1,4}s?|(?=\S*\d)\S+")
_NAMED_ABBREVIATIONS = words("abbreviations", "named")
_INITIALS_BEFORE = re.compile(r"(?:(?<!\w)[^\W\d_a-z]\.[^\S\r\n]?){1,4}$")
_BEGINS_WITH_INITIAL = re.compile(r"[^\W\d_a-z]\.")
_ENDS_WITH_INITIAL = re.compile(r"[^\W\d_]{2}[^\S\r\n][^\W\d_a-z]")
_MORE_NAME = re.compile(r"\.[^\S\r\n]([^\W\d_a-z][^\W\d_]+(?:[-'’][^\W\d_]+)*)")
_SHORT_FOR = re.compile(
    r"(?<![\w.])(?:[Ee]\.[ ]?g|[Ii]\.[ ]?e|a\.k\.a|n\.b|p\.s|q\.v|w\.r\.t|d\.[ ]?h|z\.[ ]?B|u\.[ ]?a|p\.[ ]?ex"
    r"|cf|viz|vs|etc)(?:\.|(?!\w))"
)
"""Abbreviations of plain words that a model takes for initials."""
_TITLED = re.compile(f"[{UNSPACED}]")
_BEHIND = re.compile(
    rf"[ ]?(?:{'|'.join(sorted(words('names', 'titles_behind'), key=lambda word: (-len(word), word)))})"
)
_BEFORE = words("names", "familiar")
_LONGEST_SHORT = 7
_LONGEST_INITIALS = 13  # four of three characters, and the one before them
_NAMED = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP"})
_ABBREVIATED = frozenset({"LOCATION", "ORGANIZATION"})
SURE_OF_ACRONYM = 0.8
"""Least score of an organization that is an acronym which we do not know."""
_NEAR = 20
_SENTENCE_OPENS = re.compile(r"(?:\A|\n|[.!?…]\s)[\s>*#•\"'“„«»(¿¡\d.)–—-]*\Z")
"""What stands before the first word of a sentence or line: the end of another, and signs of lists and of speech."""


def opens_sentence(text: str, start: int) -> bool:
    """Whether what stands at `start` opens a sentence or line."""
    return _SENTENCE_OPENS.search(text, max(0, start - _NEAR), start) is not None


def is_named_abbreviation(text: str, start: int, end: int) -> bool:
    """Whether capitals are the known abbreviation of an organization or place, among words that are not in capitals.

    So ``US`` and ``WHO`` are not the words ``us`` and ``who``.
    """
    if text[start:end] not in _NAMED_ABBREVIATIONS:
        return False
    return not (text[max(0, start - _NEAR) : start] + text[end : end + _NEAR]).isupper()


def encodable(text: str) -> str:
    """The text with lone surrogates, which no model can encode, replaced by U+FFFD one for one; offsets stay."""
    return _SURROGATE.sub("�", text)


def tidy(text: str, start: int, end: int, kind: str, acronyms: bool = False) -> Iterator[tuple[int, int]]:
    """The parts of ``text[start:end]`` that are entities of `kind`: none, one, or one for each line.

    No entity crosses a line end. A name ends with its sentence ("Mike. Where" is "Mike"; "Samuel L. Jackson" is whole,
    even if its first initials or its end were not found) and has no possessive, quotes or commas around it. Acronyms
    and codes (S3, EKS, SSN) are not organizations unless they are known as such or `acronyms` says so, a part that
    holds only common words is not a name, and nine digits are not a date.
    """
    cuts = [start]
    for match in _LINE_END.finditer(text, start, end):
        cuts += [match.start(), match.end()]
    if kind in _NAMED:
        for match in _SENTENCE_END.finditer(text, start, end):
            if not (match[0].startswith(".") and _ABBREVIATION.search(text[start : match.start()])):
                cuts += [match.start(), match.end()]
    cuts = sorted({*cuts, end})
    for left, right in pairwise(cuts):
        if kind in _NAMED:
            left = _behind_abbreviation(text, left, right)  # noqa: PLW2901 - where the name begins
        piece = trim(text, left, right)
        if kind == "PERSON" and piece[1] - piece[0] == 1:
            piece = _with_title(text, *piece)
        if kind in _ABBREVIATED and is_named_abbreviation(text, *piece):
            yield piece
        elif piece[0] < piece[1] and _is_entity(text[piece[0] : piece[1]], kind, acronyms):
            yield beside_initials(text, *piece) if kind == "PERSON" else piece


def _behind_abbreviation(text: str, start: int, end: int) -> int:
    """The start of a name for which a model included an abbreviation of plain words (``e.g. Acme``)."""
    for short in _SHORT_FOR.finditer(text, max(0, start - _LONGEST_SHORT), end + _LONGEST_SHORT):
        if short.start() <= start < short.end():
            return min(short.end(), end)
    return start


def beside_initials(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with what initials attach to it: initials before it ("W." of "W. P. Diaz"), the name after the last one.

    A model takes the point after an initial for the end of a sentence. A plain word after it does begin a sentence.
    """
    ahead = text[max(0, start - _LONGEST_INITIALS) : start]
    before = _INITIALS_BEFORE.search(ahead)
    follows = before is not None and (before[0].count(".") > 1 or _BEGINS_WITH_INITIAL.match(text, start, end))
    if before and follows and before[0].isupper():
        start -= len(before[0])
    after = _MORE_NAME.match(text, end)
    capitals = after is not None and text[end - 1].isupper() and after[1][0].isupper()
    if after and capitals and _ENDS_WITH_INITIAL.fullmatch(text, max(start, end - 4), end) and not is_plain(after[1]):
        end = after.end()
    return start, end


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without surrounding white space and punctuation, and without a possessive ending."""
    while start < end and not (text[start].isalnum() or text[start] in "+#@"):
        start += 1
    while True:
        while start < end and not (text[end - 1].isalnum() or _is_mark(text[end - 1])):
            end -= 1
        possessive = _POSSESSIVE.search(text, start, end)
        if possessive is None or possessive.start() <= start:
            return start, end
        end = possessive.start()


def _with_title(text: str, start: int, end: int) -> tuple[int, int]:
    """A family name of one letter with the title behind it or the word before it (``김씨``, ``李总``, ``小王``).

    Alone the letter says nothing, and what is replaced once is searched for everywhere.
    """
    if _TITLED.match(text, start) is None:
        return start, end
    behind = _BEHIND.match(text, end)
    if behind is not None:
        return start, behind.end()
    return (start - 1, end) if start and text[start - 1] in _BEFORE else (start, end)


def _is_mark(sign: str) -> bool:
    """Whether a sign belongs to the letter before it: an accent, or a vowel of Devanagari."""
    return sign > "\u02ff" and unicodedata.category(sign)[0] == "M"


def _is_entity(piece: str, kind: str, acronyms: bool) -> bool:
    if kind not in _NAMED:
        return any(map(str.isalpha, piece)) or sum(map(str.isdecimal, piece)) < 9
    if kind == "LOCATION" and any(map(str.isdecimal, piece)):
        return True  # a house, a flat, a post code
    words = piece.lower().split()
    if all(word.strip(".,'’") in _SMALL for word in words) or not any(map(str.isalpha, piece)):
        return False
    if kind == "ORGANIZATION":
        return acronyms or _ACRONYM.fullmatch(piece) is None
    return len(piece) > 1
