"""Answers of our own in the shapes of the Ollama API: errors and synthetic replies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from proxy.errors import Fault
from proxy.model import Answer


def error_answer(fault: Fault) -> Answer:
    """A fault as ``{"error": "…"}``, the reason code first, since clients show nothing else."""
    return Answer(fault.status, "application/json", orjson.dumps(_error(fault)))


def error_line(fault: Fault) -> bytes:
    """A fault as a line of a stream; clients raise it as an error."""
    return orjson.dumps(_error(fault)) + b"\n"


def synthetic_answer(said: Mapping[str, Any], created: int, *, model: str, stream: bool) -> Answer:
    """A reply of ours; `said` is its one field with text (``message`` or ``response``), `created` in Unix seconds."""
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
