"""Promise 4, only what is listed: unknown routes, fields, types and encodings are refused, never passed."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable

import pytest
from harness.process import fetch
from harness.recorder import completion

TEXT = "Annika Solberg: We agree.\n"


def body(**fields: object) -> bytes:
    return json.dumps({"model": "m", "messages": [{"role": "user", "content": TEXT}], **fields}).encode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/models", 404),
        ("/v1/chat/completions/", 404),
        ("/v1/../v1/chat/completions", 404),
        ("/v1/embeddings", 404),
        ("//v1/chat/completions", 404),
        ("/v1/chat/completions?api-version=canary-query", 400),
        ("/m/m1/m/m1/v1/chat/completions", 404),
    ],
)
def test_unlisted_paths(stand, path: str, status: int) -> None:
    mark = stand.mark()
    assert stand.proxy.post(path, body()).status == status
    assert stand.since(mark) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"unheard_of": "canary"},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,canary"}}]}]},
        {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "Y2FuYXJ5"}}]}]},
        {"messages": [{"role": "user", "content": [{"type": "file", "file": {"file_data": "canary"}}]}]},
        {"messages": [{"role": "user", "content": TEXT, "attachments": ["canary"]}]},
        {"base_url": "http://127.0.0.1:1/"},
        {"api_base": "http://127.0.0.1:1/"},
        {"web_search_options": {}},
        {"model": "m\r\nX-Smuggled: canary"},
    ],
    ids=lambda f: next(iter(f)),
)
def test_unlisted_fields(stand, fields: dict) -> None:
    mark = stand.mark()
    reply = stand.proxy.post("/m/m1/v1/chat/completions", body(**fields))
    assert 400 <= reply.status < 500, reply.body
    assert b"canary" not in reply.body
    assert stand.since(mark) == []


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ({"Content-Type": "text/html"}, body()),
        ({"Content-Type": "multipart/form-data; boundary=x"}, body()),
        ({"Content-Encoding": "zstd"}, body()),
        ({"Content-Encoding": "br"}, body()),
        ({"Content-Encoding": "gzip"}, b"not gzip at all"),
        ({"Content-Encoding": "gzip"}, lambda: gzip.compress(b" " * (200 << 20))),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(body()))),
        ({"Content-Type": "application/json; charset=utf-16"}, body().decode().encode("utf-16")),
    ],
    ids=["html", "multipart", "zstd", "br", "broken-gzip", "bomb", "twice", "utf-16"],
)
def test_unlisted_types_and_encodings(stand, headers: dict[str, str], payload: bytes | Callable[[], bytes]) -> None:
    mark = stand.mark()
    reply = stand.proxy.post("/m/m1/v1/chat/completions", payload() if callable(payload) else payload, headers)
    assert 400 <= reply.status < 500
    assert stand.since(mark) == []


@pytest.mark.parametrize(("name", "packed"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_listed_encodings_are_inspected(stand, name: str, packed) -> None:
    mark = stand.mark()
    text = "Annika Solberg: Ask Annika.\nBenedikt Oyelaran: canary-packed\n"
    payload = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}).encode()
    assert stand.proxy.post("/m/m1/v1/chat/completions", packed(payload), {"Content-Encoding": name}).status == 200
    (received,) = stand.since(mark)
    assert b"canary" not in received.raw
    assert b"content-encoding" not in received.head.lower()


def test_only_listed_headers_leave(stand) -> None:
    mark = stand.mark()
    canaries = {
        "User-Agent": "canary-agent",
        "X-Stainless-OS": "canary-os",
        "Cookie": "canary=1",
        "X-Forwarded-For": "192.0.2.1",
        "OpenAI-Organization": "canary-org",
        "X-Anything": "canary-any",
        "Referer": "https://canary.example/",
        "Traceparent": "00-canary",
    }
    payload = body(user="canary-user", metadata={"meeting": "canary-meta"}, safety_identifier="canary-safety")
    assert stand.proxy.post("/m/m1/v1/chat/completions", payload, canaries).status == 200
    (received,) = stand.since(mark)
    assert b"canary" not in received.raw
    assert b"test-client-key" not in received.raw
    assert b"192.0.2.1" not in received.raw
    names = {line.split(b":")[0].lower() for line in received.head.split(b"\r\n")[1:] if line}
    assert names <= {b"host", b"content-type", b"content-length", b"accept", b"accept-encoding", b"user-agent"}
    assert received.json["store"] is False
    intents = [e for e in stand.proxy.events if e["metadata"]["event_code"] == "egress.intent"]
    stripped = json.dumps(intents[-1]["unmapped"])
    assert all(name in stripped for name in ("user-agent", "cookie", "metadata", "safety_identifier"))


def test_redirects_are_not_followed(alone) -> None:
    async def redirect(received, writer: asyncio.StreamWriter) -> None:
        where = f"http://127.0.0.1:{alone.recorder.port}/elsewhere"
        writer.write(f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {where}\r\nContent-Length: 0\r\n\r\n".encode())

    alone.recorder.reply = redirect
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(TEXT).status == 502
    assert len(alone.recorder.received) == 1


def test_without_a_key_nothing_is_learned(stand) -> None:
    port = stand.proxy.document["listen"]["port"]
    mark = stand.mark()
    for path in ("/v1/chat/completions", "/nowhere"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic dXNlcjpwYXNz"}):
            assert fetch(f"http://127.0.0.1:{port}{path}", body(), headers).status == 401
    assert stand.since(mark) == []


def test_a_reply_of_an_unlisted_type_is_not_passed(alone) -> None:
    async def page(received, writer: asyncio.StreamWriter) -> None:
        writer.write(completion("hello").replace(b"application/json", b"text/html"))

    alone.recorder.reply = page
    alone.proxy.meeting()
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    assert alone.proxy.chat(TEXT).status == 502
