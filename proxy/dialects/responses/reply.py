"""Replies of the OpenAI Responses API: where their text is, how whole and streamed ones are restored, and our own.

All strings are restored except those of fields that hold no text, so a field that the API adds later is restored too.
The keys of schemas that a reply repeats are restored as well. An item of an unknown type breaks the dialect, because
nobody can tell whether its strings hold JSON, or text at all.

In a stream, each text that grows by deltas has its own restorer. A delta that ends inside a possible pseudonym waits
for the next event of its text, and later events wait behind it: no event is added, and the order and every
``sequence_number`` stay the same. Events that repeat a whole text have it restored as a whole. Only listed event types
are accepted. Another type might hold text in an unknown way, so it ends the reply as a fault of the recipient.

Answers of our own are error events of a stream and synthetic responses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, answer, is_citation, shown_at
from proxy.dialects.openai.reply import error_body
from proxy.dialects.wire.reply import MAX_DEPTH, JsonReply, not_of_the_api, restore_once
from proxy.dialects.wire.streams import SseEvent, SseParser, WaitingEvent, WaitingEvents, between, marker
from proxy.errors import Fault, UpstreamFault
from proxy.json_source import (
    JsonArray,
    JsonDocument,
    JsonError,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    read_json,
)
from proxy.model import Answer

_NO_TEXT = frozenset(
    {
        "id",
        "call_id",
        "item_id",
        "previous_response_id",
        "object",
        "model",
        "type",
        "role",
        "status",
        "phase",
        "service_tier",
        "truncation",
        "encrypted_content",
        "logprobs",
        "obfuscation",
        "usage",
    }
)
_SCHEMAS = frozenset({"parameters", "schema"})

ITEM_TYPES = frozenset({"message", "function_call", "custom_tool_call", "reasoning"})
"""Item types of ``output`` that a recipient without tools of its own answers with."""

TEXT_OF_PARTS = {"output_text": "text", "refusal": "refusal", "reasoning_text": "text", "summary_text": "text"}


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        check_response(root)
        return reply_texts(root, json_output)

    return JsonReply(texts, restorers)


def check_response(value: JsonValue | None) -> None:
    """Raise `UpstreamFault` unless `value` is a response object in which all items are known."""
    if not isinstance(value, JsonObject):
        raise UpstreamFault("bad_reply", "the recipient's reply is no response object")
    output = value.get("output")
    if not isinstance(output, JsonArray):
        raise not_of_the_api("response object")
    for item in output.items:
        check_item(item)


def check_item(value: JsonValue | None) -> None:
    """Raise `UpstreamFault` unless `value` is an item of a known type."""
    shape = value.get("type") if isinstance(value, JsonObject) else None
    if not (isinstance(shape, JsonString) and shape.text in ITEM_TYPES):
        raise UpstreamFault("bad_reply", "the recipient's reply holds an item of a type that was not asked for")


def reply_texts(
    value: JsonValue, json_output: bool, *, cited: bool = False, name: str = ""
) -> Iterator[tuple[JsonString, TextForm]]:
    """All strings in `value` that are text, in source order, with the form of each.

    `name` is the key above it. `cited`: it is part of a citation.
    """
    match value:
        case JsonArray():
            for item in value.items:
                yield from reply_texts(item, json_output, cited=cited, name=name)
        case JsonObject():
            shape = value.get("type")
            of_type = shape.text if isinstance(shape, JsonString) else ""
            for member in value.members:
                name = member.key.text
                if isinstance(member.value, JsonString):
                    if name not in _NO_TEXT:
                        yield member.value, _form(of_type, name, json_output, cited)
                elif name in _SCHEMAS:
                    yield from _schema_texts(member.value)
                elif name not in _NO_TEXT:
                    within = cited or is_citation(name)
                    yield from reply_texts(member.value, json_output, cited=within, name=name)
        case JsonString():
            yield value, shown_at(name, cited=cited)


def _form(of_type: str, name: str, json_output: bool, cited: bool) -> TextForm:
    """The form of the string `name` in an object of this type."""
    if name == "arguments":
        return TextForm.CALLED_JSON
    if of_type.startswith(_CALLS):
        return TextForm.TOOL_NAME if name == "name" else TextForm.CALLED
    return answer(json_output) if of_type.startswith(_ANSWERS) and name == "text" else shown_at(name, cited=cited)


_ANSWERS = ("output_text", "response.output_text.")
"""Types of parts and events that hold the answer, which may have been asked for as JSON."""

_CALLS = ("function_call", "custom_tool_call", "response.function_call_arguments.", "response.custom_tool_call_input.")
"""Types of items and events that belong to calls."""


def _schema_texts(value: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
    """Every key and string of a schema. Either may be a name that was replaced in the request."""
    match value:
        case JsonString():
            yield value, TextForm.PLAIN
        case JsonArray():
            for item in value.items:
                yield from _schema_texts(item)
        case JsonObject():
            for member in value.members:
                yield member.key, TextForm.PLAIN
                yield from _schema_texts(member.value)


def error_event(fault: Fault) -> bytes:
    """A fault as an ``error`` event, both in the documented form and in the form that SDKs raise as an error."""
    error = error_body(fault)["error"]
    told = {name: error[name] for name in ("code", "message", "param")}
    return _event({"type": "error", **told, "error": error, "sequence_number": 0})


def synthetic_response(message: str, exchange: str, created: int, *, model: str, stream: bool) -> Answer:
    """A response that says `message`. `created` is in Unix seconds."""
    item_id = f"msg_{exchange}"
    part = {"type": "output_text", "text": message, "annotations": []}
    begun = {"type": "message", "id": item_id, "role": "assistant", "status": "in_progress", "content": []}
    item = {**begun, "status": "completed", "content": [part]}
    response = {
        "id": f"resp_{exchange}",
        "object": "response",
        "created_at": created,
        "model": model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "temperature": None,
        "top_p": None,
    }
    usage = {
        "input_tokens": 0,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 0,
    }
    open_response = {**response, "status": "in_progress", "output": [], "usage": None}
    whole = {**response, "status": "completed", "output": [item], "usage": usage}
    if not stream:
        return Answer(200, "application/json", orjson.dumps(whole))
    at_item: dict[str, Any] = {"output_index": 0}
    at_part = {"item_id": item_id, "output_index": 0, "content_index": 0}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": open_response},
        {"type": "response.in_progress", "response": open_response},
        {"type": "response.output_item.added", **at_item, "item": begun},
        {"type": "response.content_part.added", **at_part, "part": {**part, "text": ""}},
        {"type": "response.output_text.delta", **at_part, "delta": message, "logprobs": []},
        {"type": "response.output_text.done", **at_part, "text": message, "logprobs": []},
        {"type": "response.content_part.done", **at_part, "part": part},
        {"type": "response.output_item.done", **at_item, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    return Answer(200, "text/event-stream", b"".join(map(_event, numbered)))


def _event(event: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (str(event["type"]).encode(), orjson.dumps(event))


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
        self.ended = False
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
        if not (self.ended or self._failed):
            raise _truncated()
        self._waiting.end_all()
        return self._waiting.ready()

    def _event(self, event: SseEvent) -> None:
        data = event.data
        if data is None or not data.strip():
            self._waiting.add(WaitingEvent(between(event, ended=self.ended)))
            return
        if data.strip() == "[DONE]":
            self._waiting.end_all()
            self._waiting.add(WaitingEvent(marker(event, ended=self.ended)))
            return
        if self.ended:
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
            self.ended = True
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
        return _CALLED.get(kind) or (answer(self._json_output) if kind == "response.output_text" else TextForm.PLAIN)


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
