"""What leaves besides the body: a URL and headers that are written in the configuration, part by part.

The client chooses no destination, and no path, query or headers beyond what the route lists. Headers in which it
describes itself are counted, so that the ledger can tell what was held back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.egress.headers import API_HEADERS, accepted, count_stripped, outbound_headers, part_listed
from proxy.errors import ClientFault
from proxy.model import Inbound, Outbound
from proxy.settings import Recipient, Route, filled

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """An outbound request, and how many of the client's headers were left out, by name."""

    outbound: Outbound
    stripped: Mapping[str, int]


def prepare(  # noqa: PLR0917 - a pure function takes what it needs
    inbound: Inbound,
    route: Route,
    recipient_name: str,
    recipient: Recipient,
    body: bytes,
    content_type: str | None,
    stream: bool,
) -> PreparedRequest:
    """The outbound request. Raises `ClientFault` for a query or a header that the route does not list.

    `content_type` is None for a request without a body.
    """
    listed, rest = part_listed(inbound.headers, route.dialect, route.headers)
    parameters = route.parameters_at(inbound.path) or {}
    outbound = Outbound(
        recipient=recipient_name,
        method=inbound.method if inbound.method in route.accepted else route.accepted[0],
        url=upstream_url(route, recipient, parameters, listed_query(inbound.query, route.query)),
        headers=(*outbound_headers(content_type, accepted(route, stream)), *listed),
        body=body,
        stream=stream,
    )
    return PreparedRequest(outbound, count_stripped(rest))


def listed_values(route: Route) -> frozenset[str]:
    """All values that a client may choose in an outbound URL and its headers, as listed by the operator or the API."""
    lists = (route.parameters, route.query, route.headers, API_HEADERS.get(route.dialect, {}))
    return frozenset(value for listed in lists for values in listed.values() for value in values)


def upstream_url(route: Route, recipient: Recipient, parameters: Mapping[str, str] = _NONE, query: str = "") -> str:
    """The recipient's ``base_url`` with the route's ``upstream_path``, by default its path without ``/v1``."""
    path = route.path if route.upstream_path is None else route.upstream_path
    if route.upstream_path is None and (path == "/v1" or path.startswith("/v1/")):
        path = path.removeprefix("/v1")
    path = filled(path, parameters)
    base = recipient.base_url.rstrip("/")
    url = f"{base}/{path.lstrip('/')}" if path.strip("/") else base
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def listed_query(query: str, listed: Mapping[str, Sequence[str]]) -> str:
    """The client's query, in the route's order. Raises `ClientFault` unless every part is listed and occurs once."""
    if not query:
        return ""
    sent: dict[str, str] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name in sent or value not in listed.get(name, ()):
            remedy = (
                "use the query parameters and values that the route lists" if listed else "this route takes no query"
            )
            raise ClientFault("query_not_allowed", f"{remedy}; send other parameters in the body", where="query")
        sent[name] = value
    return "&".join(f"{name}={sent[name]}" for name in listed if name in sent)
