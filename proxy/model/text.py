"""Places in a text and changes to it. Offsets are code points, half open: ``text[start:end]``."""

from __future__ import annotations

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
