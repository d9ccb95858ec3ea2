"""Passwords, PINs and codes as people say or type them in a sentence: "the password is capital B l u e forty two".

What names a secret ("password", "door code", "api key") must be followed by "is" or its like and then by something
that can be one: spelled letters, figures in words, a made-up word with figures or signs in it, or, for passwords,
plain words that say nothing about the password. "The password is wrong" and "the PIN is four digits" are no secrets.
All look-ahead is bounded, so the cost is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from proxy.model import Span
from proxy.redaction.secrets.tokens import Kind, Token, figures_of, kind_of
from proxy.redaction.secrets.wording import FILLERS, LINK, NAMED, OTHER_CODES, TO, UNITS

REACH = 240
MOST_TOKENS = 32
MOST_WORDS = 8
"""Plain words of a pass phrase."""

_TOKEN = re.compile(r"\S+")
_OUTER = ",;:?.\"'`()[]{}<>…"
_ENDS = frozenset(",;:?.!…")
_LEAST_FIGURES = 4


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
    if not link and kind_of(tokens, 0) not in (Kind.MIXED, Kind.FIGURES, Kind.NUMBER):
        return None
    kinds = [kind_of(tokens, index) for index in range(len(tokens))]
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
    figures = sum(figures_of(token.word) for token in tokens[:count])
    mixed = max((len(t.word) for t, kind in zip(tokens[:count], said, strict=True) if kind is Kind.MIXED), default=0)
    letters = said.count(Kind.LETTER)
    numbers = (Kind.NUMBER, Kind.FIGURES)
    words = [*(token.word for token in tokens[1:count]), following]
    counted = any(kind in numbers and word in UNITS for kind, word in zip(said, words, strict=True))
    if counted and not mixed and not letters:
        return False
    if role == "key":
        return mixed >= 8 or letters + figures >= 8
    if role in ("pin", "code"):
        enough = figures >= least or mixed >= 5 or (figures > 0 and letters + figures >= _LEAST_FIGURES)
        return enough and (linked or role == "pin")
    if not linked:
        return mixed >= 6 or figures >= 5
    possessive = count == 1 and tokens[0].word.endswith(("'s", "’s"))
    return following != "than" and not possessive and _is_password(said, figures, mixed, letters)


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
