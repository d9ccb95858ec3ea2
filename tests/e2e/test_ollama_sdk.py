"""Ollama's own client library against the proxy: chat and generate, whole and streamed, with tools, refused."""

from __future__ import annotations

import json

import httpx
import ollama
import pytest
from harness.endpoints import COMES_BACK, TEXT, Apis
from harness.process import KEY

TOOL = {"type": "function", "function": {"name": "invite", "description": "Asks a person to come",
                                         "parameters": {"type": "object", "properties": {}}}}  # fmt: skip
MESSAGES = [{"role": "system", "content": "Summarize."}, {"role": "user", "content": TEXT}]


@pytest.fixture
def client(apis: Apis) -> ollama.Client:
    return ollama.Client(host=apis.base, headers={"Authorization": f"Bearer {KEY}"})


def test_chat_whole_and_streamed(apis: Apis, client) -> None:
    options = {"temperature": 0, "num_ctx": 4096}
    whole = client.chat("m", messages=MESSAGES, options=options, keep_alive="5m")
    assert whole.message.content.startswith(COMES_BACK)
    assert apis.last().json["stream"] is False
    parts = list(client.chat("m", messages=MESSAGES, stream=True))
    assert "".join(part.message.content for part in parts) == whole.message.content
    assert parts[-1].done
    apis.last()


def test_generate_whole_and_streamed(apis: Apis, client) -> None:
    whole = client.generate("m", prompt=TEXT, system="Summarize.")
    assert whole.response.startswith(COMES_BACK)
    assert "".join(part.response for part in client.generate("m", prompt=TEXT, stream=True)) == whole.response
    apis.last()


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_with_who_was_meant_and_told_what_came_of_it(apis: Apis, client, streamed: bool) -> None:
    reply = client.chat("m", messages=MESSAGES, tools=[TOOL], stream=streamed)
    messages = [part.message for part in reply] if streamed else [reply.message]
    (call,) = [call for message in messages for call in message.tool_calls or ()]
    assert (call.function.name, call.function.arguments) == ("invite", {"who": "Annika Solberg"})
    told = [
        *MESSAGES,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_name": "invite", "content": "Annika Solberg: Tobias Wennerström comes."},
    ]
    assert client.chat("m", messages=told, tools=[TOOL]).message.content == "Annika Solberg: Tobias Wennerström comes."
    apis.last()


def test_a_request_that_says_nothing_of_a_stream_is_answered_by_one(apis: Apis) -> None:
    body = {"model": "m", "messages": MESSAGES}
    with httpx.stream("POST", f"{apis.base}/api/chat", json=body, headers={"api-key": KEY}) as reply:
        assert reply.headers["content-type"] == "application/x-ndjson"
        lines = [json.loads(line) for line in reply.iter_lines()]
    assert "".join(line["message"]["content"] for line in lines).startswith(COMES_BACK)
    assert b"accept: application/x-ndjson" in apis.last().head.lower()


def test_models_are_listed(apis: Apis, client) -> None:
    assert [model.model for model in client.list().models] == ["m"]


def test_refusals_are_the_clients_own_errors(apis: Apis, client) -> None:
    mark = len(apis.recorder.received)
    elsewhere = ollama.Client(host=apis.elsewhere, headers={"Authorization": f"Bearer {KEY}"})
    for stream in (False, True):
        with pytest.raises(ollama.ResponseError, match="unknown_meeting") as refused:
            list(elsewhere.chat("m", messages=MESSAGES, stream=stream))
        assert refused.value.status_code == 403
    with pytest.raises(ollama.ResponseError, match="uninspectable_content"):
        client.generate("m", prompt="x", context=[1, 2, 3])
    with pytest.raises(ollama.ResponseError, match="uninspectable_content"):
        client.generate("m", prompt="x", images=[b"picture"])
    with pytest.raises(ollama.ResponseError, match=r"^unknown_route"):
        client.pull("m")
    assert len(apis.recorder.received) == mark
