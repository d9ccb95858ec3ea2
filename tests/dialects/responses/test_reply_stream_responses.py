"""Replies of the Responses API, whole and streamed: each text restored, no event added, moved or renumbered."""

import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, offered, pieces_of, restored, run, texts
from dialects.responses_bodies import HELLO, events_in, joined
from harness.invented import invented, some
from harness.responses import RESPONSE, events_of, stream_of
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import UpstreamFault

EXAMPLES = invented(150)
RESPONSES = dialects.dialect_named("openai-responses")
DONE = {"type": "response.completed", "response": {**RESPONSE, "output": []}}


def rewriter(kind="text/event-stream", **request):
    parsed = RESPONSES.parse(inbound(HELLO | offered("openai-responses") | request), ParsePolicy())
    return RESPONSES.rewriter(parsed, kind, FakeRestorer)


def delta(text, output=0, content=0):
    return {
        "type": "response.output_text.delta", "item_id": "m", "output_index": output, "content_index": content,
        "delta": text,
    }  # fmt: skip


said = st.lists(st.sampled_from(["PERSON_1", "PERSON_12", "PERSON_3", "PER", " ", "é", '"', "2"]), max_size=6).map(
    "".join
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(said, said, said, st.lists(st.integers(0, 40), min_size=1, max_size=6), cuts)
def test_every_text_is_restored_and_no_event_moves_however_it_is_cut(text, summary, value, deltas, places):
    arguments = json.dumps({"note": value}, ensure_ascii=False)
    sent = list(events_of(text, arguments, summary, deltas))
    stream = stream_of(sent)

    whole = run(rewriter(), [stream])
    got = events_in(whole)

    assert [(event["type"], event["sequence_number"]) for event in got] == [
        (event["type"], number) for number, event in enumerate(sent)
    ]
    assert joined(got, "output_text") == restored(text)
    assert joined(got, "reasoning_summary_text") == restored(summary)
    assert joined(got, "function_call_arguments") == restored(arguments, json_text=True)
    for event in got:
        if event["type"] == "response.output_text.done":
            assert event["text"] == restored(text)
        if event["type"] == "response.function_call_arguments.done":
            assert json.loads(event["arguments"]) == {"note": restored(value)}
    reasoning, message, call = got[-1]["response"]["output"]
    assert reasoning["summary"][0]["text"] == restored(summary)
    assert message["content"][0]["text"] == restored(text)
    assert json.loads(call["arguments"]) == {"note": restored(value)}
    assert run(rewriter(), pieces_of(stream, places)) == whole


def test_every_single_split_gives_the_same_bytes():
    """With every event type, each once: a stream that is read anew for every byte of it has to be short."""
    stream = stream_of(events_of("Ask PERSON_1 é", '{"a": "PERSON_12"}', "PERSON_3", (6,)))
    whole = run(rewriter(), [stream])

    for place in some(range(1, len(stream))):
        assert run(rewriter(), [stream[:place], stream[place:]]) == whole
    assert run(rewriter(), [stream[n : n + 1] for n in range(len(stream))]) == whole


def test_text_that_was_asked_for_as_json_stays_json_in_every_repetition():
    text = json.dumps({"who": "PERSON_1"})
    got = events_in(
        run(rewriter(text={"format": {"type": "json_object"}}), [stream_of(events_of(text, "{}", "PERSON_1", (12,)))])
    )

    assert json.loads(joined(got, "output_text")) == {"who": ORIGINALS["PERSON_1"]}
    by_type = {event["type"]: event for event in got}
    assert json.loads(by_type["response.output_text.done"]["text"]) == {"who": ORIGINALS["PERSON_1"]}
    assert json.loads(by_type["response.content_part.done"]["part"]["text"]) == {"who": ORIGINALS["PERSON_1"]}
    assert joined(got, "reasoning_summary_text") == ORIGINALS["PERSON_1"]


def test_a_delta_waits_only_for_what_may_be_a_pseudonym_and_the_events_behind_it_with_it():
    restoring = rewriter()
    first, second, third = (stream_of([delta(text)]) for text in ("Hi ", "PER", "SON_3 "))
    other = stream_of([delta("there", output=1)])

    assert restoring.feed(first) == first
    assert restoring.feed(second) == b""
    assert restoring.feed(other) == b""
    got = events_in(restoring.feed(third))
    assert [(event["output_index"], event["delta"]) for event in got] == [(0, ""), (1, "there"), (0, "Ada ")]


@pytest.mark.parametrize(
    "ends",
    [
        [{"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "PERSON_3"}, DONE],
        [{"type": "error", "message": "no", "code": None, "param": None}],
        [DONE],
    ],
    ids=["done", "error", "completed"],
)
def test_what_is_held_back_goes_out_with_the_last_delta_before_any_end(ends):
    got = events_in(run(rewriter(), [stream_of([delta("PERSON"), delta("_3"), *ends])]))

    assert [event["delta"] for event in got[:2]] == ["", "Ada"]


def test_events_in_which_nothing_changes_go_on_byte_for_byte():
    stream = b": ping\n\n" + b'data: {"type":"keepalive","sequence_number":3}\n\n'
    stream += b'id: 7\nevent: response.output_text.delta\ndata: {"type" : "response.output_text.delta",'
    stream += b'"output_index":0, "content_index":0,"delta":"\\u00e9\\/", "sequence_number":4}\n\n'
    stream += stream_of([DONE]) + b"data: [DONE]\n\n"

    assert run(rewriter(), [stream]) == stream


def test_ids_are_left_alone_and_names_of_functions_are_restored():
    call = {"type": "function_call", "id": "PERSON_3", "call_id": "PERSON_3", "name": "PERSON_3", "arguments": ""}
    added = {"type": "response.output_item.added", "output_index": 0, "item": call}
    item = events_in(run(rewriter(), [stream_of([added, DONE])]))[0]["item"]

    assert (item["id"], item["call_id"], item["name"]) == ("PERSON_3", "PERSON_3", "Ada")


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"type": "response.web_search_call.searching", "output_index": 0}, "unknown_event"),
        ({"type": "response.mcp_call_arguments.delta", "delta": "PERSON_3"}, "unknown_event"),
        ({"type": "response.audio.transcript.delta", "delta": "x"}, "unknown_event"),
        ({"type": "response.output_text"}, "unknown_event"),
        ({"type": "chat.completion.chunk"}, "unknown_event"),
        ({"type": 5}, "bad_event"),
        ({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": 5}, "bad_event"),
        ({"type": "response.output_text.delta", "output_index": "0", "content_index": 0, "delta": ""}, "bad_event"),
        ({"type": "response.output_text.delta", "delta": ""}, "bad_event"),
        ({"type": "response.completed"}, "bad_reply"),
        ({"type": "response.output_item.done", "item": {"type": "web_search_call"}}, "bad_reply"),
        ({"type": "response.created", "response": {"output": [{"type": "compaction"}]}}, "bad_reply"),
    ],
)
def test_complaint_08_unknown_stream_shapes_are_a_fault_of_the_recipient_and_never_passed(event, reason):
    """Complaint 8: events of unknown kinds were forwarded as they were; here each of them ends the reply."""
    raw = f"data: {json.dumps(event)}\n\n".encode()
    with pytest.raises(UpstreamFault) as caught:
        rewriter().feed(raw)
    assert caught.value.reason == reason


def test_an_event_under_another_name_than_its_type_is_refused():
    with pytest.raises(UpstreamFault):
        rewriter().feed(b'event: response.refusal.delta\ndata: {"type":"keepalive"}\n\n')


@pytest.mark.parametrize("rest", [b"", b"data: {", b"data: [DONE]\n\n"])
def test_a_stream_that_breaks_off_is_never_taken_for_whole(rest):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [stream_of([delta("Hi")]) + rest])
    assert caught.value.reason == "truncated_stream"


