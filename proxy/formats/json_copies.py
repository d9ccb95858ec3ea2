"""Split a text that repeats a whole transcript (``text`` beside ``segments``) by who said what, word for word."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from proxy.model import Span

_WORD = re.compile(r"[^\W_]+")
_MOST_LABEL_WORDS = 8
_MOST_PLACES = 20
"""So many places at which a copy may begin are compared."""
_FEWEST_WORDS = 5
"""A turn of fewer words proves nothing about a text that holds more than the turns: everybody says "yes"."""


class Piece(NamedTuple):
    """A part of the copy: which of the turns it repeats, and where a label stands in front of it, if one does."""

    turn: int
    words: Span
    label: Span | None


class Told(NamedTuple):
    """The words of a turn, folded, and what may stand in front of them."""

    turn: int
    words: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    speaker: str | None = None


def tell(turn: int, text: str, speaker: str | None) -> Told:
    """What to look for. In front of the words the speaker's label may stand, also as ``Speaker 0`` for ``0``."""
    label = _folded(speaker or "")[:_MOST_LABEL_WORDS]
    return Told(turn, _folded(text), (label, ("speaker", *label)) if label else (), speaker)


def split_copy(copy: str, turns: Sequence[Told]) -> list[Piece] | None:
    """The copy as pieces, in the order of `turns`; None unless every word of it is accounted for."""
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    pieces: list[Piece] = []
    at = 0
    for told in turns:
        if at == len(found):
            break
        begun = next(
            (at + len(label) for label in ((), *told.labels) if _follow(found, at, (*label, *told.words))), None
        )
        if begun is None:
            return None
        label = Span(found[at][1][0], found[begun - 1][1][1]) if begun > at else None
        at = begun + len(told.words)
        limit = found[at][1][0] if at < len(found) else len(copy)
        pieces.append(Piece(told.turn, Span(found[begun][1][0], _end(copy, found[at - 1][1][1], limit)), label))
    return pieces if at == len(found) else None


def find_copy(copy: str, turns: Sequence[Told]) -> list[Piece]:
    """The copy as pieces of what turns say in a row, from any word on; empty where it is no such part.

    Where the same words are said by several people the copy is none of theirs: nobody can tell whom it repeats.
    """
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    flow = [(word, told) for told in turns for word in told.words]
    text = "".join(f"\0{word}" for word, _ in flow) + "\0"
    sought = "".join(f"\0{word}" for word, _ in found) + "\0"
    starts = list(accumulate((len(word) + 1 for word, _ in flow), initial=0))
    owners: list[list[Told]] = []
    at = text.find(sought) if found else -1
    while at >= 0 and len(owners) <= _MOST_PLACES:
        first = bisect_left(starts, at)
        owners.append([told for _, told in flow[first : first + len(found)]])
        at = text.find(sought, at + 1)
    voices = {tuple(told.speaker for told in place) for place in owners}
    if len(voices) != 1 or len(owners) > _MOST_PLACES:
        return []
    pieces = [list(part) for _, part in groupby(zip(found, owners[0], strict=True), key=lambda each: each[1].turn)]
    ends = [part[0][0][1][0] for part in pieces[1:]] + [len(copy)]
    return [
        Piece(part[0][1].turn, Span(part[0][0][1][0], _end(copy, part[-1][0][1][1], end)), None)
        for part, end in zip(pieces, ends, strict=True)
    ]


def telling(turns: Sequence[Told]) -> list[Told]:
    """The turns of five words or more, which prove whose words they are wherever they stand."""
    return [told for told in turns if len(told.words) >= _FEWEST_WORDS]


def find_turns(copy: str, turns: Sequence[Told]) -> list[Piece]:
    """What turns say in a text that holds more: all that are `telling`, whole and in their order.

    Empty where one of them is missing. What stands between the pieces is nobody's.
    """
    found = [(match[0].casefold(), match.span()) for match in _WORD.finditer(copy)]
    text = "".join(f"\0{word}" for word, _ in found) + "\0"
    starts = list(accumulate((len(word) + 1 for word, _ in found), initial=0))
    pieces: list[Piece] = []
    at = 0
    for told in turns:
        place = text.find("".join(f"\0{word}" for word in told.words) + "\0", starts[at])
        if place < 0:
            return []
        first = bisect_left(starts, place)
        label = next((n for n in map(len, told.labels) if at <= first - n and _labels(found, first, n, told)), 0)
        spoken_by = Span(found[first - label][1][0], found[first - 1][1][1]) if label else None
        at = first + len(told.words)
        limit = found[at][1][0] if at < len(found) else len(copy)
        pieces.append(Piece(told.turn, Span(found[first][1][0], _end(copy, found[at - 1][1][1], limit)), spoken_by))
    return pieces


def _labels(found: Sequence[tuple[str, tuple[int, int]]], first: int, length: int, told: Told) -> bool:
    """Whether the words in front of a turn are one of its labels."""
    return tuple(word for word, _ in found[first - length : first]) in told.labels


def _folded(text: str) -> tuple[str, ...]:
    return tuple(match[0].casefold() for match in _WORD.finditer(text))


def _follow(found: Sequence[tuple[str, tuple[int, int]]], at: int, words: Sequence[str]) -> bool:
    if at + len(words) > len(found):
        return False
    return all(found[at + offset][0] == word for offset, word in enumerate(words))


def _end(copy: str, at: int, limit: int) -> int:
    """The end of what was said: with the punctuation that directly follows the last word."""
    while at < limit and not copy[at].isspace():
        at += 1
    return at
