import json

import pytest
from dialects.dialect_fakes import ORIGINALS, FakeRestorer, cuts, inbound, offered, pieces_of, restored, run, texts
from dialects.ollama_bodies import CHAT, GENERATE
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault
from proxy.model import SlotKind

EXAMPLES = invented(100)
CHATTING = dialects.dialect_named("ollama-chat")
GENERATING = dialects.dialect_named("ollama-generate")
LINES = "application/x-ndjson"
HEAD = {"model": "m", "created_at": "2026-03-02T10:00:00Z"}


def chat(**fields):
    return CHATTING.parse(
        inbound({"model": "m", "messages": [{"role": "user", "content": "hi"}], **fields}), ParsePolicy()
    )


def generate(**fields):
    return GENERATING.parse(inbound({"model": "m", "prompt": "hi", **fields}), ParsePolicy())


def chatted(content_type=LINES, **fields):
    return CHATTING.rewriter(chat(**{**offered("ollama-chat"), **fields}), content_type, FakeRestorer)


def generated(content_type=LINES, **fields):
    return GENERATING.rewriter(generate(**fields), content_type, FakeRestorer)


def line(done=False, **fields):
    return json.dumps({**HEAD, **fields, "done": done}, ensure_ascii=False).encode() + b"\n"


def says(content, done=False, **more):
    return line(done, message={"role": "assistant", "content": content, **more})


def told(raw):
    """What clients put together: texts by field, up to and with the line that says it is done."""
    found = {}
    for each in map(json.loads, raw.decode().strip().split("\n")):
        message = each.get("message", {})
        for name in ("content", "thinking"):
            found[name] = found.get(name, "") + message.get(name, "")
        found["response"] = found.get("response", "") + each.get("response", "")
        if each["done"]:
            return {name: text for name, text in found.items() if text}
    return None


def test_every_text_is_a_slot_of_its_kind():
    found = {slot.where: (slot.kind, slot.text) for slot in CHATTING.parse(inbound(CHAT), ParsePolicy()).slots}

    assert found["messages[0].content"] == (SlotKind.INSTRUCTIONS, "Summarize the meeting.")
    assert found["messages[1].content"] == (SlotKind.SPEECH, "Maya Chen: call me at 555 0100.")
    assert found["messages[2].thinking"] == (SlotKind.REPLY, "Maya asked.")
    assert found["messages[2].tool_calls[0].function.name"] == (SlotKind.INSTRUCTIONS, "send_mail")
    assert found["messages[2].tool_calls[0].function.arguments#1"] == (SlotKind.REPLY, "Zoë")
    assert found["messages[3].content"] == (SlotKind.REPLY, "sent to Maya")
    assert found["options.stop[0]"] == (SlotKind.INSTRUCTIONS, "Maya:")
    assert found["format#1"] == (SlotKind.INSTRUCTIONS, "Maya or Tom")
    assert found["tools[0].description"] == (SlotKind.INSTRUCTIONS, "Writes to a person")

    found = {slot.where: slot.kind for slot in GENERATING.parse(inbound(GENERATE), ParsePolicy()).slots}
    assert {name: found[name] for name in ("prompt", "suffix", "system", "template")} == {
        "prompt": SlotKind.SPEECH,
        "suffix": SlotKind.SPEECH,
        "system": SlotKind.INSTRUCTIONS,
        "template": SlotKind.INSTRUCTIONS,
    }


@pytest.mark.parametrize(("dialect", "body"), [(CHATTING, CHAT), (GENERATING, GENERATE)])
def test_a_request_without_anything_to_change_leaves_byte_for_byte(dialect, body):
    raw = json.dumps(body, indent=1).encode()
    assert dialect.render(dialect.parse(inbound(raw), ParsePolicy()), {}) == raw


@pytest.mark.parametrize(
    ("fields", "streams"), [({}, True), ({"stream": None}, True), ({"stream": True}, True), ({"stream": False}, False)]
)
def test_a_stream_is_the_default(fields, streams):
    assert chat(**fields).stream is streams
    assert generate(**fields).stream is streams


