"""LangChain's chat models against the proxy, whole and streamed, with tools: the shapes that its users send."""

from __future__ import annotations

import pytest
from harness.endpoints import COMES_BACK, TEXT, Apis
from harness.process import KEY
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_ollama import ChatOllama
from langchain_openai import AzureChatOpenAI, ChatOpenAI

MESSAGES = [SystemMessage("Summarize."), HumanMessage(TEXT)]
BEARER = {"Authorization": f"Bearer {KEY}"}


@tool
def invite(who: str) -> str:
    """Asks a person to come."""
    return f"Annika Solberg: {who} comes."


def anthropic(base: str) -> BaseChatModel:
    return ChatAnthropic(model="m", base_url=base, api_key=KEY, max_retries=0, max_tokens=500)


def ollama(base: str) -> BaseChatModel:
    return ChatOllama(model="m", base_url=base, client_kwargs={"headers": BEARER}, validate_model_on_init=True)


def openai(base: str) -> BaseChatModel:
    return ChatOpenAI(model="m", base_url=f"{base}/v1", api_key=KEY, max_retries=0)


def azure(base: str) -> BaseChatModel:
    return AzureChatOpenAI(
        azure_endpoint=base, azure_deployment="gpt-large", api_version="2024-10-21", api_key=KEY, max_retries=0
    )


MODELS = pytest.mark.parametrize("made", [anthropic, ollama, openai, azure])


@MODELS
def test_whole_and_streamed(apis: Apis, made) -> None:
    model = made(apis.base)
    whole = model.invoke(MESSAGES)
    assert whole.text.startswith(COMES_BACK)
    apis.last()
    assert "".join(chunk.text for chunk in model.stream(MESSAGES)) == whole.text
    apis.last()


@MODELS
def test_a_tool_is_called_with_who_was_meant_and_told_what_came_of_it(apis: Apis, made) -> None:
    model = made(apis.base).bind_tools([invite])
    called = model.invoke(MESSAGES)
    (call,) = called.tool_calls
    assert (call["name"], call["args"]) == ("invite", {"who": "Annika Solberg"})
    streamed = None
    for chunk in model.stream(MESSAGES):
        streamed = chunk if streamed is None else streamed + chunk
    assert [(each["name"], each["args"]) for each in streamed.tool_calls] == [(call["name"], call["args"])]
    answer = invite.invoke(call)
    assert isinstance(answer, ToolMessage)
    assert model.invoke([*MESSAGES, called, answer]).text == "Annika Solberg: Annika Solberg comes."
    apis.last()


@MODELS
def test_a_refusal_is_raised(apis: Apis, made) -> None:
    mark = len(apis.recorder.received)
    with pytest.raises(Exception, match=r"unknown_meeting|no such meeting"):
        made(apis.elsewhere).invoke(MESSAGES)
    assert [received for received in apis.recorder.received[mark:] if received.body] == []
