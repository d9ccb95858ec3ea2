"""Compares what a report tells with what a log has: in value and type, and each recorded fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from operator import lt
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Counts(dict[str, object]):
    """Counts by kind or reason. A report has no other keys than these."""


class AtLeast(list[object]):
    """Names that a report has to give in order, and once each, among others that no log has any more."""


class AtEnd(list[int]):
    """Numbers that a report has to give last, after smaller ones that no log has any more."""


def differing(entry: Mapping[str, object], facts: Mapping[str, object]) -> Iterator[str]:
    """What an entry says otherwise than these facts, or does not say: one sentence each."""
    for name, recorded in facts.items():
        if name not in entry:
            yield f"the report does not say {name}, the log {recorded!r}"
        elif not agrees(entry[name], recorded, time=name == "at"):
            yield f"the report says {name} {entry[name]!r}, the log {recorded!r}"


def agrees(told: object, recorded: object, *, time: bool = False) -> bool:
    """Whether a value is the recorded one, in value and type.

    Of an object, and of each in a list, every recorded fact has to be there: a report may add what only the store
    knows, as a name. Counts by kind or reason have no other keys than the recorded ones.
    """
    if time:
        return _is_instant(told, recorded)
    if isinstance(recorded, Mapping):
        return isinstance(told, Mapping) and _all_agree(told, recorded)
    if isinstance(recorded, list):
        return isinstance(told, list) and _list_agrees(told, recorded)
    return type(told) is type(recorded) and told == recorded


def _list_agrees(told: list[object], recorded: list[object]) -> bool:
    if isinstance(recorded, AtLeast):
        return _in_order(told, str) and {*told} >= {*recorded}
    if isinstance(recorded, AtEnd):
        return _in_order(told, int) and told[-len(recorded) :] == recorded
    return len(told) == len(recorded) and all(map(agrees, told, recorded))


def _all_agree(told: Mapping[str, object], recorded: Mapping[str, object]) -> bool:
    if not (told.keys() == recorded.keys() if isinstance(recorded, Counts) else told.keys() >= recorded.keys()):
        return False
    return all(agrees(told[name], value) for name, value in recorded.items())


def _in_order(values: list[Any], kind: type) -> bool:
    """Whether these are of one type, and each is greater than the one before."""
    return all(type(each) is kind for each in values) and all(map(lt, values, values[1:]))


def _is_instant(told: object, milliseconds: object) -> bool:
    """Whether a text names the instant of so many milliseconds since 1970."""
    if not isinstance(told, str) or not isinstance(milliseconds, int):
        return False
    try:
        at = datetime.fromisoformat(told)
        return at.tzinfo is not None and at - _EPOCH == timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return False
