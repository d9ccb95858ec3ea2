"""Decide which of two findings at one place wins: the name of a person, or a word of a special category."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate
from typing import Protocol, TypeVar

from proxy.model import SPECIAL_CATEGORIES

PERSON = "PERSON"
"""The kind of names of people."""


class Spanned(Protocol):
    """A span ``start..end`` of a text with a kind."""

    @property
    def start(self) -> int:
        """The first character."""

    @property
    def end(self) -> int:
        """One past the last character."""

    @property
    def kind(self) -> str:
        """The name of its kind."""


Found = TypeVar("Found", bound=Spanned)


def names_first(names: Iterable[Spanned], found: Iterable[Found]) -> list[Found]:
    """`found` without special categories that would cut into a name ("Christian" in "Christian Meyer") or equal it.

    A term that holds a name and more stays, because it is not a name ("Crohn's disease").
    """
    ordered = sorted((name.start, name.end) for name in names)
    spans = set(ordered)
    reach = list(accumulate((end for _, end in ordered), max))

    def cuts(start: int, end: int) -> bool:
        before, within = bisect_left(ordered, (start,)), bisect_left(ordered, (end,))
        return (before > 0 and reach[before - 1] > start) or (within > 0 and reach[within - 1] > end)

    return [
        f for f in found if f.kind not in SPECIAL_CATEGORIES or not ((f.start, f.end) in spans or cuts(f.start, f.end))
    ]
