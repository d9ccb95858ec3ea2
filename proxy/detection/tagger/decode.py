"""Turn the model's answer for each token into spans of text: each word is decided as a whole, entities are words.

For each token, the model answers whether an entity of some kind begins, continues, or neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from proxy.detection.tagger.letters import KATAKANA
from proxy.detection.tagger.windows import LINE, Tokens
from proxy.wording.folded import UNSPACED

KINDS = (
    "PERSON",
    "LOCATION",
    "ORGANIZATION",
    "NRP",
    "DATE_TIME",
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "CREDIT_CARD",
    "ID_NUMBER",
)
"""Kinds that the model knows, in the order of its outputs: never change the order without new weights."""

OUTSIDE = 0
LABELS = 1 + 2 * len(KINDS)


def begins(kind: str) -> int:
    """The label of the first token of an entity."""
    return 1 + 2 * KINDS.index(kind)


def goes_on(kind: str) -> int:
    """The label of every further token of an entity."""
    return 2 + 2 * KINDS.index(kind)


LEAST: Mapping[str, float] = {
    "PERSON": 0.3,
    "LOCATION": 0.25,
    "ORGANIZATION": 0.3,
    "NRP": 0.4,
    "DATE_TIME": 0.4,
    "EMAIL_ADDRESS": 0.4,
    "PHONE_NUMBER": 0.4,
    "CREDIT_CARD": 0.4,
    "ID_NUMBER": 0.5,
}
"""Least probability of a kind for a word to have it. A name or number that leaves costs more than a false finding."""

BESIDE = 0.3
"""What share of the least probability is enough for a piece that touches an entity, in scripts without spaces."""

EMAIL = "EMAIL_ADDRESS"
_ADDRESS_WORDS = frozenset("at dot underscore dash hyphen".split())
_EMAIL, _PERSON = KINDS.index(EMAIL), KINDS.index("PERSON")
_MORE_PROBABLE = 4
"""Factor on the other kinds' probabilities for a word that the model wrongly takes for an address."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_KATAKANA = re.compile(f"[{KATAKANA}]")
_JOINERS = frozenset("\u200c\u200d")
NUMBERS = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "ID_NUMBER"})
"""Kinds that differ only by the length and use of a number; adjacent ones are one number."""


class Entity(NamedTuple):
    """A stretch of text that the model takes for an entity; `score` is the probability of its least certain word."""

    start: int
    end: int
    kind: str
    score: float


class _Word(NamedTuple):
    """A run of letters and digits, or a line end (no shares). `begins` says by kind whether an entity begins here."""

    start: int
    end: int
    shares: NDArray[np.float32] | None
    begins: NDArray[np.bool_] | None


def entities(
    text: str, read: Tokens, shares: NDArray[np.float32], thresholds: Mapping[str, float] = LEAST
) -> list[Entity]:
    """Entities by start, disjoint. `shares` holds the probability of each label for each token."""
    least = np.array([thresholds[kind] for kind in KINDS], np.float32)
    words = list(_words(text, read, shares))
    groups = list(_groups(words, least))
    astray = {
        word.start
        for group in groups
        if group[0][1] == _EMAIL and not looks_like_address(text[group[0][0].start : group[-1][0].end])
        for word, _ in group
    }
    if astray:
        told = [_no_address(text, word) if word.start in astray else word for word in words]
        groups = list(_groups(told, least))
    return _one_number(text, [_entity(group, least) for group in groups])


def _no_address(text: str, word: _Word) -> _Word:
    """A word that the model wrongly takes for an address: a name before an address looks like the address's beginning.

    It does belong to a person. With a capital it is a name, however improbable the model finds that.
    """
    if word.shares is None:
        return word
    shares = np.minimum(word.shares * _MORE_PROBABLE, 1.0)
    if text[word.start].isupper():
        shares[_PERSON] = max(shares[_PERSON], word.shares[_EMAIL])
    shares[_EMAIL] = 0.0
    return word._replace(shares=shares)


def looks_like_address(piece: str) -> bool:
    """Whether a whole or partial e-mail address has its sign, or a word for a sign among other words."""
    words = piece.split()
    return "@" in piece or (len(words) > 1 and not _ADDRESS_WORDS.isdisjoint(map(str.lower, words)))


