"""A local recipient that speaks the APIs of Anthropic, Ollama, OpenAI, Azure OpenAI and Skynet, over the recorder.

It says back what it was told, in small pieces where a stream was asked for; asked with tools, it calls the first one
with the first pseudonym that it read.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.process import KEY, Proxy, settings
from harness.recorder import Received, Recorder, http
from harness.responses import events_of, stream_of, without_call

PIECE = 3
DEPLOYMENTS = ("gpt-large", "gpt-small")
VERSIONS = ("2024-10-21", "2025-04-01-preview")
_PSEUDONYM = re.compile(r"PERSON_[0-9]+(?!_)")

SPOKEN = (
    ("openai", "/v1/chat/completions", "openai-chat", {}),
    ("openai-responses", "/v1/responses", "openai-responses", {}),
    ("azure", "/openai/deployments/{deployment}/chat/completions", "azure-chat",
     {"parameters": {"deployment": list(DEPLOYMENTS)}, "query": {"api-version": list(VERSIONS)}}),
    ("azure-v1", "/openai/v1/chat/completions", "openai-chat", {"query": {"api-version": list(VERSIONS)}}),
    ("anthropic", "/v1/messages", "anthropic-messages",
     {"headers": {"anthropic-beta": ["interleaved-thinking-2025-05-14"]}}),
    ("anthropic-count", "/v1/messages/count_tokens", "anthropic-count-tokens", {}),
    ("ollama-chat", "/api/chat", "ollama-chat", {}),
    ("ollama-generate", "/api/generate", "ollama-generate", {}),
    ("skynet", "/summaries/v1/summary", "skynet-summaries", {}),
)  # fmt: skip
WORDLESS = (
    (
        "models",
        "/v1/models",
        {"query": {"limit": ["20", "1000"]}, "headers": {"anthropic-version": ["2023-06-01", "2026-10-21"]}},
    ),
    ("model", "/v1/models/{model}", {"parameters": {"model": ["m", "n"]}}),
    ("tags", "/api/tags", {}),
    ("version", "/api/version", {}),
    ("alive", "/", {"methods": ["GET", "HEAD"]}),
)


COMES_BACK = "Annika Solberg: I shall ask Tobias Wennerström about June, at tobias@kanal.example."
TEXT = f"{COMES_BACK}\nBenedikt Oyelaran: Never.\n"
"""Annika granted, Benedikt refused; Tobias is on no roster."""
LEAVES = ("Annika", "Solberg", "Tobias", "Wennerström", "tobias@kanal.example", "Benedikt", "Oyelaran", "Never")
"""None of these may reach the recipient."""


@dataclass
class Apis:
    """The running proxy and its recipient."""

    proxy: Proxy
    recorder: Recorder

    @property
    def base(self) -> str:
        """The proxy's address, bound to the meeting."""
        return f"http://127.0.0.1:{self.proxy.document['listen']['port']}/m/m1"

    @property
    def elsewhere(self) -> str:
        """The same for a meeting that nobody added."""
        return self.base.replace("/m/m1", "/m/none")

    def last(self) -> Received:
        """The last request that reached the recipient; nothing of it may be in the clear."""
        received = self.recorder.received[-1]
        raw = received.raw.decode("utf-8", "replace") + str(received.json if received.body else "")
        assert [word for word in LEAVES if word in raw] == []
        return received


def speaking(directory: Path, recorder: Recorder, **changes: Any) -> dict[str, Any]:
    """A configuration with a route for each API that `speak` speaks, and for calls without words."""
    common = {"recipient": "acme-llm"}
    routes = [
        {"name": name, "path": path, "upstream_path": path, "dialect": dialect, "purpose": "summary", **common, **more}
        for name, path, dialect, more in SPOKEN
    ]
    routes += [
        {"name": name, "path": path, "upstream_path": path, "dialect": "content-free", **common, **more}
        for name, path, more in WORDLESS
    ]
    routes.append({"name": "skynet-job", "path": "/summaries/v1/job/{job}", "dialect": "skynet-job", **common})
    key = directory / "later.key"
    key.write_text("0123456789abcdef" * 4)
    client = {"name": "bot", "key_sha256": hashlib.sha256(KEY.encode()).hexdigest()}
    clients = [{**client, "routes": [route["name"] for route in routes]}]
    base = f"http://127.0.0.1:{recorder.port}"
    return settings(
        directory,
        base,
        **{"routes": routes, "clients": clients, "later_replies": {"key": {"file": str(key)}}, **changes},
    )


