import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, offered, pieces_of, restored, run, texts
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import UpstreamFault

EXAMPLES = invented(200)
CHAT = dialects.dialect_named("openai-chat")
HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 7, "model": "m"}
DONE = b"data: [DONE]\n\n"


def rewriter(**request):
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "stream": True, **offered("openai-chat")}
    body |= request
    return CHAT.rewriter(CHAT.parse(inbound(body), ParsePolicy()), "text/event-stream; charset=utf-8", FakeRestorer)


def event(delta=None, finish=None, index=0, end="\n", **more):
    choices = [] if delta is None else [{"index": index, "delta": delta, "finish_reason": finish}]
    return f"data: {json.dumps({**HEAD, 'choices': choices, **more}, ensure_ascii=False)}{end}{end}".encode()


def chunks_of(stream):
    """The chunks of a stream, read without our parser; everything after [DONE] is lost, as it is to clients."""
    blocks = stream.decode().replace("\r\n", "\n").split("\n\n")
    data = ["\n".join(line[5:].strip() for line in block.split("\n") if line.startswith("data:")) for block in blocks]
    data = [held for held in data if held]
    return [json.loads(held) for held in data[: data.index("[DONE]") if "[DONE]" in data else None]]


def grown(stream):
    """What clients put together: the texts of a stream by choice and place, up to the choice's finish reason."""
    found, finished = {}, set()
    for chunk in chunks_of(stream):
        for choice in chunk["choices"]:
            index, delta = choice["index"], choice["delta"]
            assert index not in finished
            flat = [(name, delta[name]) for name in ("content", "reasoning_content", "refusal") if name in delta]
            flat += [(f"call {call['index']}", call["function"]["arguments"]) for call in delta.get("tool_calls", ())]
            for name, text in flat:
                found[index, name] = found.get((index, name), "") + text
            if choice["finish_reason"]:
                finished.add(index)
    return found


def test_a_pseudonym_split_over_deltas_is_restored_before_the_finishing_chunk():
    stream = event({"role": "assistant", "content": ""}) + event({"content": "Ask PER"}) + event({"content": "SON_"})
    stream += event({"content": "3"}) + event({}, "stop") + event(usage={"total_tokens": 5}) + DONE

    out = run(rewriter(), [stream])

    assert grown(out) == {(0, "content"): "Ask Ada"}
    extra = chunks_of(out)[4]
    assert extra == HEAD | {"choices": [{"index": 0, "delta": {"content": "Ada"}, "finish_reason": None}]}
    assert out.endswith(event({}, "stop") + event(usage={"total_tokens": 5}) + DONE)


def test_what_is_held_back_goes_out_with_the_finishing_delta_if_it_has_that_text():
    out = run(rewriter(), [event({"content": "Ask PERSON"}) + event({"content": "_3"}, "length") + DONE])

    assert [chunk["choices"][0]["delta"]["content"] for chunk in chunks_of(out)] == ["Ask ", "Ada"]


def test_every_finishing_chunk_is_a_last_one_also_where_a_recipient_sends_two():
    out = run(rewriter(), [event({"content": "a"}, "stop") + event({"content": "PERSON_3"}, "stop") + DONE])

    assert out == event({"content": "a"}, "stop") + event({"content": "Ada"}, "stop") + DONE


def test_without_a_finish_reason_it_goes_out_before_done_and_without_done_at_the_end():
    out = run(rewriter(), [event({"content": "PERSON_3"}) + DONE])
    assert grown(out) == {(0, "content"): "Ada"}
    assert out.endswith(DONE)

    late = event({"content": "a"}, "stop") + event({"content": "PERSON_3"})
    assert b"Ada" in run(rewriter(), [late])


def test_events_in_which_nothing_changes_go_on_byte_for_byte():
    stream = b": keep-alive\n\nevent: message\nid: 4\n" + event({"content": "caf\u00e9 \u2028"}, end="\r\n")
    stream += b'data: {"choices":[{"delta" : {"content":"\\u00e9\\/"},"index":0}]}\n\nretry: 10\n\n'
    stream += event({}, "stop") + DONE

    assert run(rewriter(), [stream]) == stream


def test_bytes_go_out_as_soon_as_they_are_certain():
    """Nothing waits for the end of the stream but an unfinished pseudonym."""
    restoring = rewriter()

    assert restoring.feed(b": ping\n") == b": ping\n"
    assert restoring.feed(b"\n" + event({"content": "Hi PERSON_3 "})).count(b"Ada") == 1
    assert restoring.feed(event({"content": "and P"})) == event({"content": "and "})
    assert restoring.feed(event({"content": "aul"})) == event({"content": "Paul"})


