"""What of a recipient's error reaches the client: what it acts upon, in its API's own shape, and no text of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.endpoints import Apis
from harness.recorder import Received
from promises.bodies import ASKED, CHAT, MESSAGES, RESPONSES, anthropic, ollama, openai, running

QUOTED = "the words of PERSON_1 are too long"
REQUESTS: dict[str, dict[str, Any]] = {
    CHAT: openai(ASKED),
    MESSAGES: anthropic(ASKED),
    RESPONSES: {"model": "m", "input": [ASKED]},
    "/api/chat": ollama(ASKED),
}


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apis]:
    with running(tmp_path_factory.mktemp("errors")) as started:
        yield started


def answered(apis: Apis, path: str, status: int, body: bytes, head: str = "", kind: str = "application/json", **more):
    async def reply(_: Received, writer: asyncio.StreamWriter) -> None:
        lines = f"HTTP/1.1 {status} Told\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{head}\r\n"
        writer.write(lines.encode() + body)

    before, apis.recorder.reply = apis.recorder.reply, reply
    try:
        return apis.proxy.post(f"/m/m1{path}", json.dumps(REQUESTS[path] | more).encode())
    finally:
        apis.recorder.reply = before


def code(reply: Any) -> str:
    error = reply.json["error"]
    return str(error["code"] if isinstance(error, dict) else reply.json["code"])


@pytest.mark.parametrize("path", REQUESTS)
@pytest.mark.parametrize(
    ("status", "told"),
    [(400, "context_length_exceeded"), (429, "rate_limit_exceeded"), (429, "insufficient_quota"),
     (404, "model_not_found"), (529, "overloaded_error"), (503, "server_error")],
)  # fmt: skip
def test_codes_that_clients_act_upon_reach_them(apis: Apis, path: str, status: int, told: str) -> None:
    body = json.dumps({"error": {"message": QUOTED, "type": "other", "code": told}}).encode()
    reply = answered(apis, path, status, body)
    assert (reply.status, code(reply)) == (status, told)
    assert b"too long" not in reply.body


@pytest.mark.parametrize("body", [b"", b"<html>PERSON_1</html>", b"{", b'{"error": {"code": "said PERSON_1"}}', b"[1]"])
def test_no_other_code_does(apis: Apis, body: bytes) -> None:
    reply = answered(apis, CHAT, 429, body)
    assert (reply.status, code(reply)) == (429, "upstream_error")
    assert b"PERSON" not in reply.body


def test_an_anthropic_type_is_the_type_of_the_error(apis: Apis) -> None:
    body = b'{"type": "error", "error": {"type": "overloaded_error", "message": "busy with PERSON_1"}}'
    assert answered(apis, MESSAGES, 529, body).json["error"]["type"] == "overloaded_error"


def test_when_to_ask_again_reaches_the_client_as_numbers_alone(apis: Apis) -> None:
    head = (
        "Retry-After: 7\r\nRetry-After-Ms: 7100\r\nX-RateLimit-Remaining-Tokens: 0\r\n"
        "X-RateLimit-Reset-Requests: 6m0s\r\nX-RateLimit-Limit-Requests: Annika\r\nX-Request-Id: 5\r\n"
    )
    headers = {name.lower(): value for name, value in answered(apis, CHAT, 429, b"{}", head).headers.items()}
    assert headers["retry-after"] == "7"
    assert headers["retry-after-ms"] == "7100"
    assert headers["x-ratelimit-remaining-tokens"] == "0"
    assert headers["x-ratelimit-reset-requests"] == "6m0s"
    assert not {"x-ratelimit-limit-requests", "x-request-id"} & headers.keys()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("path", REQUESTS)
@pytest.mark.parametrize(
    "body", [b'{"error": {"message": "PERSON_1"}}', b'{"detail": "PERSON_1"}', b"<html>PERSON_1</html>", b"[]", b"5"]
)
def test_a_success_that_is_no_reply_of_the_api_is_none(apis: Apis, path: str, body: bytes, stream: bool) -> None:
    reply = answered(apis, path, 200, body, stream=stream)
    assert (reply.status, code(reply)) == (502, "bad_reply")
    assert b"PERSON" not in reply.body
    assert b"Annika" not in reply.body


@pytest.mark.parametrize("body", [b'data: {"error": {"message": "PERSON_1"}}\n\n', b'data: {"detail": "PERSON_1"}\n\n'])
def test_nor_is_a_stream_of_anything_else(apis: Apis, body: bytes) -> None:
    for path in (CHAT, MESSAGES, RESPONSES):
        reply = answered(apis, path, 200, body, kind="text/event-stream", stream=True)
        assert reply.status == 502
        assert b"Annika" not in reply.body
