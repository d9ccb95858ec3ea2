"""The rewriters with the restorer that serves, and requests as real clients send them."""

import json
from pathlib import Path

import pytest
from dialects.dialect_fakes import cuts, inbound, offered, pieces_of, run
from dialects.responses_bodies import events_in, joined
from harness.invented import invented
from harness.responses import events_of, stream_of
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer, restore

EXAMPLES = invented(100)
CHAT = dialects.dialect_named("openai-chat")
PSEUDONYMS = PseudonymMap(
    {
        "PERSON_1": 'Zoë "Zo" Quine',
        "PERSON_1_EMAIL": "zoe@example.org",
        "PERSON_12": "Bo Li",
        "PHONE_NUMBER_1": "555 0142",
    }
)
REQUESTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "formats" / "client_requests"

answers = st.lists(
    st.sampled_from(
        [
            "PERSON_1",
            "person_1",
            "[PERSON_12]",
            "**PERSON_1**'s",
            "PERSON\\_12",
            "PERSON_1_EMAIL",
            "PHONE_NUMBER_1",
            "PER",
            " ",
            "\n",
            "2",
            "_",
            "é",
            '"',
            "Person",
        ]
    ),
    max_size=8,
).map("".join)


def restorer(form):
    return Restorer(PSEUDONYMS, form.is_json, called=form.is_called)


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers, answers, cuts, cuts)
def test_a_stream_is_restored_as_its_texts_are_however_it_is_cut(content, value, deltas, places):
    arguments = json.dumps({"note": value}, ensure_ascii=False)
    chunks = [{"content": piece} for piece in pieces_of(content, deltas)]
    chunks += [
        {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces_of(arguments, deltas)
    ]
    frames = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in chunks]
    frames.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    stream = b"".join(b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames) + b"data: [DONE]\n\n"
    request = CHAT.parse(
        inbound({"model": "m", "messages": [{"role": "user", "content": "x"}], **offered(CHAT.name)}), ParsePolicy()
    )

    def answered(pieces):
        return run(CHAT.rewriter(request, "text/event-stream", restorer), pieces)

    whole = answered([stream])
    got = [
        json.loads(line[6:])["choices"][0]["delta"] for line in whole.decode().split("\n") if line.startswith("data: {")
    ]
    assert "".join(delta.get("content", "") for delta in got) == restore(content, PSEUDONYMS)
    called = "".join(call["function"]["arguments"] for delta in got for call in delta.get("tool_calls", ()))
    assert called == restore(arguments, PSEUDONYMS, json_string=True)
    assert json.loads(called).keys() == {"note"}
    assert answered(pieces_of(stream, places)) == whole


@pytest.mark.skipif(not REQUESTS.is_dir(), reason="the collection of client requests is not at hand")
def test_requests_of_real_clients_are_taken_and_pass_unchanged():
    taken = 0
    for file in sorted(REQUESTS.glob("*.json")):
        sample = json.loads(file.read_text("utf-8"))
        if sample["url"].endswith("/chat/completions"):
            body = json.dumps(sample["body"], indent=1).encode()
            parsed = CHAT.parse(inbound(body), ParsePolicy(store="client"))
            assert [slot.text for slot in parsed.slots] == [held["content"] for held in sample["body"]["messages"]]
            assert CHAT.render(parsed, {}) == body
            taken += 1
    assert taken >= 5


@settings(max_examples=EXAMPLES, deadline=None)
@given(answers, answers, st.lists(st.integers(0, 60), min_size=1, max_size=6), cuts)
def test_a_stream_of_responses_is_restored_as_its_texts_are_however_it_is_cut(content, value, deltas, places):
    responses = dialects.dialect_named("openai-responses")
    request = responses.parse(inbound({"model": "m", "input": "x", **offered(responses.name)}), ParsePolicy())
    arguments = json.dumps({"note": value}, ensure_ascii=False)
    stream = stream_of(events_of(content, arguments, content, deltas))

    def answered(pieces):
        return run(responses.rewriter(request, "text/event-stream", restorer), pieces)

    whole = answered([stream])
    got = events_in(whole)
    assert joined(got, "output_text") == joined(got, "reasoning_summary_text") == restore(content, PSEUDONYMS)
    assert joined(got, "function_call_arguments") == restore(arguments, PSEUDONYMS, json_string=True)
    assert got[-1]["response"]["output"][1]["content"][0]["text"] == restore(content, PSEUDONYMS)
    assert answered(pieces_of(stream, places)) == whole
