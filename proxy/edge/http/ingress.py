"""The client listener: reads requests, hands them to the exchange, and carries its answers back.

One handler serves every method and path, so the exchange decides and records whatever is asked. Faults found before a
request is complete also go to the exchange, with an empty body.

A reply goes out headers first, then in pieces at the pace at which the client takes them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import web

from proxy.edge import telemetry
from proxy.edge.http.inbound import check_head, head_of, read_body
from proxy.edge.http.server import SERVICE, HttpRunner, HttpService, require_strict_parser
from proxy.edge.metrics import Metrics
from proxy.errors import ClientFault, Fault, OwnFault
from proxy.model import Inbound
from proxy.ports import ClientGone, ReplySink
from proxy.settings import Limits

_PIECE = 64 << 10
_OWN_HEADERS = {
    "server": "meeting-privacy-proxy",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}
"""Headers of every answer. ``server`` is set so that the HTTP library does not add its name and versions."""


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
        """Send one more header. Call it before `start`."""
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


Handle = Callable[[Inbound, str | None, ReplySink], Awaitable[None]]
"""The exchange: takes a complete request, the meeting that its path prefix names, and the sink for the reply."""

Refuse = Callable[[Fault, Inbound, ReplySink], Awaitable[None]]
"""How the exchange records and answers a request that could not be read; its body is empty."""

RETRY_SECONDS = 1

log = telemetry.logger()


def build(handle: Handle, refuse: Refuse, limits: Limits, metrics: Metrics) -> web.Application:
    """Build the application behind the client listener. Run it with `runner`."""
    require_strict_parser()
    ingress = Ingress(handle, refuse, limits, metrics)
    app = web.Application()
    app[SERVICE] = HttpService(ingress.serve, ingress.serve_malformed, limits.header_seconds)
    app.on_shutdown.append(ingress.drain)
    return app


def runner(app: web.Application, drain_seconds: float) -> web.AppRunner:
    """Return a runner. Its ``cleanup`` stops listening, waits for requests under way, then cancels them."""
    return HttpRunner(app, shutdown_timeout=drain_seconds)


class Ingress:
    """Serves requests, at most ``limits.concurrent_requests`` at a time."""

    def __init__(self, handle: Handle, refuse: Refuse, limits: Limits, metrics: Metrics) -> None:
        self._handle, self._refuse, self._limits, self._metrics = handle, refuse, limits, metrics
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request."""
        sink = HttpReplySink(request, self._limits.body_seconds)
        return await self._run(self._exchange(request, sink), sink)

    async def serve_malformed(self, fault: ClientFault, request: web.BaseRequest) -> web.StreamResponse:
        """Answer bytes that are not a request."""
        sink = HttpReplySink(request, self._limits.body_seconds)
        sink.end_connection()
        return await self._run(self._refuse(fault, Inbound("", "", "", (), b""), sink), sink)

    async def drain(self, _app: web.Application) -> None:
        """Let requests under way end, then cancel the rest and wait until they have recorded their outcome."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._limits.drain_seconds)
        for task in self._under_way:
            _cancel_once(task)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _exchange(self, request: web.BaseRequest, sink: HttpReplySink) -> None:
        inbound, meeting = head_of(request)
        try:
            self._refuse_overload(sink)
            check_head(request, inbound)
            body = await read_body(request, inbound, self._limits)
        except Fault as fault:
            sink.end_connection()
            await self._refuse(fault, inbound, sink)
        else:
            await self._handle(replace(inbound, body=body), meeting, sink)

    def _refuse_overload(self, sink: HttpReplySink) -> None:
        if len(self._under_way) > self._limits.concurrent_requests:
            sink.add_header("retry-after", str(RETRY_SECONDS))
            raise OwnFault("overloaded", "too many requests at once (limits.concurrent_requests); try again")

    async def _run(self, work: Awaitable[None], sink: HttpReplySink) -> web.StreamResponse:
        """Run an exchange in a task of its own, cancelled at most once.

        Disconnects and shutdown may cancel the connection's task several times. A second cancellation would interrupt
        the exchange while it records its outcome.
        """
        with self._metrics.flight():
            task = asyncio.create_task(_contained(work, sink))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                _cancel_once(task)
                await asyncio.wait({task})
                sink.cut()
                raise
        if sink.response is None:
            raise ConnectionError
        return sink.response


async def _contained(work: Awaitable[None], sink: HttpReplySink) -> None:
    """Await `work`. An error that escapes it ends the connection and is logged by its type."""
    try:
        await work
    except ClientGone:
        return
    except Exception as error:
        log.error("exchange_failed", exc_info=error)
        sink.cut()


def _cancel_once(task: asyncio.Task[Any]) -> None:
    if not task.cancelling():
        task.cancel()
