"""Streamed replies whose shape a route declares (server-sent events or JSON lines), and answers in declared shapes.

The shape lists the kinds of events and, for each kind, its fields. Every field of an event is text or is listed to
pass. An event with any other field ends the reply as a fault, since the field might hold a text that nobody restores.
Growing texts are restored across their pieces (`WaitingEvents`): no event is added and the order stays. A stream has
ended properly when its declared end came. An error event may quote the request, so it ends the reply as a fault, which
the client gets in our own words.

Answers of our own put values at the places where the API has errors and texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from proxy.dialects.base import RestorerFactory, shown
from proxy.dialects.declared.walk import values_at
from proxy.dialects.wire import streams
from proxy.dialects.wire.fields import is_null
from proxy.dialects.wire.reply import EVENT_STREAM, JSON_LINES, JSON_TYPE, restore_once
from proxy.dialects.wire.slots import every_string
from proxy.errors import Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Answer
from proxy.settings import shapes

Apart = tuple[str | int | None, ...]
"""What tells texts at one place apart: values beside them, or the indices of the items that hold them."""


class GrowingText(NamedTuple):
    """A text that grows: its place in the events, and what tells it apart from other texts at that place."""

    place: str
    apart: Apart


class EventText(NamedTuple):
    """A string of an event. `text` is the text of which it is the next piece, or None if the string is complete."""

    string: JsonString
    json_text: bool
    text: GrowingText | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    json_text: bool


@dataclass(frozen=True, slots=True)
class _Passed:
    pass


@dataclass(slots=True)
class _Node:
    """A place of an event: its meaning if it is listed, else what may be below it."""

    members: dict[str, _Node] = field(default_factory=dict)
    items: _Node | None = None
    meaning: shapes.GrowingTextShape | _Whole | _Passed | None = None

    def mark(self, place: str, meaning: shapes.GrowingTextShape | _Whole | _Passed) -> None:
        node = self
        for token in shapes.tokens_of(place):
            if token == shapes.ANY:
                node.items = node = node.items or _Node()
            else:
                node = node.members.setdefault(token, _Node())
        node.meaning = meaning


_Found = tuple[shapes.GrowingTextShape | _Whole, JsonString, tuple[int, ...]]


class EventReader:
    """Reads events of one kind. `passed`: places that every event of the stream may hold besides those it lists."""

    def __init__(self, shape: shapes.EventShape, passed: Iterable[str] = ()):
        self._shape = shape
        self._root = _Node()
        for place in shapes.outermost([*shape.passed(), *passed]):
            self._root.mark(place, _Passed())
        for growing in shape.grows:
            self._root.mark(growing.text, growing)
        for json_text, places in ((False, shape.text), (True, shape.json_text)):
            for place in places:
                self._root.mark(place, _Whole(json_text))

    def texts(self, root: JsonObject) -> list[EventText]:
        """The strings that are text, in source order. Raises `UpstreamFault` for a field that is not listed."""
        found = list(_walk(root, self._root, ()))  # first, so that all that is looked up later is listed
        return [
            EventText(string, meaning.json_text)
            if isinstance(meaning, _Whole)
            else EventText(string, meaning.json_text, GrowingText(meaning.text, _apart(root, meaning, numbers)))
            for meaning, string, numbers in found
        ]

    def closed(self, root: JsonObject) -> Apart | None:
        """What tells apart the texts that end with this event, if it ends any."""
        return tuple(_value(root, place, ()) for place in self._shape.closes) or None

    def ends(self, root: JsonObject) -> bool:
        """Whether this event ends the stream."""
        return self._shape.ends or (self._shape.ends_when is not None and holds(root, self._shape.ends_when))


def holds(root: JsonObject, place: str) -> bool:
    """Whether a place holds any value other than null and false."""
    return any(
        not (isinstance(value, JsonConstant) and not value.value) for value in values_at(root, shapes.tokens_of(place))
    )


def _walk(value: JsonValue, node: _Node, numbers: tuple[int, ...]) -> Iterator[_Found]:
    """Strings of text at and below a place. `numbers` are the indices of the items that lead there."""
    if is_null(value):
        return
    match node.meaning:
        case _Passed():
            return
        case _Whole(json_text=False) as whole:
            yield from ((whole, string, numbers) for string in every_string(value))
        case _Whole() | shapes.GrowingTextShape() as meaning:
            if not isinstance(value, JsonString):
                raise streams.bad_event()
            yield meaning, value, numbers
        case None:
            yield from _structure(value, node, numbers)


def _structure(value: JsonValue, node: _Node, numbers: tuple[int, ...]) -> Iterator[_Found]:
    if isinstance(value, JsonArray) and node.items is not None:
        for number, item in enumerate(value.items):
            yield from _walk(item, node.items, (*numbers, number))
    elif isinstance(value, JsonObject) and (node.members or node.items is None):
        seen: set[str] = set()
        for number, member in enumerate(value.members, start=1):
            name = member.key.text
            if name in seen:
                raise streams.bad_event()
            seen.add(name)
            if name not in node.members:
                raise _unknown(f"field number {number} of an object in it")
            yield from _walk(member.value, node.members[name], numbers)
    else:
        raise _unknown("a value in it")


def _apart(root: JsonObject, growing: shapes.GrowingTextShape, numbers: tuple[int, ...]) -> Apart:
    return tuple(_value(root, place, numbers) for place in growing.apart) or numbers


def _value(root: JsonObject, place: str, numbers: Sequence[int]) -> str | None:
    """The string or number at a place, in the items with these indices. None if there is none."""
    rest = iter(numbers)
    steps = (str(next(rest, 0)) if token == shapes.ANY else token for token in shapes.tokens_of(place))
    match values_at(root, steps):
        case [JsonString(text=text)]:
            return text
        case [JsonNumber(literal=literal)]:
            return literal
    return None


def _unknown(what: str) -> UpstreamFault:
    return UpstreamFault(
        "unknown_event",
        f"the recipient sent an event of which {what} is not among the fields that the route's shape lists; list it "
        "under 'fields' if it is no text",
    )


class StreamReader:
    """The part that all streams of one shape share: the reader for each kind of event."""

    def __init__(self, shape: shapes.StreamShape, error: shapes.StreamError):
        self.shape = shape
        self.error = error
        passed = [] if shape.kind is None else [shape.kind]
        if error.kind is None:
            passed += [error.code, error.message]  # null where there is no error
        self.events = {kind: EventReader(event, passed) for kind, event in shape.events.items()}

    def kind(self, name: str, root: JsonObject) -> str:
        """The kind of an event, by its name or by its own field. Raises `UpstreamFault` if the two differ."""
        if self.shape.kind is None:
            return name
        said = values_at(root, shapes.tokens_of(self.shape.kind))
        kind = said[0].text if len(said) == 1 and isinstance(said[0], JsonString) else shapes.UNNAMED
        if name not in (shapes.UNNAMED, kind):
            raise streams.bad_event()
        return kind

    def is_error(self, kind: str, root: JsonObject) -> bool:
        """Whether an event reports an error."""
        if self.error.kind is not None:
            return kind == self.error.kind
        return holds(root, self.error.code) or holds(root, self.error.message)


class DeclaredStream:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, reader: StreamReader, restorers: RestorerFactory):
        self._reader = reader
        self._restorers = restorers
        self._parser: streams.SseParser | streams.LineParser = (
            streams.SseParser() if reader.shape.format == "sse" else streams.LineParser()
        )
        self._waiting = streams.WaitingEvents(restorers)
        self._by_apart: dict[Apart | None, set[GrowingText]] = {}
        self._last = False
        self._marked = False

    @property
    def ended(self) -> bool:
        """As `ReplyRewriter.ended`."""
        return self._marked or (self._last and self._reader.shape.end_marker is None)

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored, up to the first one that has to wait."""
        for event in self._parser.feed(piece):
            self._take(event)
        return self._waiting.ready()

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._parser.close()
        try:
            if last is not None:
                self._take(last)
        except UpstreamFault:
            raise streams.truncated() from None
        if not (self._last or self._marked):
            raise streams.truncated()
        return self._waiting.ready()

    def _take(self, event: streams.SseEvent | streams.Line) -> None:
        data = event.data
        if data is None or not data.strip():
            self._waiting.add(streams.WaitingEvent(streams.between(event, ended=self.ended)))
        elif self._marked:
            raise _over()
        elif data.strip() == self._reader.shape.end_marker:
            self._marked = True
            self._waiting.end_all()
            self._waiting.add(streams.WaitingEvent(event.raw))
        elif self._last:
            raise _over()
        else:
            self._read(event, data)

    def _read(self, event: streams.SseEvent | streams.Line, data: str) -> None:
        document, root = streams.read_event(data)
        kind = self._reader.kind(event.event, root)
        if self._reader.is_error(kind, root):
            raise UpstreamFault("upstream_error", "the recipient broke its reply off with an error")
        reader = self._reader.events.get(kind)
        if reader is None:
            raise UpstreamFault(
                "unknown_event", "the recipient sent an event of a kind that the route's shape does not list"
            )
        pieces, whole = [], []
        for string, json_text, text in reader.texts(root):
            if text is None:
                whole.append((string, restore_once(self._restorers, string.text, shown(json_text))))
            else:
                pieces.append(self._waiting.piece(text, string, shown(json_text)))
                self._by_apart.setdefault(text.apart, set()).add(text)
        self._waiting.add(streams.WaitingEvent(event.raw, event.with_data, document.text, pieces, whole))
        for text in self._by_apart.pop(reader.closed(root), ()):
            self._waiting.end(text)
        if reader.ends(root):
            self._last = True
            self._waiting.end_all()


