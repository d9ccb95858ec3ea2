"""Replies of the Ollama API: where their text is, the rewriters for whole and streamed ones, and answers of our own.

A stream has one JSON object on each line. What a restorer holds back goes out with the next piece of its text. At the
end it goes out in the last line if that line has this text, else in a line of our own before it. A stream has ended
properly with ``done: true``. An ``error`` line may quote the request, so it ends the reply as a fault, which the client
gets in our own words.

Answers of our own are errors and synthetic replies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, shown_at
from proxy.dialects.wire.body import is_true
from proxy.dialects.wire.deltas import Channel, Deltas, Path, RestoredText, read_event, truncated
from proxy.dialects.wire.events import Line, LineParser
from proxy.dialects.wire.reply import JsonReply, not_of_the_api
from proxy.dialects.wire.slots import every_string
from proxy.errors import Fault, UpstreamFault
from proxy.json_source import JsonArray, JsonObject, JsonString, JsonValue
from proxy.model import Answer

_NO_TEXT = frozenset(
    {"model", "created_at", "role", "done_reason", "id", "type", "logprobs", "context", "images", "image"}
)
_GROWING: frozenset[Path] = frozenset({("message", "content"), ("message", "thinking"), ("response",), ("thinking",)})
_JSON = frozenset({("message", "content"), ("response",)})
_HEAD = ("model", "created_at")


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        check_reply(root)
        return ((string, form_at(path, json_output)) for path, string in reply_texts(root))

    return JsonReply(texts, restorers)


def check_reply(root: JsonValue) -> None:
    """Raise `UpstreamFault` unless this is a reply, or a line of one."""
    message, said = (root.get("message"), root.get("response")) if isinstance(root, JsonObject) else (None, None)
    if not (isinstance(message, JsonObject) or isinstance(said, JsonString)):
        raise not_of_the_api("message, nor a text")


def reply_texts(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonString]]:
    """All strings in `value` that are text, in source order, with the keys above them.

    The arguments of a call are JSON that the model wrote, so all their strings and keys are text.
    """
    match value:
        case JsonString():
            yield path, value
        case JsonArray():
            for item in value.items:
                yield from reply_texts(item, path)
        case JsonObject():
            for member in value.members:
                key = member.key.text
                if key == "arguments":
                    yield from (((*path, key), string) for string in every_string(member.value))
                elif key not in _NO_TEXT:
                    yield from reply_texts(member.value, (*path, key))


def form_at(path: Path, json_output: bool) -> TextForm:
    """The form of the string at `path`."""
    if "tool_calls" in path:
        return TextForm.TOOL_NAME if path[-1] == "name" else TextForm.CALLED
    return shown_at(str(path[-1]) if path else "", json_output and path in _JSON)


class LineStream:
    """Restores one stream, line by line. A line in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._lines = LineParser()
        self._deltas = Deltas(restorers)
        self._head: list[str] = []
        self._done = False

    def feed(self, piece: bytes) -> bytes:
        """The lines that `piece` completes, restored as far as their text is final."""
        return b"".join([self._line(line) for line in self._lines.feed(piece)])

    def close(self) -> bytes:
        """The rest. Raises `UpstreamFault` ``truncated_stream`` if the stream broke off."""
        last = self._lines.close()
        try:
            rest = self._line(last) if last is not None else b""
        except UpstreamFault:
            raise truncated() from None
        if not self._done:
            raise truncated()
        return rest

    def _line(self, line: Line) -> bytes:
        if not line.data.strip():
            return line.raw
        if self._done:
            raise UpstreamFault("bad_stream", "the recipient sent more after the reply had ended")
        again = self._deltas.again(line.data)
        if again is not None:
            return line.raw if again is line.data else line.with_data(again)
        document, root = read_event(line.data)
        if root.get("error") is not None:
            raise UpstreamFault("upstream_error", "the recipient broke its reply off with an error")
        if not is_true(root, "done"):
            check_reply(root)
        self._head = [document.text[name.start : held.end] for name, held in root.members if name.text in _HEAD]
        restored = [self._restored(path, string) for path, string in reply_texts(root)]
        before = b""
        if is_true(root, "done"):
            self._done = True
            before = self._end(restored)
        rewritten = self._deltas.rewritten(document.text, restored)
        return before + (line.raw if rewritten is document.text else line.with_data(rewritten))

    def _restored(self, path: Path, string: JsonString) -> RestoredText:
        if path in _GROWING:
            return self._deltas.grow(Channel(0, path), string, form_at(path, self._json_output))
        return self._deltas.whole(string, form_at(path, self._json_output))

    def _end(self, restored: list[RestoredText]) -> bytes:
        """End all texts. What was held back goes into the last line, or into lines of our own before it."""
        lines = []
        for channel in self._deltas.open():
            text = self._deltas.end(channel)
            last = max((n for n, part in enumerate(restored) if part.channel == channel), default=None)
            if last is not None:
                restored[last] = restored[last]._replace(text=restored[last].text + text)
            elif text:
                members = ",".join([*self._head, json.dumps(_held(channel.path, text))[1:-1], '"done":false'])
                lines.append(f"{{{members}}}\n".encode())
        return b"".join(lines)


def _held(path: Path, text: str) -> dict[str, Any]:
    """An object that holds `text` at `path`."""
    held: Any = text
    for step in reversed(path):
        held = {step: held}
    return {name: {"role": "assistant", **value} if name == "message" else value for name, value in held.items()}


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"error": "…"}``. The reason code comes first, since clients show nothing else."""
    return Answer(fault.status, "application/json", orjson.dumps(_error(fault)))


def error_line(fault: Fault) -> bytes:
    """A fault as a line of a stream. Clients raise it as an error."""
    return orjson.dumps(_error(fault)) + b"\n"


def synthetic_answer(said: Mapping[str, Any], created: int, *, model: str, stream: bool) -> Answer:
    """A reply of our own. `said`: its one text field (``message`` or ``response``). `created`: in Unix seconds."""
    instant = datetime.fromtimestamp(created, UTC).isoformat().replace("+00:00", "Z")
    counts = {"total_duration": 0, "load_duration": 0, "prompt_eval_count": 0, "eval_count": 0}
    body = {"model": model, "created_at": instant, **said, "done": True, "done_reason": "stop", **counts}
    if stream:
        return Answer(200, "application/x-ndjson", orjson.dumps(body) + b"\n")
    return Answer(200, "application/json", orjson.dumps(body))


def _error(fault: Fault) -> dict[str, Any]:
    place = f" (at {fault.where})" if fault.where else ""
    detail = f"{fault.shown}: {fault.detail}{place}" if fault.detail else f"{fault.shown}{place}"
    return {"error": detail, "code": fault.shown}