async def speak(received: Received, writer: asyncio.StreamWriter) -> None:
    """Answer one request in the shape of its API."""
    path = received.head.split(b" ")[1].decode().partition("?")[0]
    if path.endswith("/count_tokens"):
        writer.write(http(json.dumps({"input_tokens": len(told(received.json))}).encode()))
    elif path.endswith("/messages"):
        _anthropic(received.json, writer)
    elif path in ("/api/chat", "/api/generate"):
        _ollama(received.json, path, writer)
    elif path.endswith("/responses"):
        given = received.json["input"]
        asked = {"messages": given if isinstance(given, list) else [], "tools": received.json.get("tools")}
        text, call = told(asked), _call(asked)
        cuts = tuple(range(PIECE, max(len(text), 60), PIECE))
        events = list(events_of(text, json.dumps(call[1] if call else {}), text, cuts))
        if not any(tool.get("name") == "invite" for tool in asked["tools"] or ()):
            events = list(without_call(events))
        whole = http(json.dumps(events[-1]["response"]).encode())
        writer.write(http(stream_of(events), "text/event-stream") if received.json.get("stream") else whole)
    elif path.endswith("/chat/completions"):
        _openai(received.json, writer)
    elif path.startswith("/summaries/"):
        writer.write(http(json.dumps({"id": str(uuid.uuid4())}).encode()))
    else:
        answer, kind = _WORDLESS[path]
        head = http(answer, kind)
        writer.write(head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if received.head.startswith(b"HEAD") else head)


_MODEL = {"id": "m", "object": "model", "type": "model", "created": 1, "owned_by": "acme", "display_name": "M",
          "created_at": "2026-01-01T00:00:00Z"}  # fmt: skip
_TAG = {"model": "m", "name": "m", "modified_at": "2026-01-01T00:00:00Z", "size": 1, "digest": "d", "details": {}}
_WORDLESS = {
    "/v1/models": (json.dumps({"object": "list", "data": [_MODEL], "has_more": False}).encode(), "application/json"),
    "/v1/models/m": (json.dumps(_MODEL).encode(), "application/json"),
    "/api/tags": (json.dumps({"models": [_TAG]}).encode(), "application/json"),
    "/api/version": (b'{"version": "0.9.9"}', "application/json"),
    "/": (b"Ollama is running", "text/plain; charset=utf-8"),
}


def told(body: dict[str, Any]) -> str:
    """The last message with text in it, or the prompt."""
    for message in reversed(body.get("messages", [])):
        content = message.get("content") or message.get("output")
        blocks = content if isinstance(content, list) else [{"text": content}]
        text = "".join(str(block.get("text") or block.get("content") or "") for block in blocks)
        if text:
            return text
    return body.get("prompt", "")


