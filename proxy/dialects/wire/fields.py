"""Checks of fields in a request that hold no text: controls by type, range and enumeration.

A check takes the value and the structural name of its place, and raises `ClientFault` or returns nothing.
``null`` means "not set" wherever an API says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from proxy.dialects.wire.public_names import is_public
from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue

Check = Callable[[JsonValue, str], None]

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
CALL_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
MODEL = re.compile(r"[A-Za-z0-9._:/@-]{1,128}")

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


def object_at(
    value: JsonValue | None, where: str, allowed: frozenset[str], more: Callable[[str], bool] | None = None
) -> JsonObject:
    """The value as an object with no other fields than `allowed`, and those that `more` says yes to; `where` is empty
    for the body itself.
    """
    if not isinstance(value, JsonObject):
        raise invalid(where or "body", "must be an object")
    names = [(number, member.key.text) for number, member in enumerate(value.members, start=1)]
    unknown = [(number, name) for number, name in names if name not in allowed and not (more and more(name))]
    if unknown:
        raise _unknown_fields(unknown, where)
    return value


def _unknown_fields(unknown: Sequence[tuple[int, str]], where: str) -> ClientFault:
    """The fault for fields that are not taken: those with public names by these, all others by their position."""
    public = [name for _, name in unknown if is_public(name)]
    others = [str(number) for number, name in unknown if not is_public(name)]
    told = [f"'{name}'" for name in public]
    told += (
        [f"field number {others[0]}"] if len(others) == 1 else [f"fields number {', '.join(others)}"] if others else []
    )
    remedy = "leave them out" if len(unknown) > 1 else "leave it out"
    if others and not where:
        remedy += ", or have the operator list a setting under routes[].controls"
    prefix = f"{where}." if where else ""
    return ClientFault(
        "unknown_field",
        f"{' and '.join(told)} of {where or 'the body'}: not among the fields that this proxy inspects and passes on; "
        f"{remedy}",
        where=prefix + public[0] if public else where or "body",
    )


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