def test_arguments_stay_json_and_functions_keep_their_ids():
    call = {"index": 0, "id": "PERSON_3", "type": "function", "function": {"name": "PERSON_3", "arguments": ""}}
    stream = event({"tool_calls": [call]})
    for piece in ('{"to": "PER', "SON_1", '", "n": 1}'):
        stream += event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    stream += event({}, "tool_calls") + DONE

    out = run(rewriter(), [stream])

    assert json.loads(grown(out)[0, "call 0"]) == {"to": ORIGINALS["PERSON_1"], "n": 1}
    first = chunks_of(out)[0]["choices"][0]["delta"]["tool_calls"][0]
    assert (first["id"], first["function"]["name"]) == ("PERSON_3", "Ada")


def test_arguments_that_end_inside_of_a_pseudonym_are_released_in_place():
    out = run(
        rewriter(),
        [event({"tool_calls": [{"index": 1, "function": {"arguments": "PERSON_1"}}]}) + event({}, "length") + DONE],
    )

    assert grown(out) == {(0, "call 1"): restored("PERSON_1", json_text=True)}


def test_content_that_was_asked_for_as_json_stays_json():
    out = run(
        rewriter(response_format={"type": "json_object"}),
        [event({"content": '{"who": "PERSON_'}) + event({"content": '1"}'}) + event({}, "stop") + DONE],
    )

    assert json.loads(grown(out)[0, "content"]) == {"who": ORIGINALS["PERSON_1"]}


def test_unknown_fields_pass_and_their_text_is_restored():
    stream = event({"content": "a", "thoughts": [{"index": 2, "text": "PERSON_"}]}, note="PERSON_3", x=[1, None])
    stream += event({"thoughts": [{"index": 2, "text": "3!"}]}) + event({}, "stop", logprobs=None) + DONE

    first, second, *_ = chunks_of(run(rewriter(), [stream]))

    assert (first["note"], first["x"]) == ("Ada", [1, None])
    assert second["choices"][0]["delta"]["thoughts"] == [{"index": 2, "text": "Ada!"}]


def test_a_text_that_every_chunk_repeats_is_restored_in_every_chunk():
    stream = b"".join(event({"content": piece}, note="PERSON_3") for piece in "abc") + DONE

    assert [chunk["note"] for chunk in chunks_of(run(rewriter(), [stream]))] == ["Ada"] * 3


def test_a_chunk_over_several_data_lines_is_restored_in_place():
    stream = b'data: {"choices": [{"index": 0,\r\ndata:  "delta": {"content": "PERSON_3 x"},\r\n'
    stream += b'data: "finish_reason": "stop"}]}\r\n\r\n' + DONE

    assert run(rewriter(), [stream]) == stream.replace(b"PERSON_3", b"Ada")


def test_half_of_a_surrogate_pair_in_a_delta_passes():
    """Some recipients cut text by UTF-16 units; the client puts the halves together."""
    halves = [b'data: {"choices":[{"index":0,"delta":{"content":"PERSON_3 \\ud83d"}}]}\n\n']
    halves += [b'data: {"choices":[{"index":0,"delta":{"content":"\\ude00"},"finish_reason":"stop"}]}\n\n']

    out = run(rewriter(), [*halves, DONE])

    assert b'"Ada \\ud83d"' in out
    assert b'"\\ude00"' in out


