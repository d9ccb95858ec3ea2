"""The rewriter for streamed replies of the Anthropic Messages API.

Each text that grows by deltas has its own restorer: one for each block and field. What a restorer holds back goes out
with the next delta of its text, or in a delta of our own before the block stops.

A stream has ended properly when ``message_stop`` came. An ``error`` event may quote the request, so it ends the reply
as a fault, which the client gets in our own words.
"""

from __future__ import annotations

import json

from proxy.dialects.anthropic.reply import form_of, reply_texts
from proxy.dialects.base import RestorerFactory
from proxy.dialects.wire.deltas import Channel, Deltas, RestoredText, bad_event, read_event, truncated
from proxy.dialects.wire.events import SseEvent, SseParser
from proxy.dialects.wire.reply import code_in
from proxy.errors import UpstreamFault
from proxy.json_source import JsonNumber, JsonObject, JsonString

_BLOCK_TEXTS = {"text": "text_delta", "thinking": "thinking_delta"}
"""Fields of a block that begin a text, and the type of the deltas that continue it."""

_WHOLE = frozenset({"citations_delta", "signature_delta"})
"""Deltas whose text is complete."""


class MessageStream:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._events = SseParser()
        self._deltas = Deltas(restorers)
        self._delta_types: dict[Channel, str] = {}
        self._under_way: set[int] = set()
        self._ended = False

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored as far as their text is final."""
        return b"".join([self._event(event) for event in self._events.feed(piece)])

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._events.close()
        try:
            rest = self._event(last) if last is not None else b""
        except UpstreamFault:
            raise truncated() from None
        if not self._ended:
            raise truncated()
        return rest

    def _event(self, event: SseEvent) -> bytes:
        data = event.data
        if data is None or not data.strip():
            return event.raw
        again = self._deltas.again(data) if event.event in ("content_block_delta", "message") else None
        if again is not None:
            return event.raw if again is data else event.with_data(again)
        document, root = read_event(data)
        shape = root.get("type")
        if not isinstance(shape, JsonString) or event.event not in ("message", shape.text):
            raise bad_event()
        if shape.text == "error":
            raise _told_fault(root)
        if self._ended and shape.text != "ping":
            raise UpstreamFault("bad_stream", "the recipient sent more after the message had ended")
        restored, before = self._restored(root, shape.text)
        rewritten = self._deltas.rewritten(document.text, restored)
        return before + (event.raw if rewritten is document.text else event.with_data(rewritten))

    def _restored(self, root: JsonObject, shape: str) -> tuple[list[RestoredText], bytes]:
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
                    raise bad_event()
                growing = {} if kind.text in _WHOLE else {name: kind.text for name, _ in reply_texts(delta)}
                return self._strings(delta, index, growing), b""
            case "content_block_stop":
                index = _index(root)
                self._under_way.discard(index)
                return [], self._release(self._deltas.open(index))
            case "message_stop":
                self._ended = True
                return [], self._release(self._deltas.open())
        return [self._deltas.whole(string, form_of(name, False)) for name, string in reply_texts(root)], b""

    def _strings(self, holder: JsonObject, index: int, growing: dict[str, str]) -> list[RestoredText]:
        """The strings of a block or a delta. `growing` maps the fields that grow to the type of their deltas."""
        restored = []
        for name, string in reply_texts(holder):
            form = form_of(name, self._json_output)
            if name in growing:
                channel = Channel(index, (name,))
                self._delta_types[channel] = growing[name]
                restored.append(self._deltas.grow(channel, string, form))
            else:
                restored.append(self._deltas.whole(string, form))
        return restored

    def _release(self, channels: list[Channel]) -> bytes:
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
    raise bad_event()


def _object(root: JsonObject, name: str) -> JsonObject:
    found = root.get(name)
    if isinstance(found, JsonObject):
        return found
    raise bad_event()


def _told_fault(root: JsonObject) -> UpstreamFault:
    code = code_in(root)
    status = 529 if code == "overloaded_error" else 502
    fault = UpstreamFault("upstream_error", "the recipient broke its reply off with an error", status=status)
    fault.code = code
    return fault
