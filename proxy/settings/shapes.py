"""The shape of a JSON API that no dialect knows, as an operator declares it for the dialect ``json``.

Places are JSON Pointers (`pointers`); what replies look like is in `replies`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from proxy.settings.base import Regex, Section
from proxy.settings.pointers import ANY, Place, one_meaning_each, tokens_of
from proxy.settings.replies import ErrorShape, ReplyShape, StreamError


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
    """The items, such as ``/segments/*``; or an object in each, such as the message that one quotes
    (``/thread/*/quoted``), which has a speaker of its own."""
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
        if ANY not in tokens_of(self.items):
            raise ValueError("'items' must end with /* , or go on from there; it names the items of an array")
        inner = [*self.text, *(place for place in (self.speaker, self.start, self.end) if place)]
        if any(ANY in tokens_of(place) for place in inner):
            # Word by word, nothing that spans words would be found.
            raise ValueError("pointers within an item cannot hold '*'; list arrays of words under 'identifiers'")
        return self


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
        one_meaning_each(self.places())
        if not (self.speech or self.transcript or self.utterances):
            raise ValueError("list where participants' words are: 'speech', 'transcript' or 'utterances'")
        unknown = set(self.max_bytes) - set(self.speech) - set(self.transcript)
        if unknown:
            raise ValueError(f"'max_bytes' names {sorted(unknown)[0]}, which is not listed as 'speech' or 'transcript'")
        return self

    @model_validator(mode="after")
    def _streams(self) -> Self:
        stream, error = self.reply.stream, self.stream_error
        if stream is None or error is None:
            return self
        if stream.asked_by is not None:
            control = self.controls.get(stream.asked_by)
            if control is None or control.type != "boolean":
                raise ValueError(
                    f"'asked_by' names {stream.asked_by}, which is no boolean control; list it under 'controls' with "
                    "type: boolean"
                )
        stream.check_error(error)
        return self

    @property
    def stream_error(self) -> StreamError | None:
        """How a stream is broken off with an error, if there are streams."""
        if self.reply.stream is None:
            return None
        return self.reply.stream.error or StreamError(code=self.error.code, message=self.error.message)

    def places(self) -> Iterator[str]:
        """Every place of a request that has a meaning."""
        yield from (*self.speech, *self.transcript, *self.instructions, *self.labels, *self.identifiers, *self.controls)
        for said in self.utterances:
            inner = [*said.text, *(place for place in (said.speaker, said.start, said.end) if place)]
            yield from (said.items + place for place in inner)