@pytest.mark.parametrize(
    ("parse", "fields", "reason"),
    [
        (chat, {"messages": [{"role": "user", "content": "x", "images": ["aGk="]}]}, "uninspectable_content"),
        (generate, {"images": ["aGk="]}, "uninspectable_content"),
        (generate, {"context": [1, 2, 3]}, "uninspectable_content"),
        (generate, {"width": 512}, "unknown_field"),
        (generate, {"messages": []}, "unknown_field"),
        (chat, {"prompt": "x"}, "unknown_field"),
        (chat, {"raw": True}, "unknown_field"),
        (chat, {"Messages": []}, "unknown_field"),
        (chat, {"options": {"unheard_of": 1}}, "unknown_field"),
        (chat, {"options": {"num_ctx": "many"}}, "invalid_field"),
        (chat, {"keep_alive": "for Maya"}, "invalid_field"),
        (chat, {"think": "for Maya"}, "invalid_field"),
        (chat, {"format": "xml"}, "invalid_field"),
        (chat, {"messages": [{"role": "Maya", "content": "x"}]}, "invalid_field"),
        (chat, {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "x"}}]}]},
         "invalid_field"),
        (chat, {"model": "maya@acme.example"}, "model_not_allowed"),
    ],
)  # fmt: skip
def test_what_is_not_listed_is_refused(parse, fields, reason):
    with pytest.raises(ClientFault) as caught:
        parse(**fields)
    assert caught.value.reason == reason


def test_controls_as_clients_write_them_pass():
    assert chat(keep_alive=-1, think=True, format="json", options={"num_ctx": 4096.0, "temperature": 0})
    assert chat(keep_alive="1.5h", think=None, format="", options=None, tools=[])


def test_a_pseudonym_split_over_lines_is_restored_in_the_last_one():
    out = run(chatted(), [says("Ask PER") + says("SON_") + says("3", thinking="PERSON_") + says("", done=True)])
    assert told(out) == {"content": "Ask Ada", "thinking": "PERSON_"}
    assert json.loads(out.decode().splitlines()[-1])["message"]["content"] == "Ada"

    out = run(generated(), [line(response="PERSON") + line(response="_3") + line(done=True, response="", context=[1])])
    assert told(out) == {"response": "Ada"}
    assert json.loads(out.decode().splitlines()[-1])["context"] == [1]


def test_a_last_line_without_the_text_gets_a_line_of_ours_before_it():
    out = run(chatted(), [says("PERSON_3") + line(done=True)])
    *_, ours, last = map(json.loads, out.decode().splitlines())
    assert ours == {**HEAD, "message": {"role": "assistant", "content": "Ada"}, "done": False}
    assert last == {**HEAD, "done": True}


def test_arguments_of_calls_are_restored_with_their_keys():
    call = {"function": {"name": "PERSON_3", "arguments": {"PERSON_3": ["PERSON_1"], "id": "PERSON_3"}}}
    out = run(chatted(), [says("", tool_calls=[call]) + says("", done=True)])
    (got,) = json.loads(out.decode().splitlines()[0])["message"]["tool_calls"]
    assert got["function"] == {"name": "Ada", "arguments": {"Ada": [ORIGINALS["PERSON_1"]], "id": "Ada"}}


@pytest.mark.parametrize("shape", ["json", {"type": "object"}])
def test_text_that_was_asked_for_as_json_stays_json(shape):
    out = run(chatted(format=shape), [says('{"who": "PERSON_') + says('1"}') + says("", done=True)])
    assert json.loads(told(out)["content"]) == {"who": ORIGINALS["PERSON_1"]}
    whole = says('{"who": "PERSON_1"}', done=True)
    got = json.loads(run(chatted("application/json; charset=utf-8", format=shape), [whole]))
    assert json.loads(got["message"]["content"]) == {"who": ORIGINALS["PERSON_1"]}


def test_a_whole_reply_is_restored_but_for_what_is_no_text():
    reply = line(done=True, response="PERSON_1", thinking="PERSON_3", context=[7], done_reason="PERSON_3")
    got = json.loads(run(generated("application/json"), [reply]))
    assert (got["response"], got["thinking"], got["done_reason"]) == (ORIGINALS["PERSON_1"], "Ada", "PERSON_3")


