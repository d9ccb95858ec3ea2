"""Replies of every dialect that answers with text, streamed and whole, as a recipient sends them; words are made up.

Each stream holds every kind of event and delta that its dialect knows, and in each text pseudonyms that are cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dialects import stream_bodies
from dialects.dialect_fakes import FakeRestorer, inbound, offered
from fuzz.client_requests import BODIES, TYPES
from harness.responses import events_of

from proxy.dialects import DIALECTS
from proxy.dialects.base import ParsePolicy, ReplyRewriter
from proxy.dialects.declared.request import JsonDialect
from proxy.settings import JsonShape

SSE = "text/event-stream; charset=utf-8"
LINES = "application/x-ndjson"
JSON = "application/json"
_WITH_TOOLS = ("openai-chat", "azure-chat", "openai-responses", "anthropic-messages", "ollama-chat")


@dataclass(frozen=True)
class Reply:
    """A reply of a dialect: its media type and bytes; of ``json``, the shape of requests and replies."""

    dialect: str
    content_type: str
    raw: bytes
    shape: JsonShape | None = None

    def rewriter(self) -> ReplyRewriter:
        """A new rewriter for such a reply."""
        dialect = DIALECTS[self.dialect] if self.shape is None else JsonDialect(self.dialect, self.shape)
        request = BODIES[self.dialect] if self.shape is None else b'{"text": "x", "stream": true}'
        if self.dialect in _WITH_TOOLS:
            request = json.dumps({**json.loads(request), **offered(self.dialect)}).encode()
        parsed = dialect.parse(inbound(request, TYPES.get(self.dialect, JSON) or None), ParsePolicy(job="j1"))
        return dialect.rewriter(parsed, self.content_type, FakeRestorer)


def _sse(events: Iterable[dict[str, Any]], *, named: bool) -> bytes:
    frames = []
    for number, event in enumerate(events):
        if number == 2:
            frames.append(": keep-alive\n\n")
        name = f"event: {event['type']}\n" if named else ""
        frames.append(f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n")
    return "".join(frames).encode()


def _chunk(delta: dict[str, Any] | None, finish: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 7, "model": "m"}
    return {**head, "choices": [] if delta is None else [choice], **more}


CHAT_EVENTS = [
    _chunk({"role": "assistant", "content": ""}),
    _chunk({"reasoning_content": "PER"}),
    _chunk({"reasoning_content": "SON_3 asks"}),
    _chunk({"content": "Ask é PERS"}),
    _chunk({"content": "ON_1"}),
    _chunk({"content": "2 or PERSON_3"}, index=1),
    _chunk({"content": "2, PERSON"}),
    _chunk({"refusal": "not PERSON_3"}),
    _chunk({"tool_calls": [{"index": 0, "id": "t", "type": "function", "function": {"name": "f", "arguments": ""}}]}),
    _chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"to": "PERSON_'}}]}),
    _chunk({"tool_calls": [{"index": 0, "function": {"arguments": '1"}'}}]}),
    _chunk({"function_call": {"name": "g", "arguments": '{"a": "PERSON_3"}'}}),
    _chunk({}, "stop", index=1),
    _chunk({"annotations": [{"type": "url_citation", "url_citation": {"title": "by PERSON_3"}}]}),
    _chunk({"content": "_3"}, "length"),
    _chunk(None, usage={"total_tokens": 5}),
]


def _block(index: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": content}


def _delta(index: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


MESSAGE_EVENTS = [
    {
        "type": "message_start",
        "message": {"id": "m1", "type": "message", "role": "assistant", "content": [], "usage": {}},
    },
    {"type": "ping"},
    _block(0, {"type": "thinking", "thinking": "PER", "signature": ""}),
    _delta(0, "thinking_delta", thinking="SON_3 é"),
    _delta(0, "signature_delta", signature="PERSON_3"),
    {"type": "content_block_stop", "index": 0},
    _block(1, {"type": "redacted_thinking", "data": "PERSON_3"}),
    {"type": "content_block_stop", "index": 1},
    _block(2, {"type": "text", "text": ""}),
    _block(3, {"type": "tool_use", "id": "t", "name": "PERSON_3", "input": {}}),
    _delta(2, "text_delta", text="Ask PERSON_"),
    _delta(3, "input_json_delta", partial_json='{"to": "PERS'),
    _delta(2, "citations_delta", citation={"type": "char_location", "cited_text": "PERSON_3 spoke"}),
    _delta(2, "text_delta", text="12 now, PER"),
    _delta(3, "input_json_delta", partial_json='ON_1"}'),
    {"type": "content_block_stop", "index": 3},
    {"type": "content_block_stop", "index": 2},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": "PERSON_3:"}, "usage": {}},
    {"type": "message_stop"},
]


def _of_responses() -> list[dict[str, Any]]:
    """A whole response, and before its end every other event that may come."""
    events = list(events_of("Ask é PERSON_12 now", '{"to": "PERSON_1"}', "PERSON_3 asked", (5, 9)))
    at = {"item_id": "x_1", "output_index": 3}
    part = {**at, "content_index": 0}
    item = {"id": "x_1", "type": "custom_tool_call", "call_id": "c2", "name": "note", "input": ""}
    more = [
        {"type": "response.queued", "response": {"id": "resp_1", "output": []}},
        {"type": "keepalive"},
        {"type": "response.output_item.added", "output_index": 3, "item": item},
        {"type": "response.custom_tool_call_input.delta", **at, "delta": "to PERS"},
        {"type": "response.custom_tool_call_input.delta", **at, "delta": "ON_3"},
        {"type": "response.custom_tool_call_input.done", **at, "input": "to PERSON_3"},
        {"type": "response.reasoning_part.added", **part, "part": {"type": "reasoning_text", "text": ""}},
        {"type": "response.reasoning_text.delta", **part, "delta": "PERSON"},
        {"type": "response.refusal.delta", **part, "delta": "No, PER"},
        {"type": "response.reasoning_text.delta", **part, "delta": "_12"},
        {"type": "response.refusal.delta", **part, "delta": "SON_3"},
        {"type": "response.reasoning_text.done", **part, "text": "PERSON_12"},
        {"type": "response.reasoning_part.done", **part, "part": {"type": "reasoning_text", "text": "PERSON_12"}},
        {"type": "response.refusal.done", **part, "refusal": "No, PERSON_3"},
        {"type": "response.output_text.annotation.added", **part, "annotation": {"title": "by PERSON_3"}},
    ]
    return [*events[:-1], *more, events[-1]]


RESPONSES_EVENTS = _of_responses()


def _line(done: bool = False, **fields: Any) -> bytes:
    head = {"model": "m", "created_at": "2026-03-02T10:00:00Z", **fields, "done": done}
    return json.dumps(head, ensure_ascii=False).encode() + b"\n"


def _say(done: bool = False, **message: Any) -> bytes:
    return _line(done, message={"role": "assistant", **message})


OLLAMA_CHATTED = b"".join(
    [
        _say(content="", thinking="PERS"),
        _say(content="", thinking="ON_3 é"),
        b"\n",
        _say(content='{"who": "PERSON_'),
        _say(content='12"'),
        _say(content="", tool_calls=[{"function": {"name": "f", "arguments": {"to": "PERSON_1", "PERSON_3": [1]}}}]),
        _say(content="} PER"),
        _say(True, content="SON_3"),
    ]
)
OLLAMA_GENERATED = b"".join(
    [
        _line(response="", thinking="PERS"),
        _line(response="", thinking="ON_3 PERSON_3"),
        _line(response='{"who": "PERSON_'),
        _line(response='12"} PERS'),
        _line(True, response="ON_3", context=[1, 2], total_duration=7),
    ]
)

_WHOLE_CHAT = {
    "id": "c1",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Ask PERSON_12",
                "tool_calls": [{"id": "t", "function": {"name": "f", "arguments": '{"to": "PERSON_1"}'}}],
            },
            "finish_reason": "stop",
        }
    ],
    "usage": {"total_tokens": 5},
}
_WHOLE_MESSAGE = {
    "id": "m1",
    "content": [
        {"type": "thinking", "thinking": "PERSON_3?", "signature": "s"},
        {"type": "text", "text": "Ask PERSON_12", "citations": [{"cited_text": "PERSON_3"}]},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"PERSON_3": ["PERSON_1", 7]}},
    ],
    "stop_reason": "end_turn",
}
_DONE = b"data: [DONE]\n\n"
_JOB = {"id": "j1", "status": "success", "type": "summary", "result": "PERSON_3 agreed: é", "duration": 1.5}
_DECLARED = (["Ask PERS", "ON_1", "2 é"], ['{"to": "PERSON_', '1"}'], "by PERSON_3")
BY_SSE, BY_LINES = stream_bodies.streamed(stream_bodies.SSE), stream_bodies.streamed(stream_bodies.LINES)

STREAMS: tuple[Reply, ...] = (
    Reply("openai-chat", SSE, _sse(CHAT_EVENTS, named=False) + _DONE),
    Reply("azure-chat", SSE, _sse([_chunk(None, prompt_filter_results=[]), *CHAT_EVENTS], named=False) + _DONE),
    Reply("openai-responses", SSE, _sse(RESPONSES_EVENTS, named=True)),
    Reply("anthropic-messages", SSE, _sse(MESSAGE_EVENTS, named=True)),
    Reply("ollama-chat", LINES, OLLAMA_CHATTED),
    Reply("ollama-generate", LINES, OLLAMA_GENERATED),
    Reply("json", SSE, stream_bodies.as_sse(*_DECLARED), BY_SSE),
    Reply("json", LINES, stream_bodies.as_lines(*_DECLARED), BY_LINES),
)
WHOLE: tuple[Reply, ...] = (
    *(Reply(name, JSON, json.dumps(_WHOLE_CHAT).encode()) for name in ("openai-chat", "azure-chat")),
    Reply("openai-responses", JSON, json.dumps(RESPONSES_EVENTS[-1]["response"]).encode()),
    Reply("anthropic-messages", JSON, json.dumps(_WHOLE_MESSAGE).encode()),
    Reply("anthropic-count-tokens", JSON, b'{"input_tokens": 7}'),
    Reply("ollama-chat", JSON, _say(True, content="Ask PERSON_3").strip()),
    Reply("ollama-generate", JSON, _line(True, response="Ask PERSON_3", thinking="PERSON_12").strip()),
    Reply("openai-audio", JSON, json.dumps({"text": "PERSON_3: hi", "segments": [{"speaker": "PERSON_12"}]}).encode()),
    Reply("openai-audio", "text/plain; charset=utf-8", "1\n00:00:01,000 --> 00:00:02,000\nPERSON_12: é\n".encode()),
    Reply("zoom-summarizer", JSON, json.dumps({"result": {"text": "PERSON_3 agreed", "n": [1, None]}}).encode()),
    Reply("transcript", "text/markdown", "# é PERSON_12\n- PERSON_3\n".encode()),
    Reply("transcript", JSON, json.dumps({"summary": "PERSON_3", "PERSON_12": 7}).encode()),
    Reply("json", JSON, json.dumps({"summary": "PERSON_3 é"}).encode(), BY_SSE),
    Reply("skynet-summaries", JSON, b'{"id": "j1"}'),
    Reply("skynet-job", JSON, json.dumps(_JOB).encode()),
    Reply("content-free", JSON, b'{"data": [{"id": "m"}]}'),
    Reply("content-free", "text/plain", b"ok"),
)
