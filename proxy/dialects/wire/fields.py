"""Checks of fields in a request that hold no text: controls by type, range and enumeration.

A check takes the value and the structural name of its place, and raises `ClientFault` or returns nothing.
``null`` means "not set" wherever an API says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue

Check = Callable[[JsonValue, str], None]

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
CALL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
MODEL = re.compile(r"[A-Za-z0-9._:/@-]{1,128}")

DOCUMENTED_FIELDS = frozenset(
    (
        "access_programs audio background background_options best_of cache_control chat_template context_management "
        "conversation defer_loading echo extra_body file guided_json image image_url input input_audio instructions "
        "keep_alive messages min_p moderation n options previous_response_id prompt prompt_cache_breakpoint "
        "prompt_cache_options prompt_cache_retention repetition_penalty response_format stop suffix system think top_a "
        "top_k truncation video web_search_options"
    ).split()
)
"""Fields of API references that are refused, and that a fault may name; any other name is the client's own word."""

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


call_id = matching(CALL_ID, "an id")
"""An id that a recipient made, such as that of a tool call."""
