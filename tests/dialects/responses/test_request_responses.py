import json

import pytest
from dialects.chat_bodies import changed
from dialects.dialect_fakes import edits_of, inbound, respelled, seeds
from dialects.responses_bodies import FULL, HELLO
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault, Refusal
from proxy.model import Edit, apply_edits

EXAMPLES = invented(100)
RESPONSES = dialects.dialect_named("openai-responses")
AS_IT_IS = ParsePolicy(store="client")
ITEM, PART = ("input", 1), ("input", 1, "content", 0)


def fault_of(body, policy=AS_IT_IS):
    with pytest.raises(ClientFault) as caught:
        RESPONSES.parse(inbound(body), policy)
    return caught.value


def rendered(body, edits=None, policy=AS_IT_IS):
    return json.loads(RESPONSES.render(RESPONSES.parse(inbound(body), policy), edits or {}))


def test_every_text_is_a_slot_of_the_right_kind_and_reasoning_is_none():
    found = {slot.where: (slot.text, slot.kind.value) for slot in RESPONSES.parse(inbound(FULL), AS_IT_IS).slots}

    assert found == {
        "instructions": ("Summarize the meeting.", "instructions"),
        "input[0].content": ("Be brief.", "instructions"),
        "input[1].content[0].text": ("Tom: hello", "speech"),
        "input[2].content[0].text": ("Tom greets.", "reply"),
        "input[2].content[1].refusal": ("I cannot.", "reply"),
        "input[4].name": ("send_mail", "instructions"),
        "input[4].arguments#0": ("to", "reply"),
        "input[4].arguments#1": ("Zoë", "reply"),
        "input[4].arguments#2": ("when", "reply"),
        "input[4].arguments#3": ("Maya Chen", "reply"),
        "input[4].arguments#4": ("15550100", "reply"),
        "input[5].output": ("sent to Maya", "reply"),
        "input[6].name": ("note", "instructions"),
        "input[6].input": ("write: Tom", "speech"),
        "input[7].output[0].text": ("written", "reply"),
        "tools[0].name": ("send_mail", "instructions"),
        "tools[0].description": ("Writes to a person", "instructions"),
        "tools[0].parameters#0": ("recipient", "instructions"),
        "tools[0].parameters#1": ("Maya", "instructions"),
        "tools[1].name": ("note", "instructions"),
        "tools[1].description": ("Takes a note", "instructions"),
        "tools[1].format.definition": ("start: WORD", "instructions"),
        "tool_choice.tools[0].name": ("send_mail", "instructions"),
        "tool_choice.tools[1].name": ("note", "instructions"),
        "text.format.name": ("minutes", "instructions"),
        "text.format.description": ("d", "instructions"),
        "text.format.schema#0": ("who", "instructions"),
    }


def test_what_names_a_person_or_refers_to_the_recipients_store_is_cut_and_counted():
    parsed = RESPONSES.parse(inbound(FULL), ParsePolicy())
    left = json.loads(RESPONSES.render(parsed, {}))

    assert parsed.stripped == {
        "user": 1, "metadata": 2, "safety_identifier": 1, "prompt_cache_key": 1, "item_id": 3, "reasoning_item": 1,
    }  # fmt: skip
    assert {"user", "metadata", "safety_identifier", "prompt_cache_key"}.isdisjoint(left)
    assert [item.get("type", "message") for item in left["input"]] == [
        "message", "message", "message", "function_call", "function_call_output", "custom_tool_call",
        "custom_tool_call_output",
    ]  # fmt: skip
    assert "gAAAAB" not in json.dumps(left)
    assert not any("id" in item for item in left["input"])
    assert left["store"] is False


@settings(max_examples=EXAMPLES, deadline=None)
@given(seeds)
def test_cuts_leave_all_else_as_it_was_however_it_is_written(seed):
    expected = {key: value for key, value in FULL.items() if key not in ("user", "metadata", "safety_identifier")}
    del expected["prompt_cache_key"]
    expected["input"] = [
        {key: value for key, value in item.items() if key != "id"}
        for item in FULL["input"]
        if item.get("type") != "reasoning"
    ]

    assert rendered(respelled(FULL, seed).encode()) == expected


def test_a_request_without_anything_to_cut_leaves_byte_for_byte():
    body = b'{ "model":"m",\n "input": [ {"role":"user", "content":"h\\u00e9"} ] }'

    assert RESPONSES.render(RESPONSES.parse(inbound(body), AS_IT_IS), {}) == body


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_edits_of_slots_are_edits_of_the_decoded_request(data):
    body = HELLO | {"instructions": "é\n"}
    parsed = RESPONSES.parse(inbound(body), AS_IT_IS)
    edits = {slot.index: data.draw(edits_of(slot.text)) for slot in parsed.slots}
    text = {slot.where: apply_edits(slot.text, edits[slot.index]) for slot in parsed.slots}
    assert json.loads(RESPONSES.render(parsed, edits)) == body | text


