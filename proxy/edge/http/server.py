"""The HTTP server under both listeners: deadlines for request heads, and no client text in logs or answers.

Built on aiohttp's server with its C parser (llhttp), which refuses doubled lengths, bare line feeds, obsolete line
folding and other ambiguities that request smuggling needs. The pure Python parser is not accepted in its place.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import http_parser, web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler, _ErrInfo
from aiohttp.web_server import Server

from proxy.edge import telemetry
from proxy.edge.http.shared_sockets import Shared, SharedServer
from proxy.errors import ClientFault, OwnFault

IDLE_SECONDS = 75.0
"""How long a connection may wait for its next request."""

LINGER_SECONDS = 2.0
"""How long the rest of a refused body is read, so that the client sees the answer rather than a reset."""

Serve = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
ServeMalformed = Callable[[ClientFault, web.BaseRequest], Awaitable[web.StreamResponse]]

log = telemetry.logger()


class HttpService:
    """A listener's handlers: for complete requests, and for bytes that are not a request."""

    def __init__(self, serve: Serve, serve_malformed: ServeMalformed, header_seconds: float, connections: int) -> None:
        self.serve, self.serve_malformed = serve, serve_malformed
        self.header_seconds, self.connections = header_seconds, connections


SERVICE: web.AppKey[HttpService] = web.AppKey("service", HttpService)
"""Where an application keeps its `HttpService`. Without one, aiohttp's own routing serves it."""


