"""Passwords, PINs and codes as people say or type them in a sentence: "the password is capital B l u e forty two".

What names a secret ("password", "door code", "api key") must be followed by "is" or its like and then by something
that can be one: spelled letters, figures in words, a made-up word with figures or signs in it, or, for passwords,
plain words that say nothing about the password. "The password is wrong" and "the PIN is four digits" are no secrets.
All look-ahead is bounded, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from proxy.model import Span
from proxy.redaction.common_words import FUNCTION_WORDS
from proxy.redaction.secret_words import (
    AFTER_MARK,
    FILLERS,
    LINK,
    MARKS,
    NAMED,
    ONES,
    OTHER_CODES,
    PHRASES,
    STATE_ENDINGS,
    STATES,
    TECHNIQUES,
    TENS,
    TIMES,
    TO,
    UNITS,
)

REACH = 240
MOST_TOKENS = 32
MOST_WORDS = 8
"""Plain words of a pass phrase."""

_TOKEN = re.compile(r"\S+")
_OUTER = ",;:?.\"'`()[]{}<>…"
_ENDS = frozenset(",;:?.!…")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LEAST_FIGURES = 4


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


_SPELLED = frozenset({Kind.MIXED, Kind.FIGURES, Kind.NUMBER, Kind.LETTER, Kind.MARK})
_CONTENT = frozenset({Kind.MIXED, Kind.FIGURES, Kind.NUMBER, Kind.LETTER, Kind.WORD, Kind.STATE})


def secrets_said(text: str) -> Iterator[Span]:
    """Spans of the secrets themselves, in order, without what names them."""
    done = 0
    for named in NAMED.finditer(text):
        if named.start() < done:
            continue
        span = _after(text, named)
        if span is not None:
            done = span.end
            yield span


def _after(text: str, named: re.Match[str]) -> Span | None:
    role = named.lastgroup or ""
    if role == "code":
        before = text[max(0, named.start() - 24) : named.start()].split()
        if before and before[-1].lower().strip(_OUTER) in OTHER_CODES:
            return None
    link = LINK.match(text, named.end(), named.end() + REACH)
    onto = TO.match(text, named.end()) if link is None and role == "free" else None
    link = link or onto
    at = FILLERS.match(text, link.end()).end() if link else named.end()  # type: ignore[union-attr]  # it may be empty
    tokens = _tokens(text, at)
    if not link and (not tokens or not text[at : tokens[0].start].isspace()):
        return None
    kinds = [_kind(tokens, index) for index in range(len(tokens))]
    count = _run(tokens, kinds, words=role == "free" and link is not None)
    while count and kinds[count - 1] is Kind.MARK and tokens[count - 1].word in ("with", "all", "no", "in", "the"):
        count -= 1
    if not count or (onto and _SPELLED.isdisjoint(kinds[:count])):
        return None
    least = 3 if named[0].lower().startswith("cv") else _LEAST_FIGURES
    if not _is_secret(role, tokens, kinds, count, least, linked=link is not None):
        return None
    last = tokens[count - 1]
    end = last.end
    if kinds[count - 1] is Kind.MIXED:
        while end < len(text) and text[end] == "!":
            end += 1
    return Span(tokens[0].start, end)


def _tokens(text: str, at: int) -> list[Token]:
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, at, at + REACH):
        said = match[0]
        bare = said.strip(_OUTER + "!")
        if not bare:
            break
        start = match.start() + said.index(bare)
        end = start + len(bare)
        tokens.append(Token(start, end, bare.lower(), end < match.end() and text[end] in _ENDS))
        if len(tokens) == MOST_TOKENS or text.startswith("\n", match.end()):
            break
    return tokens


def _kind(tokens: Sequence[Token], index: int) -> Kind:
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
    if word in STATES or (word.endswith(STATE_ENDINGS) and len(word) > 4):
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


def _run(tokens: Sequence[Token], kinds: Sequence[Kind], *, words: bool) -> int:
    """How many tokens from the first on belong together."""
    plain, index = 0, 0
    while index < len(tokens):
        kind, following = kinds[index], kinds[index + 1] if index + 1 < len(tokens) else Kind.STOP
        if kind is Kind.STOP and index and tokens[index].word in ("or", "and") and following is Kind.MIXED:
            index += 1
            continue
        if kind is Kind.STOP and index and kinds[index - 1] is Kind.LETTER and (like := _likening(tokens, index)):
            index = min(len(tokens), index + like)
            continue
        if kind is Kind.STOP or (kind in (Kind.WORD, Kind.STATE) and not words):
            break
        if kind in (Kind.WORD, Kind.STATE):
            plain += 1
            if plain > MOST_WORDS or (index and kinds[index - 1] is Kind.MIXED and not tokens[index - 1].ends):
                break
        index += 1
        if tokens[index - 1].ends and following not in _SPELLED:
            break
    return index


def _likening(tokens: Sequence[Token], index: int) -> int:
    """Tokens of "as in boy", "like boy", "for boy" after a letter."""
    words = [token.word for token in tokens[index : index + 2]]
    if words == ["as", "in"]:
        return 3
    return 2 if words[:1] in (["like"], ["for"]) else 0


def _is_secret(
    role: str, tokens: Sequence[Token], kinds: Sequence[Kind], count: int, least: int, *, linked: bool
) -> bool:
    """Whether the first `count` tokens are a secret of this role; `least`: figures of a code."""
    said, following = kinds[:count], tokens[count].word if count < len(tokens) else ""
    figures = sum(_figures(token.word) for token in tokens[:count])
    mixed = max((len(t.word) for t, kind in zip(tokens[:count], said, strict=True) if kind is Kind.MIXED), default=0)
    letters = said.count(Kind.LETTER)
    counted = following in UNITS or any(token.word in UNITS for token in tokens[1:count])
    if counted and not mixed and not letters:
        return False
    if role == "key":
        return mixed >= 8 or letters + figures >= 8
    if role == "code" and not linked:
        return False
    if role in ("pin", "code"):
        return figures >= least or mixed >= 5 or (figures > 0 and letters + figures >= _LEAST_FIGURES)
    if not linked:
        return mixed >= 6 or figures >= 5
    return _is_password(said, figures, mixed, letters)


def _is_password(said: Sequence[Kind], figures: int, mixed: int, letters: int) -> bool:
    content = [kind for kind in said if kind in _CONTENT]
    plain = sum(kind in (Kind.WORD, Kind.STATE) for kind in said)
    if not content:
        return False
    if said[0] is Kind.STATE:
        return mixed > 0 or (plain >= 3 and said.count(Kind.STATE) == 1) or (Kind.MARK in said and plain > 1)
    if mixed or letters > 1 or Kind.MARK in said or figures >= 3:
        return True
    if said[0] is Kind.NUMBER:
        return said.count(Kind.NUMBER) > 1
    return said[0] is Kind.WORD and said.count(Kind.STATE) * 2 < len(said)


def _figures(word: str) -> int:
    """How many figures a word stands for."""
    if word.replace("-", "").isdecimal():
        return len(word.replace("-", ""))
    return 1 if word in ONES or word in TIMES else 2 if word in TENS else 0
