"""Replies of the OpenAI chat API: where their text is, the rewriter for whole replies, and answers of our own.

All strings are restored except those of fields that hold no text, so a field that the API adds later is restored too.
The names of called functions are restored as well, since the name in the request's tools may have been replaced.
``logprobs`` keep the tokens as the recipient made them.

Answers of our own are errors and synthetic completions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from proxy.dialects.base import ReplyRewriter, RestorerFactory, TextForm, shown_at
from proxy.dialects.wire.reply import JsonReply, not_of_the_api
from proxy.errors import ClientFault, Fault, Refusal, UpstreamFault
from proxy.json_source import JsonArray, JsonNumber, JsonObject, JsonString, JsonValue
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
                yield from reply_texts(item, (*path, index_of(item, place)))
        case JsonObject():
            for member in value.members:
                if member.key.text not in _NO_TEXT:
                    yield from reply_texts(member.value, (*path, member.key.text))


def index_of(item: JsonValue, place: int) -> int:
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
    return shown_at(str(path[-1]) if path else "", json_output and "content" in path)


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
