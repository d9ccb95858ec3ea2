"""The least that a proxy in this language can be: aiohttp forwards all it gets, and looks at nothing.

``python -m bench.side_by_side.forwarder PORT RECIPIENT``.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

from aiohttp import ClientSession, ClientTimeout, web

_SESSION = web.AppKey("session", ClientSession)
_RECIPIENT = web.AppKey("recipient", str)


async def _forward(request: web.Request) -> web.StreamResponse:
    body = await request.read()
    headers = {"Content-Type": request.content_type}
    async with request.app[_SESSION].post(request.app[_RECIPIENT] + request.path, data=body, headers=headers) as answer:
        reply = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
        await reply.prepare(request)
        async for chunk in answer.content.iter_any():
            await reply.write(chunk)
        await reply.write_eof()
        return reply


async def _alive(_: web.Request) -> web.Response:
    return web.Response()


async def _session(app: web.Application) -> AsyncIterator[None]:
    async with ClientSession(timeout=ClientTimeout(total=600)) as session:
        app[_SESSION] = session
        yield


def application(recipient: str) -> web.Application:
    """Return a proxy to the recipient at this address."""
    app = web.Application(client_max_size=64 << 20)
    app[_RECIPIENT] = recipient
    app.cleanup_ctx.append(_session)
    app.router.add_get("/alive", _alive)
    app.router.add_post("/{path:.*}", _forward)
    return app


if __name__ == "__main__":
    web.run_app(application(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
