"""Lay out a text for the model: tokens with features, in windows of bounded length.

A window is what the model reads at once. A token of its own separates lines, because a line is what one person said.
Neighbouring windows overlap, and for a token that is read twice the reading with more context counts. So the cost is
linear in the text, and no name is cut.

Features say what the model sees of a word besides its letters: how it is written, and which word lists hold it. The
vocabulary has no case, because recognized speech often has none. But where there is case, it says much, and so does a
list of names. Both reach the model as one small number for each word, in place of BERT's token type. The model was
trained with features left out at random, so it does not depend on them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import IntEnum, IntFlag
from typing import NamedTuple

from tokenizers import Tokenizer


class WordList(IntFlag):
    """Which word lists hold a word."""

    GIVEN = 1
    FAMILY = 2
    PLACE = 4
    COMMON = 8


class Case(IntEnum):
    """How a word is written."""

    LOWER = 0
    TITLE = 1
    UPPER = 2


LISTS = 16
FEATURES = 3 * LISTS
"""A feature is ``case * LISTS + lists``, below this number."""

_MARKS = re.compile(r"[\u0300-\u036f]")


def case_of(word: str) -> Case:
    """The case of a word. Upper case needs two letters, so that "I" and "A" count as a capital and no more."""
    if not word[:1].isupper():
        return Case.LOWER
    return Case.UPPER if len(word) > 1 and word.isupper() else Case.TITLE


def key_of(word: str) -> str:
    """A word in the form of the lists: lower case, without diacritics."""
    lower = word.lower()
    return lower if lower.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def feature_of(word: str, lexicon: Mapping[str, int]) -> int:
    """The feature of one word."""
    return case_of(word) * LISTS + lexicon.get(key_of(word), 0)


WINDOW = 128
"""Tokens that the model reads at once, including the two that mark the beginning and the end."""
CONTEXT = 8
"""Tokens at the inner ends of a window that are read only as context and answered in the neighbouring window."""
LINE = -1
"""The word number of a token that marks a line end."""


class Tokens(NamedTuple):
    """A text as the model reads it, one entry per token. `words` numbers the words; a line end is `LINE`."""

    ids: list[int]
    features: list[int]
    starts: list[int]
    ends: list[int]
    words: list[int]


class Window(NamedTuple):
    """Tokens ``start..end`` are read, and of these ``first..last`` are answered."""

    start: int
    end: int
    first: int
    last: int


def tokens_of(text: str, tokenizer: Tokenizer, lexicon: Mapping[str, int], separator: int) -> Tokens:
    """The tokens of a text; `separator` is the id of the token that stands for a line end."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    read = Tokens([], [], [], [], [])
    ids, offsets, words = encoding.ids, encoding.offsets, encoding.word_ids
    line_end = text.find("\n")
    known, feature = None, 0
    for at, (token, (start, end), word) in enumerate(zip(ids, offsets, words, strict=True)):
        if -1 < line_end < start:
            if read.ids:
                _append(read, separator, 0, line_end, line_end, LINE)
            line_end = text.find("\n", start)
        if word != known:
            last = at
            while last + 1 < len(words) and words[last + 1] == word:
                last += 1
            known, feature = word, feature_of(text[start : offsets[last][1]], lexicon)
        _append(read, token, feature, start, end, LINE if word is None else word)
    return read


def _append(read: Tokens, token: int, feature: int, start: int, end: int, word: int) -> None:  # noqa: PLR0917 - a row
    read.ids.append(token)
    read.features.append(feature)
    read.starts.append(start)
    read.ends.append(end)
    read.words.append(word)


def windows(count: int, room: int = WINDOW - 2, context: int = CONTEXT) -> Iterator[Window]:
    """Windows over `count` tokens, as few and as short as can be; each answers tokens that no other answers."""
    shared = 2 * context
    number = max(1, -(-(count - shared) // (room - shared)))
    room = -(-(count - shared) // number) + shared
    start, first = 0, 0
    while True:
        end = min(start + room, count)
        last = count if end == count else end - context
        yield Window(start, end, first, last)
        if end == count:
            return
        # The last window reaches back as far as it can, to see as much as the others.
        start, first = min(last - context, max(0, count - room)), last
