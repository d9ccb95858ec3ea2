"""A folded view of a text in which names are compared, with a mapping back to the offsets of the text.

Folding drops what does not distinguish two words for a reader: case, diacritics (also the points of Hebrew and Arabic),
compatibility forms (full width, ligatures), invisible characters, the codes of terminals, and the kind of apostrophe,
hyphen and white space. It changes lengths, so every folded character records its origin.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from proxy.model import Span
from proxy.wording.terminal_codes import STYLING, may_write_codes

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Character ranges of scripts that put no space between words, or attach particles to them (for a regex class)."""

WORD = rf"[^\W{UNSPACED}]"
"""Regex of one character that continues a word: a letter, digit or underscore of a script with spaces."""

COUNTED = rf"[{UNSPACED}]{{1,2}}|[^\W\d_{UNSPACED}]+"
"""Regex of what counts as one word: a run of letters, or two characters of a script without spaces between words."""

MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff"
"""Ranges of signs within words that are no letters, such as vowels in the scripts of India, with their letters."""

BLANK = "\ua66e"
"""A rare letter that stands for text that is blanked out: it still joins adjacent letters to one word."""

FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters of Korean that are seen as nothing, or as a space."""
_SYLLABLE = r"[\u1161-\u1175][\u11a8-\u11c2]?"
_SPECIAL = re.compile(rf"{STYLING.pattern}|[\u1100-\u1112]{_SYLLABLE}|\s{{2,}}|[^\x20-\x7e]")
_SPECIAL_BUT_SPACES = re.compile(rf"[^\x20-\x7e](?:(?<=[\u1100-\u1112]){_SYLLABLE}|(?<=\s)\s+|(?<={BLANK}){BLANK}+)?")
"""The same for a text without runs of white space that begin with a space, and without codes of terminals.

Begun by one class, it is searched fast.
"""
_SPACES = re.compile(r" \s")
_STYLED = re.compile(r"[\x03\x04\x1b\x9b\u241b]")
_WORD = re.compile(WORD)
_POINTED = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
"""The points of Hebrew and Arabic, which most texts leave out, and the stroke that lengthens an Arabic word."""
_RUN = re.compile(rf"(?:{WORD}++|[\u0300-\u036f{_POINTED}]++)+")
_MARKS = re.compile(rf"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f{_POINTED}]")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"},
    }
)

LOOK_ALIKE = str.maketrans(
    "авекмнорстухіјѕԁһӏԛԝαβεηικνορτυχγω",
    "abekmhopctyxijsdhlqwabenikvoptuxyw",
)
"""Cyrillic and Greek letters to the Latin letters they resemble (UTS #39), applied to both sides of a comparison."""


@dataclass(frozen=True, slots=True)
class FoldedText:
    """The folded `text`. ``origin[i]`` is where its character `i` begins in the source; the last entry is the end."""

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The source span of ``text[start:end]``, with the combining marks that belong to it."""
        return Span(self.origin[start], max(self.origin[end], self.origin[end - 1] + 1))


@lru_cache(maxsize=8192)
def _fold_special(special: str) -> str:
    if special.isspace() or special in FILLERS:
        return " "
    if "!" <= special[0] <= "~" or STYLING.fullmatch(special):
        return ""  # no other sign that can be typed is special
    if "\u1100" <= special <= "\u11ff" or "\uac00" <= special <= "\ud7af":
        return unicodedata.normalize("NFC", special)
    plain = unicodedata.normalize("NFKD", special.casefold().translate(_LETTERS))
    plain = _MARKS.sub("", plain).casefold().translate(_LETTERS)
    if plain.isspace():
        return " "
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Cc"))


class _Shifted(Sequence[int]):
    """Where each folded character begins in its source, kept by the places at which the two run apart."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._starts: list[int] = [0]
        self._sources: list[int] = [0]
        self._steps: list[int] = [1]

    def shift(self, start: int, length: int, source: int, until: int) -> None:
        """From `start` on, `length` characters stand for ``source..until``, and those behind for what follows."""
        self._starts += (start, start + length) if length else (start,)
        self._sources += (source, until) if length else (until,)
        self._steps += (0, 1) if length else (1,)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: int) -> int:  # type: ignore[override]  # no slices are asked for
        if not 0 <= at < self._length:
            raise IndexError(at)
        segment = bisect_right(self._starts, at) - 1
        return self._sources[segment] + (at - self._starts[segment]) * self._steps[segment]


def fold(text: str) -> FoldedText:
    """The folded view of `text`, at a cost that is linear. Only where its length changes, offsets are kept."""
    pieces: list[str] = []
    shifts: list[tuple[int, int, int, int]] = []
    done = grown = 0
    plain = not (_SPACES.search(text) or _STYLED.search(text) or may_write_codes(text))
    if plain and text.isascii():
        # Line ends are spaces of one character each, where no white space is beside them.
        spaced = text.replace("\n", " ")
        if spaced.isprintable() and "  " not in spaced:
            return FoldedText(spaced.lower(), range(len(text) + 1))
    for special in (_SPECIAL_BUT_SPACES if plain else _SPECIAL).finditer(text):
        start, end = special.span()
        folded = _fold_special(special[0])
        pieces += text[done:start].lower(), folded
        if (end - start != 1 or len(folded) != 1) and folded[:1] != BLANK:
            shifts.append((start + grown, len(folded), start, end))
            grown += len(folded) - (end - start)
        done = end
    pieces.append(text[done:].lower())
    if not shifts:
        return FoldedText("".join(pieces), range(len(text) + 1))
    origin = _Shifted(len(text) + grown + 1)
    for shift in shifts:
        origin.shift(*shift)
    return FoldedText("".join(pieces), origin)


def fold_cased(text: str, folded: FoldedText | None = None) -> str:
    """The folded text with the capitals of its source. It has the same length, so `FoldedText.span` applies to it."""
    folded = folded or fold(text)
    if isinstance(folded.origin, range) and folded.text == text.lower():
        return text
    capitals = (text[at].isupper() for at in folded.origin)
    return "".join(_capital(c) if capital else c for c, capital in zip(folded.text, capitals, strict=False))


def _capital(char: str) -> str:
    upper = char.upper()
    return upper if len(upper) == 1 else char


def fold_name(text: str) -> str:
    """A name or value as one comparable string: folded, without white space at the ends."""
    return fold(text).text.strip()


def continues_word(char: str) -> bool:
    """Whether `char` forms one word with an adjacent letter or digit."""
    return _WORD.fullmatch(char) is not None


def word_runs(text: str) -> list[Span]:
    """The maximal runs of characters that form one word, in order."""
    return [Span._make(run.span()) for run in _RUN.finditer(text)]


def in_run(text: str, at: int) -> bool:
    """Whether there is a character at an offset, and it is one of a run as `word_runs` returns them."""
    return at >= 0 and _RUN.match(text, at, at + 1) is not None


def has_alnum(text: str) -> bool:
    """Whether any character is a letter or a digit."""
    return any(c.isalnum() for c in text)


def digits_of(text: str) -> str:
    """The decimal digits of a text, in order."""
    return "".join(c for c in text if c.isdecimal())
