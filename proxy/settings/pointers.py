"""Places in JSON, as an operator writes them: JSON Pointers (RFC 6901); ``*`` stands for every item of an array."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import AfterValidator, Field

ANY = "*"
"""Every item of an array."""


def tokens_of(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer, unescaped (RFC 6901 §4); none for the whole document."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _pointer(pointer: str) -> str:
    if not re.fullmatch(r"(?:/(?:[^/~]|~[01])*)*", pointer) or len(pointer) > 400:
        raise ValueError(f"{pointer!r} is no JSON Pointer; write it like /segments/*/text")
    return pointer


Pointer = Annotated[str, AfterValidator(_pointer)]
Place = Annotated[Pointer, Field(min_length=1)]


def one_meaning_each(places: Iterable[str]) -> None:
    """Raises `ValueError` if a place is listed twice, or lies within another that is listed."""
    seen: dict[tuple[str, ...], str] = {}
    for place in places:
        tokens = tokens_of(place)
        if tokens in seen:
            raise ValueError(f"{place} is listed twice; give every place one meaning")
        seen[tokens] = place
    for tokens, place in seen.items():
        above = next(_above(tokens, seen), None)
        if above is not None:
            raise ValueError(f"{place} lies within {above}, which has a meaning already; list one of them")


def outermost(places: Iterable[str]) -> list[str]:
    """The places that lie within no other, each once."""
    found = {tokens_of(place): place for place in places}
    return [place for tokens, place in found.items() if next(_above(tokens, found), None) is None]


def _above(tokens: tuple[str, ...], places: dict[tuple[str, ...], str]) -> Iterator[str]:
    return (places[tokens[:n]] for n in range(1, len(tokens)) if tokens[:n] in places)
