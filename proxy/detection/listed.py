"""Tell which words are on a list of names: those of the census (`wording.vocabulary`), and those of the model's lists.

The model's lists hold given and family names of many countries, and places. The model takes them for hints; here, a
word that is on one is never taken for the name of a thing.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from proxy.wording.folded import fold_name
from proxy.wording.vocabulary import Lexicon, is_given_name, is_known_name, read_lexicon

GIVEN, FAMILY, PLACE = 1, 2, 4
"""The flags of `tagger.windows.WordList`, which would load the tokenizer."""


@cache
def lists() -> Lexicon:
    """The model's lists, read once in a process."""
    return read_lexicon(resources.files("proxy.detection.tagger.weights").joinpath("lexicon.xz").read_bytes())


def is_listed_name(word: str) -> bool:
    """Whether a folded word is a given or a family name by any list."""
    return is_known_name(word) or _held(word) & (GIVEN | FAMILY) != 0


def is_listed_given_name(word: str) -> bool:
    """Whether a folded word is a given name by any list."""
    return is_given_name(word) or _held(word) & GIVEN != 0


def is_listed_place(word: str) -> bool:
    """Whether a folded word is a place, or a word of the name of one."""
    return _held(word) & PLACE != 0


def _held(word: str) -> int:
    return lists().get(fold_name(word), 0)