@pytest.mark.parametrize(
    ("path", "value", "reason", "where"),
    [
        (("previous_response_id",), "resp_1", "stored_content", "previous_response_id"),
        (("conversation",), {"id": "conv_1"}, "stored_content", "conversation"),
        (("conversation",), "conv_1", "stored_content", "conversation"),
        (("prompt",), {"id": "pmpt_1"}, "stored_content", "prompt"),
        (ITEM, {"type": "item_reference", "id": "msg_1"}, "stored_content", "input[1]"),
        (ITEM, {"id": "msg_1"}, "stored_content", "input[1]"),
        (("background",), True, "invalid_field", "background"),
        (("tools", 0), {"type": "web_search"}, "hosted_tool", "tools[0].type"),
        (("tools", 0), {"type": "file_search", "vector_store_ids": []}, "hosted_tool", "tools[0].type"),
        (("tools", 0), {"type": "code_interpreter", "container": "c"}, "hosted_tool", "tools[0].type"),
        (("tools", 0), {"type": "mcp", "server_url": "https://x.example"}, "hosted_tool", "tools[0].type"),
        (("tool_choice",), {"type": "web_search_preview"}, "hosted_tool", "tool_choice.type"),
        (("tool_choice",), "always", "invalid_field", "tool_choice"),
        (("tool_choice",), {"type": "function", "function": {"name": "x"}}, "unknown_field", "tool_choice"),
        (("include",), ["file_search_call.results"], "invalid_field", "include[0]"),
        (ITEM, {"type": "web_search_call", "id": "ws_1"}, "uninspectable_content", "input[1]"),
        (ITEM, {"type": "compaction", "encrypted_content": "x"}, "uninspectable_content", "input[1]"),
        (ITEM, {"type": ["message"], "role": "user"}, "uninspectable_content", "input[1]"),
        (ITEM, "hello", "uninspectable_content", "input[1]"),
        (PART, {"type": "input_image", "image_url": "data:,"}, "uninspectable_content", "input[1].content[0]"),
        (PART, {"type": "input_file", "file_id": "f"}, "uninspectable_content", "input[1].content[0]"),
        (PART, {"type": "input_text"}, "invalid_field", "input[1].content[0].text"),
        (PART, {"text": "x"}, "invalid_field", "input[1].content[0].type"),
        (("input", 2, "content", 0, "annotations"), [{"title": "x"}], "unknown_field",
         "input[2].content[0].annotations"),
        (("input", 4, "namespace"), "crm", "unknown_field", "input[4].namespace"),
        (("input", 4, "call_id"), "Anna S", "invalid_field", "input[4].call_id"),
        (("input", 4, "arguments"), '{"a":1,"a":2}', "duplicate_key", "input[4].arguments"),
        (("input", 1, "role"), "critic", "invalid_field", "input[1].role"),
        (("input",), [], "invalid_field", "input"),
        (("input",), None, "invalid_field", "input"),
        (("input",), [FULL["input"][3]], "invalid_field", "input"),
        (("text", "format", "type"), "grammar", "invalid_field", "text.format.type"),
        (("text", "format"), {"type": "text", "name": "x"}, "unknown_field", "text.format"),
        (("background_options",), {}, "unknown_field", "background_options"),
        (("context_management",), [], "unknown_field", "context_management"),
        (("messages",), [], "unknown_field", "messages"),
        (("anna_smith",), 1, "unknown_field", "body"),
        (("model",), None, "invalid_field", "model"),
        (("reasoning", "effort"), "Anna", "invalid_field", "reasoning.effort"),
    ],
)  # fmt: skip
def test_what_cannot_be_inspected_is_refused_with_its_place(path, value, reason, where):
    fault = fault_of(changed(FULL, path, value))

    assert (fault.reason, fault.where) == (reason, where)
    assert fault.status in (400, 415)
    assert fault.detail
    assert "anna" not in str(fault).lower()


def test_edits_that_do_not_fit_or_are_foreign_send_nothing():
    with pytest.raises(OwnFault):
        rendered(HELLO, {5: [Edit(0, 0, "x")]})
    other = dialects.dialect_named("transcript").parse(inbound(b"hello", "text/plain"), AS_IT_IS)
    with pytest.raises(OwnFault):
        RESPONSES.render(other, {})


arbitrary = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["message", "function", "user"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FULL, "role", "content", "type", "text", "name", "id", "call_id", "x"]), inner, max_size=4
        )
    ),
    max_leaves=15,
)


@settings(max_examples=invented(300), deadline=None)
@given(
    st.binary(max_size=60)
    | arbitrary.map(json.dumps).map(str.encode)
    | st.dictionaries(st.sampled_from(list(FULL)), arbitrary).map(lambda some: json.dumps(HELLO | some).encode())
)
def test_any_body_is_a_responses_request_or_refused_and_nothing_else(body):
    try:
        parsed = RESPONSES.parse(inbound(body), AS_IT_IS)
    except ClientFault:
        return
    assert RESPONSES.render(parsed, {})


@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_can_be_said_as_a_response(stream):
    parsed = RESPONSES.parse(inbound(HELLO | {"stream": stream}), AS_IT_IS)
    answer = RESPONSES.synthetic(parsed, "Withheld.", "abc", 7)

    assert (answer.status, "event-stream" in answer.content_type) == (200, stream)
    assert b"Withheld." in answer.body


def test_faults_are_answered_in_the_apis_shape():
    answer = RESPONSES.error(Refusal("consent_denied", "nobody was asked"), None)

    assert answer.status == 403
    assert json.loads(answer.body)["error"]["code"] == "consent_denied"
    assert dict(answer.headers) == {"x-should-retry": "false"}
