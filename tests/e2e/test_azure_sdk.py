"""The openai package's Azure client against the proxy: deployments and versions are those that the operator lists."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest
from harness.endpoints import COMES_BACK, TEXT, Apis
from harness.process import KEY

MESSAGES = [{"role": "user", "content": TEXT}]


@pytest.fixture
def client(apis: Apis) -> Iterator[openai.AzureOpenAI]:
    with openai.AzureOpenAI(azure_endpoint=apis.base, api_key=KEY, api_version="2024-10-21", max_retries=0) as made:
        yield made


def test_whole_and_streamed(apis: Apis, client) -> None:
    whole = client.chat.completions.create(model="gpt-large", messages=MESSAGES)
    assert whole.choices[0].message.content.startswith(COMES_BACK)
    line = apis.last().head.split(b"\r\n")[0]
    assert line == b"POST /openai/deployments/gpt-large/chat/completions?api-version=2024-10-21 HTTP/1.1"
    chunks = list(client.chat.completions.create(model="gpt-small", messages=MESSAGES, stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    operations = [event["api"]["operation"] for event in apis.proxy.settled() if "api" in event]
    assert "POST /openai/deployments/gpt-small/chat/completions" in operations


def test_a_tool_is_called_with_who_was_meant(apis: Apis, client) -> None:
    tool = {"type": "function", "function": {"name": "invite", "parameters": {"type": "object"}}}
    reply = client.chat.completions.create(model="gpt-large", messages=MESSAGES, tools=[tool])
    (call,) = reply.choices[0].message.tool_calls
    assert call.function.arguments == '{"who": "Annika Solberg"}'
    apis.last()


def test_the_newer_paths(apis: Apis) -> None:
    with openai.OpenAI(base_url=f"{apis.base}/openai/v1", api_key=KEY, max_retries=0) as client:
        reply = client.chat.completions.create(model="gpt-large", messages=MESSAGES)
    assert reply.choices[0].message.content.startswith(COMES_BACK)
    assert apis.last().head.startswith(b"POST /openai/v1/chat/completions HTTP/1.1")


def test_other_deployments_and_versions_are_refused(apis: Apis, client) -> None:
    mark = len(apis.recorder.received)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="canary", messages=MESSAGES)
    elsewhen = client.with_options(api_version="2020-01-01")
    with pytest.raises(openai.BadRequestError) as refused:
        elsewhen.chat.completions.create(model="gpt-large", messages=MESSAGES)
    assert refused.value.code == "query_not_allowed"
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="gpt-large", messages=MESSAGES, extra_query={"canary": "1"})
    assert len(apis.recorder.received) == mark


def test_explain_shows_what_would_leave_to_the_first_deployment(apis: Apis, tmp_path) -> None:
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"messages": MESSAGES}))
    words = ("--config", str(apis.proxy.config), "--meeting", "m1", "--route", "azure", "--json")
    shown = json.loads(apis.proxy.cli("explain", str(request), *words))
    assert shown["leaves"]
    assert shown["url"].endswith("/openai/deployments/gpt-large/chat/completions")
    with_first_route = apis.proxy.cli("explain", str(request), *words[:2], "--route", "models", "--json", code=1)
    assert with_first_route == ""
