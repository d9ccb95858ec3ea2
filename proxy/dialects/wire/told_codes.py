"""Codes of errors that clients act upon, as recipients tell them: the one part of a recipient's error that passes.

A message may quote what was sent; a code from a list quotes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.json_source import JsonError, JsonObject, JsonString, JsonValue, decode_utf8, read_json

MOST_BYTES = 64 << 10
"""How much of an error is read."""
_MAX_DEPTH = 32

ANTHROPIC_TYPES = frozenset(
    (
        "invalid_request_error authentication_error billing_error permission_error not_found_error request_too_large "
        "rate_limit_error api_error timeout_error overloaded_error"
    ).split()
)
"""What ``error.type`` is in Anthropic's API."""

CODES = ANTHROPIC_TYPES | frozenset(
    (
        "DeploymentNotFound ResponsibleAIPolicyViolation billing_hard_limit_reached billing_not_active "
        "content_filter content_policy_violation context_length_exceeded engine_overloaded exceed_context_size_error "
        "insufficient_credits insufficient_quota invalid_model invalid_prompt max_tokens_exceeded model_not_available "
        "model_not_found model_overloaded model_terms_required quota_exceeded rate_limit_exceeded rate_limited "
        "server_error server_is_overloaded service_unavailable slow_down string_above_max_length tokens_limit_reached "
        "unsupported_parameter unsupported_value"
    ).split()
)
"""These, and what other APIs have under ``error.code`` or ``error.type``."""


def code_of(body: bytes) -> str | None:
    """The code that the body of an error tells, the most particular first; None for any that is not listed."""
    try:
        return code_in(read_json(decode_utf8(body), max_depth=_MAX_DEPTH, strict=False).root)
    except JsonError:
        return None


def code_in(root: JsonValue) -> str | None:
    """The same of an error that was read."""
    return next((text for text in _codes(root) if text in CODES), None)


def _codes(root: JsonValue) -> Iterator[str]:
    error = root.get("error") if isinstance(root, JsonObject) else None
    for held in (error, root):
        for name in ("code", "type"):
            value = held.get(name) if isinstance(held, JsonObject) else None
            if isinstance(value, JsonString):
                yield value.text
