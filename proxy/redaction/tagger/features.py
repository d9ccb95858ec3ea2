"""What the model sees of a word beside its letters: how it is written, and which lists of words hold it.

The vocabulary is without case, since recognized speech often is. Where there is case, it says much, and so does a
list of names. Both reach the model as one small number for each word, which takes the place of BERT's token type.
The model was trained with features left out at random, so it does not depend on them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum, IntFlag


class Listed(IntFlag):
    """Which lists of words hold a word."""

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
    """Upper case needs two letters, so that "I" and "A" begin a sentence and nothing more."""
    if not word[:1].isupper():
        return Case.LOWER
    return Case.UPPER if len(word) > 1 and word.isupper() else Case.TITLE


def key_of(word: str) -> str:
    """A word as the lists hold it: lower case, without diacritics."""
    lower = word.lower()
    return lower if lower.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", lower))


def feature_of(word: str, lexicon: Mapping[str, int]) -> int:
    """The feature of one word."""
    return case_of(word) * LISTS + lexicon.get(key_of(word), 0)
