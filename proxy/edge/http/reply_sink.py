"""The client's side of a reply over HTTP: headers first, then pieces at the pace at which the client takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from proxy.ports import ClientGone

_PIECE = 64 << 10
_OWN_HEADERS = {
    "server": "meeting-privacy-proxy",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
"""On every answer. The server names itself so that the HTTP library does not add its name and versions."""


class HttpReplySink:
    """Implements `ports.ReplySink`. A client that takes nothing for `stall_seconds` counts as gone."""

    def __init__(self, request: web.BaseRequest, stall_seconds: float) -> None:
        self._request = request
        self._stall_seconds = stall_seconds
        self._more_headers: dict[str, str] = {}
        self._last = False
        self.response: web.StreamResponse | None = None

    def end_connection(self) -> None:
        """Close the connection after this reply: what follows on it cannot be trusted or was not read."""
        self._last = True

    def add_header(self, name: str, value: str) -> None:
        """Send one more header; before `start`."""
        self._more_headers[name] = value

    async def start(self, status: int, content_type: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        """As `ReplySink.start`."""
        response = web.StreamResponse(status=status, headers=_OWN_HEADERS | self._more_headers)
        response.headers["content-type"] = content_type
        for name, value in headers:
            response.headers[name] = value
        if self._last:
            response.force_close()
        self.response = response
        async with self._or_gone():
            await response.prepare(self._request)

    async def write(self, piece: bytes) -> None:
        """As `ReplySink.write`."""
        if self.response is None or self._request.method == "HEAD":
            return
        for at in range(0, len(piece), _PIECE):
            async with self._or_gone():
                await self.response.write(piece[at : at + _PIECE])

    async def finish(self) -> None:
        """As `ReplySink.finish`."""
        if self.response is not None:
            async with self._or_gone():
                await self.response.write_eof()

    async def abort(self) -> None:
        """As `ReplySink.abort`."""
        self.cut()

    def cut(self) -> None:
        """Reset the connection at once."""
        if self._request.transport is not None:
            self._request.transport.abort()

    @asynccontextmanager
    async def _or_gone(self) -> AsyncIterator[None]:
        if self._request.transport is None:
            raise ClientGone
        try:
            async with asyncio.timeout(self._stall_seconds):
                yield
        except TimeoutError:
            self.cut()
            raise ClientGone from None
        except ConnectionError:
            raise ClientGone from None
