"""Answers of our own in the shapes of the Anthropic Messages API: errors and synthetic messages."""

from __future__ import annotations

from typing import Any

import orjson

from proxy.dialects.wire.told_codes import ANTHROPIC_TYPES
from proxy.errors import Fault, Refusal
from proxy.model import Answer

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

    A refusal tells SDKs not to retry: asking again gives the same answer.
    """
    headers = (("x-should-retry", "false"),) if isinstance(fault, Refusal) else ()
    return Answer(fault.status, "application/json", orjson.dumps(_error(fault)), headers)


def error_frame(fault: Fault) -> bytes:
    """A fault as an event of a stream; SDKs raise it as an error."""
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
