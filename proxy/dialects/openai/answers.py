"""Answers of our own in the shapes of the OpenAI chat API: errors and synthetic completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from proxy.errors import ClientFault, Fault, Refusal, UpstreamFault
from proxy.model import Answer

_CLIENT_TYPES = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"error": {"message", "type", "param", "code"}}``.

    A refusal tells SDKs not to retry: asking again gives the same answer.
    """
    headers = (("x-should-retry", "false"),) if isinstance(fault, Refusal) else ()
    return Answer(fault.status, "application/json", orjson.dumps(error_body(fault)), headers)


def error_frame(fault: Fault) -> bytes:
    """A fault as an event of a stream; SDKs raise it as an error."""
    return b"data: " + orjson.dumps(error_body(fault)) + b"\n\n"


def synthetic_answer(
    message: str, exchange: str, created: int, *, model: str, choices: int, stream: bool, include_usage: bool
) -> Answer:
    """A completion that says `message` in every choice asked for; `created` is in Unix seconds."""
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
