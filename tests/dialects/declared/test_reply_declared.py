"""Streams whose shape a route declares: every text restored over its pieces, no event added, moved or let by unread."""

import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, pieces_of, restored, run
from dialects.stream_bodies import BASE, LINES, SSE, as_lines, as_sse, lines, read_lines, read_sse, sse, streamed
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.dialects.base import ParsePolicy
from proxy.dialects.declared.request import JsonDialect
from proxy.errors import Refusal, UpstreamFault
from proxy.settings import JsonShape

EXAMPLES = invented(100)
SSE_TYPE, LINES_TYPE = "text/event-stream", "application/x-ndjson"
BY_SSE, BY_LINES = JsonDialect("json", streamed(SSE)), JsonDialect("json", streamed(LINES))
ADA = ORIGINALS["PERSON_3"]


def parsed(dialect, **fields):
    return dialect.parse(inbound({"text": "x", **fields}), ParsePolicy())


def rewriter(dialect, kind, factory=FakeRestorer):
    return dialect.rewriter(parsed(dialect, stream=True), kind, factory)


def by_sse(pieces):
    return run(rewriter(BY_SSE, SSE_TYPE), pieces)


def by_lines(pieces):
    return run(rewriter(BY_LINES, LINES_TYPE), pieces)


def reason_of(dialect, kind, raw):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(dialect, kind), [raw])
    assert "PERSON" not in str(caught.value)
    return caught.value.reason


