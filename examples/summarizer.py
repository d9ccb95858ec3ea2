"""A local summarizer behind the OpenAI chat API: ``python -m examples.summarizer --port 9090``.

``POST /v1/chat/completions`` (whole, and streamed as server-sent events) and ``GET /v1/models``, on 127.0.0.1 only.
It needs no account, no model and no network: it extracts summaries, see `examples.extract`. It streams replies in small
pieces of an odd size on purpose, so that names and pseudonyms are cut apart between two pieces.

With ``--record FILE`` it appends every request to FILE, exactly as it came.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web

from examples import extract, record

MODEL = "extractive-lexrank"
_COMPOSE = re.compile(r"\b(?:compose|draft|write)\b.{0,60}\b(?:reply|answer|message|e-?mail)\b", re.I | re.S)
_NO_ROOM = 64 << 20

_PIECE = web.AppKey("piece", int)
_DELAY = web.AppKey("delay", float)
_RECORD = web.AppKey("record", Path)


class BadRequest(Exception):
    """The request does not fit the chat API; the message says what is wrong."""


def answer_to(messages: list[dict[str, Any]]) -> str:
    """Return the reply's text: a draft reply if the system message asks for one, otherwise a summary."""
    spoken = [m for m in messages if m["role"] not in ("system", "developer")]
    instructions = "\n".join(_text(m) for m in messages if m["role"] in ("system", "developer"))
    if _COMPOSE.search(instructions):
        return extract.reply([extract.Line(str(m.get("name") or m["role"]), _text(m)) for m in spoken])
    return extract.summary("\n".join(_text(m) for m in spoken))


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part.get("type") == "text")


def _parse(body: bytes) -> dict[str, Any]:
    try:
        request: Any = json.loads(body)
    except ValueError:
        raise BadRequest("the body is not JSON") from None
    if not isinstance(request, dict):
        raise BadRequest("the body must be an object")
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BadRequest("'messages' must be a list with at least one message")
    for message in messages:
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise BadRequest("every message must be an object with a 'role'")
        content = message.get("content")
        if isinstance(content, list) and not all(
            isinstance(part, dict) and (part.get("type") != "text" or isinstance(part.get("text"), str))
            for part in content
        ):
            raise BadRequest("a part of 'content' is malformed")
        if content is not None and not isinstance(content, str | list):
            raise BadRequest("'content' must be a string or a list of parts")
    return request


async def _completions(request: web.Request) -> web.StreamResponse:
    received = await _receive(request)
    try:
        asked = _parse(received)
    except BadRequest as error:
        return _error(400, str(error))
    text = await asyncio.to_thread(answer_to, asked["messages"])
    base = {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "created": int(time.time()),
        "model": asked.get("model") or MODEL,
    }
    usage = _usage(received.decode(errors="replace"), text)
    if asked.get("stream"):
        options = asked.get("stream_options") or {}
        return await _stream(request, base, text, usage if options.get("include_usage") else None)
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return web.json_response({**base, "object": "chat.completion", "choices": [choice], "usage": usage})


async def _stream(
    request: web.Request, base: dict[str, Any], text: str, usage: dict[str, int] | None
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await response.prepare(request)
    chunk = {**base, "object": "chat.completion.chunk"}
    async for delta, finish in _deltas(text, request.app[_PIECE], request.app[_DELAY]):
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        await response.write(_event({**chunk, "choices": [choice]}))
    if usage is not None:
        await response.write(_event({**chunk, "choices": [], "usage": usage}))
    await response.write(b"data: [DONE]\n\n")
    await response.write_eof()
    return response


async def _deltas(text: str, piece: int, delay: float) -> AsyncIterator[tuple[dict[str, str], str | None]]:
    yield {"role": "assistant", "content": ""}, None
    for at in range(0, len(text), piece):
        yield {"content": text[at : at + piece]}, None
        if delay:
            await asyncio.sleep(delay)
    yield {}, "stop"


async def _models(request: web.Request) -> web.Response:
    await _receive(request)
    return web.json_response(
        {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "examples"}]}
    )


async def _receive(request: web.Request) -> bytes:
    """Return the body; record it first, if a record is kept."""
    body = await request.read()
    path = request.app.get(_RECORD)
    if path is not None and body:
        if request.content_length is None:
            raise web.HTTPLengthRequired(text="a record is kept: send Content-Length")
        version = f"HTTP/{request.version.major}.{request.version.minor}"
        line = f"{request.method} {request.raw_path} {version}"
        record.append(path, record.Received(record.head_of(line, request.raw_headers), body))
    return body


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def _error(status: int, message: str) -> web.Response:
    return web.json_response(
        {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}, status=status
    )


def _usage(prompt: str, completion: str) -> dict[str, int]:
    words = [len(prompt.split()), len(completion.split())]
    return {"prompt_tokens": words[0], "completion_tokens": words[1], "total_tokens": sum(words)}


def application(*, piece: int = 7, delay: float = 0.0, record_to: Path | None = None) -> web.Application:
    """Return the server. `piece` is the size of a streamed piece in characters, `delay` the seconds after each."""
    app = web.Application(client_max_size=_NO_ROOM)
    app[_PIECE] = piece
    app[_DELAY] = delay
    if record_to is not None:
        app[_RECORD] = record_to
    app.router.add_post("/v1/chat/completions", _completions)
    app.router.add_get("/v1/models", _models)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m examples.summarizer", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=9090, help="port on 127.0.0.1 (default: %(default)s)")
    parser.add_argument("--record", type=Path, metavar="FILE", help="append every request to FILE, exactly as it came")
    parser.add_argument("--piece", type=int, default=7, help="characters a streamed piece (default: %(default)s)")
    parser.add_argument("--delay", type=float, default=0.004, help="seconds between pieces (default: %(default)s)")
    options = parser.parse_args(arguments)
    app = application(piece=max(1, options.piece), delay=options.delay, record_to=options.record)
    web.run_app(app, host="127.0.0.1", port=options.port, print=None, access_log=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
