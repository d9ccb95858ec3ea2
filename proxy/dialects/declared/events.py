"""Reads one event of a declared stream: which of its strings are text, and what the event says of the stream.

Every field of an event is text, or passed by list; an event with any other ends the reply as a fault, since the field
might hold a text that nobody restores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from proxy.dialects.declared.walk import values_at
from proxy.dialects.wire.claims import every_string
from proxy.dialects.wire.deltas import bad_event
from proxy.dialects.wire.fields import is_null
from proxy.errors import UpstreamFault
from proxy.json_source import JsonArray, JsonConstant, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.settings.pointers import ANY, outermost, tokens_of
from proxy.settings.replies import EventShape, Growing

Apart = tuple[str | int | None, ...]
"""What tells texts of one place apart: values beside them, or the numbers of the items that they are in."""


class GrowingText(NamedTuple):
    """A text that grows: at which place of its events, and what tells it from others there."""

    place: str
    apart: Apart


class EventText(NamedTuple):
    """A string of an event; the text of which it is the next piece, or None where it is whole."""

    string: JsonString
    json_text: bool
    text: GrowingText | None = None


@dataclass(frozen=True, slots=True)
class _Whole:
    json_text: bool


@dataclass(frozen=True, slots=True)
class _Passed:
    pass


@dataclass(slots=True)
class _Node:
    """A place of an event: what it holds if it is listed, else what may be in it."""

    members: dict[str, _Node] = field(default_factory=dict)
    items: _Node | None = None
    meaning: Growing | _Whole | _Passed | None = None

    def mark(self, place: str, meaning: Growing | _Whole | _Passed) -> None:
        node = self
        for token in tokens_of(place):
            if token == ANY:
                node.items = node = node.items or _Node()
            else:
                node = node.members.setdefault(token, _Node())
        node.meaning = meaning


_Found = tuple[Growing | _Whole, JsonString, tuple[int, ...]]


class EventReader:
    """Reads events of one kind. `passed`: places that every event of the stream may hold, beside those it lists."""

    def __init__(self, shape: EventShape, passed: Iterable[str] = ()):
        self._shape = shape
        self._root = _Node()
        for place in outermost([*shape.passed(), *passed]):
            self._root.mark(place, _Passed())
        for growing in shape.grows:
            self._root.mark(growing.text, growing)
        for json_text, places in ((False, shape.text), (True, shape.json_text)):
            for place in places:
                self._root.mark(place, _Whole(json_text))

    def texts(self, root: JsonObject) -> list[EventText]:
        """The strings that are text, in source order. `UpstreamFault` for a field that is on no list."""
        found = list(_walk(root, self._root, ()))  # first of all, so that what is looked up is known to be listed
        return [
            EventText(string, meaning.json_text)
            if isinstance(meaning, _Whole)
            else EventText(string, meaning.json_text, GrowingText(meaning.text, _apart(root, meaning, numbers)))
            for meaning, string, numbers in found
        ]

    def closed(self, root: JsonObject) -> Apart | None:
        """What the texts are told by that end with this event, if it ends any."""
        return tuple(_value(root, place, ()) for place in self._shape.closes) or None

    def ends(self, root: JsonObject) -> bool:
        """Whether this event ends the stream."""
        return self._shape.ends or (self._shape.ends_when is not None and holds(root, self._shape.ends_when))


def holds(root: JsonObject, place: str) -> bool:
    """Whether there is anything at a place but null and false."""
    return any(not (isinstance(value, JsonConstant) and not value.value) for value in values_at(root, tokens_of(place)))


def _walk(value: JsonValue, node: _Node, numbers: tuple[int, ...]) -> Iterator[_Found]:
    """Strings of text at and below a place; `numbers` are those of the items that lead there."""
    if is_null(value):
        return
    match node.meaning:
        case _Passed():
            return
        case _Whole(json_text=False) as whole:
            yield from ((whole, string, numbers) for string in every_string(value))
        case _Whole() | Growing() as meaning:
            if not isinstance(value, JsonString):
                raise bad_event()
            yield meaning, value, numbers
        case None:
            yield from _structure(value, node, numbers)


def _structure(value: JsonValue, node: _Node, numbers: tuple[int, ...]) -> Iterator[_Found]:
    if isinstance(value, JsonArray) and node.items is not None:
        for number, item in enumerate(value.items):
            yield from _walk(item, node.items, (*numbers, number))
    elif isinstance(value, JsonObject) and (node.members or node.items is None):
        seen: set[str] = set()
        for number, member in enumerate(value.members, start=1):
            name = member.key.text
            if name in seen:
                raise bad_event()
            seen.add(name)
            if name not in node.members:
                raise _unknown(f"field number {number} of an object in it")
            yield from _walk(member.value, node.members[name], numbers)
    else:
        raise _unknown("a value in it")


def _apart(root: JsonObject, growing: Growing, numbers: tuple[int, ...]) -> Apart:
    return tuple(_value(root, place, numbers) for place in growing.apart) or numbers


def _value(root: JsonObject, place: str, numbers: Sequence[int]) -> str | None:
    """The string or number at a place, in the items of these numbers; None if there is none."""
    rest = iter(numbers)
    steps = (str(next(rest, 0)) if token == ANY else token for token in tokens_of(place))
    match values_at(root, steps):
        case [JsonString(text=text)]:
            return text
        case [JsonNumber(literal=literal)]:
            return literal
    return None


def _unknown(what: str) -> UpstreamFault:
    return UpstreamFault(
        "unknown_event",
        f"the recipient sent an event of which {what} is not among the fields that the route's shape lists; list it "
        "under 'fields' if it is no text",
    )
