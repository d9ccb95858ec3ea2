"""The local summarizer: a real server on loopback, spoken to by the official client."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import AsyncOpenAI, BadRequestError

from examples import extract, record
from examples.summarizer import application

MEETING = (Path(__file__).parents[2] / "examples/meetings/product-board.vtt").read_bytes().decode()
SUMMARIZE = [
    {"role": "system", "content": "You write meeting summaries."},
    {"role": "user", "content": f"Summarize this meeting.\n\n{MEETING}"},
]
THREAD = [
    {"role": "system", "content": "Draft a short reply to this thread."},
    {"role": "user", "name": "PERSON_1", "content": "The refund for the ferry ticket is late again, I am afraid."},
    {"role": "user", "name": "PERSON_2", "content": "I will call the bank about the late refund by Friday."},
    {"role": "user", "name": "WITHHELD_PERSON", "content": "[withheld]"},
    {"role": "user", "name": "PERSON_1", "content": "When does the customer get the refund for the ferry ticket?"},
]


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    return tmp_path / "received.http"


@pytest.fixture
async def server(recorded: Path) -> AsyncIterator[TestServer]:
    server = TestServer(application(record_to=recorded))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def openai(server: TestServer) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(base_url=str(server.make_url("/v1")), api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[list[extract.Line]]:
    yield extract.lines_of(MEETING)


async def test_a_whole_summary_is_attributed_and_lists_action_items(openai: AsyncOpenAI) -> None:
    reply = await openai.chat.completions.create(model="any", messages=SUMMARIZE)
    text = reply.choices[0].message.content
    head, todo = text.split("## Action items")
    assert head.startswith("## Summary\n- ")
    assert all(line.startswith("- ") for line in head.splitlines()[1:] if line)
    assert "- Jonas Lindqvist: I will have the fix for double charging reviewed by Thursday." in todo
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage.total_tokens > 0


async def test_a_streamed_summary_is_the_whole_one_in_pieces_that_cut_names(openai: AsyncOpenAI) -> None:
    whole = await openai.chat.completions.create(model="any", messages=SUMMARIZE)
    stream = await openai.chat.completions.create(
        model="any", messages=SUMMARIZE, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
    assert "".join(pieces) == whole.choices[0].message.content
    assert max(map(len, pieces)) == 7
    assert not any("Jonas Lindqvist" in piece for piece in pieces)
    assert chunks[-1].usage.total_tokens == whole.usage.total_tokens


async def test_a_stream_ends_with_done(server: TestServer) -> None:
    async with TestClient(server) as client:
        reply = await client.post("/v1/chat/completions", json={"messages": SUMMARIZE, "stream": True})
        assert reply.content_type == "text/event-stream"
        events = (await reply.text()).split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert json.loads(events[-3].removeprefix("data: "))["choices"][0]["finish_reason"] == "stop"


async def test_a_compose_request_is_answered_with_a_draft_of_what_was_said(openai: AsyncOpenAI) -> None:
    reply = await openai.chat.completions.create(model="any", messages=THREAD)
    text = reply.choices[0].message.content
    assert text.startswith("Hello PERSON_1,")
    assert "- PERSON_2: I will call the bank about the late refund by Friday." in text
    assert "WITHHELD" not in text
    assert extract.WITHHELD not in text


async def test_models_are_listed(openai: AsyncOpenAI) -> None:
    assert [model.id async for model in openai.models.list()] == ["extractive-lexrank"]


@pytest.mark.parametrize(
    "body", [b"not json", b"[]", b"{}", b'{"messages": [1]}', b'{"messages": [{"role": "user", "content": 3}]}']
)
async def test_what_is_no_chat_request_gets_an_error_in_the_shape_of_the_api(server: TestServer, body: bytes) -> None:
    async with TestClient(server) as client:
        reply = await client.post("/v1/chat/completions", data=body)
        assert reply.status == 400
        assert (await reply.json())["error"]["type"] == "invalid_request_error"


async def test_the_official_client_understands_the_error(openai: AsyncOpenAI) -> None:
    with pytest.raises(BadRequestError):
        await openai.chat.completions.create(model="any", messages=[])


async def test_the_record_holds_the_bytes_of_every_request_in_order(server: TestServer, recorded: Path) -> None:
    """What is read back from the record is what was written to the socket, headers and all."""
    host, port = server.host, server.port
    sent = []
    for number in range(3):
        body = json.dumps({"messages": [{"role": "user", "content": f"Ann: ünï\r\n\r\n{number}"}]}).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nX-oDd: v\r\nContent-Length: {len(body)}"
        sent.append(head.encode() + b"\r\nConnection: close\r\n\r\n" + body)
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(sent[-1])
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        writer.close()
    assert [request.wire for request in record.read(recorded)] == sent


def test_every_cue_of_the_sample_meeting_is_read_with_its_speaker(lines: list[extract.Line]) -> None:
    assert len(lines) == MEETING.count(" --> ") == 60
    assert {line.speaker for line in lines} == {
        "Maria Okafor",
        "Jonas Lindqvist",
        "Priya Raman",
        "Tomás Herrera",
        "Guest 4021",
    }


def test_withheld_words_are_left_out_and_the_rest_of_the_line_stays() -> None:
    text = 'PERSON_1: Somebody said "[withheld]", and I heard it. We need to answer by Friday.\nPERSON_2: [withheld]'
    assert extract.sentences_of(extract.lines_of(text)) == [
        extract.Sentence("PERSON_1", "We need to answer by Friday.")
    ]


def test_voice_tags_and_wrapped_lines_keep_their_speaker() -> None:
    text = "WEBVTT\n\n0:0:0.0 --> 0:0:5.320\n<v Ann Lee>We start\nnow.</v>\n\n2\n00:06.000 --> 00:07.000\n<v Bo>Yes."
    assert extract.lines_of(text) == [extract.Line("Ann Lee", "We start now."), extract.Line("Bo", "Yes.")]


@given(st.text(max_size=300))
@settings(max_examples=invented(60), deadline=None)
def test_no_text_breaks_the_summarizer(text: str) -> None:
    assert extract.summary(text).startswith("## Summary\n")
    assert extract.reply([extract.Line("PERSON_1", text)])
