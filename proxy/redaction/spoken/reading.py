"""Presidio's recognizers over a written view, read only where something was said.

Context words count as they do for written text: they must stand shortly before, and lift a score.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from proxy.model import Span

_BEFORE, _AFTER = 100, 60
"""Characters of the view around what was said that recognizers see."""
_CONTEXT_BOOST, _CONTEXT_FLOOR = 0.35, 0.4
_CONTEXT_CHARS = 50


class Match(NamedTuple):
    """A recognizer's match in the view."""

    start: int
    end: int
    kind: str
    score: float
    source: str


def read(view: str, said: Sequence[Span], recognizers: Sequence[Any], caps: Mapping[str, float]) -> Iterator[Match]:
    """Matches that touch what was said. The cost is linear: windows around what was said do not overlap."""
    for low, high, inside in _windows(view, said):
        text = view[low:high]
        for recognizer in recognizers:
            for result in recognizer.analyze(text, recognizer.supported_entities, None):
                start, end = result.start + low, result.end + low
                if any(start < span.end and span.start < end for span in inside):
                    score = _in_context(view, start, result.score, recognizer, caps)
                    yield Match(start, end, result.entity_type, round(score, 4), recognizer.name)


def _windows(view: str, said: Sequence[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    inside: list[Span] = []
    left = right = 0
    for span in said:
        low, high = _word_start(view, span.start - _BEFORE), _word_end(view, span.end + _AFTER)
        if inside and low <= right:
            right = max(right, high)
            inside.append(span)
            continue
        if inside:
            yield left, right, inside
        left, right, inside = low, high, [span]
    if inside:
        yield left, right, inside


def _word_start(view: str, at: int) -> int:
    """The start of a word at or after `at`, so that no window opens inside of one."""
    if at <= 0:
        return 0
    space = view.find(" ", at, at + _BEFORE // 2)
    return space + 1 if space >= 0 else at


def _word_end(view: str, at: int) -> int:
    if at >= len(view):
        return len(view)
    space = view.rfind(" ", at - _AFTER // 2, at)
    return space if space >= 0 else at


def _in_context(view: str, start: int, score: float, recognizer: Any, caps: Mapping[str, float]) -> float:
    if not recognizer.context:
        return score
    before = view[max(0, start - _CONTEXT_CHARS) : start].lower()
    if _any_word(tuple(sorted({word.strip().lower() for word in recognizer.context}))).search(before):
        return float(min(max(score + _CONTEXT_BOOST, _CONTEXT_FLOOR), 1.0))
    return min(score, caps.get(recognizer.name, 1.0))


@lru_cache(maxsize=256)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(w)}" + (r"(?:'?s)?\b" if len(w) <= 3 else "") for w in words))
