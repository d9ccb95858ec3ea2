import json

import pytest
from dialects.chat_bodies import FULL, changed
from dialects.dialect_fakes import edits_of, inbound, respelled, seeds, written
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault
from proxy.model import Edit, SlotKind, apply_edits

EXAMPLES = invented(100)
CHAT = dialects.dialect_named("openai-chat")
CALL, PART, CONTENT = "messages[4].tool_calls[0]", "messages[0].content[0]", ("messages", 0, "content")
FUNCTION = ("messages", 4, "tool_calls", 0, "function")
AS_IT_IS = ParsePolicy(store="client")
HELLO = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
UNCUT = {
    key: value
    for key, value in FULL.items()
    if key not in ("user", "metadata", "safety_identifier", "prompt_cache_key")
}


def slots_of(body):
    return {slot.where: slot for slot in CHAT.parse(inbound(body), AS_IT_IS).slots}


def fault_of(body, policy=AS_IT_IS, **transport):
    with pytest.raises(ClientFault) as caught:
        CHAT.parse(inbound(body, **transport), policy)
    return caught.value


def rendered(body, edits=None, policy=AS_IT_IS):
    return CHAT.render(CHAT.parse(inbound(body), policy), edits or {})


def test_every_text_of_a_request_is_a_slot_of_the_right_kind():
    found = {where: (slot.text, slot.kind.value, slot.author) for where, slot in slots_of(FULL).items()}

    assert found == {
        "messages[0].content": ("Summarize the meeting.", "instructions", "rules"),
        "messages[0].name": ("rules", "label", None),
        "messages[1].content[0].text": ("Be brief.", "instructions", None),
        "messages[2].name": ("Maya Chen", "label", None),
        "messages[2].content": ("Call me at 555 0100.", "speech", "Maya Chen"),
        "messages[3].content[0].text": ("Tom: hello", "speech", None),
        "messages[3].content[1].text": ("Ana: hi", "speech", None),
        "messages[4].content[0].refusal": ("I cannot.", "reply", None),
        "messages[4].refusal": ("No.", "reply", None),
        "messages[4].reasoning_content": ("Maya asked.", "reply", None),
        "messages[4].reasoning": ("She did.", "reply", None),
        f"{CALL}.name": ("send_mail", "instructions", None),
        f"{CALL}.arguments#0": ("to", "reply", None),
        f"{CALL}.arguments#1": ("Zoë", "reply", None),
        f"{CALL}.arguments#2": ("+1 555 0100", "reply", None),
        f"{CALL}.arguments#3": ("when", "reply", None),
        f"{CALL}.arguments#4": ("Maya Chen", "reply", None),
        f"{CALL}.arguments#5": ("15550100", "reply", None),
        f"{CALL}.arguments#6": ("urgent", "reply", None),
        f"{CALL}.arguments#7": ("cc", "reply", None),
        "messages[4].tool_calls[1].name": ("log", "instructions", None),
        "messages[4].tool_calls[1].arguments": ('{"cut": "sho', "reply", None),
        "messages[4].function_call.name": ("old_call", "instructions", None),
        "messages[4].function_call.arguments#0": ("just text", "reply", None),
        "messages[6].name": ("send_mail", "instructions", None),
        "messages[6].content": ("sent to Maya", "reply", None),
        "messages[7].name": ("old_call", "instructions", None),
        "messages[7].content": ("done for Tom", "reply", None),
        "tools[0].name": ("send_mail", "instructions", None),
        "tools[0].description": ("Writes to a person", "instructions", None),
        "tools[0].parameters#0": ("recipient", "instructions", None),
        "tools[0].parameters#1": ("Maya or Tom", "instructions", None),
        "tools[0].parameters#2": ("urgent", "instructions", None),
        "tools[0].parameters#3": ("7", "instructions", None),
        "tools[0].parameters#4": ("string", "instructions", None),
        "tools[0].parameters#5": ("recipient", "instructions", None),
        "tools[0].parameters#6": ("Maya", "instructions", None),
        "tools[0].parameters#7": ("#/$defs/Tom", "instructions", None),
        "tools[0].parameters#8": ("3", "instructions", None),
        "functions[0].name": ("old_call", "instructions", None),
        "functions[0].description": ("old", "instructions", None),
        "functions[0].parameters#0": ("Old", "instructions", None),
        "tool_choice.function.name": ("send_mail", "instructions", None),
        "function_call.name": ("old_call", "instructions", None),
        "response_format.json_schema.name": ("minutes", "instructions", None),
        "response_format.json_schema.description": ("d", "instructions", None),
        "response_format.json_schema.schema#0": ("who", "instructions", None),
        "stop[0]": ("Maya:", "instructions", None),
        "stop[1]": ("END", "instructions", None),
        "prediction.content[0].text": ("Maya said", "speech", None),
    }