def _over() -> UpstreamFault:
    return UpstreamFault("bad_stream", "the recipient sent more after its reply had ended")


STREAM_TYPES: Mapping[str, tuple[str, ...]] = {
    "sse": (EVENT_STREAM,),
    "ndjson": (JSON_LINES, "application/ndjson", "application/jsonl", "application/x-jsonlines"),
}
"""Media types of streams, by format. The first one is the type of our own streams."""

At = tuple[str, object]
"""A place and the value there."""


def error_answer(fault: Fault, shape: shapes.ErrorShape) -> Answer:
    """A fault at the places where the API puts errors."""
    return Answer(fault.status, JSON_TYPE, orjson.dumps(_placed(*_error(fault, shape))))


def error_event(fault: Fault, error: shapes.StreamError, stream: shapes.StreamShape) -> bytes:
    """A fault as an event of a stream."""
    return _event(stream, error.kind or shapes.UNNAMED, *_error(fault, error))


def synthetic_answer(message: str, place: str) -> Answer:
    """A message at a place where a reply has text."""
    return Answer(200, JSON_TYPE, orjson.dumps(_placed((place, message))))


def synthetic_stream(message: str, stream: shapes.StreamShape) -> Answer:
    """A stream that says `message` in an event that has text, and then ends."""
    kind, shape = next((kind, event) for kind, event in stream.events.items() if any(event.texts()))
    ends_itself = [(shape.ends_when, True)] if shape.ends_when and stream.end_marker is None else []
    events = _event(stream, kind, *_said(message, shape), *ends_itself)
    if stream.end_marker is not None:
        events += _framed(stream, stream.end_marker.encode(), shapes.UNNAMED)
    elif not (shape.ends or ends_itself):
        last, ending = next((kind, event) for kind, event in stream.events.items() if event.ends or event.ends_when)
        events += _event(stream, last, *([(ending.ends_when, True)] if ending.ends_when else []))
    return Answer(200, STREAM_TYPES[stream.format][0], events)


