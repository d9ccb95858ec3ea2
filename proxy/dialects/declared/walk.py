"""Walks a request by a declared shape: every value is claimed as the shape says, or refuses the request.

The shape becomes a tree (`Node`) that says what each place means and which objects lead there. Times in structured
transcripts are offsets from the start of the meeting in seconds, or instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from proxy.dialects.wire import fields
from proxy.dialects.wire.json_edits import Leaf, cut_items, cut_members
from proxy.dialects.wire.slots import Claims, every_leaf
from proxy.errors import ClientFault
from proxy.json_source import JsonArray, JsonDocument, JsonNumber, JsonObject, JsonString, JsonValue
from proxy.model import Edit, SlotKind, Span, Utterance
from proxy.settings.shapes import ANY, Control, JsonShape, Utterances, tokens_of


class Meaning(StrEnum):
    """What a place holds."""

    SPEECH = "speech"
    TRANSCRIPT = "transcript"
    INSTRUCTIONS = "instructions"
    LABEL = "label"
    SAID = "said"
    SPEAKER = "speaker"
    TIME = "time"
    IDENTIFIER = "identifier"
    CONTROL = "control"


@dataclass(slots=True)
class Node:
    """A place: its meaning if it has one, else what may be below it. `items`: of arrays. `utterances`: of an item."""

    members: dict[str, Node] = field(default_factory=dict)
    items: Node | None = None
    meaning: Meaning | None = None
    control: Control | None = None
    utterances: Utterances | None = None

    def at(self, pointer: str) -> Node:
        """The node at a place below. Creates missing nodes."""
        node = self
        for token in tokens_of(pointer):
            if token == ANY:
                node.items = node = node.items or Node()
            else:
                node = node.members.setdefault(token, Node())
        return node

    def find(self, pointer: str) -> Node | None:
        """The node at a place below, if there is one."""
        node: Node | None = self
        for token in tokens_of(pointer):
            node = node.items if node and token == ANY else node.members.get(token) if node else None
        return node


def tree_of(shape: JsonShape) -> Node:
    """The tree of a shape."""
    root = Node()
    plain = {
        Meaning.SPEECH: shape.speech,
        Meaning.TRANSCRIPT: shape.transcript,
        Meaning.INSTRUCTIONS: shape.instructions,
        Meaning.LABEL: shape.labels,
        Meaning.IDENTIFIER: shape.identifiers,
    }
    for meaning, places in plain.items():
        for place in places:
            root.at(place).meaning = meaning
    for place, control in shape.controls.items():
        node = root.at(place)
        node.meaning, node.control = Meaning.CONTROL, control
    for said in shape.utterances:
        item = root.at(said.items)
        item.utterances = said
        for place in said.text:
            item.at(place).meaning = Meaning.SAID
        if said.speaker:
            item.at(said.speaker).meaning = Meaning.SPEAKER
        for time in (said.start, said.end):
            if time:
                item.at(time).meaning = Meaning.TIME
    return root


def words_of(shape: JsonShape) -> frozenset[str]:
    """All keys and fixed values that a shape names. They are the API's own words."""
    keys = {token for place in shape.places() for token in tokens_of(place) if token != ANY}
    return frozenset(keys | {value for control in shape.controls.values() for value in control.values})


_NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{1,2}(?:[.,][0-9]{1,6})?)")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_SCALE = {"seconds": 1.0, "milliseconds": 1000.0, "unix_seconds": 1.0, "unix_milliseconds": 1000.0}
_LONGEST = 7 * 86400.0
"""One week, the longest recording. A larger number is not taken for a time, since it could hold any digits."""

_LATEST = 4_102_444_800.0
"""The year 2100, in Unix seconds."""


class Time(NamedTuple):
    """A time as an offset in seconds or as an instant. Both are None if none is given."""

    offset: float | None = None
    instant: datetime | None = None


def time_at(value: JsonValue | None, said: Utterances, where: str) -> Time:
    """The time that a field holds. Raises `ClientFault` if it holds anything else."""
    if value is None or fields.is_null(value):
        return Time()
    if said.time == "clock":
        return Time(offset=_clock(value, where))
    if said.time == "instant":
        return Time(instant=_instant(value, where))
    if not (isinstance(value, JsonNumber) and _NUMBER.fullmatch(value.literal)):
        raise fields.invalid(where, f"must be a time as a number of {said.time.removeprefix('unix_')}")
    seconds = float(value.literal) / _SCALE[said.time]
    if said.time.startswith("unix"):
        if not 0 <= seconds <= _LATEST:
            raise fields.invalid(where, "must be a time since 1970, at most 2100")
        return Time(instant=datetime.fromtimestamp(seconds, UTC))
    return Time(offset=_bounded(seconds, where))


def _clock(value: JsonValue, where: str) -> float:
    match = _CLOCK.fullmatch(value.text) if isinstance(value, JsonString) else None
    if match is None:
        raise fields.invalid(where, "must be a time like 1:02:03.5")
    return _bounded(int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3].replace(",", ".")), where)


