"""Replies of the Anthropic Messages API: where their text is, how whole and streamed ones are restored, and our own.

All strings are restored except those of fields that hold no text, so a field that the API adds later is restored too.
The input of a tool is JSON that the model wrote, so all its strings and keys are restored. Signatures stay unchanged.
Thinking is restored for the client and never sent back (`request`).

In a stream, each text that grows by deltas has its own restorer: one for each block and field. What a restorer holds
back goes out with the next delta of its text, or in a delta of our own before the block stops. A stream has ended
properly when ``message_stop`` came. An ``error`` event may quote the request, so it ends the reply as a fault, which
the client gets in our own words.

Answers of our own are errors and synthetic messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, answer, is_citation, shown_at
from proxy.dialects.wire import streams
from proxy.dialects.wire.reply import ANTHROPIC_TYPES, JsonReply, code_in, not_of_the_api, not_offered
from proxy.dialects.wire.slots import every_string
from proxy.errors import Fault, Refusal, UpstreamFault
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Answer

_NO_TEXT = frozenset(
    {
        "id",
        "type",
        "role",
        "model",
        "stop_reason",
        "signature",
        "data",
        "usage",
        "container",
        "caller",
        "tool_use_id",
        "file_id",
        "encrypted_content",
        "encrypted_index",
        "media_type",
        "request_id",
    }
)

CITED = "citation."
"""Stands before the keys within a citation, as `reply_texts` yields them."""

TOOL_NAME = "tool_use.name"
"""The name under which `reply_texts` yields the name of a called tool."""

_CALL = "tool_use"
_FORMS = {TOOL_NAME: TextForm.TOOL_NAME, "input": TextForm.CALLED, "partial_json": TextForm.CALLED_JSON}


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        said = isinstance(root, JsonObject) and isinstance(root.get("content"), JsonArray)
        counted = isinstance(root, JsonObject) and isinstance(root.get("input_tokens"), JsonNumber)
        if not (said or counted):
            raise not_of_the_api("message, nor a count of tokens")
        return ((string, form_of(name, json_output)) for name, string in reply_texts(root))

    return JsonReply(texts, restorers)


def reply_texts(value: JsonValue, name: str = "") -> Iterator[tuple[str, JsonString]]:
    """All strings in `value` that are text, in source order, each with the nearest key above it.

    Raises `UpstreamFault` for output of the recipient's own tools, since no request can offer one.
    """
    match value:
        case JsonString():
            yield name, value
        case JsonArray():
            for item in value.items:
                yield from reply_texts(item, name)
        case JsonObject():
            of_type = _type_of(value)
            for member in value.members:
                key = member.key.text
                if key == "input":
                    yield from ((key, string) for string in every_string(member.value))
                elif key == "name" and of_type == _CALL:
                    yield from reply_texts(member.value, TOOL_NAME)
                elif is_citation(key):
                    yield from ((CITED + within, string) for within, string in reply_texts(member.value, key))
                elif key not in _NO_TEXT:
                    yield from reply_texts(member.value, key)


def form_of(name: str, json_output: bool) -> TextForm:
    """The form of a string that `reply_texts` yields under this name."""
    if name.startswith(CITED):
        return shown_at(name.rpartition(".")[2], cited=True)
    return _FORMS.get(name) or (answer(json_output) if name == "text" else shown_at(name))


def _type_of(value: JsonObject) -> str:
    """The type of a block. Raises `UpstreamFault` for the call or the result of a tool that runs elsewhere."""
    held = value.get("type")
    of_type = held.text if isinstance(held, JsonString) else ""
    if of_type != _CALL and of_type.endswith((_CALL, "_tool_result")):
        raise not_offered()
    return of_type


_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"type": "error", "error": {"type", "message"}}``, with the reason code as ``code``.

    A refusal tells SDKs not to retry, since a retry would get the same answer.
    """
    headers = (("x-should-retry", "false"),) if isinstance(fault, Refusal) else ()
    return Answer(fault.status, "application/json", orjson.dumps(_error(fault)), headers)


def error_frame(fault: Fault) -> bytes:
    """A fault as an event of a stream. SDKs raise it as an error."""
    return _frame("error", _error(fault))


def synthetic_answer(message: str, exchange: str, *, model: str, stream: bool) -> Answer:
    """A message that says `message`."""
    usage = {"input_tokens": 0, "output_tokens": 0}
    head: dict[str, Any] = {
        "id": f"msg_{exchange}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    if not stream:
        whole = {**head, "content": [{"type": "text", "text": message}], "stop_reason": "end_turn"}
        return Answer(200, "application/json", orjson.dumps(whole))
    ending = {"stop_reason": "end_turn", "stop_sequence": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": head},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": message}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ending, "usage": {"output_tokens": 0}},
        {"type": "message_stop"},
    ]
    return Answer(200, "text/event-stream", b"".join(_frame(event["type"], event) for event in events))


def _frame(name: str, body: dict[str, Any]) -> bytes:
    return b"event: " + name.encode() + b"\ndata: " + orjson.dumps(body) + b"\n\n"


