"""Hostile input is a fault: a request is parsed or raises `ClientFault`, a reply is rewritten or `UpstreamFault`."""

import contextlib
import json

import pytest
from dialects.anthropic_bodies import FULL as MESSAGES
from dialects.chat_bodies import FULL as OPENAI_CHAT
from dialects.chat_bodies import changed, places
from dialects.dialect_fakes import FakeRestorer, cuts, inbound, pieces_of, respelled, run, seeds
from dialects.ollama_bodies import CHAT as OLLAMA_CHAT
from dialects.ollama_bodies import GENERATE as OLLAMA_GENERATE
from dialects.responses_bodies import FULL as RESPONSES
from dialects.skynet_bodies import FULL as SKYNET
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.errors import ClientFault, UpstreamFault

EXAMPLES = invented(60)
FULL = {
    "openai-chat": OPENAI_CHAT,
    "openai-responses": RESPONSES,
    "azure-chat": OPENAI_CHAT,
    "anthropic-messages": MESSAGES,
    "ollama-chat": OLLAMA_CHAT,
    "ollama-generate": OLLAMA_GENERATE,
    "skynet-summaries": SKYNET,
}
CASES = [(name, path) for name, full in FULL.items() for path in sorted(places(full), key=str)]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["text", "tool_use", "thinking", "document", "json", "content", "ephemeral"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["type", "text", "content", "role", "source", "function", "message"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)
events = st.sampled_from(
    [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "error",
        "ping",
        "response.created",
        "response.output_item.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.completed",
    ]
)


def taken(dialect, raw):
    """The request, or None if it was refused in the one way that is allowed; it renders and answers then."""
    try:
        parsed = dialect.parse(inbound(raw), ParsePolicy())
    except ClientFault as fault:
        assert dialect.error(fault, None).status == fault.status
        return None
    assert isinstance(parsed, ParsedRequest)
    json.loads(dialect.render(parsed, {}))
    assert dialect.synthetic(parsed, "Withheld.", "e", 0).body
    return parsed


@pytest.mark.parametrize("name", FULL)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_request_or_the_clients_fault(name, raw):
    taken(dialects.dialect_named(name), raw)


@settings(max_examples=3 * EXAMPLES, deadline=None)
@given(st.sampled_from(CASES), json_values, seeds)
def test_anything_anywhere_in_a_request_is_taken_or_the_clients_fault(case, value, seed):
    name, path = case
    body = respelled(changed(FULL[name], path, value), seed).encode("utf-8", "surrogatepass")
    taken(dialects.dialect_named(name), body)


@pytest.mark.parametrize("name", FULL)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(events, json_values), max_size=5), st.binary(max_size=20), cuts)
def test_any_reply_is_rewritten_or_the_recipients_fault(name, parts, rubbish, cut_at):
    dialect = dialects.dialect_named(name)
    parsed = dialect.parse(inbound(FULL[name]), ParsePolicy())
    objects = [{"type": kind, **value} if isinstance(value, dict) else value for kind, value in parts]
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in objects)
    frames = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in objects)
    for kind in ("application/json", "text/event-stream", "application/x-ndjson", "text/plain"):
        for raw in (lines, frames, rubbish, frames + rubbish, lines + rubbish):
            with contextlib.suppress(UpstreamFault):
                run(dialect.rewriter(parsed, kind, FakeRestorer), pieces_of(raw, cut_at))
