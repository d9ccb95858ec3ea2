"""The rewriter for streamed replies of the OpenAI chat API (``chat.completion.chunk`` events).

Each text that grows by deltas has its own restorer: one for each choice and path in ``delta``. What a restorer holds
back goes out with the next delta of its text. When the choice finishes, it goes out with the finishing chunk, or in a
chunk of our own before it if that chunk has no such delta. It never goes out after ``[DONE]``.

A stream has ended properly when ``[DONE]`` came, or when every choice that began has a finish reason (some recipients
send no ``[DONE]``). Any other end raises ``truncated_stream``.
"""

from __future__ import annotations

import json
from typing import Any

from proxy.dialects.base import RestorerFactory, TextForm
from proxy.dialects.openai.reply import Path, form_at, index_of, reply_texts
from proxy.dialects.wire.deltas import Channel, Deltas, RestoredText, bad_event, read_event, truncated
from proxy.dialects.wire.events import SseEvent, SseParser
from proxy.dialects.wire.fields import is_null
from proxy.dialects.wire.reply import code_in, not_of_the_api
from proxy.errors import UpstreamFault
from proxy.json_source import JsonArray, JsonDocument, JsonObject, JsonString

_HEAD = frozenset({"id", "object", "created", "model", "system_fingerprint", "service_tier"})


class StreamRewriter:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._events = SseParser()
        self._deltas = Deltas(restorers)
        self._begun: set[int] = set()
        self._finished: set[int] = set()
        self._head: list[str] = []
        self._done = False

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
        if not self._done and not (self._begun and self._begun <= self._finished):
            raise truncated()
        return rest + self._release(self._deltas.open())

    def _event(self, event: SseEvent) -> bytes:
        data = event.data
        if data is None or not data.strip():
            return event.raw
        if data.strip() == "[DONE]":
            self._done = True
            return self._release(self._deltas.open()) + event.raw
        if self._done:
            raise UpstreamFault("bad_stream", "the recipient sent more after the stream's [DONE]")
        again = self._deltas.again(data)
        if again is not None:
            return event.raw if again is data else event.with_data(again)
        return self._chunk(event, *read_event(data))

    def _chunk(self, event: SseEvent, chunk: JsonDocument, root: JsonObject) -> bytes:
        choices = root.get("choices")
        if not isinstance(choices, JsonArray):
            raise _no_chunk(root)
        restored = self._beside(root, "choices")
        before = b""
        if choices.items:
            self._head = [chunk.text[name.start : held.end] for name, held in root.members if name.text in _HEAD]
            for place, item in enumerate(choices.items):
                if not isinstance(item, JsonObject):
                    raise bad_event()
                parts, extra = self._choice(item, index_of(item, place))
                restored += parts
                before += extra
        rewritten = self._deltas.rewritten(chunk.text, restored)
        if not self._begun.isdisjoint(self._finished):
            self._deltas.forget()
        return before + (event.raw if rewritten is chunk.text else event.with_data(rewritten))

    def _choice(self, choice: JsonObject, index: int) -> tuple[list[RestoredText], bytes]:
        """The strings of one choice, and the chunks that must precede this one if it is the choice's last."""
        self._begun.add(index)
        restored = self._beside(choice, "delta")
        delta = choice.get("delta")
        if not (is_null(delta) or isinstance(delta, JsonObject)):
            raise bad_event()
        for path, string in reply_texts(delta) if delta is not None else ():
            if path[-1:] == ("name",):  # a function's name comes in one piece, and clients read only the first
                restored.append(self._deltas.whole(string, self._form(path)))
            else:
                restored.append(self._deltas.grow(Channel(index, path), string, self._form(path)))
        if not isinstance(choice.get("finish_reason"), JsonString):
            return restored, b""
        self._finished.add(index)
        missing: list[Channel] = []
        last_of = {part.channel: n for n, part in enumerate(restored)}
        for channel in self._deltas.open(index):
            last = last_of.get(channel)
            if last is None:
                missing.append(channel)
            else:
                part = restored[last]
                restored[last] = part._replace(text=part.text + self._deltas.end(channel))
        return restored, self._release(missing)

    def _beside(self, value: JsonObject, growing: str) -> list[RestoredText]:
        """Strings that do not grow: all strings of an object outside the member `growing`."""
        return [
            self._deltas.whole(string, self._form(path)) for path, string in reply_texts(value) if path[0] != growing
        ]

    def _form(self, path: Path) -> TextForm:
        return form_at(path, self._json_output)

    def _release(self, channels: list[Channel]) -> bytes:
        """End these texts. Each text that was held back goes out in a chunk of our own that resembles the last one."""
        frames = []
        for channel in channels:
            text = self._deltas.end(channel)
            if text:
                choice = {"index": channel.part, "delta": _delta(channel.path, text), "finish_reason": None}
                members = ",".join([*self._head, f'"choices":[{json.dumps(choice, separators=(",", ":"))}]'])
                frames.append(f"data: {{{members}}}\n\n".encode())
        return b"".join(frames)


def _no_chunk(root: JsonObject) -> UpstreamFault:
    """The fault for an event that is no chunk: an error, which may quote the request, or an event of another API."""
    if is_null(root.get("error")):
        return not_of_the_api("stream of chunks")
    fault = UpstreamFault("upstream_error", "the recipient broke its reply off with an error")
    fault.code = code_in(root)
    return fault


def _delta(path: Path, text: str) -> dict[str, Any]:
    """A delta that adds `text` at `path`: ``{"tool_calls": [{"index": 0, "function": {"arguments": text}}]}``."""
    held: Any = text
    for step in reversed(path):
        if isinstance(step, int):
            held = [{"index": step, **held}] if isinstance(held, dict) else [held]
        else:
            held = {step: held}
    return dict(held)