def _bounded(seconds: float, where: str) -> float:
    if not -_LONGEST <= seconds <= _LONGEST:
        raise fields.invalid(where, "must be a time within seven days of the meeting's start")
    return seconds


def _instant(value: JsonValue, where: str) -> datetime:
    try:
        if isinstance(value, JsonString) and _INSTANT.fullmatch(value.text):
            found = datetime.fromisoformat(value.text.upper())
            if 1970 <= found.year < 2100:
                return found
    except ValueError:
        pass
    raise fields.invalid(where, "must be an instant from 1970 to 2100 with a time zone, like 2026-03-02T10:00:00Z")


_KINDS = {
    Meaning.SPEECH: SlotKind.SPEECH,
    Meaning.TRANSCRIPT: SlotKind.SPEECH,
    Meaning.INSTRUCTIONS: SlotKind.INSTRUCTIONS,
    Meaning.LABEL: SlotKind.LABEL,
}
_LONGEST_LABEL = 256


class _Said:
    """The speaker and the times that an item states for its text."""

    def __init__(self, item: JsonValue, said: Utterances, where: str):
        label = _below(item, said.speaker)
        self.speaker = None
        if label is not None and not fields.is_null(label):
            self.speaker = _label(label, f"{where}{said.speaker}") or None
        start = time_at(_below(item, said.start), said, f"{where}{said.start}")
        end = time_at(_below(item, said.end), said, f"{where}{said.end}")
        self.start, self.at = start
        self.end, self.until = end

    def utterance(self, text: str) -> Utterance:
        """A whole text as one utterance."""
        whole = Span(0, len(text))
        return Utterance(0, self.speaker, (whole,), whole, start=self.start, end=self.end, at=self.at, until=self.until)


class Walk:
    """One walk: the slots in `claims`, the cuts in `cuts`, and in `counts` how many values were cut under each key."""

    def __init__(self, document: JsonDocument, max_depth: int):
        self.claims = Claims(document, max_depth)
        self.cuts: list[Edit] = []
        self.counts: dict[str, int] = {}
        self._text = document.text

    def value(self, value: JsonValue, node: Node, where: str, said: _Said | None = None) -> None:
        """Claim a value and everything in it. `where` is its place. ``null`` holds nothing."""
        if fields.is_null(value):
            return
        if node.utterances is not None:
            said = _Said(value, node.utterances, where)
        match node.meaning:
            case None:
                self._structure(value, node, where, said)
            case Meaning.CONTROL:
                _check(node.control)(value, where)
            case Meaning.TIME:
                return  # read, and thereby checked, with its item
            case Meaning.SPEAKER | Meaning.LABEL:
                if _label(value, where):
                    self._leaf(value, where, SlotKind.LABEL)
            case Meaning.SAID if said is not None:
                text = fields.string_at(value, where)
                self.claims.leaf(Leaf(text, self._text), where, SlotKind.SPEECH, utterance=said.utterance(text.text))
            case Meaning.TRANSCRIPT:
                text = fields.string_at(value, where)
                self.claims.leaf(Leaf(text, self._text), where, SlotKind.SPEECH, transcript=True)
            case Meaning.SPEECH | Meaning.INSTRUCTIONS:
                self._texts(value, where, _KINDS[node.meaning])

    def _leaf(self, value: JsonValue, where: str, kind: SlotKind) -> None:
        if isinstance(value, JsonString | JsonNumber):
            self.claims.leaf(Leaf(value, self._text), where, kind)

    def _texts(self, value: JsonValue, where: str, kind: SlotKind) -> None:
        """Claim a string, or a structure in which each string, key and number is text."""
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
            raise fields.invalid(where or "body", f"must be an {'array' if node.items is not None else 'object'}")

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
    """The values at a place; several if the place contains ``*``."""
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
    label = fields.string_at(value, where).text
    if len(label) > _LONGEST_LABEL:
        raise fields.invalid(where, f"must be a name of at most {_LONGEST_LABEL} characters")
    return label


def _check(control: Control | None) -> fields.Check:
    """The check of a control. A string control always names values or a pattern; other types name neither."""
    match control:
        case Control(type="boolean"):
            return fields.boolean
        case Control(type="integer", min=float() as low, max=float() as high):
            return fields.integer(int(low), int(high))
        case Control(type="number", min=float() as low, max=float() as high):
            return fields.number_between(low, high)
        case Control(pattern=str() as pattern):
            return _matching(pattern)
        case Control(values=values):
            return fields.one_of(*values)
    return fields.one_of()


def _matching(pattern: str) -> fields.Check:
    def check(value: JsonValue, where: str) -> None:
        if not (isinstance(value, JsonString) and re.fullmatch(pattern, value.text)):
            raise fields.invalid(where, "must be a string of the pattern that the route's configuration gives")

    return check
