"""Which words of a text are ordinary English, which are anybody's given or family name, and which are neither.

``vocabulary.xz`` holds a spelling dictionary of English with its inflections, and the given and family names of the
United States census (`training/vocabulary.py` makes it). Ordinary words are those of the dictionary that are no names,
and our own lists. Given names are those of the census, and those of `nicknames` that are no words. All are folded.
"""

from __future__ import annotations

import re
from enum import IntFlag
from importlib import resources

from proxy.redaction.wording.common_words import COMMON_WORDS, word_set
from proxy.redaction.wording.diminutives import ENGLISH_FORMS
from proxy.redaction.wording.lexicon import read_lexicon
from proxy.redaction.wording.plain_words import PLAIN_WORDS


class Listed(IntFlag):
    """Which lists of ``vocabulary.xz`` hold a word."""

    ENGLISH = 1
    GIVEN = 2
    FAMILY = 4


_LISTS = read_lexicon(resources.files("proxy.redaction.wording").joinpath("vocabulary.xz").read_bytes())
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
