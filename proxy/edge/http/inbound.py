"""Reads a client's request: target, headers and body, within limits and with unambiguous framing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from urllib.parse import unquote

from aiohttp import HttpVersion10, HttpVersion11, StreamReader, web

from proxy.edge.http import tls
from proxy.edge.http.decoding import CODINGS, BrokenCoding, Decoder, TooLarge, UnknownCoding
from proxy.errors import ClientFault
from proxy.model import Inbound
from proxy.ports import ClientGone
from proxy.settings import Limits

_TARGET = re.compile(r"(/[\x21\x24-\x3e\x40-\x7e]*)(?:\?([\x21-\x22\x24-\x7e]*))?")
"""Origin form of RFC 9112 §3.2.1: a path and a query, in visible ASCII; no authority, no fragment."""

_PREFIX = re.compile(r"/m/([^/]+)(/.*)")
_ONCE = frozenset(
    {
        "api-key",
        "authorization",
        "content-encoding",
        "content-type",
        "expect",
        "host",
        "transfer-encoding",
        "x-acts-for",
        "x-api-key",
        "x-meeting-id",
        "x-recording-start",
    }
)
"""Headers that may occur only once: a second one would leave open which one holds."""


def head_of(request: web.BaseRequest) -> tuple[Inbound, str | None]:
    """Return method, target and headers, and the meeting of a path prefix ``/m/{meeting}/…``. The body is empty.

    A target that cannot be parsed gives an empty path, which `check_head` refuses.
    """
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.raw_headers)
    target = _TARGET.fullmatch(request.raw_path)
    path, query = (target[1], target[2] or "") if target else ("", "")
    prefix, certified = _PREFIX.fullmatch(path), tls.names_of(request.get_extra_info("peercert"))
    if prefix:
        return Inbound(request.method, prefix[2], query, headers, b"", certified), unquote(prefix[1], "latin-1")
    return Inbound(request.method, path, query, headers, b"", certified), None


def check_head(request: web.BaseRequest, inbound: Inbound) -> None:
    """Raise `ClientFault` for a head that is ambiguous about target, framing or protocol."""
    if request.version not in (HttpVersion10, HttpVersion11):
        raise ClientFault("http_version", "speak HTTP/1.1", status=505)
    if not inbound.path:
        raise ClientFault("target_malformed", "the request target must be a path in visible ASCII")
    names = [name for name, _ in inbound.headers]
    repeated = next((name for name in names if name in _ONCE and names.count(name) > 1), None)
    if repeated is not None:
        raise ClientFault("header_repeated", f"send the header {repeated!r} once", where=repeated)
    transfer = inbound.header("transfer-encoding")
    # RFC 9112 §6.1: a message with both is an attack or a mistake. Codings other than chunked are not supported.
    if transfer is not None and (
        transfer.strip().lower() != "chunked" or "content-length" in names or request.version == HttpVersion10
    ):
        raise ClientFault("framing_ambiguous", "send either Content-Length or Transfer-Encoding: chunked")
    if request.method == "CONNECT" or (inbound.header("upgrade") or "").strip().lower() == "websocket":
        raise ClientFault("upgrade_not_supported", "this proxy neither tunnels nor upgrades connections")
    if (inbound.header("expect") or "100-continue").strip().lower() != "100-continue":
        raise ClientFault("expectation_failed", "only Expect: 100-continue is understood", status=417)


async def read_body(
    request: web.BaseRequest, inbound: Inbound, limits: Limits, grow: Callable[[int], None] = lambda _bytes: None
) -> bytes:
    """Read and decode the body. Raises `ClientFault` if it is too large, too slow, broken or of an unknown coding.

    `grow` is told of the bytes that are kept, before they are, and may raise a `Fault`.
    """
    try:
        decoder = Decoder(inbound.header("content-encoding"), limits.body_bytes)
        if (request.content_length or 0) > limits.body_bytes:
            raise TooLarge
        if inbound.header("expect") and request.version == HttpVersion11:
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        body = await _received(request.content, decoder, limits.body_seconds, grow)
    except UnknownCoding:
        detail = f"content encodings that can be read: {', '.join(CODINGS)}"
        raise ClientFault("content_encoding", detail, status=415, where="content-encoding") from None
    except TooLarge:
        detail = f"the body is larger than {limits.body_bytes} bytes (limits.body_bytes), or compressed too densely"
        raise ClientFault("body_too_large", detail, status=413) from None
    except TimeoutError:
        detail = f"the body did not arrive within {limits.body_seconds:g} s (limits.body_seconds)"
        raise ClientFault("body_too_slow", detail, status=408) from None
    except (BrokenCoding, web.RequestPayloadError, ValueError):
        raise ClientFault(
            "body_malformed", "the body ends too early, or is not, whole and alone, of its content encoding"
        ) from None
    except ConnectionError:
        raise ClientGone from None
    return body


async def _received(content: StreamReader, decoder: Decoder, seconds: float, grow: Callable[[int], None]) -> bytes:
    """Read to the end within `seconds`."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for piece in content.iter_any():
                for decoded in decoder.feed(piece):
                    grow(len(decoded))
                    body += decoded
        decoder.close()
        return bytes(body)
    finally:
        # An exception keeps this frame until the garbage is collected, and megabytes must not wait for that.
        body.clear()
