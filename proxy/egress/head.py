"""The head of a request that leaves: a URL and headers that are written in the configuration, part by part.

The client chooses no destination, and no path, query or headers beyond what the route lists. Headers in which it
describes itself are counted, so that the ledger can tell what was held back. A client's header is counted by name only
if the name is listed here. Any other name could itself be personal, so it counts as ``other``. Names are lower case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.errors import ClientFault
from proxy.model import Inbound, Outbound
from proxy.settings import BY_NAME, REGISTERED, Recipient, Route, filled

USER_AGENT = "meeting-privacy-proxy"

Header = tuple[str, str]
"""A header's name and value."""

SERVICE_GENERATED = frozenset(
    {
        "accept-language",
        "cf-connecting-ip",
        "client-ip",
        "cookie",
        "dnt",
        "forwarded",
        "from",
        "helicone-user-id",
        "http-referer",
        "idempotency-key",
        "openai-beta",
        "openai-organization",
        "openai-project",
        "anthropic-beta",
        "anthropic-version",
        "baggage",
        "b3",
        "origin",
        "priority",
        "referer",
        "sec-ch-ua",
        "sec-ch-ua-mobile",
        "sec-ch-ua-platform",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-user",
        "sec-gpc",
        "sentry-trace",
        "traceparent",
        "tracestate",
        "true-client-ip",
        "user-agent",
        "via",
        "x-amzn-trace-id",
        "x-b3-sampled",
        "x-b3-spanid",
        "x-b3-traceid",
        "x-client-request-id",
        "x-client-version",
        "x-correlation-id",
        "x-device-id",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-forwarded-proto",
        "x-forwarded-user",
        "x-real-ip",
        "x-request-id",
        "x-requested-with",
        "x-session-id",
        "x-stainless-arch",
        "x-stainless-async",
        "x-stainless-custom-poll-interval",
        "x-stainless-helper-method",
        "x-stainless-lang",
        "x-stainless-os",
        "x-stainless-package-version",
        "x-stainless-poll-helper",
        "x-stainless-raw-response",
        "x-stainless-read-timeout",
        "x-stainless-retry-count",
        "x-stainless-runtime",
        "x-stainless-runtime-version",
        "x-stainless-timeout",
        "x-title",
        "x-user-id",
    }
)
"""Headers in which meeting clients, SDKs, browsers and proxies in front describe the user, the device or the call."""

_NOT_COUNTED = frozenset(
    {
        # Between the client and this proxy: who the client is, and what it asks of the proxy.
        "api-key",
        "authorization",
        "proxy-authorization",
        "x-acts-for",
        "x-api-key",
        "x-meeting-id",
        "x-recording-start",
        # HTTP's own (RFC 9110, 9112): they describe this hop, which ends here.
        "accept",
        "accept-charset",
        "accept-encoding",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "pragma",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

OTHER = "other"

API_HEADERS: Mapping[str, Mapping[str, tuple[str, ...]]] = {each.name: each.headers for each in REGISTERED}
"""Headers that an API requires, by dialect, with their allowed values. The first is sent if the client sends none."""

JSON_TYPE, EVENT_STREAM, JSON_LINES = "application/json", "text/event-stream", "application/x-ndjson"
ACCEPTED = (JSON_TYPE, EVENT_STREAM, JSON_LINES)


def accepted(route: Route, stream: bool) -> str:
    """The media type of the reply to ask for. It is always one of `ACCEPTED`."""
    declared = route.shape.reply.stream if route.shape is not None else None
    in_lines = declared.format == "ndjson" if declared is not None else BY_NAME[route.dialect].streams == "lines"
    return (JSON_LINES if in_lines else EVENT_STREAM) if stream else JSON_TYPE


def outbound_headers(content_type: str | None, accept: str) -> tuple[Header, ...]:
    """The headers that always leave, besides the credential and those that frame the message. None is the client's.

    `content_type` is None for a request without a body. `accept` is the media type of the reply to ask for.
    """
    about_body = () if content_type is None else (("content-type", content_type),)
    return (
        *about_body,
        ("accept", accept),
        ("accept-encoding", "identity"),
        ("user-agent", USER_AGENT),
    )


def part_listed(
    headers: Sequence[Header], dialect: str, listed: Mapping[str, Sequence[str]]
) -> tuple[tuple[Header, ...], tuple[Header, ...]]:
    """Split a client's headers into those that leave and the rest.

    A header leaves if the API requires it or the route lists its value. Of a list of values (``anthropic-beta: a,b``)
    only the listed ones leave. Raises `ClientFault` if a header that the API requires has a value not allowed here:
    without the header, the request would mean something else.
    """
    own = API_HEADERS.get(dialect, {})
    asked = {name: value.strip() for name, value in headers if name in own}
    wrong = next((name for name, value in asked.items() if value not in own[name]), None)
    if wrong is not None:
        raise ClientFault("header_not_allowed", f"send {wrong} as {' or '.join(own[wrong])}", where=f"header {wrong}")
    leaving = {name: [asked.get(name, values[0])] for name, values in own.items()}
    rest: list[Header] = []
    for name, value in headers:
        if name in own:
            continue
        items = [item.strip() for item in value.split(",")] if name in listed else [value]
        for item in items:
            if item in listed.get(name, ()):
                leaving.setdefault(name, []).append(item)
            else:
                rest.append((name, item))
    return tuple((name, ",".join(dict.fromkeys(values))) for name, values in leaving.items()), tuple(rest)


def count_stripped(headers: Sequence[Header]) -> Mapping[str, int]:
    """Count the client's headers that describe it, by name. Names that are not listed count as ``other``."""
    names = (name.lower() for name, _ in headers)
    counts = Counter(name if name in SERVICE_GENERATED else OTHER for name in names if name not in _NOT_COUNTED)
    return dict(sorted(counts.items()))


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
