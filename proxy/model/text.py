"""Apply edits to a text: sorted, disjoint replacements of spans in original coordinates.

Places in a text and changes to it. Offsets are code points, half open: ``text[start:end]``.
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
"""Stands where somebody's words were."""


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """`text` with every edit made once; all other characters stay as they are.

    Offsets are those of the original text. Edits may touch, and several insertions (empty spans) may share a
    place; they are made in the order given. Raises `ValueError` when edits are unsorted, overlap, run backwards
    or reach beyond the text: a caller that miscounts must fail, not send a text that is edited elsewhere.
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
