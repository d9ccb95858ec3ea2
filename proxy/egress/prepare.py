"""What leaves besides the body: an address from the configuration and a fixed set of headers.

The client chooses neither destination, path, query nor headers; what it says about itself is counted, so that
the ledger can tell what was kept back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from proxy.egress.headers import count_stripped, outbound_headers
from proxy.errors import ClientFault
from proxy.model import Inbound, Outbound
from proxy.settings import Recipient, Route


@dataclass(frozen=True, slots=True)
class Prepared:
    """An outbound request, and the client's headers that it goes without: name → count."""

    outbound: Outbound
    stripped: Mapping[str, int]


def prepare(  # noqa: PLR0917 - a pure function takes what it needs
    inbound: Inbound,
    route: Route,
    recipient_name: str,
    recipient: Recipient,
    body: bytes,
    content_type: str,
    stream: bool,
) -> Prepared:
    """The request as it leaves. Raises `ClientFault` if the client sent a query: none is listed as allowed."""
    if inbound.query:
        raise ClientFault("query_not_allowed", "this route takes no query; send parameters in the body", where="query")
    outbound = Outbound(
        recipient=recipient_name,
        method="POST",
        url=upstream_url(route, recipient),
        headers=outbound_headers(content_type, stream),
        body=body,
        stream=stream,
    )
    return Prepared(outbound, count_stripped(inbound.headers))


def upstream_url(route: Route, recipient: Recipient) -> str:
    """The recipient's ``base_url`` followed by the route's ``upstream_path``, by default its path without ``/v1``."""
    path = route.path if route.upstream_path is None else route.upstream_path
    if route.upstream_path is None and (path == "/v1" or path.startswith("/v1/")):
        path = path.removeprefix("/v1")
    base = recipient.base_url.rstrip("/")
    return f"{base}/{path.lstrip('/')}" if path.strip("/") else base
