"""Which headers there are: those that a client sends about itself, those of HTTP's transport, and those that leave.

Names are lower case. A client's header name is counted in the ledger only if it is listed here; any other name
could itself be personal, so it counts as ``other``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

USER_AGENT = "meeting-privacy-proxy"

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
"""What meeting clients, SDKs, browsers and the proxies before us tell about the user, the device or the call."""

_NOT_COUNTED = frozenset(
    {
        # Between the client and this proxy: whom it is, and what it asks of the proxy.
        "api-key",
        "authorization",
        "proxy-authorization",
        "x-acts-for",
        "x-api-key",
        "x-meeting-id",
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


def outbound_headers(content_type: str, stream: bool) -> tuple[tuple[str, str], ...]:
    """All headers that leave, beside the credential and those that frame the message; nothing is the client's."""
    return (
        ("content-type", content_type),
        ("accept", "text/event-stream" if stream else "application/json"),
        ("accept-encoding", "identity"),
        ("user-agent", USER_AGENT),
    )


def count_stripped(headers: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """How many of a client's headers say something about it, by name; those not listed under ``other``."""
    names = (name.lower() for name, _ in headers)
    counts = Counter(name if name in SERVICE_GENERATED else OTHER for name in names if name not in _NOT_COUNTED)
    return dict(sorted(counts.items()))