def _groups(words: Sequence[_Word], least: NDArray[np.float32]) -> Iterator[list[tuple[_Word, int]]]:
    """Groups of adjacent words of one kind, each word with its kind."""
    group: list[tuple[_Word, int]] = []
    for word, kind in zip(words, _kinds(words, least), strict=True):
        if group and (kind != group[-1][1] or (word.begins is not None and word.begins[kind])):
            yield group
            group = []
        if kind >= 0:
            group.append((word, kind))
    if group:
        yield group


def _kinds(words: Sequence[_Word], least: NDArray[np.float32]) -> list[int]:
    """The kind of each word, or -1. Pieces that touch one with a kind need less for it: a name leaves as a whole."""
    kinds = _alone(words, least)
    count = len(words)
    for beside, at in (*pairwise(range(count)), *pairwise(reversed(range(count)))):
        shares, kind = words[at].shares, kinds[beside]
        if kinds[at] < 0 <= kind and shares is not None and words[max(at, beside)].begins is None:
            kinds[at] = kind if shares[kind] >= least[kind] * BESIDE else -1
    return kinds


def _alone(words: Sequence[_Word], least: NDArray[np.float32]) -> list[int]:
    """The kind of each word by itself, or -1."""
    told = [at for at, word in enumerate(words) if word.shares is not None]
    kinds = [-1] * len(words)
    if told:
        shares = np.stack([shares for word in words if (shares := word.shares) is not None])
        likeliest = (shares / least).argmax(axis=1)
        enough = shares[np.arange(len(told)), likeliest] >= least[likeliest]
        for at, kind in zip(told, np.where(enough, likeliest, -1).tolist(), strict=True):
            kinds[at] = kind
    return kinds


def _entity(group: Sequence[tuple[_Word, int]], least: NDArray[np.float32]) -> Entity:
    kind = group[0][1]
    probable = (float(word.shares[kind]) for word, _ in group if word.shares is not None)
    score = min(share for share in probable if share >= least[kind])
    return Entity(group[0][0].start, group[-1][0].end, KINDS[kind], round(score, 4))


def _one_number(text: str, found: list[Entity]) -> list[Entity]:
    """Numbers with nothing but spaces or hyphens between them become one, of the kind of the longest part."""
    joined: list[Entity] = []
    longest = 0
    for entity in found:
        last = joined[-1] if joined else None
        length = entity.end - entity.start
        if last and {last.kind, entity.kind} <= NUMBERS and text[last.end : entity.start].strip(" -") == "":
            kind = entity.kind if length > longest else last.kind
            joined[-1] = Entity(last.start, entity.end, kind, max(last.score, entity.score))
            longest = max(longest, length)
        else:
            joined.append(entity)
            longest = length
    return joined


def _words(text: str, read: Tokens, shares: NDArray[np.float32]) -> Iterator[_Word]:
    """Each run of letters and digits with its shares by kind; signs between words of one kind do not end an entity.

    No entity begins where one of its kind ends with the letter before.
    """
    begin, within = shares[:, 1::2], shares[:, 2::2]
    each, begins = begin + within, begin > within
    count = len(read.ids)
    at = 0
    while at < count:
        last = at
        while last + 1 < count and read.starts[last + 1] == read.ends[last] and _glued(text, read, last):
            last += 1
        start, end = read.starts[at], read.ends[last]
        if read.words[at] == LINE:
            yield _Word(start, end, None, None)
        elif any(map(str.isalnum, text[start:end])):
            touches = at > 0 and read.ends[at - 1] == start > 0
            goes_on = touches and _is_of_word(text[start - 1]) and _is_of_word(text[start])
            own = each[at] if last == at else each[at : last + 1].mean(axis=0)
            yield _Word(start, end, own, None if goes_on else begins[at])
        at = last + 1


def _glued(text: str, read: Tokens, last: int) -> bool:
    """Whether the token after `last`, which touches it, belongs to the same word.

    In scripts without spaces, and before particles, each token is a word, but for words from abroad in katakana.
    """
    before, after = text[read.ends[last] - 1], text[read.starts[last + 1] : read.starts[last + 1] + 1]
    if _UNSPACED.match(before) or _UNSPACED.match(after):
        return bool(_KATAKANA.match(before) and _KATAKANA.match(after))
    return _is_of_word(before) and _is_of_word(after)


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or sign in _JOINERS or (sign > "\u02ff" and category(sign)[0] == "M")
