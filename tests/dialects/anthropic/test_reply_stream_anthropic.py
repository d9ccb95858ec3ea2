import json
from itertools import zip_longest

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, offered, pieces_of, restored, run, texts
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import UpstreamFault

EXAMPLES = invented(100)
MESSAGES = dialects.dialect_named("anthropic-messages")
START = {
    "type": "message_start",
    "message": {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": [], "usage": {}},
}
STOP = {"type": "message_stop"}


def rewriter(content_type="text/event-stream; charset=utf-8", **request):
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": True}
    body |= offered("anthropic-messages") | request
    return MESSAGES.rewriter(MESSAGES.parse(inbound(body), ParsePolicy()), content_type, FakeRestorer)


def frame(event, end="\n"):
    return f"event: {event['type']}{end}data: {json.dumps(event, ensure_ascii=False)}{end}{end}".encode()


def block(index, content):
    return {"type": "content_block_start", "index": index, "content_block": content}


def delta(index, kind, **fields):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def stop(index):
    return {"type": "content_block_stop", "index": index}


def ended(reason="end_turn", sequence=None):
    ending = {"stop_reason": reason, "stop_sequence": sequence}
    return {"type": "message_delta", "delta": ending, "usage": {"output_tokens": 3}}


def stream(*events):
    return b"".join(frame(event) for event in (START, *events, ended(), STOP))


def events_of(raw):
    """The events of a stream, read without our parser."""
    blocks = raw.decode().replace("\r\n", "\n").split("\n\n")
    lines = [line for block in blocks for line in block.split("\n") if line.startswith("data:")]
    return [json.loads(line[5:]) for line in lines]


def grown(raw):
    """What clients put together: the texts of each block, up to its stop."""
    found, stopped = {}, set()
    for event in events_of(raw):
        if event["type"] == "content_block_start":
            for name in ("text", "thinking"):
                if name in event["content_block"]:
                    found[event["index"], name] = event["content_block"][name]
        elif event["type"] == "content_block_delta":
            assert event["index"] not in stopped
            for name in ("text", "thinking", "partial_json"):
                if name in event["delta"]:
                    place = event["index"], name
                    found[place] = found.get(place, "") + event["delta"][name]
        elif event["type"] == "content_block_stop":
            stopped.add(event["index"])
    return found


def test_a_pseudonym_split_over_deltas_is_restored_before_the_block_stops():
    raw = stream(
        block(0, {"type": "text", "text": ""}),
        delta(0, "text_delta", text="Ask PER"),
        delta(0, "text_delta", text="SON_"),
        delta(0, "text_delta", text="3"),
        stop(0),
    )
    out = run(rewriter(), [raw])

    assert grown(out) == {(0, "text"): "Ask Ada"}
    assert events_of(out)[5] == delta(0, "text_delta", text="Ada")
    assert out.endswith(frame(stop(0)) + frame(ended()) + frame(STOP))


def test_blocks_that_take_turns_have_a_restorer_each():
    raw = stream(
        block(0, {"type": "thinking", "thinking": "PER", "signature": ""}),
        block(1, {"type": "text", "text": "PERSON_"}),
        delta(0, "thinking_delta", thinking="SON_3"),
        delta(1, "text_delta", text="12"),
        delta(0, "signature_delta", signature="PERSON_3"),
        stop(0),
        stop(1),
    )
    out = run(rewriter(), [raw])

    assert grown(out) == {(0, "thinking"): "Ada", (1, "text"): ORIGINALS["PERSON_12"]}
    assert b'"signature": "PERSON_3"' in out


def test_tool_input_stays_json_and_tools_keep_their_ids():
    raw = stream(
        block(0, {"type": "tool_use", "id": "PERSON_3", "name": "PERSON_3", "input": {}}),
        *(delta(0, "input_json_delta", partial_json=part) for part in ("", '{"to": "PER', "SON_1", '", "n": 1}')),
        stop(0),
    )
    out = run(rewriter(), [raw])

    assert json.loads(grown(out)[0, "partial_json"]) == {"to": ORIGINALS["PERSON_1"], "n": 1}
    start = events_of(out)[1]["content_block"]
    assert (start["id"], start["name"]) == ("PERSON_3", "Ada")


def test_text_that_was_asked_for_as_json_stays_json():
    schema = {"type": "json_schema", "schema": {"type": "object"}}
    raw = stream(
        block(0, {"type": "text", "text": ""}),
        delta(0, "text_delta", text='{"who": "PERSON_'),
        delta(0, "text_delta", text='1"}'),
        stop(0),
    )
    out = run(rewriter(output_config={"format": schema}), [raw])

    assert json.loads(grown(out)[0, "text"]) == {"who": ORIGINALS["PERSON_1"]}


def test_citations_and_stop_sequences_are_restored_as_a_whole():
    citation = {"type": "char_location", "cited_text": "PERSON_3 spoke", "document_title": "by PERSON_12"}
    raw = b"".join(
        frame(event)
        for event in (
            START,
            block(0, {"type": "text", "text": "PERSON_"}),
            delta(0, "citations_delta", citation=citation),
            delta(0, "text_delta", text="3"),
            stop(0),
            ended("stop_sequence", "PERSON_3:"),
            STOP,
        )
    )
    out = run(rewriter(), [raw])

    assert events_of(out)[2]["delta"]["citation"]["cited_text"] == "Ada spoke"
    assert events_of(out)[2]["delta"]["citation"]["document_title"] == f"by {ORIGINALS['PERSON_12']}"
    assert grown(out) == {(0, "text"): "Ada"}
    assert events_of(out)[-2]["delta"]["stop_sequence"] == "Ada:"


def test_events_in_which_nothing_changes_go_on_byte_for_byte():
    raw = b": keep-alive\n\n" + frame(START, "\r\n") + b'event: ping\ndata: {"type": "ping"}\n\n'
    raw += frame(block(0, {"type": "text", "text": "caf\u00e9"})) + frame(delta(0, "text_delta", text="\u2028 ok"))
    raw += frame(stop(0)) + frame({"type": "unheard_of", "x": [1, None]}) + frame(ended()) + frame(STOP)
    assert run(rewriter(), [raw]) == raw


def test_bytes_go_out_as_soon_as_they_are_certain():
    restoring = rewriter()
    assert restoring.feed(frame(START)) == frame(START)
    begun = frame(block(0, {"type": "text", "text": ""}))
    assert restoring.feed(begun) == begun
    assert b"Ada" in restoring.feed(frame(delta(0, "text_delta", text="Hi PERSON_3 ")))
    assert restoring.feed(frame(delta(0, "text_delta", text="and P"))) == frame(delta(0, "text_delta", text="and "))
    assert restoring.feed(frame(delta(0, "text_delta", text="aul"))) == frame(delta(0, "text_delta", text="Paul"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (frame(START), "truncated_stream"),
        (b"", "truncated_stream"),
        (stream() + frame(delta(0, "text_delta", text="more")), "bad_stream"),
        (frame(START) + frame(delta(0, "text_delta", text="x")) + frame(STOP), "bad_event"),
        (frame(block(0, {})) + frame(stop(0)) + frame(delta(0, "text_delta", text="x")) + frame(STOP), "bad_event"),
        (b"data: [1]\n\n" + frame(STOP), "bad_event"),
        (b"data: nonsense\n\n" + frame(STOP), "bad_event"),
        (b'data: {"no": "type"}\n\n' + frame(STOP), "bad_event"),
        (b'event: ping\ndata: {"type": "message_stop"}\n\n' + frame(STOP), "bad_event"),
        (frame({"type": "content_block_start", "index": "0", "content_block": {}}) + frame(STOP), "bad_event"),
        (frame({"type": "content_block_start", "index": 0}) + frame(STOP), "bad_event"),
        (frame(START) + frame({"type": "error", "error": {"type": "api_error", "message": "secret"}}) + frame(STOP),
         "upstream_error"),
    ],
)  # fmt: skip
def test_a_stream_that_breaks_the_api_is_the_recipients_fault(raw, reason):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [raw])
    assert caught.value.reason == reason
    assert "secret" not in str(caught.value)