def _error(fault: Fault) -> dict[str, Any]:
    message = fault.detail or fault.reason.replace("_", " ")
    place = {} if fault.where is None else {"param": fault.where}
    return {"type": "error", "error": {"type": _type(fault), "message": message, "code": fault.shown, **place}}


def _type(fault: Fault) -> str:
    shown = fault.code if fault.code in ANTHROPIC_TYPES else _TYPES.get(fault.status)
    return shown or ("api_error" if fault.status >= 500 else "invalid_request_error")


_BLOCK_TEXTS = {"text": "text_delta", "thinking": "thinking_delta"}
"""Fields of a block that begin a text, and the type of the deltas that continue it."""

_WHOLE = frozenset({"citations_delta", "signature_delta"})
"""Deltas whose text is complete."""


class MessageStream:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._events = streams.SseParser()
        self._deltas = streams.Deltas(restorers)
        self._delta_types: dict[streams.Channel, str] = {}
        self._under_way: set[int] = set()
        self.ended = False

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored as far as their text is final."""
        return b"".join([self._event(event) for event in self._events.feed(piece)])

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._events.close()
        try:
            rest = self._event(last) if last is not None else b""
        except UpstreamFault:
            raise streams.truncated() from None
        if not self.ended:
            raise streams.truncated()
        return rest

    def _event(self, event: streams.SseEvent) -> bytes:
        data = event.data
        if data is None or not data.strip():
            return streams.between(event, ended=self.ended)
        again = self._deltas.again(data) if event.event in ("content_block_delta", "message") else None
        if again is not None:
            return event.raw if again is data else event.with_data(again)
        document, root = streams.read_event(data)
        shape = root.get("type")
        if not isinstance(shape, JsonString) or event.event not in ("message", shape.text):
            raise streams.bad_event()
        if shape.text == "error":
            raise _told_fault(root)
        if self.ended and shape.text == "ping":
            return b""
        if self.ended:
            raise UpstreamFault("bad_stream", "the recipient sent more after the message had ended")
        restored, before = self._restored(root, shape.text)
        rewritten = self._deltas.rewritten(document.text, restored)
        return before + (event.raw if rewritten is document.text else event.with_data(rewritten))

    def _restored(self, root: JsonObject, shape: str) -> tuple[list[streams.RestoredText], bytes]:
        """The strings of an event, and events of our own that must precede it."""
        match shape:
            case "content_block_start":
                index = _index(root)
                self._under_way.add(index)
                return self._strings(_object(root, "content_block"), index, _BLOCK_TEXTS), b""
            case "content_block_delta":
                index, delta = _index(root), _object(root, "delta")
                kind = delta.get("type")
                if index not in self._under_way or not isinstance(kind, JsonString):
                    raise streams.bad_event()
                growing = {} if kind.text in _WHOLE else {name: kind.text for name, _ in reply_texts(delta)}
                return self._strings(delta, index, growing), b""
            case "content_block_stop":
                index = _index(root)
                self._under_way.discard(index)
                return [], self._release(self._deltas.open(index))
            case "message_stop":
                self.ended = True
                return [], self._release(self._deltas.open())
        return [self._deltas.whole(string, form_of(name, False)) for name, string in reply_texts(root)], b""

    def _strings(self, holder: JsonObject, index: int, growing: dict[str, str]) -> list[streams.RestoredText]:
        """The strings of a block or a delta. `growing` maps the fields that grow to the type of their deltas."""
        restored = []
        for name, string in reply_texts(holder):
            form = form_of(name, self._json_output)
            if name in growing:
                channel = streams.Channel(index, (name,))
                self._delta_types[channel] = growing[name]
                restored.append(self._deltas.grow(channel, string, form))
            else:
                restored.append(self._deltas.whole(string, form))
        return restored

    def _release(self, channels: list[streams.Channel]) -> bytes:
        """End these texts. Each text that was held back goes out in a delta of our own."""
        frames = []
        for channel in channels:
            text = self._deltas.end(channel)
            if text:
                delta = {"type": self._delta_types[channel], str(channel.path[0]): text}
                event = {"type": "content_block_delta", "index": channel.part, "delta": delta}
                data = json.dumps(event, separators=(",", ":"))
                frames.append(f"event: content_block_delta\ndata: {data}\n\n".encode())
        return b"".join(frames)


def _index(root: JsonObject) -> int:
    index = root.get("index")
    if isinstance(index, JsonNumber) and index.literal.isdecimal() and len(index.literal) < 10:
        return int(index.literal)
    raise streams.bad_event()


def _object(root: JsonObject, name: str) -> JsonObject:
    found = root.get(name)
    if isinstance(found, JsonObject):
        return found
    raise streams.bad_event()


def _told_fault(root: JsonObject) -> UpstreamFault:
    code = code_in(root)
    status = 529 if code == "overloaded_error" else 502
    fault = UpstreamFault("upstream_error", "the recipient broke its reply off with an error", status=status)
    fault.code = code
    return fault
