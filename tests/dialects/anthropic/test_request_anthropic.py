import copy
import json

import pytest
from dialects.anthropic_bodies import FULL
from dialects.dialect_fakes import inbound

from proxy import dialects
from proxy.dialects.base import ParsePolicy
from proxy.errors import ClientFault, OwnFault, Refusal, UpstreamFault
from proxy.model import Edit, SlotKind

MESSAGES = dialects.dialect_named("anthropic-messages")
COUNT = dialects.dialect_named("anthropic-count-tokens")
THOUGHT = {"type": "thinking", "thinking": "Maya asked.", "signature": "c2ln"}
SAID = {"type": "text", "text": "Noted."}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}


def parse(body=None, policy=None, **fields):
    given = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}], **fields}
    return MESSAGES.parse(inbound(given if body is None else body), policy or ParsePolicy())


def sent(parsed, edits=None):
    return json.loads(MESSAGES.render(parsed, edits or {}))


def fault(**fields):
    with pytest.raises(ClientFault) as caught:
        parse(**fields)
    return caught.value


def turn(*blocks, role="assistant"):
    return {"role": role, "content": list(blocks)}


def test_every_text_is_a_slot_of_its_kind():
    found = {slot.where: (slot.kind, slot.text) for slot in parse(FULL).slots}

    assert found["system[0].text"] == (SlotKind.INSTRUCTIONS, "Summarize the meeting.")
    assert found["messages[0].content"] == (SlotKind.SPEECH, "Maya Chen: call me at 555 0100.")
    assert found["messages[1].content"] == (SlotKind.INSTRUCTIONS, "Be brief.")
    assert found["messages[2].content[2].text"] == (SlotKind.REPLY, "Tom agrees.")
    assert found["messages[2].content[2].citations[0].document_title"] == (SlotKind.REPLY, "Tom's")
    assert found["messages[2].content[3].name"] == (SlotKind.INSTRUCTIONS, "send_mail")
    assert found["messages[2].content[3].input#1"] == (SlotKind.REPLY, "Zoë")
    assert {text for where, (_, text) in found.items() if ".input#" in where} >= {"Maya Chen", "15550100", "when"}
    assert found["messages[3].content[0].content[0].text"] == (SlotKind.REPLY, "sent to Maya")
    assert found["messages[3].content[3].source.data"] == (SlotKind.SPEECH, "Ana: hello")
    assert found["messages[3].content[5].source.content"] == (SlotKind.SPEECH, "Tom: bye")
    assert found["tools[0].description"] == (SlotKind.INSTRUCTIONS, "Writes to a person")
    assert found["stop_sequences[1]"] == (SlotKind.INSTRUCTIONS, "END")
    assert not any("asked" in text for _, text in found.values())


def test_identifiers_and_signed_thinking_are_cut_out_and_counted():
    parsed = parse(FULL)
    left = sent(parsed)

    assert parsed.stripped == {
        "metadata": 1,
        "user_profile_id": 1,
        "workspace_id": 1,
        "diagnostics": 1,
        "thinking": 2,
    }
    expected = copy.deepcopy(FULL)
    for name in ("metadata", "user_profile_id", "workspace_id", "diagnostics"):
        del expected[name]
    del expected["messages"][2]["content"][:2]
    expected["thinking"] = {"type": "disabled"}
    assert left == expected


def test_a_request_without_anything_to_change_leaves_byte_for_byte():
    body = b'{ "model":"m", "messages" : [{"role":"user","content":"caf\\u00e9"}],\n "max_tokens":5 }'
    assert MESSAGES.render(MESSAGES.parse(inbound(body), ParsePolicy()), {}) == body


def test_only_edited_spans_change():
    parsed = parse(system="Ask Maya.", messages=[turn(SAID, CALL)])
    place = next(slot.index for slot in parsed.slots if slot.where == "system")
    assert sent(parsed, {place: [Edit(4, 8, "X")]})["system"] == "Ask X."
    with pytest.raises(OwnFault):
        MESSAGES.render(parsed, {99: [Edit(0, 1, "")]})


THINKING = {"type": "enabled", "budget_tokens": 1024}


@pytest.mark.parametrize(
    ("messages", "setting", "left"),
    [
        ([turn(THOUGHT, CALL), turn(RESULT, role="user")], THINKING, {"type": "disabled"}),
        ([turn(THOUGHT, CALL), turn(RESULT, role="user")], {"type": "adaptive"}, {"type": "adaptive"}),
        ([turn(THOUGHT, SAID), turn(SAID, role="user")], THINKING, THINKING),
        ([turn(THOUGHT, CALL), turn(RESULT, role="user"), turn(SAID), turn(SAID, role="user")], THINKING, THINKING),
        ([turn(SAID, CALL), turn(RESULT, role="user")], THINKING, THINKING),
    ],
    ids=["turn under way", "adaptive", "earlier turn", "turn is over", "none was there"],
)
def test_thinking_is_switched_off_only_where_a_turn_under_way_lost_its_own(messages, setting, left):
    body = sent(parse(messages=messages, thinking=setting))
    assert body["thinking"] == left
    assert "thinking" not in {block["type"] for message in body["messages"] for block in message["content"]}


