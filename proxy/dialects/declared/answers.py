"""Answers of our own in a declared shape: values at the places where the API has errors and texts."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from proxy.dialects.wire.transport import EVENT_STREAM, JSON_LINES, JSON_TYPE
from proxy.errors import Fault
from proxy.model import Answer
from proxy.settings.pointers import ANY, tokens_of
from proxy.settings.replies import UNNAMED, ErrorShape, EventShape, StreamError, StreamShape

STREAM_TYPES: Mapping[str, tuple[str, ...]] = {
    "sse": (EVENT_STREAM,),
    "ndjson": (JSON_LINES, "application/ndjson", "application/jsonl", "application/x-jsonlines"),
}
"""Media types of streams, by their format; the first is what we say ourselves."""

At = tuple[str, object]
"""A place and what stands there."""


def error_answer(fault: Fault, shape: ErrorShape) -> Answer:
    """A fault at the places where the API puts errors."""
    return Answer(fault.status, JSON_TYPE, orjson.dumps(_placed(*_error(fault, shape))))


def error_event(fault: Fault, error: StreamError, stream: StreamShape) -> bytes:
    """A fault as an event of a stream."""
    return _event(stream, error.kind or UNNAMED, *_error(fault, error))


def synthetic_answer(message: str, place: str) -> Answer:
    """A message at a place where a reply has text."""
    return Answer(200, JSON_TYPE, orjson.dumps(_placed((place, message))))


def synthetic_stream(message: str, stream: StreamShape) -> Answer:
    """A message in an event that has text, and the end of the stream."""
    kind, shape = next((kind, event) for kind, event in stream.events.items() if any(event.texts()))
    ends_itself = [(shape.ends_when, True)] if shape.ends_when and stream.end_marker is None else []
    events = _event(stream, kind, *_said(message, shape), *ends_itself)
    if stream.end_marker is not None:
        events += _framed(stream, stream.end_marker.encode(), UNNAMED)
    elif not (shape.ends or ends_itself):
        last, ending = next((kind, event) for kind, event in stream.events.items() if event.ends or event.ends_when)
        events += _event(stream, last, *([(ending.ends_when, True)] if ending.ends_when else []))
    return Answer(200, STREAM_TYPES[stream.format][0], events)


def _said(message: str, shape: EventShape) -> list[At]:
    """The message at the first place of text, with the first of numbers where texts are told apart."""
    if shape.grows:
        growing = shape.grows[0]
        text = _json(message) if growing.json_text else message
        return [(growing.text, text), *((place, 0) for place in growing.apart)]
    return [(shape.text[0], message)] if shape.text else [(shape.json_text[0], _json(message))]


def _json(message: str) -> str:
    return orjson.dumps(message).decode()


def _error(fault: Fault, shape: ErrorShape) -> list[At]:
    return [(shape.code, fault.reason), (shape.message, fault.detail or fault.reason.replace("_", " "))]


def _event(stream: StreamShape, kind: str, *values: At) -> bytes:
    said = [(stream.kind, kind)] if stream.kind is not None and kind != UNNAMED else []
    return _framed(stream, orjson.dumps(_placed(*said, *values)), kind)


def _framed(stream: StreamShape, data: bytes, kind: str) -> bytes:
    if stream.format == "ndjson":
        return data + b"\n"
    name = b"" if kind == UNNAMED else f"event: {kind}\n".encode()
    return name + b"data: " + data + b"\n\n"


def _placed(*values: At) -> object:
    """A document that holds these values at their places; ``*`` makes a list of one."""
    document: object = {}
    for place, value in values:
        held = value
        for token in reversed(tokens_of(place)):
            held = [held] if token == ANY else {token: held}
        document = _merged(document, held)
    return document


def _merged(old: object, new: object) -> object:
    match old, new:
        case dict(), dict():
            return {**old, **{name: _merged(old.get(name), held) for name, held in new.items()}}
        case [first], [second]:
            return [_merged(first, second)]
    return new