said = st.lists(st.sampled_from(["PERSON_1", "PERSON_12", "PERSON_3", "PER", " ", "é", '"', "2"]), max_size=6).map(
    "".join
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(said, said, said, st.lists(st.integers(0, 60), max_size=8), cuts)
def test_every_text_is_restored_and_no_event_moves_however_it_is_cut(text, value, whole, at, places):
    written = json.dumps({"note": value}, ensure_ascii=False)
    first, second = pieces_of(text, at), pieces_of(written, at)

    sent = as_sse(first, second, whole)
    out = by_sse([sent])
    got = read_sse(out)
    assert [kind for kind, _ in got] == [kind for kind, _ in read_sse(sent)]
    deltas = [data for kind, data in got if kind == "delta"]
    assert "".join(data["delta"].get("text") or "" for data in deltas) == restored(text)
    assert json.loads("".join(data["delta"].get("json", "") for data in deltas)) == {"note": restored(value)}
    assert {data["id"] for data in deltas if "id" in data} <= {"PERSON_1"}
    checked(next(data for kind, data in got if kind == "result"), whole)
    assert by_sse(pieces_of(sent, places)) == out

    sent = as_lines(first, second, whole)
    out = by_lines([sent])
    got = read_lines(out)
    assert [kind for kind, _ in got] == [kind for kind, _ in read_lines(sent)]
    assert "".join(data["choices"][0]["text"] for _, data in got if "choices" in data) == restored(text)
    notes = "".join(data["notes"][0] for _, data in got if "notes" in data)
    assert json.loads(notes) == {"note": restored(value)}
    checked(next(data for kind, data in got if kind == "result"), whole)
    assert by_lines(pieces_of(sent, places)) == out


def checked(result, whole):
    assert result["title"] == restored(whole)
    assert result["speakers"] == [{restored(whole): restored(whole)}]
    assert json.loads(result["structured"]) == {"who": restored(whole)}


def test_every_single_split_gives_the_same_bytes():
    for through, sent in (
        (by_sse, as_sse(["Ask PER", "SON_1", "2 é PERSON_3"], ['{"a": "PERS', 'ON_12"}'], "PERSON_3")),
        (by_lines, as_lines(["Ask PER", "SON_1", "2 é PERSON_3"], ['{"a": "PERS', 'ON_12"}'], "PERSON_3")),
    ):
        whole = through([sent])
        assert b"PERS" not in whole.replace(b'"id": "PERSON_1"', b"")
        for place in range(1, len(sent)):
            assert through([sent[:place], sent[place:]]) == whole
        assert through([sent[n : n + 1] for n in range(len(sent))]) == whole


def test_a_piece_waits_only_for_what_may_be_a_pseudonym_and_the_events_behind_it_with_it():
    restoring = rewriter(BY_SSE, SSE_TYPE)
    first, second, third = (sse(("delta", {"index": 0, "delta": {"text": text}})) for text in ("Hi ", "PER", "SON_3 "))
    other = sse(("delta", {"index": 1, "delta": {"text": "there"}}))

    assert restoring.feed(first) == first
    assert restoring.feed(second) == b""
    assert restoring.feed(other) == b""
    got = read_sse(restoring.feed(third))
    assert [(data["index"], data["delta"]["text"]) for _, data in got] == [(0, ""), (1, "there"), (0, "Ada ")]


@pytest.mark.parametrize("end", [("stop", {"index": 0}), ("message", "[DONE]")], ids=["closed", "marker"])
def test_what_is_held_back_goes_out_before_its_end(end):
    restoring = rewriter(BY_SSE, SSE_TYPE)
    assert restoring.feed(sse(("delta", {"index": 0, "delta": {"text": "PERSON_3"}}))) == b""
    got = read_sse(restoring.feed(sse(end)))

    assert got[0][1]["delta"]["text"] == ADA
    assert got[1][0] == end[0]


def test_an_event_that_ends_a_text_leaves_the_others_open():
    restoring = rewriter(BY_SSE, SSE_TYPE)
    restoring.feed(sse(("delta", {"index": 0, "delta": {"text": "PERSON_3"}})))
    assert restoring.feed(sse(("stop", {"index": 1}))) == b""
    assert restoring.feed(sse(("stop", {"index": "0"}))).count(b"\n\n") == 3


def test_the_last_piece_may_come_with_the_end():
    raw = lines(
        ("chunk", {"choices": [{"n": 0, "text": "PERS"}]}),
        ("chunk", {"choices": [{"n": 0, "text": "ON_3"}], "done": True}),
    )
    got = read_lines(by_lines([raw]))
    assert [data["choices"][0]["text"] for _, data in got] == ["", ADA]


def test_items_are_told_apart_by_what_is_beside_them_or_by_their_place():
    raw = lines(
        ("chunk", {"choices": [{"n": 1, "text": "PERS"}, {"n": 2, "text": "PER"}], "notes": ["PER", "PERS"]}),
        ("chunk", {"choices": [{"n": 2, "text": "SON_3"}, {"n": 1, "text": "ON_3"}], "notes": ["SON_3", "ON_3"]}),
        ("end", {}),
    )
    got = read_lines(by_lines([raw]))

    assert got[0][1]["notes"] == ["", ""]
    assert got[1][1]["notes"] == [ADA, ADA]
    assert [item["text"] for item in got[1][1]["choices"]] == [ADA, ADA]


def test_events_in_which_nothing_changes_go_on_byte_for_byte():
    raw = b': hello\n\nid: 7\nevent: delta\ndata: {"index" : 1, "delta":{"text":"\\u00e9\\/"} }\n\n'
    raw += b"event: ping\ndata:{}\n\nretry: 10\n\ndata: [DONE]\n\n"
    assert by_sse([raw]) == raw

    raw = b'{"meta":{"type" : "chunk"},  "choices": [ {"n":0, "text":"\\u00e9"} ]}\r\n\n{"meta":{"type":"end"}}'
    assert by_lines([raw]) == raw


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (("other", {}), "unknown_event"),
        (("message", {"index": 0, "delta": {"text": "PERSON_3"}}), "unknown_event"),
        (("delta", {"index": 0, "delta": {"text": "x", "PERSON_3": "y"}}), "unknown_event"),
        (("delta", {"index": 0, "delta": {"text": "x"}, "logprobs": None}), "unknown_event"),
        (("delta", {"index": 0, "delta": "PERSON_3"}), "unknown_event"),
        (("delta", {"index": 0, "delta": ["PERSON_3"]}), "unknown_event"),
        (("delta", {"index": 0, "delta": {"text": 5}}), "bad_event"),
        (("delta", {"index": 0, "delta": {"text": {"PERSON_3": 1}}}), "bad_event"),
        (("delta", '{"delta": {"text": "a"}, "delta": {"text": "b"}}'), "bad_event"),
        (("ping", {"text": "PERSON_3"}), "unknown_event"),
        (("result", {"structured": {"who": "PERSON_3"}}), "bad_event"),
        (("delta", ["PERSON_3"]), "bad_event"),
        (("delta", "PERSON_3"), "bad_event"),
        (("error", {"message": "no such PERSON_3"}), "upstream_error"),
    ],
)
def test_what_is_on_no_list_ends_the_reply_and_is_never_passed(event, reason):
    assert reason_of(BY_SSE, SSE_TYPE, sse(event, ("message", "[DONE]"))) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (lines(("other", {})), "unknown_event"),
        (b'{"choices": []}\n', "unknown_event"),
        (b'{"meta": {"type": 5}}\n', "unknown_event"),
        (lines(("chunk", {"choices": {"text": "PERSON_3"}})), "unknown_event"),
        (lines(("chunk", {"choices": ["PERSON_3"]})), "unknown_event"),
        (lines(("chunk", {"notes": [["PERSON_3"]]})), "bad_event"),
        (lines(("chunk", {"error": {"message": "PERSON_3"}})), "upstream_error"),
        (lines(("anything", {"error": {"code": 5}})), "upstream_error"),
        (lines(("chunk", {"error": "PERSON_3"})), "unknown_event"),
        (b"[DONE]\n", "bad_event"),
        (b"\xff\n", "bad_encoding"),
        (lines(("end", {}), ("chunk", {})), "bad_stream"),
        (lines(("chunk", {"done": True}), ("end", {})), "bad_stream"),
        (lines(("chunk", {"choices": []})), "truncated_stream"),
        (lines(("chunk", {"done": False})), "truncated_stream"),
        (lines(("chunk", {})) + b'{"meta"', "truncated_stream"),
        (b"", "truncated_stream"),
    ],
)
def test_lines_that_break_the_shape_are_a_fault_of_the_recipient(raw, reason):
    assert reason_of(BY_LINES, LINES_TYPE, raw) == reason


