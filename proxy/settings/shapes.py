"""The shape of a JSON API that no dialect knows, as an operator declares it for the dialect ``json``.

It covers requests (`JsonShape`), replies (`ReplyShape`) and streams (`StreamShape`). Places are JSON Pointers (RFC
6901), in which ``*`` stands for every item of an array.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from proxy.settings.base import Regex, Section, shaped

ANY = "*"
"""The step that stands for every item of an array."""


def tokens_of(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer, unescaped (RFC 6901 §4). The whole document has none."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _pointer(pointer: str) -> str:
    if not re.fullmatch(r"(?:/(?:[^/~]|~[01])*)*", pointer) or len(pointer) > 400:
        raise ValueError(f"{pointer!r} is no JSON Pointer; write it like /segments/*/text")
    return pointer


Pointer = Annotated[str, AfterValidator(_pointer)]
Place = Annotated[Pointer, Field(min_length=1)]


def one_meaning_each(places: Iterable[str]) -> None:
    """Raise `ValueError` if a place is listed twice, or lies within another listed place."""
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
    """The places that lie within no other place, each once."""
    found = {tokens_of(place): place for place in places}
    return [place for tokens, place in found.items() if next(_above(tokens, found), None) is None]


def _above(tokens: tuple[str, ...], places: dict[tuple[str, ...], str]) -> Iterator[str]:
    return (places[tokens[:n]] for n in range(1, len(tokens)) if tokens[:n] in places)


UNNAMED = "message"
"""The kind of an event that does not state its kind, as in server-sent events."""

EventKind = Annotated[
    str, shaped(r"^[!-~]([ -~]{0,98}[!-~])?$", "the kind of an event as it is sent: up to 100 ASCII characters")
]
Marker = Annotated[
    str, shaped(r"^[^\s{]([^\r\n]{0,98}[^\s])?$", "up to 100 characters on one line, not beginning with '{'")
]


class ErrorShape(Section):
    """Where the API puts the code and the message of an error."""

    code: Place = "/error/code"
    message: Place = "/error/message"


class StreamError(ErrorShape):
    """How the API ends a stream with an error."""

    kind: EventKind | None = None
    """The kind of error events. None: any event with a value at the places of errors is an error."""


class GrowingTextShape(Section):
    """A text that arrives in pieces."""

    text: Place
    """The place of the next piece in an event."""
    apart: tuple[Place, ...] = ()
    """What tells one such text apart from another, such as an index beside it.

    If it is omitted, texts in items of an array are told apart by the item's index.
    """
    json_text: bool = False
    """Whether the text is itself JSON, so that originals are escaped in it."""

    @model_validator(mode="after")
    def _beside(self) -> Self:
        text = tokens_of(self.text)
        for place in self.apart:
            tokens = tokens_of(place)
            last = max((n for n, token in enumerate(tokens, start=1) if token == ANY), default=0)
            if tokens[:last] != text[:last]:
                raise ValueError(
                    f"{place} is in items of another array than {self.text}; tell texts apart by what is in the same "
                    "item or in none"
                )
        return self


class EventShape(Section):
    """What one kind of event holds. An event with an unlisted field ends the reply as a fault."""

    grows: tuple[GrowingTextShape, ...] = ()
    """Texts of which each event has the next piece. They are restored across the pieces."""
    text: tuple[Place, ...] = ()
    """Places where a text is complete. Everything at and below them is restored."""
    json_text: tuple[Place, ...] = ()
    """Places of complete strings that are themselves JSON."""
    fields: tuple[Place, ...] = ()
    """Everything else that such an event may hold. It passes unchanged, with everything below it."""
    closes: tuple[Place, ...] = ()
    """The event ends the texts whose ``apart`` has the values at these places, in this order."""
    ends: bool = False
    """Whether this event ends the stream properly."""
    ends_when: Place | None = None
    """The stream ends if this place holds anything but null and false."""

    @model_validator(mode="after")
    def _each_place_once(self) -> Self:
        one_meaning_each([*self.texts(), *outermost(self.passed())])
        if any(ANY in tokens_of(place) for place in self.closes):
            raise ValueError("'closes' names one text; it cannot hold '*'")
        if self.ends and self.ends_when:
            raise ValueError("'ends' and 'ends_when' are both given; give the one that holds")
        return self

    def texts(self) -> Iterator[str]:
        """Every place of text."""
        yield from (*(growing.text for growing in self.grows), *self.text, *self.json_text)

    def passed(self) -> Iterator[str]:
        """Every place that passes unchanged. Some may lie within others."""
        yield from (*self.fields, *self.closes, *(place for growing in self.grows for place in growing.apart))
        if self.ends_when:
            yield self.ends_when


class StreamShape(Section):
    """How a reply is streamed: a sequence of JSON objects, each of a listed kind."""

    format: Literal["sse", "ndjson"]
    """Server-sent events with JSON as data, or a JSON object on each line."""
    asked_by: Place | None = None
    """The control that asks for a stream when it is ``true``. None: every reply is a stream."""
    by_default: bool = False
    """Whether a request that does not set the control is answered by a stream."""
    kind: Place | None = None
    """Where an event states its kind. None: in its name, which only server-sent events have."""
    events: Annotated[dict[EventKind, EventShape], Field(min_length=1)]
    """The kinds of events. An event that states none is of the kind ``message``."""
    end_marker: Marker | None = None
    """What ends the stream and is not JSON, such as ``[DONE]``."""
    error: StreamError | None = None
    """How an error is reported. None: in any event, at the places where whole replies have errors."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not any(list(event.texts()) for event in self.events.values()):
            raise ValueError("no event has text; give at least one of 'events' its 'grows', 'text' or 'json_text'")
        if self.end_marker is None and not any(event.ends or event.ends_when for event in self.events.values()):
            raise ValueError(
                "nothing ends the stream, so that one that broke off would pass for whole; give 'end_marker', or an "
                "event its 'ends' or 'ends_when'"
            )
        if self.by_default and self.asked_by is None:
            raise ValueError("'by_default' needs 'asked_by'; leave it out if every reply is a stream")
        if self.kind is None and self.format == "ndjson" and set(self.events) != {UNNAMED}:
            raise ValueError(f"lines have no names; say by 'kind' where they tell it, or call their one kind {UNNAMED}")
        if self.kind is not None:
            for name, event in self.events.items():
                if any(_overlap(self.kind, place) for place in event.texts()):
                    raise ValueError(f"{self.kind} is text of event {name!r}; 'kind' must be a field of its own")
        return self

    def check_error(self, error: StreamError) -> None:
        """Raise `ValueError` if an error event could also be another event."""
        if error.kind in self.events:
            raise ValueError(f"event {error.kind!r} is both an error and listed under 'events'; give it one meaning")
        if error.kind is None:
            for name, event in self.events.items():
                for place in (*event.texts(), *event.passed()):
                    if _overlap(place, error.code) or _overlap(place, error.message):
                        raise ValueError(
                            f"event {name!r} lists {place}, where errors are; give 'stream.error' the 'kind' or the "
                            "places that errors have"
                        )