@pytest.mark.parametrize(
    "more",
    [
        '"PERSON_3","refusal":"PERSON_3"},"finish_reason":null}]}',
        '"PERSON_3"},"finish_reason":null}],"note":"PERSON_3"}',
        '"PERSON_3", "name":"PERSON_3"},"finish_reason":null}]}',
        'null,"refusal":"PERSON_3"},"finish_reason":null}]}',
        '"},\\"finish_reason\\":null}]} PERSON_3"},"finish_reason":null}]}',
    ],
)
def test_a_chunk_that_only_begins_and_ends_like_the_one_before_is_read_as_itself(more):
    """Chunks of one shape take a short way; these look like it at both ends and differ between."""
    begins = 'data: {"choices":[{"index":0,"delta":{"content":'
    first = begins + '"so "},"finish_reason":null}]}\n\n'
    second = begins + more + "\n\n"
    space = begins + '" "},"finish_reason":null}]}\n\n'

    out = run(rewriter(), [(first + second + space).encode() + DONE])

    assert out.count(b"Ada") == more.count("PERSON_3")
    assert b"PERSON_3" not in out


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"", "truncated_stream"),
        (b": ping\n\n", "truncated_stream"),
        (event({"content": "a"}), "truncated_stream"),
        (event({"content": "a"}, "stop") + event({"content": "b"}, index=1), "truncated_stream"),
        (event({"content": "a"})[:-20], "truncated_stream"),
        (b"data: hello\n\n" + DONE, "bad_event"),
        (b"data: 5\n\n" + DONE, "bad_event"),
        (b'data: {"choices":[5]}\n\n' + DONE, "bad_event"),
        (b'data: {"choices":[{"delta":"PERSON_3"}]}\n\n' + DONE, "bad_event"),
        (b"data: " + b"[" * 5000 + b"\n\n" + DONE, "bad_event"),
        (DONE + event({"content": "PERSON_3"}), "bad_stream"),
        (b"data: \xff\n\n", "bad_encoding"),
    ],
)
def test_a_stream_that_breaks_its_dialect_is_a_fault(stream, reason):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [stream])
    assert caught.value.reason == reason


@pytest.mark.parametrize("end", [DONE, DONE.rstrip(), DONE + DONE, b"data: [DONE] \r\n\r\n", b""])
def test_every_good_end_is_taken(end):
    stream = event({"content": "a"}, "stop") + end

    assert run(rewriter(), [stream]) == stream


def test_an_error_of_the_recipient_in_the_stream_is_told_by_its_code_alone():
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [b'data: {"error": {"message": "PERSON_3?", "code": "rate_limit_exceeded"}}\n\n' + DONE])

    assert (caught.value.reason, caught.value.code) == ("upstream_error", "rate_limit_exceeded")
    assert "PERSON" not in str(caught.value)


@pytest.mark.parametrize("event", [b'{"error": null}', b'{"detail": "PERSON_3"}', b'{"choices": "PERSON_3"}', b"[]"])
def test_an_event_that_is_no_chunk_ends_the_stream(event):
    with pytest.raises(UpstreamFault) as caught:
        run(rewriter(), [b"data: " + event + b"\n\n" + DONE])

    assert caught.value.reason in ("bad_reply", "bad_event")


pseudonymous = st.lists(
    st.sampled_from(["PERSON_1", "PERSON_12", "PERSON_3", "PERSON_", "PERSON_9", "PER", "1", " ", "é", '"']) | texts,
    max_size=8,
).map("".join)


@st.composite
def streams(draw):
    """A stream with texts that grow, interleaved, in any cut; and the texts that clients shall read."""
    names = ["content", "reasoning_content", "refusal", "call 0", "call 1"]
    channels = st.tuples(st.integers(0, 2), st.sampled_from(names))
    wanted = draw(st.dictionaries(channels, pseudonymous, min_size=1, max_size=4))
    waiting = {
        channel: pieces_of(text, draw(st.lists(st.integers(0, 99), max_size=5))) for channel, text in wanted.items()
    }
    deltas = []
    while waiting:
        channel = draw(st.sampled_from(sorted(waiting)))
        deltas.append((channel, waiting[channel].pop(0)))
        if not waiting[channel]:
            del waiting[channel]
    last = {channel[0]: number for number, (channel, _) in enumerate(deltas)}
    events = []
    for number, ((index, name), text) in enumerate(deltas):
        delta = {name: text}
        if name.startswith("call"):
            delta = {"tool_calls": [{"index": int(name[-1]), "function": {"arguments": text}}]}
        ends = last[index] == number
        apart = draw(st.booleans())
        end = draw(st.sampled_from(["\n", "\r\n"]))
        events.append(event(delta, "stop" if ends and not apart else None, index, end))
        if ends and apart:
            events.append(event({}, "stop", index, end))
        events += draw(st.sampled_from([[], [b": ping\n\n"], [event()]]))
    expected = {channel: restored(text, json_text=channel[1].startswith("call")) for channel, text in wanted.items()}
    return b"".join(events) + draw(st.sampled_from([DONE, b""])), expected


@settings(max_examples=EXAMPLES, deadline=None)
@given(streams(), cuts)
def test_any_split_gives_the_restored_texts_and_the_same_bytes_as_none(case, places):
    stream, expected = case
    whole = run(rewriter(), [stream])

    assert grown(whole) == expected
    assert run(rewriter(), pieces_of(stream, places)) == whole
    assert run(rewriter(), [stream[n : n + 1] for n in range(len(stream))]) == whole