def _said(message: str, shape: shapes.EventShape) -> list[At]:
    """The message at the first place of text. Where texts are told apart, the number there is 0."""
    if shape.grows:
        growing = shape.grows[0]
        text = _json(message) if growing.json_text else message
        return [(growing.text, text), *((place, 0) for place in growing.apart)]
    return [(shape.text[0], message)] if shape.text else [(shape.json_text[0], _json(message))]


def _json(message: str) -> str:
    return orjson.dumps(message).decode()


def _error(fault: Fault, shape: shapes.ErrorShape) -> list[At]:
    return [(shape.code, fault.reason), (shape.message, fault.detail or fault.reason.replace("_", " "))]


def _event(stream: shapes.StreamShape, kind: str, *values: At) -> bytes:
    said = [(stream.kind, kind)] if stream.kind is not None and kind != shapes.UNNAMED else []
    return _framed(stream, orjson.dumps(_placed(*said, *values)), kind)


def _framed(stream: shapes.StreamShape, data: bytes, kind: str) -> bytes:
    if stream.format == "ndjson":
        return data + b"\n"
    name = b"" if kind == shapes.UNNAMED else f"event: {kind}\n".encode()
    return name + b"data: " + data + b"\n\n"


def _placed(*values: At) -> object:
    """A document that holds these values at their places. ``*`` makes a list of one item."""
    document: object = {}
    for place, value in values:
        held = value
        for token in reversed(shapes.tokens_of(place)):
            held = [held] if token == shapes.ANY else {token: held}
        document = _merged(document, held)
    return document


def _merged(old: object, new: object) -> object:
    match old, new:
        case dict(), dict():
            return {**old, **{name: _merged(old.get(name), held) for name, held in new.items()}}
        case [first], [second]:
            return [_merged(first, second)]
    return new
