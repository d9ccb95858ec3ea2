"""The vendor's own client library speaking the Responses API through the proxy: whole, streamed, tools, refusals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import openai
import pytest
from harness.process import KEY, Proxy, settings
from harness.recorder import Received, Recorder, http
from harness.responses import RESPONSE, events_of, stream_of, without_call
from pydantic import BaseModel

TEXT = "Annika Solberg: Ask Tobias Wennerström, tobias@kanal.example, about June.\n"
DENIED = TEXT + "Benedikt Oyelaran: My salary is forty-two thousand.\n"


class Minutes(BaseModel):
    """What the model is asked to fill in."""

    who: str


def sent_text(received: Received) -> str:
    given = received.json["input"]
    return given if isinstance(given, str) else "\n".join(str(item.get("content")) for item in given)


TOOLS = [{"type": "function", "name": "invite", "parameters": {"type": "object", "properties": {}}, "strict": True}]


async def echo_response(received: Received, writer: asyncio.StreamWriter) -> None:
    """Answer with the text that was sent, and call a function with its third word."""
    text = sent_text(received)
    if received.json.get("text"):
        text = json.dumps({"who": text.split()[2]})
    arguments = json.dumps({"who": text.split()[2].strip(",")} if len(text.split()) > 2 else {})
    streamed = received.json.get("stream")
    events = events_of(text, arguments, text, tuple(range(2, len(text), 3)) if streamed else ())
    if not received.json.get("tools"):
        events = without_call(events)
    if streamed:
        writer.write(http(stream_of(events), "text/event-stream"))
        return
    (*_, last) = events
    writer.write(http(json.dumps(last["response"]).encode()))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[openai.OpenAI, Recorder, Proxy]]:
    directory = tmp_path_factory.mktemp("responses")
    with Recorder(reply=echo_response) as recorder:
        document = settings(directory, recorder.base_url)
        document["routes"].append(
            {"name": "responses", "path": "/v1/responses", "dialect": "openai-responses", "purpose": "summary",
             "recipient": "acme-llm"}
        )  # fmt: skip
        document["clients"][0]["routes"].append("responses")
        proxy = Proxy(directory, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.consent("deny", "p-ben")
        proxy.start()
        base = f"http://127.0.0.1:{document['listen']['port']}/m/m1/v1"
        with openai.OpenAI(base_url=base, api_key=KEY, max_retries=0) as client:
            yield client, recorder, proxy
        proxy.stop()


def test_a_whole_response_comes_back_restored(running) -> None:
    client, recorder, proxy = running
    reply = client.responses.create(
        model="m", input=TEXT, user="u-1", instructions="Write to Tobias Wennerström.", tools=TOOLS
    )

    assert reply.output_text == TEXT
    assert json.loads(reply.output[2].arguments)["who"].startswith("Tobias Wennerström")
    left = recorder.received[-1]
    assert left.json["store"] is False
    assert "user" not in left.json
    assert b"Tobias" not in left.raw
    assert b"Annika" not in left.raw
    assert b"Wennerstr" not in left.body
    assert b"Tobias" not in proxy.ledger_bytes


def test_words_of_who_said_no_stay(running) -> None:
    client, recorder, _ = running
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": DENIED}]},
        {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "Benedikt Oyelaran: My salary is forty-two."},
    ]
    client.responses.create(model="m", input=items)

    assert b"salary" not in recorder.received[-1].raw
    assert b"Benedikt" not in recorder.received[-1].raw


def test_a_streamed_response_is_put_together_by_the_sdk(running) -> None:
    client, _, _ = running
    with client.responses.stream(model="m", input=TEXT) as stream:
        events = list(stream)
        final = stream.get_final_response()

    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == TEXT
    summary = [event.delta for event in events if event.type == "response.reasoning_summary_text.delta"]
    assert "".join(summary) == TEXT
    assert final.output_text == TEXT
    assert final.output[0].summary[0].text == TEXT
    assert [event.sequence_number for event in events] == sorted(event.sequence_number for event in events)


def test_structured_output_is_parsed_by_the_sdk(running) -> None:
    client, recorder, _ = running
    reply = client.responses.parse(model="m", input="Annika Solberg: ask Tobias Wennerström", text_format=Minutes)

    assert "PERSON_1" in recorder.received[-1].json["input"]
    assert reply.output_parsed == Minutes(who=json.loads(reply.output_text)["who"])


def test_a_turn_goes_on_with_the_items_of_the_reply_before(running) -> None:
    client, recorder, _ = running
    first = client.responses.create(
        model="m", input=TEXT, tools=TOOLS, store=False, include=["reasoning.encrypted_content"]
    )
    call = first.output[2]
    answer = {"type": "function_call_output", "call_id": call.call_id, "output": "invited Tobias Wennerström"}
    client.responses.create(model="m", input=[*first.output, {"role": "user", "content": TEXT}, answer], tools=TOOLS)

    left = recorder.received[-1]
    assert [item.get("type") for item in left.json["input"]] == [
        "message", "function_call", None, "function_call_output",
    ]  # fmt: skip
    assert b"Annika" not in left.raw
    assert b"kanal.example" not in left.raw


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"previous_response_id": "resp_1"}, "stored_content"),
        ({"conversation": "conv_1"}, "stored_content"),
        ({"tools": [{"type": "web_search"}]}, "hosted_tool"),
        ({"background": True}, "invalid_field"),
    ],
)
def test_what_cannot_be_inspected_is_a_bad_request_and_nothing_leaves(running, changes, code) -> None:
    client, recorder, _ = running
    mark = len(recorder.received)
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model="m", input=TEXT, **changes)

    assert refused.value.code == code
    assert len(recorder.received) == mark


def test_complaint_19_an_unknown_event_reaches_the_sdk_as_an_error_and_not_as_text(running) -> None:
    """Complaint 19: this API was passed on and never inspected; here what is not known of it is an error."""
    client, recorder, _ = running

    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        events = [
            {"type": "response.created", "response": {**RESPONSE, "output": []}},
            {"type": "response.web_search_call.searching", "output_index": 0, "query": "PERSON_1"},
        ]
        writer.write(http(stream_of(events), "text/event-stream"))

    recorder.reply = answer
    try:
        with pytest.raises(openai.APIError):
            list(client.responses.create(model="m", input=TEXT, stream=True))
    finally:
        recorder.reply = echo_response