def test_slots_are_numbered_in_order():
    assert [slot.index for slot in CHAT.parse(inbound(FULL), AS_IT_IS).slots] == list(range(50))


@settings(max_examples=EXAMPLES, deadline=None)
@given(seeds)
def test_without_edits_the_same_bytes_leave(seed):
    body = respelled(UNCUT, seed).encode()

    assert CHAT.render(CHAT.parse(inbound(body), AS_IT_IS), {}) == body


@settings(max_examples=EXAMPLES, deadline=None)
@given(written(HELLO | {"stop": ["a", "é"]}), st.data())
def test_edits_of_slots_are_edits_of_the_decoded_body(source, data):
    parsed = CHAT.parse(inbound(source.encode()), AS_IT_IS)
    edits = {slot.index: data.draw(edits_of(slot.text)) for slot in parsed.slots}
    text = {slot.where: apply_edits(slot.text, edits[slot.index]) for slot in parsed.slots}

    assert json.loads(CHAT.render(parsed, edits)) == {
        "model": "m",
        "messages": [{"role": "user", "content": text["messages[0].content"]}],
        "stop": [text["stop[0]"], text["stop[1]"]],
    }


@settings(max_examples=EXAMPLES, deadline=None)
@given(seeds)
def test_identifiers_are_cut_out_and_counted_and_store_is_forced(seed):
    parsed = CHAT.parse(inbound(respelled(FULL, seed).encode()), ParsePolicy())

    assert json.loads(CHAT.render(parsed, {})) == UNCUT | {"store": False}
    assert dict(parsed.stripped) == {"user": 1, "metadata": 2, "safety_identifier": 1, "prompt_cache_key": 1}


@pytest.mark.parametrize(
    ("policy", "given_store", "expected"),
    [
        ("force_false", {}, {"store": False}),
        ("force_false", {"store": True}, {"store": False}),
        ("force_false", {"store": None}, {"store": False}),
        ("strip", {"store": True}, {}),
        ("strip", {}, {}),
        ("client", {"store": True}, {"store": True}),
        ("client", {}, {}),
    ],
)
def test_store_follows_the_policy(policy, given_store, expected):
    assert json.loads(rendered(HELLO | given_store, policy=ParsePolicy(store=policy))) == HELLO | expected


def test_a_store_that_is_false_already_stays_byte_for_byte():
    body = b'{"model": "m", "store": false, "messages": [{"role": "user", "content": "x"}]}'

    assert rendered(body, policy=ParsePolicy()) == body


def test_what_the_exchange_needs_to_know_is_read():
    parsed = CHAT.parse(inbound(FULL), AS_IT_IS)

    assert (parsed.model, parsed.stream, CHAT.content_type(parsed)) == ("acme/large-2", True, "application/json")
    assert CHAT.parse(inbound(HELLO), AS_IT_IS).stream is False


@pytest.mark.parametrize(
    "edits", [{99: [Edit(0, 0, "x")]}, {0: [Edit(0, 99, "x")]}, {0: [Edit(2, 3, ""), Edit(1, 3, "")]}]
)
def test_edits_that_do_not_fit_send_nothing(edits):
    with pytest.raises(OwnFault) as caught:
        rendered(HELLO, edits)
    assert caught.value.reason == "bad_edit"


