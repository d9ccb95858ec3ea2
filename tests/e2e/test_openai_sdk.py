"""The vendor's own client library against the proxy: whole, streamed, with tools, several choices, and refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import openai
import pytest
from harness.process import KEY, Proxy, settings
from harness.recorder import Received, Recorder, echo, http, said

TEXT = "Annika Solberg: Ask Tobias Wennerström, tobias@kanal.example, about June.\n"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[openai.OpenAI, Recorder, Proxy]]:
    directory = tmp_path_factory.mktemp("sdk")
    with Recorder() as recorder:
        proxy = Proxy(directory, settings(directory, recorder.base_url))
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.start()
        base = f"http://127.0.0.1:{proxy.document['listen']['port']}/m/m1/v1"
        with openai.OpenAI(base_url=base, api_key=KEY, max_retries=0) as client:
            yield client, recorder, proxy
        proxy.stop()


def test_whole(running) -> None:
    client, recorder, _ = running
    reply = client.chat.completions.create(model="m", messages=[{"role": "user", "content": TEXT}], user="u-1")
    assert reply.choices[0].message.content == TEXT
    assert b"x-stainless" not in recorder.received[-1].head.lower()
    assert "user" not in recorder.received[-1].json


def test_a_language_that_is_asked_for_reaches_the_recipient(running) -> None:
    """As a nationality it would be a pseudonym, in which nobody can answer."""
    client, recorder, _ = running
    messages = [
        {"role": "system", "content": "You write minutes. Answer in German, with a title in Brazilian Portuguese."},
        {"role": "user", "content": "Annika Solberg: The German team asked Tobias Wennerström.\n"},
    ]
    reply = client.chat.completions.create(model="m", messages=messages)
    asked, speech = (message["content"] for message in recorder.received[-1].json["messages"])
    assert asked == messages[0]["content"]
    assert "The German team asked PERSON_" in speech
    assert messages[1]["content"].strip() in reply.choices[0].message.content


def test_streamed(running) -> None:
    client, _, _ = running
    chunks = list(client.chat.completions.create(model="m", messages=[{"role": "user", "content": TEXT}], stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == TEXT
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_several_choices_and_streamed_tool_arguments(running) -> None:
    client, recorder, _ = running

    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        who = next(word for word in said(received).split() if word.startswith("PERSON_") and word.endswith(","))
        arguments = json.dumps({"who": who.strip(",")})
        chunks = [
            {"index": 0, "delta": {"role": "assistant", "content": "for "}, "finish_reason": None},
            {"index": 1, "delta": {"role": "assistant", "tool_calls": [
                {"index": 0, "id": "call_1", "type": "function", "function": {"name": "invite", "arguments": ""}}
            ]}, "finish_reason": None},
        ]  # fmt: skip
        for at in range(0, len(arguments), 2):
            part = {"index": 0, "function": {"arguments": arguments[at : at + 2]}}
            chunks.append({"index": 1, "delta": {"tool_calls": [part]}, "finish_reason": None})
            chunks.append({"index": 0, "delta": {"content": who[at // 2 : at // 2 + 1]}, "finish_reason": None})
        chunks += [{"index": n, "delta": {}, "finish_reason": "stop"} for n in (0, 1)]
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        events = "".join(f"data: {json.dumps({**head, 'choices': [chunk]})}\n\n" for chunk in chunks)
        writer.write(http((events + "data: [DONE]\n\n").encode(), "text/event-stream"))

    recorder.reply = answer
    try:
        stream = client.chat.completions.create(
            model="m",
            n=2,
            stream=True,
            messages=[{"role": "user", "content": TEXT}],
            tools=[{"type": "function", "function": {"name": "invite", "parameters": {"type": "object"}}}],
        )
        text, arguments = "", ""
        for chunk in stream:
            for choice in chunk.choices:
                text += choice.delta.content or ""
                for call in choice.delta.tool_calls or ():
                    arguments += call.function.arguments or ""
    finally:
        recorder.reply = echo
    assert json.loads(arguments) == {"who": "Tobias Wennerström"}
    assert text.startswith("for Tobias Wennerström"[: len(text)])


def test_a_refusal_is_the_sdks_own_error_and_is_not_retried(running) -> None:
    client, recorder, proxy = running
    before, mark = len(proxy.settled()), len(recorder.received)
    with pytest.raises(openai.PermissionDeniedError) as refused:
        elsewhere = str(client.base_url).replace("/m/m1/", "/m/none/")
        patient = client.with_options(max_retries=3, base_url=elsewhere)
        patient.chat.completions.create(model="m", messages=[{"role": "user", "content": TEXT}])
    assert refused.value.code == "unknown_meeting"
    assert len(proxy.settled()) == before + 1
    assert len(recorder.received) == mark


def test_an_unknown_field_is_a_bad_request(running) -> None:
    client, recorder, _ = running
    mark = len(recorder.received)
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": TEXT}], extra_body={"web_search_options": {}}
        )
    assert refused.value.code == "unknown_field"
    assert len(recorder.received) == mark
