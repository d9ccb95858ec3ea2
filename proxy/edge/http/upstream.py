"""Sends to recipients: the only part of the proxy that does. Contacts configured addresses only.

Redirects, cookies, proxies from the environment and automatic retries are off. Each recipient has its own connections.
The permit is redeemed for exactly the bytes that follow, before a connection is looked up.
"""

from __future__ import annotations

import asyncio
import io
import re
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

import aiohttp
from yarl import URL

from proxy.edge.configuration.credentials import AuthHeader
from proxy.edge.configuration.document import ConfigProblem, Problem
from proxy.edge.http.decoding import BrokenCoding, Decoder, TooLarge, UnknownCoding
from proxy.errors import OwnFault, UpstreamFault
from proxy.model import WAITING, Outbound, ReplyHead
from proxy.ports import Permit
from proxy.settings import Limits, Recipient

REPLY_HEADERS = ("content-type", *WAITING)
"""The only reply headers that are read; others could identify or track."""

_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,200}")
_KEEP_ALIVE_SECONDS = 4.0
"""Below the five seconds after which common servers close idle connections, since a POST is never sent twice."""

_SECONDS_TO_END = 0.25
"""How long a reply of which no more is wanted may still come, so that its connection serves the next request."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A reply while it arrives; see `ports.UpstreamReply`."""

    head: ReplyHead
    response: aiohttp.ClientResponse
    decoder: Decoder

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the decoded body as it arrives. Raises `UpstreamFault`."""
        pieces = self.response.content.iter_any()
        while True:
            with _own_words():
                piece = await anext(pieces, b"")
            if not piece:
                break
            with _own_words():
                decoded = list(self.decoder.feed(piece))
            for each in decoded:
                yield each
        with _own_words():
            self.decoder.close()


class HttpUpstream:
    """The configured recipients, over HTTP. Lives in one event loop; call `close` at the end."""

    def __init__(
        self, recipients: Mapping[str, Recipient], credentials: Mapping[str, AuthHeader], limits: Limits
    ) -> None:
        self._recipients = recipients
        self._credentials = credentials
        self._reply_bytes = limits.reply_bytes
        self._tls = _contexts(recipients)
        self._sessions: dict[str, aiohttp.ClientSession] = {}

    @asynccontextmanager
    async def send(self, permit: Permit, outbound: Outbound) -> AsyncIterator[HttpReply]:
        """Send once. Leaving the context closes the connection if the reply does not come to its end."""
        session = self._session(outbound)
        headers = list(outbound.headers)
        credential = self._credentials.get(outbound.recipient)
        if credential is not None:
            headers.append((credential.name, credential.value))
        permit.redeem(outbound.body)
        with _own_words():
            response = await session.request(
                outbound.method,
                URL(outbound.url, encoded=True),
                headers=headers,
                data=io.BytesIO(outbound.body) if outbound.body else None,
                allow_redirects=False,
            )
        try:
            yield HttpReply(_head(response), response, self._decoder(response))
            await _read_to_end(response.content)
        finally:
            response.close()

    async def close(self) -> None:
        """End all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    def _session(self, outbound: Outbound) -> aiohttp.ClientSession:
        recipient = self._recipients.get(outbound.recipient)
        if recipient is None or not _below(outbound.url, recipient.base_url):
            raise OwnFault("destination_not_configured", "the address is not below the recipient's base_url")
        if outbound.recipient not in self._sessions:
            self._sessions[outbound.recipient] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0,
                    ssl=self._tls.get(outbound.recipient, True),
                    keepalive_timeout=_KEEP_ALIVE_SECONDS,
                    resolver=aiohttp.ThreadedResolver(),
                ),
                timeout=aiohttp.ClientTimeout(
                    total=recipient.total_seconds,
                    connect=recipient.connect_seconds,
                    sock_connect=recipient.connect_seconds,
                    sock_read=recipient.idle_seconds,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                skip_auto_headers=("user-agent", "accept", "accept-encoding", "content-type"),
            )
        return self._sessions[outbound.recipient]

    def _decoder(self, response: aiohttp.ClientResponse) -> Decoder:
        codings = response.headers.getall("content-encoding", [])
        with _own_words():
            return Decoder(", ".join(codings), self._reply_bytes)


async def _read_to_end(content: aiohttp.StreamReader) -> None:
    """Read what still comes, for a moment: a stream says that it ends before its connection does."""
    with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with asyncio.timeout(_SECONDS_TO_END):
            while not content.at_eof():
                await content.readany()


def _below(url: str, base_url: str) -> bool:
    base = base_url.rstrip("/")
    return url == base or url.startswith(base + "/")


def _head(response: aiohttp.ClientResponse) -> ReplyHead:
    if response.status < 200 or response.status > 599:
        raise UpstreamFault("upstream_broken", "the recipient answered with a status that is no HTTP answer")
    if 300 <= response.status < 400:
        raise UpstreamFault("upstream_redirect", "the recipient redirects; set base_url to the final address")
    found = {name: response.headers.get(name, "") for name in REPLY_HEADERS}
    return ReplyHead(response.status, {name: value for name, value in found.items() if _HEADER_VALUE.fullmatch(value)})


@contextmanager
def _own_words() -> Iterator[None]:
    """Turn errors of connection, protocol and coding into faults. Drops library messages, which may quote bytes."""
    try:
        yield
    except aiohttp.ConnectionTimeoutError:
        detail = "no connection to the recipient within connect_seconds; see base_url, and what lies between"
        raise UpstreamFault("upstream_unreachable", detail) from None
    except TimeoutError:
        detail = "the recipient did not answer in time; see connect_seconds, idle_seconds and total_seconds"
        raise UpstreamFault("upstream_timeout", detail, status=504) from None
    except aiohttp.ClientConnectorError:
        raise UpstreamFault("upstream_unreachable", "no connection to the recipient; see base_url, ca_file") from None
    except UnknownCoding:
        raise UpstreamFault("upstream_encoding", "the reply has a content encoding that is not accepted") from None
    except TooLarge:
        raise UpstreamFault("upstream_too_large", "the reply is larger than limits.reply_bytes") from None
    except (aiohttp.ClientError, BrokenCoding, OSError, ValueError, EOFError):
        raise UpstreamFault("upstream_broken", "the recipient's reply was cut off or is no valid HTTP") from None


def _contexts(recipients: Mapping[str, Recipient]) -> dict[str, ssl.SSLContext]:
    """Return the TLS context of each TLS recipient. Loading authorities is slow, so equal ones are loaded once."""
    made: dict[str | None, ssl.SSLContext] = {}
    contexts: dict[str, ssl.SSLContext] = {}
    for name, recipient in recipients.items():
        file = recipient.ca_file
        if file is not None or URL(recipient.base_url).scheme == "https":
            contexts[name] = made[file] = made[file] if file in made else _tls(name, file)
    return contexts


def _tls(name: str, ca_file: str | None) -> ssl.SSLContext:
    """Build a context that verifies certificates and host names, by the authorities in `ca_file` if given."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError):
        place, remedy = f"recipients.{name}.ca_file", "name a readable file of PEM certificates"
        raise ConfigProblem([Problem("configuration", 0, 0, place, "no certificates in this file", remedy)]) from None
