"""From the model's answer for each token to stretches of text: a word is decided as a whole, entities are words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from proxy.redaction.tagger.labels import KINDS, OUTSIDE
from proxy.redaction.tagger.windows import LINE, Tokens

LEAST: Mapping[str, float] = {
    "PERSON": 0.4,
    "LOCATION": 0.4,
    "ORGANIZATION": 0.6,
    "NRP": 0.6,
    "DATE_TIME": 0.6,
    "EMAIL_ADDRESS": 0.4,
    "PHONE_NUMBER": 0.4,
    "CREDIT_CARD": 0.4,
    "ID_NUMBER": 0.5,
}
"""How probable a kind must be for a word to be of it. Names and numbers that leave cost more than a false finding."""

_LEAST = np.array([LEAST[kind] for kind in KINDS], np.float32)
NUMBERS = frozenset({"PHONE_NUMBER", "CREDIT_CARD", "ID_NUMBER"})
"""Kinds that differ by how long a number is and what it is for: neighbours of these are one number."""


class Entity(NamedTuple):
    """A stretch of text that the model takes for an entity; `score` is its least certain word's probability."""

    start: int
    end: int
    kind: str
    score: float


class _Word(NamedTuple):
    start: int
    end: int
    kind: int
    score: float
    begins: bool


def entities(text: str, read: Tokens, shares: NDArray[np.float32]) -> list[Entity]:
    """Entities by start, disjoint. `shares` holds for each token the probability of each label."""
    found: list[Entity] = []
    open_kind = OUTSIDE
    for word in _words(text, read, shares):
        if word.kind < 0:
            open_kind = OUTSIDE
            continue
        kind = KINDS[word.kind]
        if found and open_kind == word.kind + 1 and not word.begins:
            last = found[-1]
            found[-1] = Entity(last.start, word.end, kind, min(last.score, word.score))
        else:
            found.append(Entity(word.start, word.end, kind, word.score))
        open_kind = word.kind + 1
    return _one_number(text, found)


def _one_number(text: str, found: list[Entity]) -> list[Entity]:
    """Numbers with nothing but spaces between them become one, of the kind of the longest part."""
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
    """Each run of letters and digits with its kind (-1: none); signs between words of one kind end nothing."""
    begin, within = shares[:, 1::2], shares[:, 2::2]
    each = begin + within
    count = len(read.ids)
    at = 0
    while at < count:
        last = at
        while last + 1 < count and read.starts[last + 1] == read.ends[last] and _glued(text, read, last):
            last += 1
        start, end = read.starts[at], read.ends[last]
        if read.words[at] == LINE:
            yield _Word(start, end, -1, 0.0, False)
        elif any(map(str.isalnum, text[start:end])):
            mean = each[at : last + 1].mean(axis=0)
            kind = int((mean / _LEAST).argmax())
            if mean[kind] < _LEAST[kind]:
                kind = -1
            yield _Word(start, end, kind, round(float(mean[kind]), 4), bool(begin[at, kind] > within[at, kind]))
        at = last + 1


def _glued(text: str, read: Tokens, last: int) -> bool:
    """Whether the token after `last`, which touches it, is of the same run of letters and digits."""
    return text[read.ends[last] - 1].isalnum() and text[read.starts[last + 1]].isalnum()
