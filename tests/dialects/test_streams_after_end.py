"""After the event that ends a stream, nothing more of the recipient's goes to the client."""

import json

import pytest
from dialects.anthropic.test_reply_stream_anthropic import stream
from dialects.dialect_fakes import cuts, inbound, pieces_of, run
from dialects.stream_bodies import SSE, sse, streamed
from dialects.test_dialects_with_restorer import restorer
from dialects.test_ollama import says
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.errors import UpstreamFault

EXAMPLES = invented(60)
CHUNK = {"id": "c", "choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]}
CHAT = f"data: {json.dumps(CHUNK)}\n\ndata: [DONE]\n\n".encode()
RESPONSE = {"type": "response.completed", "response": {"id": "r", "object": "response", "output": []}}
SSE_STREAMS = {
    "openai-chat": CHAT,
    "anthropic-messages": stream(),
    "openai-responses": f"data: {json.dumps(RESPONSE)}\n\ndata: [DONE]\n\n".encode(),
}
LEFT_OVER = st.lists(
    st.sampled_from(["AFTER garbage", ": a comment", "event: more", "id: 7", "retry: 5", "", "data:", "data: "]),
    min_size=1,
    max_size=8,
).map(lambda left: ("\n".join(left) + "\n").encode())


def answered(name, content_type, pieces, **fields):
    dialect = dialects.dialect_named(name)
    asked = {"input": "x"} if name == "openai-responses" else {"messages": [{"role": "user", "content": "x"}]}
    parsed = dialect.parse(inbound({"model": "m", **asked, **fields}), ParsePolicy())
    return run(dialect.rewriter(parsed, content_type, restorer), pieces)


@pytest.mark.parametrize("name", sorted(SSE_STREAMS))
@settings(max_examples=EXAMPLES, deadline=None)
@given(left=LEFT_OVER, places=cuts)
def test_what_follows_the_end_of_events_is_dropped(name, left, places):
    raw = SSE_STREAMS[name]
    assert answered(name, "text/event-stream", pieces_of(raw + left, places), stream=True) == raw


@settings(max_examples=EXAMPLES, deadline=None)
@given(left=LEFT_OVER, places=cuts)
def test_what_follows_the_end_of_a_declared_stream_is_dropped(left, places):
    dialect = JsonDialect("json", streamed(SSE))
    parsed = dialect.parse(inbound({"text": "x", "stream": True}), ParsePolicy())
    raw = sse(("result", {"title": "x"}), ("message", "[DONE]"))
    assert run(dialect.rewriter(parsed, "text/event-stream", restorer), pieces_of(raw + left, places)) == raw


def test_blank_lines_after_the_last_line_are_dropped():
    raw = says("x", done=True)
    assert answered("ollama-chat", "application/x-ndjson", [raw + b"\n  \n"]) == raw


@pytest.mark.parametrize("name", ["openai-chat", "openai-responses"])
def test_a_further_marker_comes_alone(name):
    raw, more = SSE_STREAMS[name], b"AFTER garbage\ndata: [DONE]\n\n"
    assert answered(name, "text/event-stream", [raw + more], stream=True) == raw + b"data: [DONE]\n\n"


def test_the_marker_behind_a_response_that_is_over_brings_nothing_along():
    raw = SSE_STREAMS["openai-responses"].replace(b"data: [DONE]", b"AFTER garbage\n: more\ndata: [DONE]")
    sent = answered("openai-responses", "text/event-stream", [raw], stream=True)
    assert sent == SSE_STREAMS["openai-responses"]


def test_a_ping_after_the_message_is_dropped():
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'
    assert answered("anthropic-messages", "text/event-stream", [stream() + ping], stream=True) == stream()


@pytest.mark.parametrize("name", sorted(SSE_STREAMS))
def test_a_further_event_after_the_end_is_a_fault(name):
    with pytest.raises(UpstreamFault, match="sent more after"):
        answered(name, "text/event-stream", [SSE_STREAMS[name] + b'data: {"type": "more"}\n\n'], stream=True)