def test_an_overload_in_a_stream_is_told_as_one():
    with pytest.raises(UpstreamFault) as caught:
        rewriter().feed(frame({"type": "error", "error": {"type": "overloaded_error", "message": "x"}}))
    assert b"overloaded_error" in MESSAGES.stream_error(caught.value)


def test_a_whole_reply_is_restored_but_for_what_is_no_text():
    reply = {
        "id": "PERSON_3",
        "type": "message",
        "role": "assistant",
        "model": "PERSON_3",
        "content": [
            {"type": "thinking", "thinking": "PERSON_3?", "signature": "PERSON_3"},
            {"type": "redacted_thinking", "data": "PERSON_3"},
            {"type": "text", "text": "PERSON_1", "citations": [{"type": "char_location", "cited_text": "PERSON_3"}]},
            {"type": "tool_use", "id": "PERSON_3", "name": "PERSON_3", "input": {"id": "PERSON_1", "PERSON_3": [1]}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": "PERSON_3",
        "usage": {"input_tokens": 1},
    }
    got = json.loads(run(rewriter("application/json"), [json.dumps(reply).encode()]))

    thought, hidden, said, call = got["content"]
    assert thought == {"type": "thinking", "thinking": "Ada?", "signature": "PERSON_3"}
    assert hidden["data"] == "PERSON_3"
    assert (said["text"], said["citations"][0]["cited_text"]) == (ORIGINALS["PERSON_1"], "Ada")
    assert call == {
        "type": "tool_use",
        "id": "PERSON_3",
        "name": "Ada",
        "input": {"id": ORIGINALS["PERSON_1"], "Ada": [1]},
    }
    assert (got["id"], got["model"], got["stop_sequence"]) == ("PERSON_3", "PERSON_3", "Ada")


def test_other_reply_types_are_refused():
    with pytest.raises(UpstreamFault):
        rewriter("text/html")
    with pytest.raises(UpstreamFault):
        run(rewriter("application/json"), [b"[1]"])
    with pytest.raises(UpstreamFault):
        run(rewriter("application/json"), [b"{"])


parts = st.sampled_from(["PERSON_1", "PERSON_3", "PER", "SON_12", " ", "é", '"', "\n", "\\"])
pieces = st.lists(parts | texts, max_size=5)


@settings(max_examples=EXAMPLES, deadline=None)
@given(pieces, pieces, pieces, st.integers(0, 5), cuts)
def test_a_stream_is_restored_as_its_texts_are_however_it_is_cut(said, thought, values, order, places):
    arguments = json.dumps({"note": "".join(values)}, ensure_ascii=False)
    inputs = (arguments[:order], arguments[order:])
    groups = (
        [delta(0, "text_delta", text=piece) for piece in said],
        [delta(1, "thinking_delta", thinking=piece) for piece in thought],
        [delta(2, "input_json_delta", partial_json=piece) for piece in inputs],
    )
    mixed = [each for three in zip_longest(*groups) for each in three if each is not None]
    raw = stream(
        block(0, {"type": "text", "text": ""}),
        block(1, {"type": "thinking", "thinking": "", "signature": ""}),
        block(2, {"type": "tool_use", "id": "t", "name": "n", "input": {}}),
        *mixed,
        *(stop(index) for index in range(3)),
    )
    whole = run(rewriter(), [raw])

    found = grown(whole)
    assert found[0, "text"] == restored("".join(said))
    assert found[1, "thinking"] == restored("".join(thought))
    assert found[2, "partial_json"] == restored(arguments, json_text=True)
    assert run(rewriter(), pieces_of(raw, places)) == whole


def test_every_split_gives_the_same():
    """Cut at every byte, and byte by byte."""
    raw = stream(
        block(0, {"type": "text", "text": "é PER"}),
        delta(0, "text_delta", text="SON_3, "),
        delta(0, "text_delta", text="PERSON_1"),
        delta(0, "text_delta", text="2"),
        stop(0),
    )
    whole = run(rewriter(), [raw])
    assert grown(whole) == {(0, "text"): restored("é PERSON_3, PERSON_12")}
    assert all(run(rewriter(), [raw[:at], raw[at:]]) == whole for at in range(len(raw)))
    assert run(rewriter(), [raw[at : at + 1] for at in range(len(raw))]) == whole
