"""The shape of replies, whole and streamed, as an operator declares it for the dialect ``json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from proxy.settings.base import Section
from proxy.settings.pointers import ANY, Place, Pointer, one_meaning_each, outermost, tokens_of

UNNAMED = "message"
"""The kind of an event that does not say of what kind it is, as in server-sent events."""

EventKind = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,98}[!-~])?$")]
Marker = Annotated[str, Field(pattern=r"^[^\s{]([^\r\n]{0,98}[^\s])?$")]


class ErrorShape(Section):
    """Where the API puts the code and the message of an error."""

    code: Place = "/error/code"
    message: Place = "/error/message"


class StreamError(ErrorShape):
    """How the API breaks a stream off with an error."""

    kind: EventKind | None = None
    """The kind of such events. None: any event is one that holds something where errors are."""


class Growing(Section):
    """A text that arrives piece by piece."""

    text: Place
    """Where an event has the next piece."""
    apart: tuple[Place, ...] = ()
    """What tells one such text from another, such as an index beside it; items of an array are told apart by
    their place in it if this is left out."""
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
    """What one kind of event holds. An event with a field that is not listed ends the reply as a fault."""

    grows: tuple[Growing, ...] = ()
    """Texts of which each event has the next piece: restored over the pieces."""
    text: tuple[Place, ...] = ()
    """Places where a text is whole: everything at and below is restored."""
    json_text: tuple[Place, ...] = ()
    """Places of whole strings that are themselves JSON."""
    fields: tuple[Place, ...] = ()
    """Everything else that such an event may hold: passed as it is, with all that is below."""
    closes: tuple[Place, ...] = ()
    """The texts end whose ``apart`` has the values that are here, in this order."""
    ends: bool = False
    """Whether this event ends the stream in good order."""
    ends_when: Place | None = None
    """The stream ends where this place holds anything but null and false."""

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
        """Every place that is passed as it is; some may lie within others."""
        yield from (*self.fields, *self.closes, *(place for growing in self.grows for place in growing.apart))
        if self.ends_when:
            yield self.ends_when


class StreamShape(Section):
    """How a reply is streamed: a sequence of JSON objects, of which each is of a kind that is listed."""

    format: Literal["sse", "ndjson"]
    """Server-sent events with JSON as data, or a JSON object on each line."""
    asked_by: Place | None = None
    """The control of the request that asks for a stream by ``true``. None: every reply is one."""
    by_default: bool = False
    """Whether a request is answered by a stream that does not say."""
    kind: Place | None = None
    """Where an event says of what kind it is. None: by its name, which only server-sent events have."""
    events: Annotated[dict[EventKind, EventShape], Field(min_length=1)]
    """The kinds of events that there are. One that does not say is of the kind ``message``."""
    end_marker: Marker | None = None
    """What ends the stream and is no JSON, such as ``[DONE]``."""
    error: StreamError | None = None
    """How an error is told. None: in any event, where errors of whole replies are."""

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
        """Raises `ValueError` if what is an error could be something else."""
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
    """Places of which at least one must be there; "" is the whole reply."""
    json_text: tuple[Place, ...] = ()
    """Places of strings that are themselves JSON, so that originals are escaped in them."""
    stream: StreamShape | None = None
    """How a reply is streamed; None: a stream is refused."""


def _overlap(one: str, other: str) -> bool:
    """Whether two places are the same, or one lies within the other."""
    return all(a == b for a, b in zip(tokens_of(one), tokens_of(other), strict=False))
