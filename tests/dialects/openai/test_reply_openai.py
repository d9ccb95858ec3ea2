import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, offered, pieces_of, restored, run, written
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import UpstreamFault

EXAMPLES = invented(150)
CHAT = dialects.dialect_named("openai-chat")
REPLY = {
    "id": "PERSON_3",
    "object": "chat.completion",
    "created": 5,
    "model": "PERSON_3",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "PERSON_1 asked PERSON_3; PERSON_12 did not.",
                "refusal": None,
                "reasoning_content": "PERSON_3 PERSON_",
                "annotations": [{"type": "url_citation", "url_citation": {"title": "PERSON_3", "start_index": 1}}],
                "tool_calls": [
                    {
                        "id": "PERSON_3",
                        "type": "function",
                        "function": {"name": "PERSON_3", "arguments": '{"PERSON_1": ["PERSON_12"]}'},
                    }
                ],
                "function_call": {"name": "f", "arguments": '{"a": "PERSON_1"}'},
            },
            "logprobs": {"content": [{"token": "PERSON_3", "bytes": [80]}]},
            "finish_reason": "stop",
        },
        {"index": 1, "message": {"role": "assistant", "content": [{"type": "text", "text": "PERSON_3"}]}},
    ],
    "usage": {"total_tokens": 9},
    "new_field": {"PERSON_3": "PERSON_3", "n": 1e3},
}


def rewriter(content_type="application/json", **request):
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], **offered("openai-chat"), **request}
    return CHAT.rewriter(CHAT.parse(inbound(body), ParsePolicy()), content_type, FakeRestorer)


def answered(reply, **request):
    return json.loads(run(rewriter(**request), [json.dumps(reply).encode()]))


def test_every_text_is_restored_and_controls_stay():
    reply = answered(REPLY)
    message = reply["choices"][0]["message"]

    assert message["content"] == f"{ORIGINALS['PERSON_1']} asked Ada; {ORIGINALS['PERSON_12']} did not."
    assert message["reasoning_content"] == "Ada PERSON_"
    assert message["annotations"][0]["url_citation"]["title"] == "Ada"
    assert reply["choices"][1]["message"]["content"][0]["text"] == "Ada"
    assert reply["new_field"] == {"PERSON_3": "Ada", "n": 1e3}
    call = message["tool_calls"][0]
    assert json.loads(call["function"]["arguments"]) == {ORIGINALS["PERSON_1"]: [ORIGINALS["PERSON_12"]]}
    assert json.loads(message["function_call"]["arguments"]) == {"a": ORIGINALS["PERSON_1"]}
    assert (call["id"], call["function"]["name"], reply["id"], reply["model"]) == (
        "PERSON_3",
        "Ada",
        "PERSON_3",
        "PERSON_3",
    )
    assert reply["choices"][0]["logprobs"] == REPLY["choices"][0]["logprobs"]


def test_bytes_that_need_no_change_stay():
    raw = '{"choices" : [{"message":{"content":"PERSON_3","x":"\\u00e9\\/é"}} ], "n": 1.50,\r\n"n": 2}'

    assert run(rewriter(), [raw.encode()]) == raw.replace("PERSON_3", "Ada").encode()
    assert run(rewriter(), [b'{ "choices": [] }\n']) == b'{ "choices": [] }\n'


def test_content_that_was_asked_for_as_json_stays_json():
    reply = {"choices": [{"message": {"content": '{"who": "PERSON_1"}', "reasoning": "PERSON_1"}}]}

    message = answered(reply, response_format={"type": "json_object"})["choices"][0]["message"]

    assert json.loads(message["content"]) == {"who": ORIGINALS["PERSON_1"]}
    assert message["reasoning"] == ORIGINALS["PERSON_1"]
    assert answered(reply, response_format={"type": "text"})["choices"][0]["message"]["content"] == restored(
        '{"who": "PERSON_1"}'
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.sampled_from(["PERSON_1", "PERSON_12", "PERSON_", "é", " ", '"']), max_size=5).map("".join),
    st.data(),
    cuts,
)
def test_any_split_gives_the_restored_reply(content, data, places):
    raw = data.draw(written({"choices": [{"message": {"content": content}, "index": 0}]})).encode()

    for pieces in ([raw], pieces_of(raw, places), [raw[n : n + 1] for n in range(len(raw))]):
        assert json.loads(run(rewriter(), pieces))["choices"][0]["message"]["content"] == restored(content)


@pytest.mark.parametrize("raw", [b"", b"{", b"<html>", b"\xff", b'{"choices": [' + b"[" * 500, b"{}{}"])
def test_a_reply_that_is_no_json_is_a_fault(raw):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [raw])
    assert caught.value.reason == "bad_reply"


@pytest.mark.parametrize("content_type", ["text/html", "", "application/json; charset=latin-1", "application/x-ndjson"])
def test_other_content_types_are_a_fault(content_type):
    with pytest.raises(UpstreamFault) as caught:
        rewriter(content_type)
    assert caught.value.reason == "unsupported_reply_type"


def test_what_the_recipient_really_answers_counts_not_what_was_asked_for():
    whole = b'{"choices":[{"message":{"content":"PERSON_3"}}]}'
    streamed = b'data: {"choices":[{"index":0,"delta":{"content":"PERSON_3"},"finish_reason":"stop"}]}\n\n'

    assert b"Ada" in run(rewriter(stream=True), [whole])
    assert b"Ada" in run(rewriter("text/event-stream", stream=False), [streamed])
