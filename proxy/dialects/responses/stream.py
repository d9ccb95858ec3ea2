"""The rewriter for streamed replies of the OpenAI Responses API.

Each text that grows by deltas has its own restorer. A delta that ends inside a possible pseudonym waits for the next
event of its text, and later events wait behind it: no event is added, and the order and every ``sequence_number`` stay
the same. Events that repeat a whole text have it restored as a whole.

Only listed event types are accepted. Another type might hold text in an unknown way, so it ends the reply as a fault of
the recipient.
"""

from __future__ import annotations

from typing import NamedTuple

from proxy.dialects.base import RestorerFactory, TextForm, shown
from proxy.dialects.responses.reply import check_item, check_response, reply_texts
from proxy.dialects.wire.deltas import WaitingEvent, WaitingEvents
from proxy.dialects.wire.events import SseEvent, SseParser
from proxy.dialects.wire.reply import MAX_DEPTH, restore_once
from proxy.errors import UpstreamFault
from proxy.json_source import JsonDocument, JsonError, JsonNumber, JsonObject, JsonString, read_json

_GROWING = {
    "response.output_text": "content_index",
    "response.refusal": "content_index",
    "response.reasoning_text": "content_index",
    "response.reasoning_summary_text": "summary_index",
    "response.function_call_arguments": None,
    "response.custom_tool_call_input": None,
}
"""Texts that grow by ``….delta`` and end with ``….done``, with the index that tells apart two texts of one item."""

_CALLED = {
    "response.function_call_arguments": TextForm.CALLED_JSON,
    "response.custom_tool_call_input": TextForm.CALLED,
}

_RESPONSES = frozenset({"created", "queued", "in_progress", "completed", "incomplete", "failed"})
_LAST = frozenset({"response.completed", "response.incomplete", "response.failed"})
_WHOLE = frozenset(
    {
        *(f"response.{name}" for name in _RESPONSES),
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.reasoning_part.added",
        "response.reasoning_part.done",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_part.done",
        "response.output_text.annotation.added",
        "error",
        "keepalive",
    }
)


class _Channel(NamedTuple):
    """A text that grows by deltas: its kind, its item, and its place in that item."""

    kind: str
    item: int
    place: int


class ResponsesStream:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._restorers = restorers
        self._json_output = json_output
        self._events = SseParser()
        self._waiting = WaitingEvents(restorers)
        self._ended = False
        self._failed = False

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored, up to the first one that has to wait."""
        for event in self._events.feed(piece):
            self._event(event)
        return self._waiting.ready()

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._events.close()
        try:
            if last is not None:
                self._event(last)
        except UpstreamFault:
            raise _truncated() from None
        if not (self._ended or self._failed):
            raise _truncated()
        self._waiting.end_all()
        return self._waiting.ready()

    def _event(self, event: SseEvent) -> None:
        data = event.data
        if data is None or not data.strip():
            self._waiting.add(WaitingEvent(event.raw))
            return
        if data.strip() == "[DONE]":
            self._waiting.end_all()
            self._waiting.add(WaitingEvent(event.raw))
            return
        if self._ended:
            raise UpstreamFault("bad_stream", "the recipient sent more after the response had ended")
        document = _read(data)
        root = document.root
        shape = root.get("type") if isinstance(root, JsonObject) else None
        if not isinstance(root, JsonObject) or not isinstance(shape, JsonString):
            raise _bad_event()
        if event.event not in ("message", shape.text):
            raise UpstreamFault("bad_event", "the recipient sent an event whose name is not its type")
        kind, _, stage = shape.text.rpartition(".")
        if kind in _GROWING and stage == "delta":
            self._delta(event, document, root, kind)
        elif kind in _GROWING and stage == "done":
            self._waiting.end(_channel(root, kind))
            self._whole(event, document)
        elif shape.text in _WHOLE:
            self._check(root, shape.text)
            self._whole(event, document)
        else:
            raise UpstreamFault("unknown_event", "the recipient sent an event of a type that is not inspected here")

    def _check(self, root: JsonObject, shape: str) -> None:
        """Check what an event holds, and record if it ends the stream."""
        if shape.removeprefix("response.") in _RESPONSES:
            check_response(root.get("response"))
        elif shape.startswith("response.output_item."):
            check_item(root.get("item"))
        if shape in _LAST:
            self._waiting.end_all()
            self._ended = True
        elif shape == "error":
            self._waiting.end_all()
            self._failed = True

    def _delta(self, event: SseEvent, document: JsonDocument, root: JsonObject, kind: str) -> None:
        channel, delta = _channel(root, kind), root.get("delta")
        if not isinstance(delta, JsonString):
            raise _bad_event()
        piece = self._waiting.piece(channel, delta, self._form(kind))
        self._waiting.add(WaitingEvent(event.raw, event.with_data, document.text, [piece]))

    def _whole(self, event: SseEvent, document: JsonDocument) -> None:
        restored = [
            (string, restore_once(self._restorers, string.text, form))
            for string, form in reply_texts(document.root, self._json_output)
        ]
        self._waiting.add(WaitingEvent(event.raw, event.with_data, document.text, whole=restored))

    def _form(self, kind: str) -> TextForm:
        return _CALLED.get(kind) or shown(self._json_output and kind == "response.output_text")


def _channel(root: JsonObject, kind: str) -> _Channel:
    index = _GROWING[kind]
    return _Channel(kind, _number(root, "output_index"), _number(root, index) if index is not None else 0)


def _number(root: JsonObject, name: str) -> int:
    found = root.get(name)
    if isinstance(found, JsonNumber) and found.literal.isdecimal() and len(found.literal) < 10:
        return int(found.literal)
    raise _bad_event()


def _read(data: str) -> JsonDocument:
    try:
        return read_json(data, max_depth=MAX_DEPTH, strict=False)
    except JsonError:
        raise _bad_event() from None


def _bad_event() -> UpstreamFault:
    return UpstreamFault("bad_event", "the recipient sent a stream event that is none of the Responses API")


def _truncated() -> UpstreamFault:
    return UpstreamFault("truncated_stream", "the recipient's stream broke off before its end")
