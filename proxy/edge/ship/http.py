"""Sends batches to an HTTP receiver (also OTLP). Redirects, cookies and proxies from the environment are off.

Certificates are checked. What an answer means is said by `audit.ship.verdicts`.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from proxy.audit.ship import otlp
from proxy.audit.ship.bodies import FORMATS
from proxy.audit.ship.records import LoggedEvent, Shape
from proxy.audit.ship.verdicts import Arrived, Later, Verdict, of_elastic, of_http, of_otlp
from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.ship.aside import Resolver, aside
from proxy.edge.ship.tls import context_of
from proxy.settings import HttpReceiver, OtlpReceiver

ANSWER_BYTES = 8 << 20
"""Most bytes of an answer that are read."""
_KEEP_ALIVE_SECONDS = 4.0

_REASONS: tuple[tuple[type[Exception], str], ...] = (
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
            return Later(next(reason for kind, reason in _REASONS if isinstance(error, kind)))
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
