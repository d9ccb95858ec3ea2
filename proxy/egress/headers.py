"""The headers of a request: those that describe the client, those of HTTP's transport, and those that leave.

Names are lower case. The ledger counts a client's header by name only if the name is listed here. Any other name could
itself be personal, so it counts as ``other``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from proxy.errors import ClientFault
from proxy.settings import BY_NAME, REGISTERED, Route

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
