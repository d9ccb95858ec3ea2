"""One request to an anchor's server, with certificates checked; no redirects, cookies or proxies of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import aiohttp
from yarl import URL

from proxy.edge.ship.aside import Resolver, aside
from proxy.edge.ship.tls import context_of
from proxy.settings import Web

ANSWER_BYTES = 256 << 10
"""Most bytes of an answer."""


class Answer(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes


class AnchorRefused(Exception):
    """A server answered something that does not keep, date or cosign a checkpoint."""


class AnchorMute(AnchorRefused):
    """A server takes checkpoints, but lets nobody read them, so that what it has cannot be compared."""


async def ask(
    web: Web, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Send a request. Raises whatever the client raises, and `AnchorRefused` for an answer that is too large."""
    target = URL(url, encoded=True)
    tls = await aside(lambda: context_of(web, "ledger.anchors")) if target.scheme == "https" else True
    connector = aiohttp.TCPConnector(ssl=tls, resolver=Resolver(), force_close=True)
    timeout = aiohttp.ClientTimeout(total=web.timeout_seconds)
    async with (
        aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        ) as session,
        session.request(method, target, data=body, headers=headers, allow_redirects=False) as answer,
    ):
        told = bytearray()
        async for piece in answer.content.iter_any():
            told += piece
            if len(told) > ANSWER_BYTES:
                raise AnchorRefused
        return Answer(answer.status, bytes(told))
