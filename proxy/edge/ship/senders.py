"""Sends batches to receivers: over HTTP (also OTLP), or to a syslog server over TLS, TCP or UDP.

HTTP: redirects, cookies and proxies from the environment are off, and certificates are checked. What an answer means is
said by `audit.ship.verdicts`.

Syslog has no acknowledgement. On a stream, which is a connection for each batch, its end is one: after a batch the
sender says that it is done, and waits for the server to close. A server closes in order only after it has read
everything up to the end; where it ends before that, the kernel resets the connection, and the batch is sent again. A
server that ends before the sender has said so has not waited for the end either: what it read is not known, and the
batch is sent again. Over UDP nothing is known.
"""

from __future__ import annotations

import contextlib
import gzip
import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from proxy.audit.ship import otlp
from proxy.audit.ship.bodies import FORMATS
from proxy.audit.ship.records import LoggedEvent, Shape
from proxy.audit.ship.syslog import LARGEST_DATAGRAM, counted, message
from proxy.audit.ship.verdicts import Arrived, Later, Stop, Verdict, of_elastic, of_http, of_otlp
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.ship.aside import Resolver, aside
from proxy.edge.ship.tls import context_of
from proxy.settings import HttpReceiver, OtlpReceiver
from proxy.settings.ledger import FACILITIES, SyslogReceiver

ANSWER_BYTES = 8 << 20
"""Most bytes of an answer that are read."""
_KEEP_ALIVE_SECONDS = 4.0

_HTTP_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (aiohttp.ClientConnectorCertificateError, "certificate_not_trusted"),
    (aiohttp.ClientConnectorSSLError, "tls_failed"),
    (aiohttp.ClientConnectorDNSError, "name_unknown"),
    (aiohttp.ClientConnectorError, "unreachable"),
    (Exception, "connection_lost"),
)
"""What an error of the client means; the first that fits counts."""

Write = Callable[[Sequence[LoggedEvent], Shape], bytes]
Read = Callable[[bytes, int], Verdict]
"""The verdict that the body of a 2xx answer gives on a batch of so many records."""


