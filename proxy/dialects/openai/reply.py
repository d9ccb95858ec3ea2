"""Replies of the OpenAI chat API: where their text is, how whole and streamed ones are restored, and our own.

All strings are restored except those of fields that hold no text, so a field that the API adds later is restored too.
The names of called functions are restored as well, since the name in the request's tools may have been replaced.
``logprobs`` keep the tokens as the recipient made them.

In a stream (``chat.completion.chunk`` events), each text that grows by deltas has its own restorer: one for each choice
and path in ``delta``. What a restorer holds back goes out with the next delta of its text. When the choice finishes, it
goes out with the finishing chunk, or in a chunk of our own before it if that chunk has no such delta. It never goes out
after ``[DONE]``. A stream has ended properly when ``[DONE]`` came, or when every choice that began has a finish reason
(some recipients send no ``[DONE]``). Any other end raises ``truncated_stream``.

Answers of our own are errors and synthetic completions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, answer, is_citation, shown_at
from proxy.dialects.wire import streams
from proxy.dialects.wire.fields import is_null
from proxy.dialects.wire.reply import JsonReply, code_in, not_of_the_api
from proxy.errors import ClientFault, Fault, Refusal, UpstreamFault
from proxy.json_source import JsonArray, JsonDocument, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Answer

Path = tuple[str | int, ...]
"""Keys and array indices, from the outside in. An item that has an ``index`` counts at that index."""

_NO_TEXT = frozenset(
    {
        "id",
        "object",
        "model",
        "system_fingerprint",
        "service_tier",
        "finish_reason",
        "role",
        "type",
        "tool_call_id",
        "logprobs",
        "obfuscation",
        "usage",
    }
)

_CALLS = frozenset({"tool_calls", "function_call"})


def whole_rewriter(restorers: RestorerFactory, *, json_output: bool) -> ReplyRewriter:
    """A rewriter for a reply of type ``application/json``. `json_output`: the client asked for JSON content."""

    def texts(root: JsonValue) -> Iterator[tuple[JsonString, TextForm]]:
        if not (isinstance(root, JsonObject) and isinstance(root.get("choices"), JsonArray)):
            raise not_of_the_api("chat completion")
        return ((string, form_at(path, json_output)) for path, string in reply_texts(root))

    return JsonReply(texts, restorers)


def reply_texts(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, JsonString]]:
    """All strings in `value` that are text, with their paths, in source order."""
    match value:
        case JsonString():
            yield path, value
        case JsonArray():
            for place, item in enumerate(value.items):
                yield from reply_texts(item, (*path, _index_of(item, place)))
        case JsonObject():
            for member in value.members:
                if member.key.text not in _NO_TEXT:
                    yield from reply_texts(member.value, (*path, member.key.text))


def _index_of(item: JsonValue, place: int) -> int:
    """The ``index`` that a list item states, or its position in the list if it states none."""
    index = item.get("index") if isinstance(item, JsonObject) else None
    if isinstance(index, JsonNumber) and index.literal.isdecimal() and len(index.literal) < 10:
        return int(index.literal)
    return place


def form_at(path: Path, json_output: bool) -> TextForm:
    """The form of the string at `path`."""
    if path[-1:] == ("arguments",):
        return TextForm.CALLED_JSON
    if not _CALLS.isdisjoint(path):
        return TextForm.TOOL_NAME if path[-1:] == ("name",) else TextForm.CALLED
    if path[-1:] == ("content",) or ("content" in path and path[-1:] == ("text",)):
        return answer(json_output)
    cited = any(map(is_citation, path))
    return shown_at(str(path[-1]) if path else "", json_output and "content" in path, cited=cited)


_CLIENT_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"error": {"message", "type", "param", "code"}}``.

    A refusal tells SDKs not to retry, since a retry would get the same answer.
    """
    headers = (("x-should-retry", "false"),) if isinstance(fault, Refusal) else ()
    return Answer(fault.status, "application/json", orjson.dumps(error_body(fault)), headers)


def error_frame(fault: Fault) -> bytes:
    """A fault as an event of a stream. SDKs raise it as an error."""
    return b"data: " + orjson.dumps(error_body(fault)) + b"\n\n"


def synthetic_answer(
    message: str, exchange: str, created: int, *, model: str, choices: int, stream: bool, include_usage: bool
) -> Answer:
    """A completion that says `message` in every requested choice. `created` is in Unix seconds."""
    head = {"id": f"chatcmpl-{exchange}", "created": created, "model": model}
    if not stream:
        whole = [_choice(index, "stop", message={"role": "assistant", "content": message}) for index in range(choices)]
        body = {**head, "object": "chat.completion", "choices": whole, "usage": _USAGE}
        return Answer(200, "application/json", orjson.dumps(body))
    head["object"] = "chat.completion.chunk"
    chunks: list[dict[str, Any]] = []
    for index in range(choices):
        chunks.append({**head, "choices": [_choice(index, None, delta={"role": "assistant", "content": message})]})
        chunks.append({**head, "choices": [_choice(index, "stop", delta={})]})
    if include_usage:
        chunks.append({**head, "choices": [], "usage": _USAGE})
    frames = b"".join(b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in chunks)
    return Answer(200, "text/event-stream", frames + b"data: [DONE]\n\n")


