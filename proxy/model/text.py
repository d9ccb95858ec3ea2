"""Spans of a text and edits to it: sorted, disjoint replacements in original coordinates.

Offsets are code points, half open: ``text[start:end]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace ``text[start:end]`` by `replacement`. Edits of one text are sorted and do not overlap."""

    start: int
    end: int
    replacement: str


WITHHELD = "[withheld]"
"""Replaces the words that are withheld."""


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` with every edit made once; all other characters stay as they are.

    Offsets are those of the original text. Edits may touch, and several insertions (empty spans) may share a place;
    they are made in the order given. Raises `ValueError` if edits are unsorted, overlap, run backwards or reach beyond
    the text: a caller that miscounts must fail, and not send a text edited in the wrong place.
    """
    pieces: list[str] = []
    done = 0
    for number, edit in enumerate(edits):
        if not done <= edit.start <= edit.end <= len(text):
            raise ValueError(f"edit {number} is unsorted, overlaps the one before it or lies outside of the text")
        pieces.append(text[done : edit.start])
        pieces.append(edit.replacement)
        done = edit.end
    pieces.append(text[done:])
    return "".join(pieces)
