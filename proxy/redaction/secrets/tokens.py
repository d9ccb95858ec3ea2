"""What each word can be in a secret that is spelled out: a letter, a figure in words, a sign, a word made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from proxy.redaction.secrets.wording import (
    AFTER_MARK,
    MARKS,
    ONES,
    PHRASE_WORDS,
    PHRASES,
    STATE_ENDINGS,
    STATES,
    TECHNIQUES,
    TENS,
    TIMES,
)
from proxy.redaction.wording.common_words import FUNCTION_WORDS

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class Kind(Enum):
    """What a token can be in a secret that is spelled out."""

    MIXED = 1
    FIGURES = 2
    NUMBER = 3
    LETTER = 4
    MARK = 5
    WORD = 6
    STATE = 7
    STOP = 8


class Token(NamedTuple):
    """A token without its outer punctuation; `ends`: punctuation follows it."""

    start: int
    end: int
    word: str
    ends: bool


def kind_of(tokens: Sequence[Token], index: int) -> Kind:
    """What a token can be, beside its neighbours."""
    word = tokens[index].word
    if word.replace("-", "").isdecimal():
        return Kind.FIGURES
    if _is_mixed(word):
        return Kind.MIXED
    if word in ONES | TENS | TIMES and not _is_phrase(tokens, index):
        return Kind.NUMBER
    if _is_phrase(tokens, index) or word in MARKS or (word in AFTER_MARK and _before(tokens, index) in MARKS):
        return Kind.MARK
    return _single(tokens, index) if len(word) == 1 and word.isalpha() else _plain(word)


def _before(tokens: Sequence[Token], index: int) -> str:
    return tokens[index - 1].word if index else ""


def _is_phrase(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word is one of two that together are part of spelling: "all lower", "question mark"."""
    word, after = tokens[index].word, tokens[index + 1].word if index + 1 < len(tokens) else ""
    first = after in PHRASES.get(word, ()) and not tokens[index].ends
    return first or word in PHRASES.get(_before(tokens, index), ())


def _plain(word: str) -> Kind:
    if word in STATES or word in PHRASE_WORDS or (word.endswith(STATE_ENDINGS) and len(word) > 4):
        return Kind.STATE
    return Kind.STOP if word in FUNCTION_WORDS or not _LETTERS.fullmatch(word) else Kind.WORD


def _single(tokens: Sequence[Token], index: int) -> Kind:
    """A single letter is one that is spelled, save "a" and "I" where no other is beside them."""
    word = tokens[index].word
    beside = [tokens[at].word for at in (index - 1, index + 1) if 0 <= at < len(tokens)]
    spelled = any(len(other) == 1 or other in MARKS or other in ONES for other in beside)
    return Kind.LETTER if word not in ("a", "i") or spelled else Kind.STOP


def _is_mixed(word: str) -> bool:
    """Whether a word is made up: figures among its letters, or signs inside."""
    if TECHNIQUES.fullmatch(word) or "://" in word:
        return False
    figures = any(map(str.isdecimal, word))
    letters = any(map(str.isalpha, word))
    signs = sum(not char.isalnum() and char not in "'’-./" for char in word)
    return (figures and (letters or signs > 0) and len(word) >= 4) or (signs > 0 and letters and len(word) >= 5)


def figures_of(word: str) -> int:
    """How many figures a word stands for."""
    if word.replace("-", "").isdecimal():
        return len(word.replace("-", ""))
    return 1 if word in ONES or word in TIMES else 2 if word in TENS else 0
