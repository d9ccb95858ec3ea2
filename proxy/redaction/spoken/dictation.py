"""Numbers that are dictated in pieces, and read back: which pieces belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from proxy.model import Span
from proxy.redaction.spoken.numbers import Number, is_short_of_whole
from proxy.redaction.spoken.parts import Part
from proxy.redaction.spoken.words import Words

_READ_BACK_CHARS = 800
_COMPLETED_CHARS = 160
_NEIGHBOURS = 3
_FEWEST = 3


class Said(NamedTuple):
    """A number and its spans line by line. `whole` is the index of the number that it is a part of, or again.

    `again` says that it repeats what another has said, so it adds nothing to that.
    """

    number: Number
    spans: tuple[Span, ...]
    whole: int
    again: bool


def tied(numbers: Sequence[Number], words: Words) -> list[Said]:
    """All numbers of a known kind, and the shorter ones beside them that are parts of them or read them back."""
    whole: list[int | None] = [at if number.kind else None for at, number in enumerate(numbers)]
    again = [False] * len(numbers)
    places = [(words.starts[n.parts[0].first], words.ends[n.parts[-1].last - 1]) for n in numbers]
    for at, number in enumerate(numbers):
        if number.kind or len(number.digits) < _FEWEST:
            continue
        for other in _beside(at, numbers):
            gap = max(places[at][0], places[other][0]) - min(places[at][1], places[other][1])
            if gap <= _READ_BACK_CHARS and number.digits in numbers[other].digits:
                whole[at], again[at] = other, True
                break
    for order in (range(1, len(numbers)), range(len(numbers) - 2, -1, -1)):
        for at in order:
            other = at - order.step
            main = whole[other]
            if whole[at] is not None or main is None or not numbers[at].digits.isdecimal():
                continue
            close = max(places[at][0], places[other][0]) - min(places[at][1], places[other][1]) <= _COMPLETED_CHARS
            if close and is_short_of_whole(numbers[main]) and _in_groups(numbers[at], words):
                whole[at] = main
    return [
        Said(number, tuple(_spans(number.parts, words)), main, again[at] or _repeats(numbers, at, main))
        for at, (number, main) in enumerate(zip(numbers, whole, strict=True))
        if main is not None
    ]


def _beside(at: int, numbers: Sequence[Number]) -> Iterator[int]:
    """Neighbours of a known kind, the nearest first."""
    for away in range(1, _NEIGHBOURS + 1):
        for other in (at - away, at + away):
            if 0 <= other < len(numbers) and numbers[other].kind:
                yield other


def _in_groups(number: Number, words: Words) -> bool:
    """Whether three to six digits were said one by one, as a group of a longer number."""
    said = all(not words.words[part.first].isdecimal() for part in number.parts)
    return said and _FEWEST <= len(number.digits) <= 6 and all(len(part.text) == 1 for part in number.parts)


def _repeats(numbers: Sequence[Number], at: int, main: int) -> bool:
    return at != main and numbers[at].digits in numbers[main].digits


def _spans(parts: Sequence[Part], words: Words) -> Iterator[Span]:
    first = 0
    for at in range(1, len(parts) + 1):
        if at == len(parts) or parts[at].fresh:
            yield Span(words.starts[parts[first].first], words.ends[parts[at - 1].last - 1])
            first = at
