"""Checks of fields in an OpenAI chat request that hold no text: controls by type, range and enumeration.

Source: the API reference of ``POST /v1/chat/completions``. A check takes the value and the structural name of
its place, and raises `ClientFault` or returns nothing. ``null`` means "not set" wherever the API says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from proxy.dialects.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.dialects.openai_words import DOCUMENTED_FIELDS
from proxy.errors import ClientFault

Check = Callable[[JsonValue, str], None]

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
CALL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
MODEL = re.compile(r"[A-Za-z0-9._:/@-]{1,128}")

_TOKEN_ID = re.compile(r"[0-9]{1,6}")
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_LONGEST_NUMBER = 32


def invalid(where: str, remedy: str) -> ClientFault:
    """The fault for a field whose value is not what the API says."""
    return ClientFault("invalid_field", remedy, where=where)


def is_null(value: JsonValue | None) -> bool:
    """Whether a field is absent or ``null``."""
    return value is None or (isinstance(value, JsonConstant) and value.value is None)


def string_at(value: JsonValue | None, where: str) -> JsonString:
    """The value as a string."""
    if isinstance(value, JsonString):
        return value
    raise invalid(where, "must be a string")


def array_at(value: JsonValue | None, where: str) -> JsonArray:
    """The value as an array."""
    if isinstance(value, JsonArray):
        return value
    raise invalid(where, "must be an array")


def object_at(value: JsonValue | None, where: str, allowed: frozenset[str]) -> JsonObject:
    """The value as an object with no other fields than `allowed`; `where` is empty for the body itself."""
    if not isinstance(value, JsonObject):
        raise invalid(where or "body", "must be an object")
    for number, member in enumerate(value.members, start=1):
        name = member.key.text
        if name not in allowed:
            place = f"{where}.{name}" if where else name
            known = name in DOCUMENTED_FIELDS
            what = "this field is" if known else f"field number {number} of this object is"
            raise ClientFault(
                "unknown_field",
                f"{what} not among the fields that this proxy inspects and passes on; leave it out",
                where=place if known else where or "body",
            )
    return value


def fields_at(value: JsonValue | None, where: str, checks: Mapping[str, Check]) -> JsonObject:
    """The value as an object whose every field passes its check; null passes."""
    found = object_at(value, where, frozenset(checks))
    for member in found.members:
        if not is_null(member.value):
            checks[member.key.text](member.value, f"{where}.{member.key.text}" if where else member.key.text)
    return found


def boolean(value: JsonValue, where: str) -> None:
    """``true`` or ``false``."""
    if not (isinstance(value, JsonConstant) and value.value is not None):
        raise invalid(where, "must be true or false")


def integer(low: int, high: int) -> Check:
    """A whole number in a range, ends included."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonNumber) and _INTEGER.fullmatch(value.literal) and low <= int(value[2]) <= high):
            raise invalid(where, f"must be a whole number from {low} to {high}")

    return check


def number(low: float, high: float) -> Check:
    """A number in a range, ends included."""

    def check(value: JsonValue, where: str) -> None:
        fits = isinstance(value, JsonNumber) and len(value.literal) <= _LONGEST_NUMBER
        if not (fits and low <= float(value[2]) <= high):  # type: ignore[arg-type]  # [2] of a number is its literal
            raise invalid(where, f"must be a number from {low:g} to {high:g}")

    return check


def one_of(*choices: str) -> Check:
    """One of these words."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and value.text in choices):
            raise invalid(where, f"must be one of: {', '.join(choices)}")

    return check


def matching(pattern: re.Pattern[str], meaning: str) -> Check:
    """A string that is `meaning`, by a pattern."""

    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and pattern.fullmatch(value.text)):
            raise invalid(where, f"must be {meaning}: a string like {pattern.pattern}")

    return check


def _stream_options(value: JsonValue, where: str) -> None:
    fields_at(value, where, {"include_usage": boolean, "include_obfuscation": boolean})


def _logit_bias(value: JsonValue, where: str) -> None:
    if not isinstance(value, JsonObject):
        raise invalid(where, "must be an object from token ids to numbers")
    bias = number(-100, 100)
    for member in value.members:
        if not _TOKEN_ID.fullmatch(member.key.text):
            raise invalid(where, "must have token ids (1 to 6 digits) as keys")
        bias(member.value, where)


def _text_only(value: JsonValue, where: str) -> None:
    items = array_at(value, where).items
    if not (len(items) == 1 and isinstance(items[0], JsonString) and items[0].text == "text"):
        raise ClientFault("uninspectable_content", 'other media cannot be inspected; use ["text"]', where=where)


call_id = matching(CALL_ID, "an id")

CONTROLS: Mapping[str, Check] = {
    "model": matching(MODEL, "a model name"),
    "stream": boolean,
    "stream_options": _stream_options,
    "temperature": number(0, 2),
    "top_p": number(0, 1),
    "n": integer(1, 128),
    "max_tokens": integer(-1, 10_000_000),
    "max_completion_tokens": integer(-1, 10_000_000),
    "presence_penalty": number(-2, 2),
    "frequency_penalty": number(-2, 2),
    "seed": integer(-(2**63), 2**63 - 1),
    "logprobs": boolean,
    "top_logprobs": integer(0, 20),
    "logit_bias": _logit_bias,
    "parallel_tool_calls": boolean,
    "reasoning_effort": one_of("none", "minimal", "low", "medium", "high", "xhigh"),
    "verbosity": one_of("low", "medium", "high"),
    "service_tier": one_of("auto", "default", "flex", "priority", "scale"),
    "store": boolean,
    "modalities": _text_only,
}
"""Fields of the body that are passed on as they are, with what they may hold."""