@pytest.mark.parametrize(
    ("path", "value", "reason", "where"),
    [
        (("web_search_options",), {}, "unknown_field", "web_search_options"),
        (("anna_smith",), 1, "unknown_field", "body"),
        (("messages", 0, "audio"), {"id": "a"}, "unknown_field", "messages[0].audio"),
        (("messages", 0, "annotations"), [{"text": "x"}], "unknown_field", "messages[0].annotations"),
        (("messages", 0, "Anna"), 1, "unknown_field", "messages[0]"),
        (("messages", 0, "role"), "critic", "invalid_field", "messages[0].role"),
        (("messages", 0, "name"), "", "invalid_field", "messages[0].name"),
        (CONTENT, 5, "invalid_field", "messages[0].content"),
        (CONTENT, [{"type": "image_url", "image_url": {"url": "data:,"}}], "uninspectable_content", PART),
        (CONTENT, [{"type": "input_audio", "input_audio": {}}], "uninspectable_content", PART),
        (CONTENT, [{"type": "file", "file": {}}], "uninspectable_content", PART),
        (CONTENT, [{"type": "text"}], "invalid_field", PART),
        (CONTENT, [{"type": "text", "text": "a", "refusal": "b"}], "invalid_field", PART),
        (CONTENT, ["text"], "invalid_field", PART),
        (("messages", 6, "tool_call_id"), "call Anna", "invalid_field", "messages[6].tool_call_id"),
        (("messages", 4, "tool_calls", 0, "id"), "é", "invalid_field", f"{CALL}.id"),
        (("messages", 4, "tool_calls", 0, "type"), "hosted", "invalid_field", f"{CALL}.type"),
        ((*FUNCTION, "name"), "Anna S", "invalid_field", f"{CALL}.name"),
        ((*FUNCTION, "arguments"), {}, "invalid_field", f"{CALL}.arguments"),
        ((*FUNCTION, "arguments"), '{"a":1,"a":2}', "duplicate_key", f"{CALL}.arguments"),
        ((*FUNCTION, "arguments"), "[" * 99, "too_deep", f"{CALL}.arguments"),
        ((*FUNCTION, "arguments"), '{"n":"Zo\\u00eb', "invalid_arguments", f"{CALL}.arguments"),
        (("messages",), [], "invalid_field", "messages"),
        (("messages",), None, "invalid_field", "messages"),
        (("tools", 0, "type"), "web_search", "invalid_field", "tools[0].type"),
        (("tools", 0, "function", "parameters"), "x", "invalid_field", "tools[0].parameters"),
        (("tool_choice",), "always", "invalid_field", "tool_choice"),
        (("response_format", "type"), "file", "invalid_field", "response_format.type"),
        (("stop",), [1], "invalid_field", "stop[0]"),
        (("model",), "gpt 4", "invalid_field", "model"),
        (("model",), None, "invalid_field", "model"),
        (("temperature",), 2.1, "invalid_field", "temperature"),
        (("temperature",), "1", "invalid_field", "temperature"),
        (("n",), 0, "invalid_field", "n"),
        (("n",), 1.5, "invalid_field", "n"),
        (("seed",), 2**63, "invalid_field", "seed"),
        (("stream",), "yes", "invalid_field", "stream"),
        (("stream_options", "host"), "x", "unknown_field", "stream_options"),
        (("logit_bias",), {"Anna": 1}, "invalid_field", "logit_bias"),
        (("logit_bias",), {"1": 101}, "invalid_field", "logit_bias"),
        (("modalities",), ["text", "audio"], "uninspectable_content", "modalities"),
        (("service_tier",), "Anna", "invalid_field", "service_tier"),
    ],
)  # fmt: skip
def test_what_is_not_claimed_is_refused_with_its_place(path, value, reason, where):
    fault = fault_of(changed(FULL, path, value))

    assert (fault.reason, fault.where) == (reason, where)
    assert fault.status == (415 if reason == "uninspectable_content" and path[0] == "messages" else 400)
    assert fault.detail
    assert "anna" not in str(fault).lower()


def test_a_control_is_no_place_to_hide_digits():
    body = b'{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":0.5' + b"1" * 30 + b"}"

    assert fault_of(body).where == "temperature"


def test_only_listed_models_are_asked_for():
    policy = ParsePolicy(models=("a", "b"), store="client")

    assert CHAT.parse(inbound(HELLO | {"model": "b"}), policy).model == "b"
    assert fault_of(HELLO, policy).reason == "model_not_allowed"


@pytest.mark.parametrize(
    ("content_type", "reason"),
    [
        ("text/plain", "unsupported_content_type"),
        ("multipart/form-data; boundary=x", "unsupported_content_type"),
        (None, "unsupported_content_type"),
        ("application/json; charset=utf-16", "unsupported_charset"),
    ],
)
def test_other_content_types_are_refused(content_type, reason):
    fault = fault_of(HELLO, content_type=content_type)

    assert (fault.reason, fault.status) == (reason, 415)


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON ; Charset="UTF-8"'])
def test_json_in_utf8_is_taken(content_type):
    assert CHAT.parse(inbound(HELLO, content_type=content_type), AS_IT_IS).slots[0].kind is SlotKind.SPEECH


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b'"x"', b"\xff", b"{", b'{"model":"m","model":"n"}', b"[" * 500])
def test_a_body_that_is_no_request_is_refused(body):
    assert fault_of(body).status == 400


arbitrary = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["user", "text", "function"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FULL, "role", "content", "type", "text", "function", "name", "x"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@settings(max_examples=invented(300), deadline=None)
@given(
    st.binary(max_size=60)
    | arbitrary.map(json.dumps).map(str.encode)
    | st.dictionaries(st.sampled_from(list(FULL)), arbitrary).map(json.dumps).map(str.encode)
)
def test_any_body_is_parsed_or_refused_and_nothing_else(body):
    try:
        parsed = CHAT.parse(inbound(body), AS_IT_IS)
    except ClientFault:
        return
    assert CHAT.render(parsed, {})


def test_a_foreign_request_is_not_rendered():
    other = dialects.dialect_named("transcript").parse(inbound(b"hello", "text/plain"), AS_IT_IS)
    with pytest.raises(OwnFault):
        CHAT.render(other, {})