def test_an_error_that_is_null_is_none():
    raw = lines(("chunk", {"error": None, "choices": [{"text": ADA, "n": 0}]}), ("end", {"error": {"message": None}}))
    assert by_lines([raw]) == raw


@pytest.mark.parametrize("rest", [b"", b"data: {", sse(("stop", {"index": 0}))])
def test_a_stream_that_breaks_off_is_never_taken_for_whole(rest):
    raw = sse(("delta", {"index": 0, "delta": {"text": "Hi"}})) + rest
    assert reason_of(BY_SSE, SSE_TYPE, raw) == "truncated_stream"


def test_after_the_end_only_the_marker_may_follow():
    both = JsonDialect("json", streamed(SSE, events={**SSE["events"], "done": {"ends": True}}))
    ended = sse(("done", {}))

    assert run(rewriter(both, SSE_TYPE), [ended]) == ended
    assert run(rewriter(both, SSE_TYPE), [ended + sse(("message", "[DONE]"))]).endswith(b"data: [DONE]\n\n")
    assert reason_of(both, SSE_TYPE, ended + sse(("ping", {}))) == "bad_stream"
    assert reason_of(both, SSE_TYPE, sse(("message", "[DONE]"), ("message", "[DONE]"))) == "bad_stream"


def test_a_kind_that_an_event_says_of_itself_agrees_with_its_name():
    both = JsonDialect("json", streamed(SSE, kind="/type"))
    fine = b'event: ping\ndata: {"type": "ping"}\n\ndata: {"type": "ping"}\n\ndata: [DONE]\n\n'

    assert run(rewriter(both, SSE_TYPE), [fine]) == fine
    assert reason_of(both, SSE_TYPE, b'event: stop\ndata: {"type": "ping"}\n\n') == "bad_event"


def test_the_recipients_media_type_decides_and_only_the_declared_format_is_read():
    whole = b'{"summary": "PERSON_3"}'
    assert json.loads(run(rewriter(BY_SSE, "application/json"), [whole])) == {"summary": ADA}
    for dialect, kind in ((BY_SSE, LINES_TYPE), (BY_LINES, SSE_TYPE), (BY_SSE, "text/plain")):
        with pytest.raises(UpstreamFault):
            rewriter(dialect, kind)
    for kind in ("application/jsonl", "application/ndjson", "application/x-jsonlines"):
        assert run(rewriter(BY_LINES, kind), [lines(("end", {}))])


