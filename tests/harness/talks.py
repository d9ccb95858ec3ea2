"""One conversation in the shape of each API: its request, and what a client reads out of the reply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.process import Proxy, Response

Turn = tuple[str, Any]
"""``("user" | "assistant" | "result", text)``, or ``("call", arguments)`` for a call of the one tool."""
TOOL = "invite"
_SCHEMA = {"type": "object", "properties": {"who": {"type": "string"}}}
_FUNCTION = {"type": "function", "function": {"name": TOOL, "parameters": _SCHEMA}}


@dataclass(frozen=True)
class Api:
    """An API of `harness.endpoints`. `reads` turns the objects of a reply into texts and arguments of calls."""

    name: str
    path: str

    def body(self, turns: Sequence[Turn], *, stream: bool = False, tools: bool = False) -> dict[str, Any]:
        """The request that holds these turns."""
        messages = [_SHAPES[self.name](kind, said) for kind, said in turns]
        request: dict[str, Any] = {"model": "m", "stream": stream}
        request["input" if self.name == "responses" else "messages"] = messages
        if self.name == "anthropic":
            request["max_tokens"] = 1000
        if tools:
            flat = {"type": "function", "name": TOOL, "parameters": _SCHEMA}
            shaped = {"anthropic": {"name": TOOL, "input_schema": _SCHEMA}, "responses": flat}
            request["tools"] = [shaped.get(self.name, _FUNCTION)]
        return request

    def ask(self, proxy: Proxy, turns: Sequence[Turn], *, meeting: str = "m1", **how: bool) -> Response:
        """Send the request to the proxy, bound to the meeting."""
        return proxy.post(f"/m/{meeting}{self.path}", json.dumps(self.body(turns, **how)).encode())

    def heard(self, reply: Response) -> tuple[str, str]:
        """The text of a reply, and the arguments of its call as JSON; both joined where they came in pieces."""
        assert reply.status == 200, reply.body.decode()
        said = [_READS[self.name](each) for each in objects(reply)]
        return "".join(text for text, _ in said), "".join(arguments for _, arguments in said)


def objects(reply: Response) -> Iterator[dict[str, Any]]:
    """The JSON objects of a reply: one, those of server-sent events, or one a line."""
    kind = reply.headers.get("content-type", "")
    text = reply.body.decode()
    if "event-stream" in kind:
        lines = [line[6:] for line in text.split("\n") if line.startswith("data: {")]
    else:
        lines = text.splitlines() if "ndjson" in kind else [text]
    yield from (json.loads(line) for line in lines)


def _chat_turn(kind: str, said: Any) -> dict[str, Any]:
    if kind == "call":
        function = {"name": TOOL, "arguments": json.dumps(said, ensure_ascii=False)}
        call = {"id": "call_1", "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}
    return {"role": "tool", "tool_call_id": "call_1", "content": said} if kind == "result" else _turn(kind, said)


def _responses_turn(kind: str, said: Any) -> dict[str, Any]:
    if kind == "call":
        arguments = json.dumps(said, ensure_ascii=False)
        return {"type": "function_call", "call_id": "c1", "name": TOOL, "arguments": arguments}
    answer = {"type": "function_call_output", "call_id": "c1", "output": said}
    return answer if kind == "result" else _turn(kind, said)


def _anthropic_turn(kind: str, said: Any) -> dict[str, Any]:
    if kind == "call":
        return _turn("assistant", [{"type": "tool_use", "id": "toolu_1", "name": TOOL, "input": said}])
    if kind == "result":
        return _turn("user", [{"type": "tool_result", "tool_use_id": "toolu_1", "content": said}])
    return _turn(kind, said)


def _ollama_turn(kind: str, said: Any) -> dict[str, Any]:
    if kind == "call":
        return {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": TOOL, "arguments": said}}]}
    return {"role": "tool", "tool_name": TOOL, "content": said} if kind == "result" else _turn(kind, said)


def _turn(kind: str, said: Any) -> dict[str, Any]:
    return {"role": kind, "content": said}


def _chat_read(each: dict[str, Any]) -> tuple[str, str]:
    text = arguments = ""
    for choice in each["choices"]:
        message = choice.get("message") or choice.get("delta") or {}
        text += message.get("content") or ""
        arguments += "".join(call["function"]["arguments"] for call in message.get("tool_calls") or ())
    return text, arguments


def _responses_read(each: dict[str, Any]) -> tuple[str, str]:
    """Deltas of a stream; of a whole response its items."""
    kind = each.get("type", "")
    if kind == "response.output_text.delta":
        return each["delta"], ""
    if kind == "response.function_call_arguments.delta":
        return "", each["delta"]
    items = each.get("output", []) if each.get("object") == "response" else []
    texts = [part["text"] for item in items if item["type"] == "message" for part in item["content"]]
    return "".join(texts), "".join(item["arguments"] for item in items if item["type"] == "function_call")


def _anthropic_read(each: dict[str, Any]) -> tuple[str, str]:
    delta = each.get("delta", {})
    blocks = each.get("content", [])
    text = delta.get("text", "") + "".join(block.get("text", "") for block in blocks)
    inputs = [json.dumps(block["input"]) for block in blocks if block["type"] == "tool_use"]
    return text, delta.get("partial_json", "") + "".join(inputs)


def _ollama_read(each: dict[str, Any]) -> tuple[str, str]:
    message = each["message"]
    calls = [json.dumps(call["function"]["arguments"]) for call in message.get("tool_calls") or ()]
    return message["content"], "".join(calls)


_SHAPES = {
    "openai": _chat_turn,
    "azure": _chat_turn,
    "responses": _responses_turn,
    "anthropic": _anthropic_turn,
    "ollama": _ollama_turn,
}
_READS = {
    "openai": _chat_read,
    "azure": _chat_read,
    "responses": _responses_read,
    "anthropic": _anthropic_read,
    "ollama": _ollama_read,
}

APIS = (
    Api("openai", "/v1/chat/completions"),
    Api("azure", "/openai/deployments/gpt-large/chat/completions?api-version=2024-10-21"),
    Api("responses", "/v1/responses"),
    Api("anthropic", "/v1/messages"),
    Api("ollama", "/api/chat"),
)
NAMES = [api.name for api in APIS]
