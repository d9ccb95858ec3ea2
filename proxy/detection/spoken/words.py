"""Split a text into words, digits and signs, and leave out what listeners interject.

`Part` and `ReadWords` are the parts of what is said character by character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from proxy.detection.spoken.tables import Tables
from proxy.detection.spoken.view import Rewriting, View, plain

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+|[@+#/:._-]")
_GAP = re.compile(r"[ \t,;()’'\u2010-\u2015-]{0,4}")
_BREAK = re.compile(r"[ \t,.?!…-]{0,4}\r?\n[ \t-]{0,3}")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_INTERJECTION_CHARS = 40
_INTERJECTION_WORDS = 5
_LINES_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in lower case, with their places. A `tight` word touches the previous one.

    A `near` word follows after a short gap without a sentence end; a `fresh` word begins a line after a short gap.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    near: list[bool]
    fresh: list[bool]

    def __len__(self) -> int:
        return len(self.words)

    def tight(self, at: int) -> bool:
        """Whether nothing stands between this word and the previous one."""
        return at > 0 and self.ends[at - 1] == self.starts[at]


def cut(text: str) -> Words:
    """The words of a text; the cost is linear."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    near: list[bool] = []
    fresh: list[bool] = []
    end = 0
    for match in _WORD.finditer(text):
        start = match.start()
        words.append(match[0].lower())
        starts.append(start)
        beside = text[end:start] == " " or _GAP.fullmatch(text, end, start) is not None
        near.append(beside)
        fresh.append(not beside and _BREAK.fullmatch(text, end, start) is not None)
        end = match.end()
        ends.append(end)
    return Words(text, words, starts, ends, near, fresh)


def hushed(text: str, tables: Tables) -> View:
    """The text without inner lines that hold nothing but an interjection, at most three in a row."""
    if "\n" not in text or not tables.words["acks"]:
        return plain(text)
    dropped: list[Rewriting] = []
    row = 0
    for line in _LINE.finditer(text):
        if line.start() and line.end() < len(text) and row < _LINES_AT_ONCE and _is_interjection(line[0], tables):
            dropped.append(Rewriting(line.start(), line.end(), ()))
            row += 1
        else:
            row = 0
    return plain(text).rewritten(dropped) if dropped else plain(text)


def _is_interjection(line: str, tables: Tables) -> bool:
    if len(line) > _INTERJECTION_CHARS:
        return False
    words = _WORD.findall(line.lower())
    words = [word for word in words if word[0].isalnum()]
    if not words or len(words) > _INTERJECTION_WORDS:
        return not words
    at = 0
    while at < len(words):
        taken = tables.phrase_at("acks", words, at)
        if not taken:
            return False
        at += taken
    return True


_ALIKE_AT_ONCE = 4
EXTENSION = "#"
"""Stands for the word before an extension, as in dial strings."""


class Part(NamedTuple):
    """One number or letter of a run: ``words[first:last]`` read as `text`.

    A `sure` part cannot be another word; an `amount` is said as a quantity. `sign` is what was said (or stands)
    before the part, such as ``.``, or ``,`` for a decimal point. A `fresh` part begins a line.
    """

    first: int
    last: int
    text: str
    sure: bool = True
    amount: bool = False
    sign: str = ""
    fresh: bool = False

    @property
    def letter(self) -> bool:
        """Whether this is a letter, not digits."""
        return self.text.isalpha()


class ReadWords(NamedTuple):
    """What the next `words` words say; the other fields are as in `Part`."""

    words: int
    text: str
    sure: bool = True
    amount: bool = False


def number_soon(words: Words, at: int, tables: Tables) -> bool:
    """Whether a number follows, perhaps after more words that sound like one ("won to too eight")."""
    said, near = words.words, words.near
    for soon in range(at, min(at + _ALIKE_AT_ONCE, len(said))):
        if not near[soon]:
            return False
        if said[soon] not in tables.soundalikes:
            return is_number(words, soon, tables)
    return False


def is_number(words: Words, at: int, tables: Tables) -> bool:
    """Whether a word surely begins a number."""
    word = words.words[at]
    return word.isdecimal() or word in tables.numbers or tables.times_at(words.words, at) is not None