class ReplyShape(Section):
    """Where the text of a reply is. Everything at and below these places is restored, in JSON or plain text."""

    text: Annotated[tuple[Pointer, ...], Field(min_length=1)]
    """Places, at least one of which must be present. "" is the whole reply."""
    json_text: tuple[Place, ...] = ()
    """Places of strings that are themselves JSON, so that originals are escaped in them."""
    stream: StreamShape | None = None
    """How a reply is streamed. None: a stream is refused."""


def _overlap(one: str, other: str) -> bool:
    """Whether two places are the same, or one lies within the other."""
    return all(a == b for a, b in zip(tokens_of(one), tokens_of(other), strict=False))


class Control(Section):
    """What a field that passes unchanged may hold. ``null`` always passes."""

    type: Literal["string", "integer", "number", "boolean"]
    values: tuple[str, ...] = ()
    """The allowed strings. A ``string`` needs either these or a pattern."""
    pattern: Regex | None = None
    """What the whole string must match. Keep it narrow, since nothing redacts it."""
    min: float | None = None
    max: float | None = None
    """Bounds of a number. Both are required: a number without bounds could hold a phone number."""

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
    """An array in which each item is what one person said. Pointers except `items` are relative to the item."""

    items: Place
    """The items, such as ``/segments/*``, or an object in each item that has a speaker of its own.

    Such an object is, for example, the message that an item quotes (``/thread/*/quoted``).
    """
    text: Annotated[tuple[Place, ...], Field(min_length=1)]
    """What was said. Lists several places if an item repeats it in another form."""
    speaker: Place | None = None
    """The speaker's label, as on the roster. If None, or absent in an item, the words are unattributed."""
    start: Place | None = None
    end: Place | None = None
    time: Literal["seconds", "milliseconds", "clock", "instant", "unix_seconds", "unix_milliseconds"] = "seconds"
    """What start and end are: times since the meeting's start (numbers, ``H:MM:SS``), or absolute (RFC 3339, Unix)."""

    @model_validator(mode="after")
    def _places(self) -> Self:
        if ANY not in tokens_of(self.items):
            raise ValueError("'items' must end with /* , or go on from there; it names the items of an array")
        inner = [*self.text, *(place for place in (self.speaker, self.start, self.end) if place)]
        if any(ANY in tokens_of(place) for place in inner):
            # If text were read word by word, nothing that spans words would be found.
            raise ValueError("pointers within an item cannot hold '*'; list arrays of words under 'identifiers'")
        return self


class JsonShape(Section):
    """What each field of a request is. An unlisted field refuses the request."""

    speech: tuple[Place, ...] = ()
    """Text that may hold participants' words: a prompt with a transcript, a message."""
    transcript: tuple[Place, ...] = ()
    """Text that is entirely a transcript."""
    instructions: tuple[Place, ...] = ()
    """The client's own words (instructions). They are redacted but need no grant."""
    labels: tuple[Place, ...] = ()
    """Names of people that stand alone, such as a list of attendees."""
    utterances: tuple[Utterances, ...] = ()
    identifiers: tuple[Place, ...] = ()
    """Who or what asks, and from where. Cut out, with everything below it."""
    controls: dict[Place, Control] = {}
    max_bytes: dict[Place, Annotated[int, Field(gt=0)]] = {}
    """The recipient's bounds on texts, in bytes of UTF-8. They are checked on the outbound text."""
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
        """How an error ends a stream. None if there are no streams."""
        if self.reply.stream is None:
            return None
        return self.reply.stream.error or StreamError(code=self.error.code, message=self.error.message)

    def places(self) -> Iterator[str]:
        """Every place of a request that has a meaning."""
        yield from (*self.speech, *self.transcript, *self.instructions, *self.labels, *self.identifiers, *self.controls)
        for said in self.utterances:
            inner = [*said.text, *(place for place in (said.speaker, said.start, said.end) if place)]
            yield from (said.items + place for place in inner)
