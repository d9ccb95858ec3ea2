"""How names are written: capitals, possessives, punctuation. Pure rules on characters, no model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_UPPER = "A-ZÀ-ÖØ-Þ"
_CAPS_WORD = re.compile(rf"(?<!\w)[{_UPPER}](?:['’.-]?[{_UPPER}])+(?!\w)")
_CAPS_NAME = rf"[{_UPPER}]{{3,20}}(?:['’-][{_UPPER}]{{1,20}})?"
_CAPS_PAIR = re.compile(rf"(?<!\w){_CAPS_NAME}(?: {_CAPS_NAME}){{1,2}}(?!\w)")
_ANY_CAPS = re.compile(rf"[{_UPPER}]{{2}}")
_LINE = re.compile(r"[^\n]+")
_LINE_END = re.compile(r"[\r\n]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOSTLY = 0.7

_SMALL = frozenset(
    "a about after all also am an and any are as at be been but by can could did do does for from had has have he her "
    "here him his how i if in into is it its just may me more my no not now of on or our out over said she should so "
    "some than that the their them then there these they this those to too up us was we were what when where which "
    "who why will with would yes you your".split()
)
"""Words that begin with a small letter inside a title."""

_SENTENCE_END = re.compile(r"[.!?;:]+\s+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s.])(?:[^\W\d_]|dr|mr|mrs|ms|mx|prof|sr|jr|st|rev|hon|gen|col|capt|lt|sgt|gov|sen|rep)$", re.I
)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_ACRONYM = re.compile(r"[A-Z0-9&./-]{1,4}s?|(?=\S*\d)\S+")
_NAMED = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP"})


def ner_view(text: str) -> str:
    """The text as the model should read it, character for character in place.

    Names in capitals become names in title case where the capitals say nothing: in a line that is mostly upper
    case, and in two or three neighbouring words. Lone surrogates, which no model can encode, become U+FFFD.
    """
    text = _SURROGATE.sub("�", text)
    return _LINE.sub(_line_view, text) if _ANY_CAPS.search(text) else text


def _line_view(match: re.Match[str]) -> str:
    line = match[0]
    if not _ANY_CAPS.search(line):
        return line
    letters = sum(map(str.isalpha, line))
    if sum(map(str.isupper, line)) >= _MOSTLY * letters and " " in line.strip():
        return _CAPS_WORD.sub(_title, line)
    return _CAPS_PAIR.sub(lambda pair: _CAPS_WORD.sub(_title, pair[0]), line)


def _title(match: re.Match[str]) -> str:
    word = match[0]
    lower = [char.lower() if len(char.lower()) == 1 else char for char in word]
    if "".join(lower) in _SMALL:
        return "".join(lower)
    lower[0] = word[0]
    for position in range(2, len(word)):
        # O'BRIEN and JEAN-LUC have a second capital; MAYA'S has none.
        if not word[position - 1].isalpha() and (position + 1 < len(word) or word[position - 1] == "."):
            lower[position] = word[position]
    return "".join(lower)


def tidy(text: str, start: int, end: int, kind: str) -> Iterator[tuple[int, int]]:
    """The parts of ``text[start:end]`` that are entities of `kind`: none, one, or one a line.

    No entity crosses a line end; a name ends with its sentence ("Mike. Where" is "Mike", "Samuel L. Jackson" is
    whole) and has no possessive, quotes or commas around it. Acronyms and codes (S3, EKS, SSN) are no
    organizations, a part that holds nothing but common words is no name, and nine figures are no date.
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
        piece = trim(text, left, right)
        if piece[0] < piece[1] and _is_entity(text[piece[0] : piece[1]], kind):
            yield piece


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without surrounding space and punctuation, and without a possessive ending."""
    while start < end and not (text[start].isalnum() or text[start] in "+#@"):
        start += 1
    while True:
        while start < end and not text[end - 1].isalnum():
            end -= 1
        possessive = _POSSESSIVE.search(text, start, end)
        if possessive is None or possessive.start() <= start:
            return start, end
        end = possessive.start()


def _is_entity(piece: str, kind: str) -> bool:
    if kind not in _NAMED:
        return any(map(str.isalpha, piece)) or sum(map(str.isdecimal, piece)) < 9
    words = piece.lower().split()
    if all(word.strip(".,'’") in _SMALL for word in words) or not any(map(str.isalpha, piece)):
        return False
    if kind == "ORGANIZATION":
        return _ACRONYM.fullmatch(piece) is None
    return len(piece) > 1
