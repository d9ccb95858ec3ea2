"""The recipient that all are measured against: it answers at once with the beginning of what it was sent.

``python -m bench.side_by_side.recipient PORT``. A streamed reply is PIECES words, each `PAUSE` after the one before.
``GET /seen`` tells how much of what was planted has arrived since it was last asked.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from typing import Any

from aiohttp import web

from bench.side_by_side.speech import planted

PIECES = 10
PAUSE = 0.02
"""Seconds. Whoever holds a whole stream back is late by all of them."""
_ECHOED = 60
"""Words of a reply that is not streamed."""
_ARRIVED = web.AppKey("arrived", list[bytes])


async def _chat(request: web.Request) -> web.StreamResponse:
    raw = await request.read()
    request.app[_ARRIVED].append(raw)
    body = json.loads(raw)
    if body.get("stream"):
        return await _stream(request)
    message = {"role": "assistant", "content": " ".join(_said(body).split()[:_ECHOED])}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return web.json_response(
        {"id": "s", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    )


def _said(body: dict[str, Any]) -> str:
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else " ".join(part["text"] for part in content)


async def _stream(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
    await reply.prepare(request)
    for piece in range(PIECES):
        if piece:
            await asyncio.sleep(PAUSE)
        await reply.write(_event({"index": 0, "delta": {"role": "assistant", "content": "noted. "}}))
    await reply.write(_event({"index": 0, "delta": {}, "finish_reason": "stop"}) + b"data: [DONE]\n\n")
    return reply


def _event(choice: dict[str, object]) -> bytes:
    choice = {"finish_reason": None, **choice}
    event = {"id": "s", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(event).encode() + b"\n\n"


async def _seen(request: web.Request) -> web.Response:
    arrived = request.app[_ARRIVED]
    found = sum((planted(_said(json.loads(raw))) for raw in arrived), Counter())
    arrived.clear()
    return web.json_response(found)


def application() -> web.Application:
    """Return the recipient."""
    app = web.Application(client_max_size=64 << 20)
    app[_ARRIVED] = []
    app.router.add_post("/v1/chat/completions", _chat)
    app.router.add_get("/seen", _seen)
    return app


if __name__ == "__main__":
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
