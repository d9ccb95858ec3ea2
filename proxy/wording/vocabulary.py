"""Decide which words are ordinary English, which are given or family names, and which are neither.

``vocabulary.xz`` holds an English spelling dictionary with inflections, and the given and family names of the United
States census (made by `training/vocabulary.py`). Ordinary words are the words of the dictionary that are no names, and
our own lists. Given names are those of the census, and those of the library `nicknames` that are no words. All are
folded.

A `Lexicon` holds a hundred thousand words in a few megabytes, and is quick to load and to query. A Python set or
dictionary would take ten times the memory, in objects whose reference counts change with every look-up, so that forked
processes could not keep sharing them. A lexicon joins all words with the same first three letters in one string and
searches that.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator, Mapping
from enum import IntFlag
from importlib import resources
from itertools import groupby
from operator import itemgetter
from typing import TypeVar, overload

from proxy.languages import words
from proxy.wording.diminutives import ENGLISH_FORMS
from proxy.wording.plain_words import COMMON_WORDS, PLAIN_WORDS

T = TypeVar("T")

_STEM = 3
"""How many letters choose the string. Four would make five times as many strings, hardly any of them much shorter."""
_BEGIN, _END = "\n", "\t"
_ZERO = ord("0")


class Lexicon(Mapping[str, int]):
    """Every listed word with the lists that hold it, as a bit mask. Words contain no white space."""

    def __init__(self, words: Mapping[int, list[str]]) -> None:
        """`words` holds the words for each combination of lists, each word once."""
        parts: dict[str, list[str]] = {}
        for lists, members in words.items():
            end = _END + chr(_ZERO + lists)
            for stem, group in groupby(members, key=itemgetter(slice(_STEM))):
                rests = (end + _BEGIN).join([word[_STEM:] for word in group])
                parts.setdefault(stem, []).append(_BEGIN + rests + end)
        self._strings = {stem: "".join(entries) for stem, entries in parts.items()}

    @overload
    def get(self, word: str, default: None = None, /) -> int | None: ...
    @overload
    def get(self, word: str, default: T, /) -> int | T: ...
    def get(self, word: str, default: T | None = None, /) -> int | T | None:
        """The lists that hold `word`, or `default`."""
        entry = word[_STEM:] + _END
        at = self._strings.get(word[:_STEM], "").find(_BEGIN + entry)
        # The query may be any text. One that contains the separator itself is not a word.
        if at < 0 or _END in word:
            return default
        return ord(self._strings[word[:_STEM]][at + len(entry) + 1]) - _ZERO

    def __getitem__(self, word: str) -> int:
        """The lists that hold `word`; raises `KeyError` if none does."""
        if (lists := self.get(word)) is None:
            raise KeyError(word)
        return lists

    def __iter__(self) -> Iterator[str]:
        """The words, those with the same beginning together."""
        for stem, string in self._strings.items():
            for entry in string[1:].split(_BEGIN):
                yield stem + entry.partition(_END)[0]

    def __len__(self) -> int:
        """The number of words."""
        return sum(string.count(_BEGIN) for string in self._strings.values())


def read_lexicon(packed: bytes) -> Lexicon:
    """Word lists as shipped: xz of lines ``lists word word …``, one line for each combination of lists."""
    words: dict[int, list[str]] = {}
    for line in lzma.decompress(packed).decode().splitlines():
        lists, *members = line.split()
        words.setdefault(int(lists), []).extend(members)
    return Lexicon(words)


def pack_lexicon(lists_of: Mapping[str, int]) -> bytes:
    """The format that `read_lexicon` reads; equal lists give equal bytes."""
    words: dict[int, list[str]] = {}
    for word, lists in sorted(lists_of.items()):
        words.setdefault(lists, []).append(word)
    lines = [" ".join((str(lists), *words[lists])) for lists in sorted(words)]
    return lzma.compress("\n".join(lines).encode(), preset=6)  # a higher preset buffers more than the lists' size


class VocabularyList(IntFlag):
    """Which lists of ``vocabulary.xz`` hold a word."""

    ENGLISH = 1
    GIVEN = 2
    FAMILY = 4


_LISTS = read_lexicon(resources.files("proxy.wording").joinpath("vocabulary.xz").read_bytes())
_ENGLISH, _GIVEN, _NAME, _ANY = 1, 2, 6, 7  # plain numbers: each operation on flags would create an object
_OWN = PLAIN_WORDS | COMMON_WORDS | words("common", "spoken")
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "able", "ish")
_WORD = re.compile(r"[^\W\d_]+")


def is_ordinary(word: str) -> bool:
    """Whether a word is ordinary in English texts; a common word that is also a name is ordinary."""
    return word in _OWN or _LISTS.get(word, 0) & _ANY == _ENGLISH


def is_given_name(word: str) -> bool:
    """Whether a word is a given name that is common where English is spoken. Some are also words (``frank``)."""
    return _is_name(word, _GIVEN)


def is_known_name(word: str) -> bool:
    """Whether a word is such a given name, or a family name (``weaver``)."""
    return _is_name(word, _NAME)


def is_english(word: str) -> bool:
    """Whether a word is in the dictionary or in our lists, even if it is also a name."""
    return word in _OWN or _LISTS.get(word, 0) & _ENGLISH != 0


def is_inflected(word: str) -> bool:
    """Whether a word is an ordinary word with an ending that the dictionary lacks (``standups``)."""
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) > 3 and any(map(is_ordinary, (stem, f"{stem}e", stem[:-1]))):
            return True
    return False


def all_ordinary(piece: str) -> bool:
    """Whether a stretch of text is in lower case and holds only ordinary words, nobody's name among them."""
    words = _WORD.findall(piece)
    return bool(words) and piece.islower() and all(map(is_ordinary, words))


def _is_name(word: str, lists: int) -> bool:
    if word in PLAIN_WORDS:
        return False
    held = _LISTS.get(word, 0)
    return held & lists != 0 or (word in ENGLISH_FORMS and not held & _ENGLISH)
