"""The rewriter for streamed replies of the OpenAI chat API (``chat.completion.chunk`` events).

Each text that grows by deltas has a restorer of its own: one for each choice and path in ``delta``. What a
restorer holds back goes out with the next delta of its text; when the choice finishes, with the finishing
chunk, or in a chunk of our own before it where that chunk has no such delta; never after ``[DONE]``.

A stream has ended in good order when ``[DONE]`` came, or when every choice that began has a finish reason
(some recipients send no ``[DONE]``). Any other end raises ``truncated_stream``.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from proxy.dialects.base import RestorerFactory, TextRestorer
from proxy.dialects.json_edits import encode_string
from proxy.dialects.json_reply import MAX_DEPTH, changed_strings, restore_once
from proxy.dialects.json_source import (
    JsonArray,
    JsonDocument,
    JsonError,
    JsonObject,
    JsonString,
    read_json,
    read_string,
)
from proxy.dialects.openai_fields import is_null
from proxy.dialects.openai_reply import Path, holds_json, index_of, reply_texts
from proxy.dialects.sse import SseEvent, SseParser
from proxy.edits import apply_edits
from proxy.errors import UpstreamFault

_HEAD = frozenset({"id", "object", "created", "model", "system_fingerprint", "service_tier"})


class _Channel(NamedTuple):
    """A text that grows by deltas."""

    choice: int
    path: Path


class _Restored(NamedTuple):
    """A string of one chunk and what becomes of it; no channel for a string that is whole."""

    string: JsonString
    text: str
    channel: _Channel | None = None


class _Shape(NamedTuple):
    """What the last chunk was, but for its one growing string. Most chunks differ from the one before in that alone,
    and need not be read as a whole again: between the same characters, one string literal is the same place.
    """

    before: str
    after: str
    channel: _Channel


class StreamRewriter:
    """Restores one stream, event by event; an event in which nothing changes goes on byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._restorers = restorers
        self._json_output = json_output
        self._events = SseParser()
        self._growing: dict[_Channel, TextRestorer] = {}
        self._begun: set[int] = set()
        self._finished: set[int] = set()
        self._head: list[str] = []
        self._done = False
        self._shape: _Shape | None = None

    def feed(self, piece: bytes) -> bytes:
        """The events that `piece` completes, restored as far as is certain."""
        return b"".join([self._event(event) for event in self._events.feed(piece)])

    def close(self) -> bytes:
        """The rest; `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._events.close()
        try:
            rest = self._event(last) if last is not None else b""
        except UpstreamFault:
            raise _truncated() from None
        if not self._done and not (self._begun and self._begun <= self._finished):
            raise _truncated()
        return rest + self._release(list(self._growing))

    def _event(self, event: SseEvent) -> bytes:
        data = event.data
        if data is None or not data.strip():
            return event.raw
        if data.strip() == "[DONE]":
            self._done = True
            return self._release(list(self._growing)) + event.raw
        if self._done:
            raise UpstreamFault("bad_stream", "the recipient sent more after the stream's [DONE]")
        again = self._again(event, data)
        return self._chunk(event, _read(data)) if again is None else again

    def _again(self, event: SseEvent, data: str) -> bytes | None:
        """The event, if it has the shape of the one before; else None."""
        shape = self._shape
        if shape is None or not (data.startswith(shape.before + '"') and data.endswith(shape.after)):
            return None
        try:
            string = read_string(data, len(shape.before))
        except JsonError:
            return None
        if string.end != len(data) - len(shape.after):
            return None
        text = self._restorer(shape.channel).feed(string.text)
        return event.raw if text == string.text else event.with_data(shape.before + encode_string(text) + shape.after)

    def _chunk(self, event: SseEvent, chunk: JsonDocument) -> bytes:
        if not isinstance(chunk.root, JsonObject):
            raise _bad_event()
        restored = self._beside(chunk.root, "choices")
        choices = chunk.root.get("choices")
        before = b""
        if isinstance(choices, JsonArray) and choices.items:
            self._head = [chunk.text[name.start : held.end] for name, held in chunk.root.members if name.text in _HEAD]
            for place, item in enumerate(choices.items):
                if not isinstance(item, JsonObject):
                    raise _bad_event()
                parts, extra = self._choice(item, index_of(item, place))
                restored += parts
                before += extra
        self._shape = _shape(chunk.text, restored) if not before and self._begun.isdisjoint(self._finished) else None
        edits = changed_strings((string, text) for string, text, _ in restored)
        edits.sort(key=lambda edit: edit.start)
        return before + (event.with_data(apply_edits(chunk.text, edits)) if edits else event.raw)

    def _choice(self, choice: JsonObject, index: int) -> tuple[list[_Restored], bytes]:
        """The strings of one choice, and chunks that must go before this one if it is the choice's last."""
        self._begun.add(index)
        restored = self._beside(choice, "delta")
        delta = choice.get("delta")
        if not (is_null(delta) or isinstance(delta, JsonObject)):
            raise _bad_event()
        for path, string in reply_texts(delta) if delta is not None else ():
            if path[-1:] == ("name",):  # a function's name comes in one piece, and clients read it from the first
                restored.append(_Restored(string, restore_once(self._restorers, string.text, False)))
            else:
                channel = _Channel(index, path)
                restored.append(_Restored(string, self._restorer(channel).feed(string.text), channel))
        if not isinstance(choice.get("finish_reason"), JsonString):
            return restored, b""
        self._finished.add(index)
        missing: list[_Channel] = []
        for channel in [channel for channel in self._growing if channel.choice == index]:
            last = max((n for n, part in enumerate(restored) if part.channel == channel), default=None)
            if last is None:
                missing.append(channel)
            else:
                part = restored[last]
                restored[last] = part._replace(text=part.text + self._growing.pop(channel).flush())
        return restored, self._release(missing)

    def _beside(self, value: JsonObject, growing: str) -> list[_Restored]:
        """Strings that do not grow: all of an object but the member `growing`."""
        return [
            _Restored(string, restore_once(self._restorers, string.text, holds_json(path, self._json_output)))
            for path, string in reply_texts(value)
            if path[0] != growing
        ]

    def _restorer(self, channel: _Channel) -> TextRestorer:
        if channel not in self._growing:
            self._growing[channel] = self._restorers(holds_json(channel.path, self._json_output))
        return self._growing[channel]

    def _release(self, channels: list[_Channel]) -> bytes:
        """End these texts; what they held back, each in a chunk of our own that looks like the last one."""
        frames = []
        for channel in channels:
            text = self._growing.pop(channel).flush()
            if text:
                choice = {"index": channel.choice, "delta": _delta(channel.path, text), "finish_reason": None}
                members = ",".join([*self._head, f'"choices":[{json.dumps(choice, separators=(",", ":"))}]'])
                frames.append(f"data: {{{members}}}\n\n".encode())
        return b"".join(frames)


def _shape(text: str, restored: list[_Restored]) -> _Shape | None:
    """The shape of a chunk in which one string grows and no other changes."""
    growing = [part for part in restored if part.channel is not None]
    if len(growing) != 1 or any(part.text != part.string.text for part in restored if part.channel is None):
        return None
    ((string, _, channel),) = growing
    return _Shape(text[: string.start], text[string.end :], channel) if channel is not None else None


def _delta(path: Path, text: str) -> dict[str, Any]:
    """A delta that adds `text` at `path`: ``{"tool_calls": [{"index": 0, "function": {"arguments": text}}]}``."""
    held: Any = text
    for step in reversed(path):
        if isinstance(step, int):
            held = [{"index": step, **held}] if isinstance(held, dict) else [held]
        else:
            held = {step: held}
    return dict(held)


def _read(data: str) -> JsonDocument:
    try:
        return read_json(data, max_depth=MAX_DEPTH, strict=False)
    except JsonError:
        raise _bad_event() from None


def _bad_event() -> UpstreamFault:
    return UpstreamFault("bad_event", "the recipient sent a stream event that is no chat completion chunk")


def _truncated() -> UpstreamFault:
    return UpstreamFault("truncated_stream", "the recipient's stream broke off before its end")
