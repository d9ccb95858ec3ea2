"""A written view of a spoken text, with a mapping back to the offsets of the text.

In the view, ``four one five`` reads ``415``, ``jane dot doe at acme dot com`` reads ``jane.doe@acme.com``, and a
listener's "mhm" between two halves of a number is left out. Each character of the view knows which characters of the
text it stands for, so whatever reads written text can read speech.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.model import Span


class Rewriting(NamedTuple):
    """Rewrites ``start..end`` as the characters of `glyphs`, each with the span that it stands for."""

    start: int
    end: int
    glyphs: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class View:
    """The written `text`; its character `i` stands for ``origin[i]..until[i]`` of the source. Neither decreases."""

    text: str
    origin: Sequence[int]
    until: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The source span of ``text[start:end]`` (not empty), including what the view leaves out inside it."""
        return Span(self.origin[start], self.until[end - 1])

    def pieces(self, source: str, start: int, end: int) -> list[Span]:
        """The parts of the source span of ``text[start:end]`` line by line, without lines that the view leaves out."""
        pieces: list[Span] = []
        for low, high in self._runs(start, end):
            for left, right in _lines(source, low, high):
                if pieces and "\n" not in source[pieces[-1].end : left]:
                    pieces[-1] = Span(pieces[-1].start, right)
                else:
                    pieces.append(Span(left, right))
        return pieces

    def _runs(self, start: int, end: int) -> Iterator[Span]:
        """Source spans of the characters; adjacent ones are joined."""
        low, high = self.origin[start], self.until[start]
        for at in range(start + 1, end):
            if self.origin[at] > high:
                yield Span(low, high)
                low = self.origin[at]
            high = max(high, self.until[at])
        yield Span(low, high)

    def rewritten(self, rewritings: Iterable[Rewriting]) -> View:
        """The view with some stretches (in order, disjoint) rewritten."""
        rewritings = list(rewritings)
        if not rewritings:
            return self
        text: list[str] = []
        origin, until = array("q"), array("q")
        done = 0
        for rewriting in rewritings:
            text.append(self.text[done : rewriting.start])
            origin.extend(self.origin[done : rewriting.start])
            until.extend(self.until[done : rewriting.start])
            for characters, (start, end) in rewriting.glyphs:
                text.append(characters)
                origin.extend([self.origin[start]] * len(characters))
                until.extend([self.until[end - 1]] * len(characters))
            done = rewriting.end
        text.append(self.text[done:])
        origin.extend(self.origin[done:])
        until.extend(self.until[done:])
        return View("".join(text), origin, until)


def plain(text: str) -> View:
    """The view that shows a text as it is."""
    return View(text, range(len(text)), range(1, len(text) + 1))


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """The lines of ``start..end`` without white space at their ends."""
    at = start
    for line in text[start:end].split("\n"):
        left, right = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        if left < right:
            yield Span(left, right)
        at += len(line) + 1