class HttpSender:
    """Sends to one receiver. Lives in one event loop; call `close` at the end."""

    def __init__(
        self, receiver: HttpReceiver | OtlpReceiver, credential: AuthHeader | None, shape: Shape, place: str
    ) -> None:
        self._receiver, self._shape = receiver, shape
        self._url = URL(receiver.url)
        self._tls = context_of(receiver, place) if self._url.scheme == "https" else None
        media_type, self._write, self._read = _kind(receiver)
        self._headers = {**receiver.headers, "content-type": media_type}
        if receiver.gzip:
            self._headers["content-encoding"] = "gzip"
        if credential is not None:
            self._headers[credential.name] = credential.value
        self._session: aiohttp.ClientSession | None = None

    async def send(self, records: Sequence[LoggedEvent]) -> Verdict:
        """Send a batch, in order."""
        body = await aside(lambda: self._body(records))
        try:
            async with self._connected().post(
                self._url, data=body, headers=self._headers, allow_redirects=False
            ) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                verdict = of_http(answer.status, headers, datetime.now(UTC))
                if not isinstance(verdict, Arrived) or self._read is None:
                    return verdict
                told = await _within(answer.content, ANSWER_BYTES)
        except (aiohttp.ClientError, OSError, ValueError, EOFError) as error:
            return Later(next(reason for kind, reason in _HTTP_REASONS if isinstance(error, kind)))
        return Later("answer_too_large") if told is None else self._read(told, len(records))

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()

    def _body(self, records: Sequence[LoggedEvent]) -> bytes:
        body = self._write(records, self._shape)
        return gzip.compress(body, 6, mtime=0) if self._receiver.gzip else body

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=1,
                    ssl=self._tls if self._tls is not None else True,
                    keepalive_timeout=_KEEP_ALIVE_SECONDS,
                    resolver=Resolver(),
                ),
                timeout=aiohttp.ClientTimeout(total=self._receiver.timeout_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


def _kind(receiver: HttpReceiver | OtlpReceiver) -> tuple[str, Write, Read | None]:
    """The media type, how a batch is written, and how the body of a 2xx answer is read, if it says anything."""
    if isinstance(receiver, OtlpReceiver):
        return (
            "application/json",
            lambda records, shape: otlp.request(records, shape, time.time_ns()),
            lambda body, _: of_otlp(body),
        )
    media_type, write = FORMATS[receiver.format]
    return media_type, write, of_elastic if receiver.format == "elastic_bulk" else None


async def _within(content: aiohttp.StreamReader, limit: int) -> bytes | None:
    """The whole of an answer. None: it is larger than the limit."""
    told = bytearray()
    async for piece in content.iter_any():
        told += piece
        if len(told) > limit:
            return None
    return bytes(told)


_ANSWER_BYTES = 4096
_END_SECONDS = 0.05
"""How long an early end of a server is waited for after a batch: longer than it takes on the way, mostly."""
_SYSLOG_REASONS = (
    (TimeoutError, "timeout"),
    (socket.gaierror, "name_unknown"),
    (ssl.SSLCertVerificationError, "certificate_not_trusted"),
    (ssl.SSLError, "tls_failed"),
    (ConnectionRefusedError, "unreachable"),
    (OSError, "connection_lost"),
)
"""What an error of a socket means; the first that fits counts."""


class SyslogSender:
    """Sends to one syslog server."""

    def __init__(self, receiver: SyslogReceiver, shape: Shape, place: str) -> None:
        self._receiver, self._shape = receiver, shape
        self._tls = context_of(receiver, place) if receiver.protocol == "tls" else None
        self._host = socket.gethostname()
        self._open: socket.socket | None = None

    async def send(self, records: Sequence[LoggedEvent]) -> Verdict:
        """Send a batch, in order."""
        return await aside(lambda: self._sent(records))

    async def close(self) -> None:
        """End a connection under way; its batch has not arrived."""
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)

    def _sent(self, records: Sequence[LoggedEvent]) -> Verdict:
        messages = [self._message(record) for record in records]
        try:
            if self._receiver.protocol == "udp":
                return self._as_datagrams(messages)
            self._on_a_stream(b"".join(counted(each) for each in messages))
        except OSError as error:
            return Later(next(reason for kind, reason in _SYSLOG_REASONS if isinstance(error, kind)))
        return Arrived()

    def _message(self, record: LoggedEvent) -> bytes:
        receiver = self._receiver
        facility = FACILITIES.index(receiver.facility)
        return message(record, self._shape, facility=facility, host=self._host, app_name=receiver.app_name)

    def _on_a_stream(self, content: bytes) -> None:
        receiver = self._receiver
        with socket.create_connection((receiver.host, receiver.port), receiver.timeout_seconds) as plain:
            self._open = plain
            try:
                if self._tls is None:
                    plain.sendall(content)
                    check_still_open(plain)
                    plain.shutdown(socket.SHUT_WR)
                    _read_to_the_end(plain)
                else:
                    with self._tls.wrap_socket(plain, server_hostname=receiver.host) as secure:
                        self._open = secure
                        secure.sendall(content)
                        check_still_open(secure)
                        _say_goodbye(secure)
            finally:
                self._open = None

    def _as_datagrams(self, messages: Sequence[bytes]) -> Verdict:
        if any(len(each) > LARGEST_DATAGRAM for each in messages):
            return Stop("record_too_large")
        receiver = self._receiver
        family, kind, proto, _, address = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, proto) as datagrams:
            datagrams.settimeout(receiver.timeout_seconds)
            for each in messages:
                datagrams.sendto(each, address)
        return Arrived()


def check_still_open(connection: socket.socket) -> None:
    """Raise `ConnectionResetError` if the server ends although it was not said yet that the batch is complete.

    An end that is on its way is waited for, `_END_SECONDS` long.
    """
    patience = connection.gettimeout()
    connection.settimeout(0)
    until = time.monotonic() + _END_SECONDS
    try:
        while select.select([connection], [], [], max(0.0, until - time.monotonic()))[0]:
            with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
                if not connection.recv(_ANSWER_BYTES):
                    raise ConnectionResetError
            if time.monotonic() > until:
                return
    finally:
        connection.settimeout(patience)


def _read_to_the_end(connection: socket.socket) -> None:
    """Return when the server closes in order. Raises `OSError` if it resets, or stays silent for too long."""
    while connection.recv(_ANSWER_BYTES):
        pass


def _say_goodbye(secure: ssl.SSLSocket) -> None:
    """Say in TLS that nothing more follows (RFC 5425 §4.4), and wait for the server to close.

    Many servers close the connection without saying goodbye in TLS. As it was said from here that the data are
    complete, that is as good; a reset is not.
    """
    try:
        plain = secure.unwrap()
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        return
    except OSError as error:
        if type(error) is OSError and not error.errno:  # How OpenSSL tells an end without goodbye.
            return
        raise
    plain.shutdown(socket.SHUT_WR)
    _read_to_the_end(plain)
