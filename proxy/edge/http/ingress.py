"""The client listener: reads requests, hands them to the exchange, and carries its answers back.

There is one handler for every method and path, so that whatever is asked, the exchange decides and records it.
Faults met before a request is whole go to the exchange as well, with an empty body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from proxy.edge import telemetry
from proxy.edge.http.inbound import check_head, head_of, read_body
from proxy.edge.http.reply_sink import HttpReplySink
from proxy.edge.http.server import SERVICE, HttpRunner, HttpService, require_strict_parser
from proxy.edge.metrics import Metrics
from proxy.errors import ClientFault, Fault, OwnFault
from proxy.model import Inbound
from proxy.ports import ClientGone, ReplySink
from proxy.settings import Limits

Handle = Callable[[Inbound, str | None, ReplySink], Awaitable[None]]
"""The exchange: a whole request, the meeting that its path prefix names, and where the reply goes."""

Refuse = Callable[[Fault, Inbound, ReplySink], Awaitable[None]]
"""The exchange's way of recording and answering a request that could not be read; its body is empty."""

RETRY_SECONDS = 1

log = telemetry.logger()


def build(handle: Handle, refuse: Refuse, limits: Limits, metrics: Metrics) -> web.Application:
    """The application behind the client listener; run it with `runner`."""
    require_strict_parser()
    ingress = Ingress(handle, refuse, limits, metrics)
    app = web.Application()
    app[SERVICE] = HttpService(ingress.serve, ingress.serve_malformed, limits.header_seconds)
    app.on_shutdown.append(ingress.drain)
    return app


def runner(app: web.Application, drain_seconds: float) -> web.AppRunner:
    """Runs an application. Its ``cleanup`` stops listening, waits for requests under way, then cancels them."""
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
        """Answer bytes that are no request."""
        sink = HttpReplySink(request, self._limits.body_seconds)
        sink.end_connection()
        return await self._run(self._refuse(fault, Inbound("", "", "", (), b""), sink), sink)

    async def drain(self, _app: web.Application) -> None:
        """Let requests under way end, then cancel the rest and wait until they have recorded what became of them."""
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

        Disconnects and shutdown may cancel the connection's task several times; a second cancellation would
        interrupt the exchange while it records its outcome.
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
    """Await `work`; an error that it lets through ends the connection and is logged by its type."""
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
