"""Answers of our own in the shapes of the OpenAI Responses API: errors in a stream, and synthetic responses."""

from __future__ import annotations

from typing import Any

import orjson

from proxy.dialects.openai.answers import error_body
from proxy.errors import Fault
from proxy.model import Answer


def error_event(fault: Fault) -> bytes:
    """A fault as an ``error`` event, in the documented form and in that by which SDKs raise."""
    error = error_body(fault)["error"]
    told = {name: error[name] for name in ("code", "message", "param")}
    return _event({"type": "error", **told, "error": error, "sequence_number": 0})


def synthetic_response(message: str, exchange: str, created: int, *, model: str, stream: bool) -> Answer:
    """A response that says `message`; `created` is in Unix seconds."""
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
