"""Hostile input is a fault: a request is parsed or raises `ClientFault`, a reply is rewritten or `UpstreamFault`."""

import contextlib
import json

import pytest
from anthropic_bodies import FULL as MESSAGES
from canary_search import Planting
from chat_bodies import FULL as OPENAI_CHAT
from dialect_fakes import FakeRestorer, cuts, inbound, pieces_of, respelled, run, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from ollama_bodies import CHAT as OLLAMA_CHAT
from ollama_bodies import GENERATE as OLLAMA_GENERATE

from proxy import dialects
from proxy.dialects.base import ParsedRequest, ParsePolicy
from proxy.errors import ClientFault, UpstreamFault

EXAMPLES = 60
PLANTINGS = (
    Planting("anthropic-messages", MESSAGES),
    Planting("ollama-chat", OLLAMA_CHAT),
    Planting("ollama-generate", OLLAMA_GENERATE),
    Planting("azure-chat", OPENAI_CHAT),
)
CASES = [(planting, path) for planting in PLANTINGS for path in planting.places]

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
    ]
)


def name(value):
    return value.dialect if isinstance(value, Planting) else str(value)


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


@pytest.mark.parametrize("planting", PLANTINGS, ids=name)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_request_or_the_clients_fault(planting, raw):
    taken(dialects.dialect_named(planting.dialect), raw)


@settings(max_examples=3 * EXAMPLES, deadline=None)
@given(st.sampled_from(CASES), json_values, seeds)
def test_anything_anywhere_in_a_request_is_taken_or_the_clients_fault(case, value, seed):
    planting, path = case
    body = respelled(planting.with_value(path, value), seed).encode("utf-8", "surrogatepass")
    taken(dialects.dialect_named(planting.dialect), body)


@pytest.mark.parametrize("planting", PLANTINGS, ids=name)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(events, json_values), max_size=5), st.binary(max_size=20), cuts)
def test_any_reply_is_rewritten_or_the_recipients_fault(planting, parts, rubbish, places):
    dialect = dialects.dialect_named(planting.dialect)
    parsed = dialect.parse(inbound(planting.full), ParsePolicy())
    objects = [{"type": kind, **value} if isinstance(value, dict) else value for kind, value in parts]
    lines = b"".join(json.dumps(each).encode() + b"\n" for each in objects)
    frames = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in objects)
    for kind in ("application/json", "text/event-stream", "application/x-ndjson", "text/plain"):
        for raw in (lines, frames, rubbish, frames + rubbish, lines + rubbish):
            with contextlib.suppress(UpstreamFault):
                run(dialect.rewriter(parsed, kind, FakeRestorer), pieces_of(raw, places))