def test_what_clients_take_for_a_line_end_is_escaped_where_a_line_is_written_anew():
    out = run(chatted(), [says("PERSON_3\u2028\x85\u2029") + line(done=True)])
    assert len(out.decode().splitlines()) == 2
    assert told(out) == {"content": "Ada\u2028\x85\u2029"}


def test_lines_in_which_nothing_changes_go_on_byte_for_byte():
    raw = b"\r\n" + says("caf\u00e9").replace(b"\n", b"\r\n") + b'{"message" : {"content":"\\u00e9\\/"}}\n'
    raw += says("\u2028", unheard_of=[1, None]) + line(done=True, total_duration=5).rstrip()
    assert run(chatted(), [raw]) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "truncated_stream"),
        (says("x"), "truncated_stream"),
        (says("x")[:-5], "truncated_stream"),
        (says("", done=True) + says("x"), "bad_stream"),
        (b"[1]\n" + says("", done=True), "bad_event"),
        (b"data: {}\n" + says("", done=True), "bad_event"),
        (says("x") + b'{"error": "secret words"}\n' + says("", done=True), "upstream_error"),
        (b"\xff\xfe\n" + says("", done=True), "bad_encoding"),
        (b'"' + b"x" * (4 << 20) + b'"\n', "event_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_stream_that_breaks_the_api_is_the_recipients_fault(raw, reason):
    with pytest.raises(UpstreamFault) as caught:
        run(chatted(), [raw])
    assert caught.value.reason == reason
    assert "secret" not in str(caught.value)


def test_other_reply_types_are_refused():
    for kind in ("text/html", "text/event-stream", "application/x-ndjson; charset=latin-1"):
        with pytest.raises(UpstreamFault):
            chatted(kind)
    for raw in (b"[1]", b"{", b'{"message": '):
        with pytest.raises(UpstreamFault):
            run(chatted("application/json"), [raw])


def test_answers_of_our_own_have_the_apis_shapes():
    answer = CHATTING.error(Refusal("consent_denied", "nobody granted"), None)
    assert (answer.status, json.loads(answer.body)["error"]) == (403, "consent_denied: nobody granted")
    assert json.loads(CHATTING.stream_error(UpstreamFault("bad_event")))["error"] == "bad_event"
    streamed = CHATTING.synthetic(chat(), "Withheld.", "e", 1_772_445_600)
    assert streamed.content_type == LINES
    assert told(streamed.body) == {"content": "Withheld."}
    assert json.loads(streamed.body)["created_at"] == "2026-03-02T10:00:00Z"
    whole = GENERATING.synthetic(generate(stream=False), "Withheld.", "e", 0)
    assert (whole.content_type, told(whole.body)) == ("application/json", {"response": "Withheld."})
    with pytest.raises(OwnFault):
        CHATTING.render(chat(), {99: []})


parts = st.sampled_from(["PERSON_1", "PERSON_3", "PER", "SON_12", " ", "é", '"', "\n", "\\"])
pieces = st.lists(parts | texts, max_size=6)


@settings(max_examples=EXAMPLES, deadline=None)
@given(pieces, pieces, st.booleans(), cuts)
def test_a_stream_is_restored_as_its_texts_are_however_it_is_cut(content, thought, last_says, places):
    raw = b"".join(says("", thinking=piece) for piece in thought) + b"".join(says(piece) for piece in content)
    raw += says("", done=True) if last_says else line(done=True)
    whole = run(chatted(), [raw])

    expected = {"content": restored("".join(content)), "thinking": restored("".join(thought))}
    assert told(whole) == {name: text for name, text in expected.items() if text}
    assert run(chatted(), pieces_of(raw, places)) == whole


def test_every_split_gives_the_same():
    """Cut at every byte, and byte by byte."""
    raw = says("é PER") + says("SON_3, ", thinking="PERSON_") + says("PERSON_1") + says("2") + line(done=True)
    whole = run(chatted(), [raw])
    assert told(whole) == {"content": restored("é PERSON_3, PERSON_12"), "thinking": "PERSON_"}
    assert all(run(chatted(), [raw[:at], raw[at:]]) == whole for at in range(len(raw)))
    assert run(chatted(), [raw[at : at + 1] for at in range(len(raw))]) == whole
