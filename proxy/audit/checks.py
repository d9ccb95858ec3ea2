"""Gates for the values of an event: names, codes, kinds, counts. Text has no gate, so it cannot get in.

Every gate takes the structural place of a value (for the fault) and the value. It returns the value or raises
`OwnFault("ledger_event_invalid")`. The fault names the place and the expected shape, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from proxy.errors import OwnFault

MAX_COUNT = 2**53 - 1
"""Largest integer that JSON readers agree on (RFC 8785 §3.2.2.3)."""
OTHER = "other"
_MODEL = re.compile(r"@?[A-Za-z0-9][A-Za-z0-9._:/+-]{0,126}(@([0-9]{1,16}|latest|default))?")

Gate = Callable[[str, str], str]

KNOWN_STRIPPED = frozenset(
    {
        # request fields of AI APIs that say who asks and from where, or that keep state at the recipient
        "user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "user_id", "session_id",
        "conversation", "conversation_id", "previous_response_id", "thread_id", "request_id", "tags", "labels",
        "user_location", "web_search_options.user_location", "messages.name", "messages[].name",
        "item_id", "reasoning_item", "job_id", "meeting_id", "customer_id", "app_id",
        "thinking", "user_profile_id", "workspace_id", "diagnostics", "user_security_context", "cache_salt", "trace",
        # headers that clients, their libraries and intermediate proxies add
        "header", "headers", "user-agent", "cookie", "referer", "origin", "from", "via", "forwarded",
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-server",
        "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "accept-language", "accept-encoding",
        "accept", "authorization", "api-key", "x-api-key", "proxy-authorization", "x-request-id", "x-correlation-id",
        "traceparent", "tracestate", "baggage", "dnt", "sec-gpc", "connection", "keep-alive", "te", "trailer",
        "transfer-encoding", "upgrade", "content-encoding", "content-length", "content-type", "host", "expect",
        "cache-control", "pragma", "openai-organization", "openai-project", "openai-beta", "idempotency-key",
        "x-meeting-id", "x-acts-for", "x-recording-start", "query",
        "anthropic-beta", "anthropic-version", "b3", "client-ip",
        "helicone-user-id", "http-referer", "priority", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform",
        "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "sentry-trace", "x-amzn-trace-id",
        "x-b3-sampled", "x-b3-spanid", "x-b3-traceid", "x-client-request-id", "x-client-version", "x-device-id",
        "x-forwarded-user", "x-requested-with", "x-session-id", "x-stainless-arch", "x-stainless-async",
        "x-stainless-custom-poll-interval", "x-stainless-helper-method", "x-stainless-lang", "x-stainless-os",
        "x-stainless-package-version", "x-stainless-poll-helper", "x-stainless-raw-response",
        "x-stainless-read-timeout", "x-stainless-retry-count", "x-stainless-runtime", "x-stainless-runtime-version",
        "x-stainless-timeout", "x-title", "x-user-id",
    }
)  # fmt: skip
"""Names of service-generated data that are recorded as they are. A name that a client could invent becomes `OTHER`."""


def _gate(pattern: str, shape: str) -> Gate:
    compiled = re.compile(pattern)

    # The same few names, kinds and codes come with every record.
    @lru_cache(maxsize=1024)
    def fits(value: str) -> bool:
        return compiled.fullmatch(value) is not None

    def check(where: str, value: str) -> str:
        if not isinstance(value, str) or not fits(value):
            raise invalid(where, shape)
        return value

    return check


def invalid(where: str, shape: str) -> OwnFault:
    """The fault for a value that does not fit. As the exchange cannot be recorded, nothing leaves."""
    return OwnFault("ledger_event_invalid", f"the ledger takes {shape} here and nothing else", where=where)


name = _gate(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", "a configured name of at most 63 letters, digits, '.', '_', '-'")
identifier = _gate(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", "an id of at most 128 letters, digits, '.', '_', ':', '-'")
purpose = _gate(r"[a-z][a-z0-9_-]{0,63}", "a purpose")
reason = _gate(r"[a-z0-9_]{1,64}", "a reason code of at most 64 small letters, digits and '_'")
kind = _gate(r"[A-Z][A-Z0-9_]{1,40}", "a kind of finding such as EMAIL_ADDRESS")
language = _gate(r"[a-z]{2,3}", "the ISO 639 code of a language")
coverage = _gate(r"full|in_part|uncovered|undecided", "how much of a language is covered")
host = _gate(r"[A-Za-z0-9.:_-]{1,253}", "a host name or address")
operation = _gate(r"[A-Z]{3,7} /[A-Za-z0-9._~/{}-]{0,200}", "a method and a configured path")
fault_class = _gate(r"ClientFault|Refusal|OwnFault|UpstreamFault", "the class name of a fault")
digest = _gate(r"sha256:[0-9a-f]{64}", "a digest as 'sha256:' and 64 hexadecimal digits")
pseudonym = _gate(r"(ptc|mtg|grt):[a-z0-9]{1,16}:[0-9a-f]{32}|(ptc|mtg|grt):(unknown|unavailable)", "a keyed pseudonym")


def shows_model(name: str) -> bool:
    """Whether a model name, which clients choose, may be shown: written as vendors do, and no e-mail address."""
    return _MODEL.fullmatch(name) is not None


def label(where: str, value: str) -> str:
    """A configured label (terms version, region): at most 64 printable characters of any alphabet."""
    if not isinstance(value, str) or not 0 < len(value) <= 64 or not value.isprintable():
        raise invalid(where, "a configured label of at most 64 printable characters")
    return value


def count(where: str, value: int) -> int:
    """A whole number from 0 to `MAX_COUNT`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise invalid(where, "a whole number of at most 2^53-1")
    return value


def counts(where: str, values: Mapping[str, int], key: Gate) -> dict[str, int]:
    """Counts by kind or code, without zeros."""
    name_of_key = f"{where} (key)"
    return {key(name_of_key, k): count(where, n) for k, n in values.items() if n}


def pseudonyms(where: str, values: Iterable[str]) -> list[str]:
    """A list of keyed pseudonyms, each once, sorted."""
    return sorted({pseudonym(f"{where}[{i}]", value) for i, value in enumerate(values)})


def stripped(values: Mapping[str, int]) -> dict[str, int]:
    """Counts of what was stripped, by name. Names outside `KNOWN_STRIPPED` are counted under `OTHER`."""
    totals: dict[str, int] = {}
    for given, number in values.items():
        shown = given if given in KNOWN_STRIPPED else OTHER
        totals[shown] = totals.get(shown, 0) + count("stripped", number)
    return totals