@pytest.mark.parametrize(
    ("stream", "fields", "asked"),
    [
        (SSE, {"stream": True}, True),
        (SSE, {"stream": False}, False),
        (SSE, {}, False),
        (SSE, {"stream": None}, False),
        (LINES, {}, True),
        (LINES, {"stream": None}, True),
        (LINES, {"stream": False}, False),
        ({name: value for name, value in SSE.items() if name != "asked_by"}, {"stream": False}, True),
    ],
)
def test_the_request_asks_for_a_stream_where_the_shape_says(stream, fields, asked):
    assert parsed(JsonDialect("json", streamed(stream)), **fields).stream is asked


def test_a_fault_in_a_stream_is_an_event_at_the_declared_places():
    fault = Refusal("consent_withdrawn", "somebody said no")

    assert read_sse(BY_SSE.stream_error(fault)) == [
        ("error", {"code": "consent_withdrawn", "message": "somebody said no"})
    ]
    assert json.loads(BY_LINES.stream_error(fault)) == {
        "error": {"code": "consent_withdrawn", "message": "somebody said no"}
    }
    named = JsonDialect("json", streamed(LINES, error={"kind": "failure", "code": "/no/code", "message": "/no/why"}))
    assert json.loads(named.stream_error(Refusal("x"))) == {
        "meta": {"type": "failure"},
        "no": {"code": "x", "why": "x"},
    }
    plain = JsonDialect("json", JsonShape.model_validate({**BASE, "reply": {"text": ["/summary"]}}))
    assert plain.stream_error(fault) == b""


@pytest.mark.parametrize(
    ("stream", "kind", "expected"),
    [
        (SSE, SSE_TYPE, [("delta", {"delta": {"text": "Withheld."}, "index": 0}), ("message", None)]),
        (LINES, LINES_TYPE,
         [("chunk", {"meta": {"type": "chunk"}, "choices": [{"text": "Withheld.", "n": 0}], "done": True})]),
        ({**LINES, "events": {"r": {"json_text": ["/a"]}, "end": {"ends_when": "/over"}}}, LINES_TYPE,
         [("r", {"meta": {"type": "r"}, "a": '"Withheld."'}), ("end", {"meta": {"type": "end"}, "over": True})]),
        ({**SSE, "end_marker": None, "events": {"message": {"text": ["/a"]}, "end": {"ends": True}}}, SSE_TYPE,
         [("message", {"a": "Withheld."}), ("end", {})]),
    ],
)  # fmt: skip
def test_a_message_of_our_own_is_a_stream_that_the_shape_reads(stream, kind, expected):
    dialect = JsonDialect("json", streamed(stream))
    answer = dialect.synthetic(parsed(dialect, stream=True), "Withheld.", "x", 1)

    assert (answer.status, answer.content_type) == (200, kind)
    assert (read_sse if kind == SSE_TYPE else read_lines)(answer.body) == expected
    assert run(rewriter(dialect, kind), [answer.body]) == answer.body

    whole = dialect.synthetic(parsed(dialect, stream=False), "Withheld.", "x", 1)
    assert json.loads(whole.body) == {"summary": "Withheld."}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["PERSON_3", "PER", "chunk", "end", "0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "delta text json index id title speakers structured choices n notes done meta type error code".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
kinds = st.sampled_from(["delta", "stop", "result", "ping", "chunk", "end", "error", "message", "other"])


@settings(max_examples=3 * EXAMPLES, deadline=None)
@given(st.lists(st.tuples(kinds, values), max_size=5), st.binary(max_size=20), cuts)
def test_any_stream_is_restored_or_a_fault_of_the_recipient_and_nothing_else(events, rubbish, places):
    frames = sse(*[(kind, json.dumps(value)) for kind, value in events])
    rows = lines(*[(kind, value) for kind, value in events if isinstance(value, dict)])
    for raw in (frames, rows, rubbish, frames + rubbish, rows + rubbish):
        for dialect, kind in ((BY_SSE, SSE_TYPE), (BY_LINES, LINES_TYPE)):
            try:
                run(rewriter(dialect, kind), pieces_of(raw, places))
            except UpstreamFault:
                continue
