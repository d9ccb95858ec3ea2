"""The shape of a JSON API that no dialect knows, as an operator declares it for the dialect ``json``.

Places are JSON Pointers (RFC 6901); ``*`` in a pointer stands for every item of an array.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import Regex, Section

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


class Control(Section):
    """What a field may hold that is passed as it is. ``null`` always passes."""

    type: Literal["string", "integer", "number", "boolean"]
    values: tuple[str, ...] = ()
    """The strings that are allowed; for ``string`` give these or a pattern."""
    pattern: Regex | None = None
    """What the whole string must match; keep it narrow, since nothing redacts it."""
    min: float | None = None
    max: float | None = None
    """Bounds of a number, both needed: a number without bounds is a place for phone numbers."""

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        bounds = self.min is not None and self.max is not None
        if self.type == "string" and bool(self.values) == (self.pattern is not None):
            raise ValueError("a string needs either 'values' or a 'pattern'")
        if self.type in ("integer", "number") and not bounds:
            raise ValueError("a number needs 'min' and 'max'")
        if (self.type != "string" and (self.values or self.pattern)) or (
            self.type in ("string", "boolean") and not (self.min is self.max is None)
        ):
            raise ValueError(f"'values' and 'pattern' are for strings, 'min' and 'max' for numbers, not {self.type}")
        return self


class Utterances(Section):
    """An array in which each item is what one person said. Pointers but `items` are relative to the item."""

    items: Place
    """The items, such as ``/segments/*``."""
    text: Annotated[tuple[Place, ...], Field(min_length=1)]
    """What was said; each of them, where an item repeats it in another form."""
    speaker: Place | None = None
    """The speaker's label, as on the roster. None, or absent in an item: nobody claims it."""
    start: Place | None = None
    end: Place | None = None
    time: Literal["seconds", "milliseconds", "clock", "instant", "unix_seconds", "unix_milliseconds"] = "seconds"
    """What start and end are: from the start of the meeting as numbers or ``H:MM:SS``; or absolute, as RFC 3339."""

    @model_validator(mode="after")
    def _places(self) -> Self:
        if not self.items.endswith(f"/{ANY}"):
            raise ValueError("'items' must end with /* : it names the items of an array")
        inner = [*self.text, *(place for place in (self.speaker, self.start, self.end) if place)]
        if any(ANY in tokens_of(place) for place in inner):
            # Word by word, nothing that spans words would be found.
            raise ValueError("pointers within an item cannot hold '*'; list arrays of words under 'identifiers'")
        return self


class ReplyShape(Section):
    """Where the text of a reply is. Everything at and below these places is restored, in JSON or plain text."""

    text: Annotated[tuple[Pointer, ...], Field(min_length=1)]
    """Places of which at least one must be there; "" is the whole reply."""
    json_text: tuple[Place, ...] = ()
    """Places of strings that are themselves JSON, so that originals are escaped in them."""


class ErrorShape(Section):
    """Where the API puts the code and the message of an error."""

    code: Place = "/error/code"
    message: Place = "/error/message"


class JsonShape(Section):
    """What each field of a request is. A field that is not listed refuses the request."""

    speech: tuple[Place, ...] = ()
    """Text that may hold participants' words: a prompt with a transcript, a message."""
    transcript: tuple[Place, ...] = ()
    """Text that is a transcript and nothing else."""
    instructions: tuple[Place, ...] = ()
    """The client's own words: redacted, in need of no grant."""
    labels: tuple[Place, ...] = ()
    """Names of people that stand alone, such as a list of who was there."""
    utterances: tuple[Utterances, ...] = ()
    identifiers: tuple[Place, ...] = ()
    """Who or what asks, from where: cut out, with all that is below."""
    controls: dict[Place, Control] = {}
    max_bytes: dict[Place, Annotated[int, Field(gt=0)]] = {}
    """The recipient's bounds on texts, in bytes of UTF-8, checked on what would leave."""
    reply: ReplyShape
    error: ErrorShape = ErrorShape()

    @model_validator(mode="after")
    def _each_place_once(self) -> Self:
        seen: set[tuple[str, ...]] = set()
        for place in self.places():
            tokens = tokens_of(place)
            if tokens in seen:
                raise ValueError(f"{place} is listed twice; give every place one meaning")
            seen.add(tokens)
        for tokens in seen:
            above = next((tokens[:n] for n in range(1, len(tokens)) if tokens[:n] in seen), None)
            if above is not None:
                raise ValueError(f"/{'/'.join(tokens)} lies within /{'/'.join(above)}, which has a meaning already")
        if not (self.speech or self.transcript or self.utterances):
            raise ValueError("list where participants' words are: 'speech', 'transcript' or 'utterances'")
        unknown = set(self.max_bytes) - set(self.speech) - set(self.transcript)
        if unknown:
            raise ValueError(f"'max_bytes' names {sorted(unknown)[0]}, which is not listed as 'speech' or 'transcript'")
        return self

    def places(self) -> Iterator[str]:
        """Every place of a request that has a meaning."""
        yield from (*self.speech, *self.transcript, *self.instructions, *self.labels, *self.identifiers, *self.controls)
        for said in self.utterances:
            inner = [*said.text, *(place for place in (said.speaker, said.start, said.end) if place)]
            yield from (said.items + place for place in inner)
