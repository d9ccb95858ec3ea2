"""Cutting a segment into lines with their places, from pieces of any size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Place(NamedTuple):
    """Where a line begins: segment's file name, number of the line from 1, offset in bytes."""

    segment: str
    line: int
    offset: int


class Raw(NamedTuple):
    """A line without its line end. `whole` is False for bytes at the end that no line end follows."""

    place: Place
    content: bytes
    whole: bool


def lines_of(segment: str, pieces: Iterable[bytes]) -> Iterator[Raw]:
    """The lines of a segment, in order."""
    number, offset = 1, 0
    rest: list[bytes] = []
    for piece in pieces:
        *ends, tail = piece.split(b"\n")
        for end in ends:
            content = b"".join((*rest, end))
            rest.clear()
            yield Raw(Place(segment, number, offset), content, True)
            number, offset = number + 1, offset + len(content) + 1
        if tail:
            rest.append(tail)
    if rest:
        yield Raw(Place(segment, number, offset), b"".join(rest), False)