class BareResponse(web.Response):
    """An answer without a body, which no cache keeps and which names no program."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers["cache-control"] = "no-store"
        self.headers.popall("server", None)


class Connection(RequestHandler):
    """One client connection, with a deadline for each request head."""

    def __init__(self, server: HttpServer, **options: Any) -> None:
        super().__init__(server, **options)
        self._http = server
        self._head_timer: asyncio.TimerHandle | None = None
        self._current: web.BaseRequest | None = None
        self._next_began = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the deadline for the first head with the connection."""
        super().connection_made(transport)
        self._http.opened(self)
        self._expect_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Cancel the deadline when the connection ends."""
        self._head_arrived()
        self._http.ended(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Start a head's deadline on bytes that follow a request, or that come when no request is under way."""
        if not data:
            pass  # the parser is only asked to go on with the bytes it already has
        elif self._current is not None:
            self._next_began = self._next_began or self._current.content.is_eof()
        elif self._head_timer is None:
            self._expect_head()
        super().data_received(data)

    async def serve(self, request: web.BaseRequest, serve: Serve) -> web.StreamResponse:
        """Serve one request, whose head is complete."""
        self._head_arrived()
        self._http.busy(self)
        self._current, self._next_began = request, False
        try:
            return await serve(request)
        finally:
            self._current = None
            self._http.waits(self)
            if self._next_began and self.transport is not None:
                self._expect_head()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - may quote the client
    ) -> web.StreamResponse:
        """Answer without a body, where aiohttp would log and repeat what the client sent."""
        log.error("request_failed", status=status, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError
        response = BareResponse(status=status)
        response.force_close()
        return response

    def _make_error_handler(self, err_info: _ErrInfo) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
        fault = _fault_of(err_info.exc)
        service = self._http.service

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if service is None:
                return self.handle_error(request, fault.status)
            return await self.serve(request, lambda malformed: service.serve_malformed(fault, malformed))

        return answer

    def cut(self) -> None:
        """Reset the connection: others need its place."""
        if self.transport is not None:
            log.debug("connection_given_up")
            self.transport.abort()

    def _expect_head(self) -> None:
        if self._http.service is not None:
            self._head_timer = self._loop.call_later(self._http.service.header_seconds, self._too_slow)

    def _head_arrived(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        self._head_timer = None
        if self._current is None and self.transport is not None:
            log.info("head_too_slow")
            self.transport.abort()


def _fault_of(error: BaseException) -> ClientFault:
    """The fault of a head that cannot be read. aiohttp has a type for long lines, and only words for many headers."""
    if isinstance(error, LineTooLong):
        return ClientFault("head_too_large", "the request line or a header is longer than 8190 bytes", status=431)
    if "too many headers" in str(error).lower():
        return ClientFault("head_too_large", "the request has more than 128 headers", status=431)
    return ClientFault("request_malformed", "this is no valid HTTP/1.1 request; the connection was closed")


class HttpServer(Server):
    """Makes connections that serve one application."""

    def __init__(self, serve: Serve, service: HttpService | None) -> None:
        super().__init__(
            self._dispatch,
            handler_cancellation=True,
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGER_SECONDS,
            auto_decompress=False,
            access_log=None,
            logger=telemetry.QuietLogger("proxy.http"),
        )
        self._serve = serve
        self.service = service
        self._waiting: OrderedDict[Connection, None] = OrderedDict()
        self._busy: set[Connection] = set()
        self.counted: Callable[[int], None] = lambda _: None
        """Told how many connections there are, each time that one more or one less is."""

    def opened(self, connection: Connection) -> None:
        """Count a new connection. If these are too many, the one is closed that has waited longest for a request."""
        self.waits(connection)
        self.counted(len(self._waiting) + len(self._busy))
        if self.service is None or len(self._waiting) + len(self._busy) <= self.service.connections:
            return
        longest, _ = self._waiting.popitem(last=False)
        longest.cut()

    def busy(self, connection: Connection) -> None:
        """A request of the connection is being served."""
        self._waiting.pop(connection, None)
        self._busy.add(connection)

    def waits(self, connection: Connection) -> None:
        """The connection waits for its next request, from now on."""
        self._busy.discard(connection)
        if connection.transport is not None:
            self._waiting[connection] = None

    def ended(self, connection: Connection) -> None:
        """Forget a connection."""
        self._waiting.pop(connection, None)
        self._busy.discard(connection)
        self.counted(len(self._waiting) + len(self._busy))

    def __call__(self) -> RequestHandler:
        """Return a connection for an accepted socket."""
        return Connection(self, loop=self._loop, **self._kwargs)

    async def _dispatch(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if not isinstance(connection, Connection):
            raise OwnFault("internal_error", "a connection of another server", status=500)
        return await connection.serve(request, self._serve)


class HttpRunner(web.AppRunner):
    """Runs an application on `HttpServer`."""

    async def _make_server(self) -> Server:
        routed = await super()._make_server()
        service = self.app.get(SERVICE)
        server = HttpServer(service.serve if service else routed.request_handler, service)
        if service is None:
            server.request_factory = routed.request_factory
        return server


class HttpSite(web.BaseSite):
    """Listens for `HttpServer`, with TLS if there is a context; a handshake has as long as the head of a request."""

    def __init__(
        self,
        runner: web.BaseRunner,
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
        seconds: float,
        *,
        shared: Shared | None = None,
    ):
        """`shared` are sockets that listen there already, and on which other processes take connections as well."""
        super().__init__(runner, ssl_context=tls)
        self._address, self._handshake_seconds = (host, port), None if tls is None else seconds
        self._shared = shared

    @property
    def name(self) -> str:
        """Where it listens."""
        return f"{self._address[0]}:{self._address[1]}"

    async def start(self) -> None:
        """Begin to listen. Raises `OSError`."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise OwnFault("internal_error", "a listener that is not set up", status=500)
        if self._shared is not None and isinstance(server, HttpServer):
            sharing = SharedServer(self._shared, server, self._ssl_context, self._handshake_seconds)
            server.counted, self._server = sharing.counts, sharing
            return
        self._server = await asyncio.get_running_loop().create_server(
            server,
            *self._address,
            ssl=self._ssl_context,
            ssl_handshake_timeout=self._handshake_seconds,
            backlog=self._backlog,
        )


def require_strict_parser() -> None:
    """Raise `OwnFault` if aiohttp lacks its C extensions: its fallback parser is more lenient."""
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise OwnFault("http_parser_missing", "aiohttp has no C extensions here; install its binary wheel")
