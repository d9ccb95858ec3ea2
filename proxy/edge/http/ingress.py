"""The client listener: reads requests, hands them to the exchange, and carries its answers back.

One handler serves every method and path, so the exchange decides and records whatever is asked. Faults found before a
request is complete also go to the exchange, with an empty body.

A reply goes out headers first, then in pieces at the pace at which the client takes them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    nullcontext,
)
from dataclasses import replace
from typing import Any, Protocol

from aiohttp import web

from proxy.edge import telemetry
from proxy.edge.http.admission import Admission
from proxy.edge.http.inbound import check_head, head_of, read_body
from proxy.edge.http.server import SERVICE, HttpRunner, HttpService, require_strict_parser
from proxy.edge.metrics import Metrics
from proxy.errors import ClientFault, Fault
from proxy.model import Inbound
from proxy.ports import ClientGone, ReplySink
from proxy.settings import Client, Limits
from proxy.steps.call import Call

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
        self._last = False
        self.response: web.StreamResponse | None = None

    def end_connection(self) -> None:
        """Close the connection after this reply: what follows on it cannot be trusted or was not read."""
        self._last = True

    async def start(self, status: int, content_type: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        """As `ReplySink.start`."""
        response = web.StreamResponse(status=status, headers=_OWN_HEADERS)
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


class Serving(Protocol):
    """The exchange, as the listener knows it."""

    @property
    def limits(self) -> Limits:
        """The bounds on what one request may use."""

    def admit(self, head: Inbound) -> Call:
        """Who calls, by the head of a request alone; raises a `Fault` for whoever may not."""

    async def run(self, call: Call, inbound: Inbound, from_prefix: str | None, sink: ReplySink) -> None:
        """Serve a complete request of an admitted caller; `from_prefix` is the meeting that its path began with."""

    async def refuse(self, fault: Fault, inbound: Inbound, sink: ReplySink) -> None:
        """Record and answer a request that was not read whole; its body is empty."""


log = telemetry.logger()


InForce = Callable[[], AbstractContextManager[Serving]]
"""What serves a request that begins now, which it is kept for until the context is left."""


Asked = Callable[[Client], AbstractAsyncContextManager[object]]
"""Asks another process whether a client may begin a request by its own limits. Raises a `Fault` if not.

The request counts there until the context is left.
"""


def _asks_nobody(_client: Client) -> AbstractAsyncContextManager[None]:
    return nullcontext()


def build(
    in_force: InForce, admission: Admission, limits: Limits, metrics: Metrics, asked: Asked = _asks_nobody
) -> web.Application:
    """Build the application behind the client listener. Run it with `runner`.

    Each request is served, from its head to its end, by what was `in_force` when it began. `limits` bound connections.
    """
    require_strict_parser()
    ingress = Ingress(in_force, admission, limits.drain_seconds, metrics, asked)
    app = web.Application()
    app[SERVICE] = HttpService(ingress.serve, ingress.serve_malformed, limits.header_seconds, limits.connections)
    app.on_shutdown.append(ingress.drain)
    return app


def runner(app: web.Application, drain_seconds: float) -> web.AppRunner:
    """Return a runner. Its ``cleanup`` stops listening, waits for requests under way, then cancels them."""
    return HttpRunner(app, shutdown_timeout=drain_seconds)


class Ingress:
    """Serves requests: judges each by its head, reads its body if there is a place for it, and hands it on."""

    def __init__(
        self, in_force: InForce, admission: Admission, drain_seconds: float, metrics: Metrics, asked: Asked
    ) -> None:
        self._in_force, self._admission, self._metrics, self._asked = in_force, admission, metrics, asked
        self._drain_seconds = drain_seconds
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Serve one request."""
        with self._in_force() as serving:
            sink = HttpReplySink(request, serving.limits.body_seconds)
            return await self._run(self._exchange(serving, request, sink), sink)

    async def serve_malformed(self, fault: ClientFault, request: web.BaseRequest) -> web.StreamResponse:
        """Answer bytes that are not a request."""
        with self._in_force() as serving:
            sink = HttpReplySink(request, serving.limits.body_seconds)
            sink.end_connection()
            return await self._run(serving.refuse(fault, Inbound("", "", "", (), b""), sink), sink)

    async def drain(self, _app: web.Application) -> None:
        """Let requests under way end, then cancel the rest and wait until they have recorded their outcome."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._drain_seconds)
        for task in self._under_way:
            _cancel_once(task)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _exchange(self, serving: Serving, request: web.BaseRequest, sink: HttpReplySink) -> None:
        inbound, meeting = head_of(request)
        async with AsyncExitStack() as places:
            clear = False
            try:
                check_head(request, inbound)
                clear = True
                call = serving.admit(inbound)
                await places.enter_async_context(self._asked(call.client))
                place = places.enter_context(self._admission.enter(call.client))
                body = await read_body(request, inbound, serving.limits, place.grow)
                place.complete()
            except Fault as fault:
                if not clear or not request.content.is_eof():
                    sink.end_connection()
                await places.aclose()
                await serving.refuse(fault, inbound, sink)
            else:
                await serving.run(call, replace(inbound, body=body), meeting, sink)

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