def test_a_message_of_thinking_alone_says_what_to_do():
    refused = fault(messages=[turn(THOUGHT), turn(SAID, role="user")])
    assert (refused.reason, refused.where) == ("invalid_field", "messages[0].content")
    assert "leave the message out" in refused.detail


def test_thinking_that_no_assistant_had_is_refused():
    assert fault(messages=[turn(THOUGHT, SAID, role="user")]).reason == "uninspectable_content"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/x"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="}},
        {"type": "document", "source": {"type": "url", "url": "https://a.example/x.pdf"}},
        {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
        {"type": "document", "source": {"type": "content", "content": [{"type": "image", "source": {}}]}},
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image", "source": {}}]},
        {"type": "tool_result", "tool_use_id": "t", "content": [RESULT]},
        {"type": "container_upload", "file_id": "file_1"},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
        {"type": "mcp_tool_use", "id": "s", "name": "x", "server_name": "y", "input": {}},
        {"type": "unheard_of"},
        {},
        "text",
    ],
    ids=lambda block: json.dumps(block)[:60],
)
def test_what_cannot_be_inspected_is_refused(block):
    refused = fault(messages=[turn(block, role="user")])
    assert refused.status in (400, 415)
    assert refused.where.startswith("messages[0].content")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"unheard_of": 1}, "unknown_field"),
        ({"mcp_servers": [{"type": "url", "url": "https://a.example"}]}, "unknown_field"),
        ({"context_management": {}}, "unknown_field"),
        ({"container": "c_1"}, "invalid_field"),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "hosted_tool"),
        ({"tools": [{"type": "code_execution_20250522", "name": "code_execution"}]}, "hosted_tool"),
        ({"tools": [{"name": "a", "input_schema": "x"}]}, "invalid_field"),
        ({"tools": [{"name": "a b", "input_schema": {}}]}, "invalid_field"),
        ({"thinking": {"budget_tokens": 5}}, "invalid_field"),
        ({"thinking": {"type": "secret"}}, "invalid_field"),
        ({"service_tier": "free text"}, "invalid_field"),
        ({"cache_control": {"type": "ephemeral", "ttl": "1y"}}, "invalid_field"),
        ({"messages": []}, "invalid_field"),
        ({"messages": None}, "invalid_field"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "invalid_field"),
        ({"messages": [{"role": "user"}]}, "invalid_field"),
        ({"messages": [{"role": "user", "content": "x", "name": "Maya"}]}, "unknown_field"),
        ({"model": "maya@acme.example"}, "model_not_allowed"),
        ({"model": None}, "invalid_field"),
    ],
    ids=lambda value: json.dumps(value)[:50] if isinstance(value, dict) else value,
)
def test_what_is_not_listed_is_refused(fields, reason):
    assert fault(**fields).reason == reason


def test_models_are_those_that_the_recipient_lists():
    assert parse(policy=ParsePolicy(models=("m",))).model == "m"
    with pytest.raises(ClientFault):
        parse(policy=ParsePolicy(models=("n",)))


def test_errors_have_the_apis_own_shape():
    answer = MESSAGES.error(Refusal("consent_denied", "nobody granted"), None)
    assert answer.status == 403
    assert json.loads(answer.body) == {
        "type": "error",
        "error": {"type": "permission_error", "message": "nobody granted", "code": "consent_denied"},
    }
    assert ("x-should-retry", "false") in answer.headers
    shown = [
        json.loads(MESSAGES.error(each, None).body)["error"]["type"]
        for each in (
            ClientFault("a"),
            ClientFault("b", status=401),
            ClientFault("c", status=404),
            ClientFault("d", status=413),
            ClientFault("e", status=415),
            OwnFault("f"),
            UpstreamFault("g", status=529),
            UpstreamFault("h", status=504),
        )
    ]
    assert shown == [
        "invalid_request_error", "authentication_error", "not_found_error", "request_too_large",
        "invalid_request_error", "api_error", "overloaded_error", "timeout_error",
    ]  # fmt: skip
    assert MESSAGES.stream_error(UpstreamFault("x", "y")).startswith(b"event: error\ndata: {")


def test_synthetic_messages_whole_and_streamed():
    whole = MESSAGES.synthetic(parse(), "Withheld.", "e1", 0)
    assert json.loads(whole.body)["content"] == [{"type": "text", "text": "Withheld."}]
    streamed = MESSAGES.synthetic(parse(stream=True), "Withheld.", "e1", 0)
    assert streamed.content_type == "text/event-stream"
    assert b"event: message_stop" in streamed.body


def test_no_count_is_made_up():
    parsed = COUNT.parse(inbound({"model": "m", "messages": [{"role": "user", "content": "hi"}]}), ParsePolicy())
    answer = COUNT.synthetic(parsed, "Withheld.", "e1", 0)
    assert answer.status == 403
    assert json.loads(answer.body)["error"]["message"] == "Withheld."


def test_a_request_of_another_dialect_is_our_own_fault():
    other = dialects.dialect_named("transcript").parse(inbound(b"Tom: hi", "text/plain"), ParsePolicy())
    with pytest.raises(OwnFault):
        MESSAGES.render(other, {})