def test_nothing_may_follow_the_end():
    with pytest.raises(UpstreamFault) as caught:
        rewriter().feed(stream_of([DONE, delta("more")]))
    assert caught.value.reason == "bad_stream"


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.binary(max_size=40) | texts.map(lambda text: f"data: {text}\n\n".encode()), max_size=6))
def test_any_bytes_are_restored_or_a_fault_of_the_recipient_and_nothing_else(pieces):
    for kind in ("text/event-stream", "application/json"):
        try:
            run(rewriter(kind), pieces)
        except UpstreamFault:
            continue


def test_a_whole_response_is_restored_in_every_text_it_repeats():
    response = {
        **RESPONSE,
        "instructions": "Ask PERSON_3",
        "tools": [{"type": "function", "name": "f", "parameters": {"properties": {"PERSON_3": {}}}}],
        "output": [
            {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "PERSON_3"}],
             "encrypted_content": "PERSON_3"},
            {"type": "message", "id": "m", "role": "assistant",
             "content": [{"type": "output_text", "text": "PERSON_1", "annotations": []}]},
            {"type": "custom_tool_call", "call_id": "c", "name": "n", "input": 'say "PERSON_1"'},
            {"type": "function_call", "call_id": "c", "name": "n", "arguments": '{"a":"PERSON_1"}'},
        ],
        "error": {"message": "PERSON_3", "code": "x"},
    }  # fmt: skip
    got = json.loads(run(rewriter("application/json"), pieces_of(json.dumps(response).encode(), [5, 90])))

    assert got["instructions"] == "Ask Ada"
    assert list(got["tools"][0]["parameters"]["properties"]) == ["Ada"]
    assert got["output"][0]["summary"][0]["text"] == "Ada"
    assert got["output"][0]["encrypted_content"] == "PERSON_3"
    assert got["output"][1]["content"][0]["text"] == ORIGINALS["PERSON_1"]
    assert got["output"][2]["input"] == f'say "{ORIGINALS["PERSON_1"]}"'
    assert json.loads(got["output"][3]["arguments"]) == {"a": ORIGINALS["PERSON_1"]}
    assert got["error"]["message"] == "Ada"


def test_an_error_of_our_own_ends_a_stream_in_the_apis_shape():
    frame = RESPONSES.stream_error(UpstreamFault("truncated_stream", "broke off"))

    (event,) = events_in(frame)
    assert (event["type"], event["code"], event["error"]["code"]) == ("error", "truncated_stream", "truncated_stream")
    assert frame.startswith(b"event: error\n")
