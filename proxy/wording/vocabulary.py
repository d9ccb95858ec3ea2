"""Which words of a text are ordinary English, which are anybody's given or family name, and which are neither.

``vocabulary.xz`` holds a spelling dictionary of English with its inflections, and the given and family names of the
United States census (`training/vocabulary.py` makes it). Ordinary words are those of the dictionary that are no names,
and our own lists. Given names are those of the census, and those of `nicknames` that are no words. All are folded.

Words with the lists that hold them: a hundred thousand words in a few megabytes, quick to load and to ask.

A set or a dictionary of Python's would take ten times the memory, in objects of which every look-up changes a
reference count, so that processes which were forked could not go on sharing them. Here words that begin with the same
three letters are one string, and a word is sought in it.
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

from proxy.wording.diminutives import ENGLISH_FORMS
from proxy.wording.plain_words import COMMON_WORDS, PLAIN_WORDS, word_set

T = TypeVar("T")

_STEM = 3
"""Letters that choose the string. With four there would be five times as many, none of them much shorter."""
_BEGIN, _END = "\n", "\t"
_ZERO = ord("0")


class Lexicon(Mapping[str, int]):
    """Every listed word with the lists that hold it, as a number of bits. Words hold no white space."""

    def __init__(self, words: Mapping[int, list[str]]) -> None:
        """`words` gives the words of each combination of lists, each word once."""
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
        # What is asked for may be any text: one that holds the signs themselves is no word.
        if at < 0 or _END in word:
            return default
        return ord(self._strings[word[:_STEM]][at + len(entry) + 1]) - _ZERO

    def __getitem__(self, word: str) -> int:
        """As a mapping."""
        if (lists := self.get(word)) is None:
            raise KeyError(word)
        return lists

    def __iter__(self) -> Iterator[str]:
        """The words, those with the same beginning together."""
        for stem, string in self._strings.items():
            for entry in string[1:].split(_BEGIN):
                yield stem + entry.partition(_END)[0]

    def __len__(self) -> int:
        """How many words there are."""
        return sum(string.count(_BEGIN) for string in self._strings.values())


def read_lexicon(packed: bytes) -> Lexicon:
    """Word lists as they ship: xz of lines ``lists word word …``, one line for each combination of lists."""
    words: dict[int, list[str]] = {}
    for line in lzma.decompress(packed).decode().splitlines():
        lists, *members = line.split()
        words.setdefault(int(lists), []).extend(members)
    return Lexicon(words)


def pack_lexicon(lists_of: Mapping[str, int]) -> bytes:
    """As `read_lexicon` reads it; the same lists give the same bytes."""
    words: dict[int, list[str]] = {}
    for word, lists in sorted(lists_of.items()):
        words.setdefault(lists, []).append(word)
    lines = [" ".join((str(lists), *words[lists])) for lists in sorted(words)]
    return lzma.compress("\n".join(lines).encode(), preset=6)  # more than 6 is memory for more than the lists are


class VocabularyList(IntFlag):
    """Which lists of ``vocabulary.xz`` hold a word."""

    ENGLISH = 1
    GIVEN = 2
    FAMILY = 4


_LISTS = read_lexicon(resources.files("proxy.wording").joinpath("vocabulary.xz").read_bytes())
_ENGLISH, _GIVEN, _NAME, _ANY = 1, 2, 6, 7  # plain numbers: arithmetic with flags makes an object each time
_SPOKEN = word_set(
    "ain aren couldn didn doesn don gonna gotta hadn hasn haven isn kinda lemme mightn mustn needn oughta shan shouldn "
    "sorta wanna wasn weren whatnot wouldn y'all"
)
_OWN = PLAIN_WORDS | COMMON_WORDS | _SPOKEN
_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "able", "ish")
_WORD = re.compile(r"[^\W\d_]+")


def is_ordinary(word: str) -> bool:
    """Whether an English text is made of this word; what is a common word and a name as well is ordinary."""
    return word in _OWN or _LISTS.get(word, 0) & _ANY == _ENGLISH


def is_given_name(word: str) -> bool:
    """Whether it is a given name that is widespread where English is spoken. Some are words, too (``frank``)."""
    return _is_name(word, _GIVEN)


def is_known_name(word: str) -> bool:
    """Whether it is such a given name, or a family name (``weaver``)."""
    return _is_name(word, _NAME)


def is_english(word: str) -> bool:
    """Whether it is in the dictionary or in our lists, whether or not it is a name too."""
    return word in _OWN or _LISTS.get(word, 0) & _ENGLISH != 0


def is_inflected(word: str) -> bool:
    """Whether it is an ordinary word with an ending that the dictionary lacks (``standups``)."""
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) > 3 and any(map(is_ordinary, (stem, f"{stem}e", stem[:-1]))):
            return True
    return False


def all_ordinary(piece: str) -> bool:
    """Whether a stretch of text in small letters holds ordinary words alone, nobody's name among them."""
    words = _WORD.findall(piece)
    return bool(words) and piece.islower() and all(map(is_ordinary, words))


def _is_name(word: str, lists: int) -> bool:
    if word in PLAIN_WORDS:
        return False
    held = _LISTS.get(word, 0)
    return held & lists != 0 or (word in ENGLISH_FORMS and not held & _ENGLISH)
