"""Collects the slots of a request while its fields are walked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from proxy.dialects.wire.fields import TOOL_NAME, matching, string_at
from proxy.dialects.wire.json_edits import Leaf
from proxy.errors import ClientFault
from proxy.json_source import (
    MAX_VALUES,
    JsonArray,
    JsonDocument,
    JsonError,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
    read_json,
)
from proxy.model import Place, Slot, SlotKind, Utterance

Leaves = Callable[[JsonValue], Iterable[JsonString | JsonNumber]]
"""Picks strings and numbers from a structure, in source order."""

_tool_name = matching(TOOL_NAME, "a function name")


class Claims:
    """The slots of one request, the leaves that hold them (under the same index), and the tool names it offers."""

    def __init__(self, document: JsonDocument, max_depth: int):
        self.slots: list[Slot] = []
        self.leaves: list[Leaf] = []
        self.offered: set[str] = set()
        self.source = document.text
        self._max_depth = max_depth
        self._values = document.values

    def leaf(
        self,
        leaf: Leaf,
        where: str,
        kind: SlotKind,
        author: str | None = None,
        *,
        transcript: bool = False,
        utterance: Utterance | None = None,
        place: Place | None = None,
    ) -> None:
        """Claim one string or number as a slot. An empty string makes no slot."""
        if leaf.content:
            self.slots.append(Slot(len(self.slots), where, leaf.content, kind, author, transcript, utterance, place))
            self.leaves.append(leaf)

    def text(self, value: JsonValue | None, where: str, kind: SlotKind, author: str | None = None) -> None:
        """Claim a string of the body."""
        self.leaf(Leaf(string_at(value, where), self.source), where, kind, author)

    def tool_name(self, value: JsonValue | None, where: str) -> None:
        """Claim the name of a function. Its shape is fixed, but it may still contain a person's name."""
        _tool_name(string_at(value, where), where)
        self.text(value, where, SlotKind.INSTRUCTIONS)

    def tool(self, value: JsonValue | None, where: str) -> None:
        """Claim the name of a tool that the model may call."""
        self.tool_name(value, where)
        self.offered.add(string_at(value, where).text)

    def each(
        self,
        values: Iterable[JsonString | JsonNumber],
        where: str,
        kind: SlotKind,
        author: str | None = None,
        *,
        within: JsonValue,
    ) -> None:
        """Claim strings and numbers of one structure of the body, numbered under one place (``where#0``)."""
        places = dict(places_in(within))
        for number, value in enumerate(values):
            self.leaf(Leaf(value, self.source), f"{where}#{number}", kind, author, place=places.get(value.start))

    def arguments(self, value: JsonValue | None, where: str, author: str | None) -> None:
        """Claim the arguments of a tool call: a string that holds JSON. Each of its leaves and keys becomes a slot."""
        self._within(value, where, every_leaf, SlotKind.REPLY, author)

    def embedded(self, value: JsonValue | None, where: str, leaves: Leaves) -> None:
        """Claim instructions in a string that holds JSON. `leaves` picks which parts become slots."""
        self._within(value, where, leaves, SlotKind.INSTRUCTIONS, None)

    def _within(self, value: JsonValue | None, where: str, leaves: Leaves, kind: SlotKind, author: str | None) -> None:
        """Claim the leaves of a string that holds JSON.

        A string that is not JSON (a model's output may be cut short) becomes one slot. It is refused if it contains
        escapes by code point, because these hide letters from detection.
        """
        outer = string_at(value, where)
        try:
            inner = read_json(outer.text, max_depth=self._max_depth, max_values=MAX_VALUES - self._values)
        except JsonError as error:
            if error.reason != "invalid_json":
                raise ClientFault(error.reason, error.detail, where=where) from None
            if "\\u" in outer.text:
                remedy = "is no JSON and holds \\u escapes, which hide text; send valid JSON"
                raise ClientFault("invalid_arguments", remedy, where=where) from None
            self.text(outer, where, kind, author)
            return
        self._values += inner.values
        places = dict(places_in(inner.root))
        for number, part in enumerate(leaves(inner.root)):
            place = places.get(part.start)
            self.leaf(Leaf(part, inner.text, outer), f"{where}#{number}", kind, author, place=place)


def every_leaf(value: JsonValue) -> Iterator[JsonString | JsonNumber]:
    """All strings, keys and numbers in a value, in source order."""
    match value:
        case JsonString() | JsonNumber():
            yield value
        case JsonArray():
            for item in value.items:
                yield from every_leaf(item)
        case JsonObject():
            for member in value.members:
                yield member.key
                yield from every_leaf(member.value)


def places_in(value: JsonValue, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[int, Place]]:
    """The place of each leaf and key in a structure, by its start offset in the text."""
    match value:
        case JsonArray():
            for number, item in enumerate(value.items):
                yield from places_in(item, (*steps, number))
        case JsonObject():
            for member in value.members:
                below = (*steps, member.key.text)
                yield member.key.start, Place(below, key=True)
                yield from places_in(member.value, below)
        case _:
            yield value.start, Place(steps)


def every_string(value: JsonValue) -> Iterator[JsonString]:
    """All strings and keys in a value, in source order."""
    return (leaf for leaf in every_leaf(value) if isinstance(leaf, JsonString))