def _call(body: dict[str, Any]) -> tuple[str, dict[str, str]] | None:
    """The tool to call and its arguments, unless a tool has answered already."""
    tools = body.get("tools")
    answered = any(m.get("role") == "tool" or "output" in m for m in body["messages"])
    if not tools or answered or "tool_result" in json.dumps(body):
        return None
    first = tools[0].get("function", tools[0])
    found = _PSEUDONYM.search(told(body))
    return first["name"], {"who": found[0] if found else "nobody"}


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def _anthropic(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    call, text = _call(body), told(body)
    thinking = body.get("thinking", {}).get("type") in ("enabled", "adaptive")
    blocks: list[dict[str, Any]] = (
        [{"type": "thinking", "thinking": text.partition("\n")[0], "signature": "c2ln"}] if thinking else []
    )
    if call is not None:
        blocks.append({"type": "tool_use", "id": "toolu_1", "name": call[0], "input": call[1]})
    else:
        blocks.append({"type": "text", "text": text})
    reason = "tool_use" if call else "end_turn"
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "stop_sequence": None}
    usage = {"input_tokens": 1, "output_tokens": 2}
    if not body.get("stream"):
        writer.write(http(json.dumps({**head, "content": blocks, "stop_reason": reason, "usage": usage}).encode()))
        return
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**head, "content": [], "stop_reason": None, "usage": usage}},
        {"type": "ping"},
    ]
    for index, block in enumerate(blocks):
        empty = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}, "tool_use": {"input": {}}}
        events.append({"type": "content_block_start", "index": index, "content_block": block | empty[block["type"]]})
        deltas = {
            "text": [{"type": "text_delta", "text": piece} for piece in _pieces(block.get("text", ""))],
            "thinking": [
                *({"type": "thinking_delta", "thinking": piece} for piece in _pieces(block.get("thinking", ""))),
                {"type": "signature_delta", "signature": "c2ln"},
            ],
            "tool_use": [
                {"type": "input_json_delta", "partial_json": piece}
                for piece in _pieces(json.dumps(block.get("input", {})))
            ],
        }[block["type"]]
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage})
    events.append({"type": "message_stop"})
    frames = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    writer.write(http(frames.encode(), "text/event-stream; charset=utf-8"))


def _ollama(body: dict[str, Any], path: str, writer: asyncio.StreamWriter) -> None:
    call, text = _call(body) if path == "/api/chat" else None, told(body)

    def said(piece: str, **more: Any) -> dict[str, Any]:
        return (
            {"message": {"role": "assistant", "content": piece, **more}} if path == "/api/chat" else {"response": piece}
        )

    head = {"model": body["model"], "created_at": "2026-03-02T10:00:00.5Z"}
    calls = {"tool_calls": [{"function": {"name": call[0], "arguments": call[1]}}]} if call else {}
    counts = {"done": True, "done_reason": "stop", "total_duration": 1, "eval_count": 2, "prompt_eval_count": 1}
    if body.get("stream") is False:
        writer.write(http(json.dumps({**head, **said("" if call else text, **calls), **counts}).encode()))
        return
    lines = [said("", **calls)] if call else [said(piece) for piece in _pieces(text)]
    objects = [*({**head, **line, "done": False} for line in lines), {**head, **said(""), **counts}]
    writer.write(http("".join(json.dumps(each) + "\n" for each in objects).encode(), "application/x-ndjson"))


def _openai(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    call, text = _call(body), told(body)
    head = {"id": "c", "created": 1, "model": "m"}
    arguments = json.dumps(call[1]) if call else ""
    reason = "tool_calls" if call else "stop"
    function = {"name": call[0], "arguments": arguments} if call else {}
    tool = {"id": "call_1", "type": "function", "function": function}
    if not body.get("stream"):
        message = {"role": "assistant", "content": None if call else text} | ({"tool_calls": [tool]} if call else {})
        choice = {"index": 0, "message": message, "finish_reason": reason, "content_filter_results": {}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage, "prompt_filter_results": []}
        writer.write(http(json.dumps(whole).encode()))
        return
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    if call:
        deltas.append({"tool_calls": [{**tool, "index": 0, "function": {"name": call[0], "arguments": ""}}]})
        deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in _pieces(arguments)]
    else:
        deltas += [{"content": piece} for piece in _pieces(text)]
    chunks = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    chunks.append({"index": 0, "delta": {}, "finish_reason": reason})
    head["object"] = "chat.completion.chunk"
    frames = [{**head, "choices": [], "prompt_filter_results": []}, *({**head, "choices": [chunk]} for chunk in chunks)]
    data = "".join(f"data: {json.dumps(frame)}\n\n" for frame in frames) + "data: [DONE]\n\n"
    writer.write(http(data.encode(), "text/event-stream"))
