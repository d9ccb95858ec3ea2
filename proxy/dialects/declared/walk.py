"""Walks a request by a declared shape: every value is claimed as the shape says, or refuses the request."""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.dialects.declared.shape import Meaning, Node
from proxy.dialects.declared.times import time_at
from proxy.dialects.wire.claims import Claims, every_leaf
from proxy.dialects.wire.fields import Check, boolean, integer, invalid, is_null, number, one_of, string_at
from proxy.dialects.wire.json_edits import Leaf, cut_items, cut_members
from proxy.errors import ClientFault
from proxy.json_source import (
    JsonArray,
    JsonDocument,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonValue,
)
from proxy.model import Edit, SlotKind, Span, Utterance
from proxy.settings.pointers import ANY, tokens_of
from proxy.settings.shapes import Control, Utterances

_KINDS = {
    Meaning.SPEECH: SlotKind.SPEECH,
    Meaning.TRANSCRIPT: SlotKind.SPEECH,
    Meaning.INSTRUCTIONS: SlotKind.INSTRUCTIONS,
    Meaning.LABEL: SlotKind.LABEL,
}
_LONGEST_LABEL = 256


class _Said:
    """What the item says of its words: who said them, and when."""

    def __init__(self, item: JsonValue, said: Utterances, where: str):
        label = _below(item, said.speaker)
        self.speaker = None
        if label is not None and not is_null(label):
            self.speaker = _label(label, f"{where}{said.speaker}") or None
        start = time_at(_below(item, said.start), said, f"{where}{said.start}")
        end = time_at(_below(item, said.end), said, f"{where}{said.end}")
        self.start, self.at = start
        self.end, self.until = end

    def utterance(self, text: str) -> Utterance:
        """A whole text as what was said."""
        whole = Span(0, len(text))
        return Utterance(0, self.speaker, (whole,), whole, start=self.start, end=self.end, at=self.at, until=self.until)


class Walk:
    """One walk: slots in `claims`, what is cut in `cuts`, and how much of it by the last step of its place."""

    def __init__(self, document: JsonDocument, max_depth: int):
        self.claims = Claims(document, max_depth)
        self.cuts: list[Edit] = []
        self.counts: dict[str, int] = {}
        self._text = document.text

    def value(self, value: JsonValue, node: Node, where: str, said: _Said | None = None) -> None:
        """Claim a value and all in it. `where` is its place; ``null`` holds nothing."""
        if is_null(value):
            return
        if node.utterances is not None:
            said = _Said(value, node.utterances, where)
        match node.meaning:
            case None:
                self._structure(value, node, where, said)
            case Meaning.CONTROL:
                _check(node.control)(value, where)
            case Meaning.TIME:
                return  # read, and so checked, with its item
            case Meaning.SPEAKER | Meaning.LABEL:
                if _label(value, where):
                    self._leaf(value, where, SlotKind.LABEL)
            case Meaning.SAID if said is not None:
                text = string_at(value, where)
                self.claims.leaf(Leaf(text, self._text), where, SlotKind.SPEECH, utterance=said.utterance(text.text))
            case Meaning.TRANSCRIPT:
                text = string_at(value, where)
                self.claims.leaf(Leaf(text, self._text), where, SlotKind.SPEECH, transcript=True)
            case Meaning.SPEECH | Meaning.INSTRUCTIONS:
                self._texts(value, where, _KINDS[node.meaning])

    def _leaf(self, value: JsonValue, where: str, kind: SlotKind) -> None:
        if isinstance(value, JsonString | JsonNumber):
            self.claims.leaf(Leaf(value, self._text), where, kind)

    def _texts(self, value: JsonValue, where: str, kind: SlotKind) -> None:
        """A string; or any structure, of which each string, key and number is text."""
        if isinstance(value, JsonString):
            self.claims.text(value, where, kind)
        else:
            self.claims.each(every_leaf(value), where, kind, within=value)

    def _structure(self, value: JsonValue, node: Node, where: str, said: _Said | None) -> None:
        if isinstance(value, JsonObject) and (node.members or node.items is None):
            self._object(value, node, where, said)
        elif isinstance(value, JsonArray) and node.items is not None:
            if node.items.meaning is Meaning.IDENTIFIER:
                self.cuts.extend(cut_items(value.items, range(len(value.items))))
                self._count(where.rpartition("/")[2], len(value.items))
                return
            for place, item in enumerate(value.items):
                self.value(item, node.items, f"{where}/{place}", said)
        else:
            raise invalid(where or "body", f"must be an {'array' if node.items is not None else 'object'}")

    def _object(self, value: JsonObject, node: Node, where: str, said: _Said | None) -> None:
        gone = frozenset(name for name, below in node.members.items() if below.meaning is Meaning.IDENTIFIER)
        self.cuts.extend(cut_members(value.members, gone))
        for place, member in enumerate(value.members, start=1):
            name = member.key.text
            if name in gone:
                self._count(name, len(member.value.members) if isinstance(member.value, JsonObject) else 1)
            elif name in node.members:
                self.value(member.value, node.members[name], f"{where}/{name}", said)
            else:
                raise ClientFault(
                    "unknown_field",
                    f"field number {place} of this object is not among the fields that this route lists; leave it out",
                    where=where or "body",
                )

    def _count(self, name: str, number_of: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + number_of


def values_at(value: JsonValue, steps: Iterable[str]) -> list[JsonValue]:
    """The values at a place; several where the place holds ``*``."""
    found = [value]
    for step in steps:
        found = [below for one in found for below in _one_down(one, step)]
    return found


def _one_down(value: JsonValue, step: str) -> Iterable[JsonValue]:
    match value:
        case JsonArray() if step == ANY:
            return value.items
        case JsonArray() if re.fullmatch("0|[1-9][0-9]{0,6}", step):
            return value.items[int(step) : int(step) + 1]
        case JsonObject():
            return [member.value for member in value.members if member.key.text == step]
    return ()


def _below(item: JsonValue, pointer: str | None) -> JsonValue | None:
    found = values_at(item, tokens_of(pointer)) if pointer else []
    return found[0] if found else None


def _label(value: JsonValue, where: str) -> str:
    if isinstance(value, JsonNumber):
        return value.literal
    label = string_at(value, where).text
    if len(label) > _LONGEST_LABEL:
        raise invalid(where, f"must be a name of at most {_LONGEST_LABEL} characters")
    return label


def _check(control: Control | None) -> Check:
    """The check of a control; one that names neither values nor pattern is of another type than string."""
    match control:
        case Control(type="boolean"):
            return boolean
        case Control(type="integer", min=float() as low, max=float() as high):
            return integer(int(low), int(high))
        case Control(type="number", min=float() as low, max=float() as high):
            return number(low, high)
        case Control(pattern=str() as pattern):
            return _matching(pattern)
        case Control(values=values):
            return one_of(*values)
    return one_of()


def _matching(pattern: str) -> Check:
    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and re.fullmatch(pattern, value.text)):
            raise invalid(where, "must be a string of the pattern that the route's configuration gives")

    return check
