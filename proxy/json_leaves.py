"""The short strings of JSON in a text, read one after the other: a word list cuts what was said into pieces.

`joined` works on whole documents and on JSON amid other text, escaped or not. It reads signs, not grammar: two strings
are neighbours where only brackets, commas, numbers, constants and keys stand between. The cost is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LONGEST = 48
"""Characters of a string that is taken for a piece; longer ones are texts of their own."""

_PLAIN = re.compile(r'(?<!\\)"(?P<leaf>(?:[^"\\\n]|\\.)*)"(?P<key>\s{0,8}:)?')
_ESCAPED = re.compile(r'\\+"(?P<leaf>(?:[^"\\\n]|\\(?![\\"]))*)\\+"(?P<key>\s{0,8}:)?')
_BETWEEN = re.compile(r"(?:[\s,:{}\[\]0-9.+eE-]|\\[nrt]|true|false|null)*")
_FEWEST = 2


class Piece(NamedTuple):
    """A string of the source (its content) and where it stands in the joined text."""

    at: int
    start: int
    end: int


class Joined(NamedTuple):
    """Strings in order as one `text`."""

    text: str
    pieces: tuple[Piece, ...]
    gap: str

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of the source that ``text[start:end]`` stands for, string by string."""
        found = []
        for at, low, high in self.pieces:
            left, right = max(start, at), min(end, at + high - low)
            if left < right:
                found.append((low + left - at, low + right - at))
        return found


class _Leaf(NamedTuple):
    key: str
    start: int
    end: int


def joined(text: str, *, escaped: bool = True) -> list[Joined]:
    """Every row of short strings as one text: all of a row, and those under each key where there are several.

    With `escaped`, JSON in a string of JSON is read as well.
    """
    rows: list[Joined] = []
    for pattern in (_PLAIN, _ESCAPED) if escaped else (_PLAIN,):
        for row in _rows(text, pattern):
            by_key: dict[str, list[_Leaf]] = {}
            for leaf in row:
                by_key.setdefault(leaf.key, []).append(leaf)
            several = [row, *by_key.values()] if len(by_key) > 1 else [row]
            rows += (join(text, [(leaf.start, leaf.end) for leaf in leaves]) for leaves in several if leaves[1:])
    return rows


def join(text: str, spans: Sequence[tuple[int, int]]) -> Joined:
    """Spans of a text as one text: with spaces between, unless they bring their own."""
    spaced = any(text[start].isspace() or text[end - 1].isspace() for start, end in spans)
    gap = "" if spaced else " "
    pieces: list[Piece] = []
    at = 0
    for start, end in spans:
        pieces.append(Piece(at, start, end))
        at += end - start + len(gap)
    return Joined(gap.join(text[start:end] for start, end in spans), tuple(pieces), gap)


def _rows(text: str, pattern: re.Pattern[str]) -> Iterator[list[_Leaf]]:
    """Rows of neighbouring strings; a long string or other words end one. Keys are no part of a row."""
    row: list[_Leaf] = []
    key, end = "", 0
    for match in pattern.finditer(text):
        if _BETWEEN.fullmatch(text, end, match.start()) is None:
            if len(row) >= _FEWEST:
                yield row
            row, key = [], ""
        end = match.end()
        start, stop = match.span("leaf")
        if match["key"] is not None:
            key = match["leaf"]
        elif 0 < stop - start <= LONGEST:
            row.append(_Leaf(key, start, stop))
        elif stop > start:
            if len(row) >= _FEWEST:
                yield row
            row = []
    if len(row) >= _FEWEST:
        yield row