_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def _choice(index: int, finish_reason: str | None, **content: Mapping[str, Any]) -> dict[str, Any]:
    return {"index": index, **content, "logprobs": None, "finish_reason": finish_reason}


def error_body(fault: Fault) -> dict[str, dict[str, str | None]]:
    """A fault as the APIs of OpenAI write it."""
    return {
        "error": {
            "message": fault.detail or fault.reason.replace("_", " "),
            "type": _type(fault),
            "param": fault.where,
            "code": fault.shown,
        }
    }


def _type(fault: Fault) -> str:
    if isinstance(fault, ClientFault):
        return _CLIENT_TYPES.get(fault.status, "invalid_request_error")
    if isinstance(fault, Refusal):
        return "permission_error"
    return "upstream_error" if isinstance(fault, UpstreamFault) else "server_error"


_HEAD = frozenset({"id", "object", "created", "model", "system_fingerprint", "service_tier"})


class StreamRewriter:
    """Restores one stream, event by event. An event in which nothing changes passes byte for byte."""

    def __init__(self, restorers: RestorerFactory, *, json_output: bool):
        self._json_output = json_output
        self._events = streams.SseParser()
        self._deltas = streams.Deltas(restorers)
        self._begun: set[int] = set()
        self._finished: set[int] = set()
        self._head: list[str] = []
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
        if not self.ended and not (self._begun and self._begun <= self._finished):
            raise streams.truncated()
        return rest + self._release(self._deltas.open())

    def _event(self, event: streams.SseEvent) -> bytes:
        data = event.data
        if data is None or not data.strip():
            return streams.between(event, ended=self.ended)
        if data.strip() == "[DONE]":
            end = streams.marker(event, ended=self.ended)
            self.ended = True
            return self._release(self._deltas.open()) + end
        if self.ended:
            raise UpstreamFault("bad_stream", "the recipient sent more after the stream's [DONE]")
        again = self._deltas.again(data)
        if again is not None:
            return event.raw if again is data else event.with_data(again)
        return self._chunk(event, *streams.read_event(data))

    def _chunk(self, event: streams.SseEvent, chunk: JsonDocument, root: JsonObject) -> bytes:
        choices = root.get("choices")
        if not isinstance(choices, JsonArray):
            raise _no_chunk(root)
        restored = self._beside(root, "choices")
        before = b""
        if choices.items:
            self._head = [chunk.text[name.start : held.end] for name, held in root.members if name.text in _HEAD]
            for place, item in enumerate(choices.items):
                if not isinstance(item, JsonObject):
                    raise streams.bad_event()
                parts, extra = self._choice(item, _index_of(item, place))
                restored += parts
                before += extra
        rewritten = self._deltas.rewritten(chunk.text, restored)
        if not self._begun.isdisjoint(self._finished):
            self._deltas.forget()
        return before + (event.raw if rewritten is chunk.text else event.with_data(rewritten))

    def _choice(self, choice: JsonObject, index: int) -> tuple[list[streams.RestoredText], bytes]:
        """The strings of one choice, and the chunks that must precede this one if it is the choice's last."""
        self._begun.add(index)
        restored = self._beside(choice, "delta")
        delta = choice.get("delta")
        if not (is_null(delta) or isinstance(delta, JsonObject)):
            raise streams.bad_event()
        for path, string in reply_texts(delta) if delta is not None else ():
            if path[-1:] == ("name",):  # a function's name comes in one piece, and clients read only the first
                restored.append(self._deltas.whole(string, self._form(path)))
            else:
                restored.append(self._deltas.grow(streams.Channel(index, path), string, self._form(path)))
        if not isinstance(choice.get("finish_reason"), JsonString):
            return restored, b""
        self._finished.add(index)
        missing: list[streams.Channel] = []
        last_of = {part.channel: n for n, part in enumerate(restored)}
        for channel in self._deltas.open(index):
            last = last_of.get(channel)
            if last is None:
                missing.append(channel)
            else:
                part = restored[last]
                restored[last] = part._replace(text=part.text + self._deltas.end(channel))
        return restored, self._release(missing)

    def _beside(self, value: JsonObject, growing: str) -> list[streams.RestoredText]:
        """Strings that do not grow: all strings of an object outside the member `growing`."""
        return [
            self._deltas.whole(string, self._form(path)) for path, string in reply_texts(value) if path[0] != growing
        ]

    def _form(self, path: Path) -> TextForm:
        return form_at(path, self._json_output)

    def _release(self, channels: list[streams.Channel]) -> bytes:
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
