import json

import pytest
from dialects.dialect_fakes import FakeRestorer, inbound, run

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault

AZURE = dialects.dialect_named("azure-chat")
FILTERS = {"hate": {"filtered": False, "severity": "safe"}}


def parse(policy=None, **fields):
    body = {"messages": [{"role": "user", "content": "hi"}], **fields}
    return AZURE.parse(inbound(body), policy or ParsePolicy())


def test_the_path_names_the_model_and_the_body_may_repeat_it():
    assert parse().model is None
    assert parse(model="gpt-large").model == "gpt-large"
    with pytest.raises(ClientFault):
        parse(ParsePolicy(models=("other",)), model="gpt-large")


def test_who_the_user_is_stays_here():
    parsed = parse(user_security_context={"end_user_id": "maya", "source_ip": "192.0.2.1"})
    assert parsed.stripped == {"user_security_context": 2}
    assert b"maya" not in AZURE.render(parsed, {})


def test_other_sources_of_the_recipient_are_refused():
    with pytest.raises(ClientFault) as caught:
        parse(data_sources=[{"type": "azure_search", "parameters": {"endpoint": "https://search.example"}}])
    assert caught.value.reason == "unknown_field"


def test_what_content_filters_say_passes_whole_and_streamed():
    whole = {
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "PERSON_3"}, "finish_reason": "stop",
             "content_filter_results": FILTERS}
        ],
        "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": FILTERS}],
    }  # fmt: skip
    got = json.loads(run(AZURE.rewriter(parse(), "application/json", FakeRestorer), [json.dumps(whole).encode()]))
    assert got["choices"][0]["message"]["content"] == "Ada"
    assert got["prompt_filter_results"] == whole["prompt_filter_results"]

    events = [
        {"choices": [], "prompt_filter_results": whole["prompt_filter_results"], "id": "", "model": ""},
        {"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {"content": "PERSON"}, "finish_reason": None,
                      "content_filter_results": FILTERS}]},
        {"choices": [{"index": 0, "delta": {"content": "_3"}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "finish_reason": None, "content_filter_results": FILTERS,
                      "content_filter_offsets": {"check_offset": 1, "start_offset": 1, "end_offset": 5}}]},
    ]  # fmt: skip
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"
    out = run(AZURE.rewriter(parse(stream=True), "text/event-stream", FakeRestorer), [raw])
    chunks = [json.loads(line[6:]) for line in out.decode().split("\n") if line.startswith("data: {")]
    said = "".join(choice.get("delta", {}).get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert said == "Ada"
    assert [chunk for chunk in chunks if "prompt_filter_results" in chunk] == events[:1]
    assert chunks[-1] == events[-1]
