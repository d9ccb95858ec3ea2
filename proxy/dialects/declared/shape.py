"""A declared JSON shape as a tree to walk a request by: what each place means, and which objects lead there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from proxy.settings.pointers import ANY, tokens_of
from proxy.settings.shapes import Control, JsonShape, Utterances


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
    """A place: its meaning if it has one, else what may be in it. `items` is for arrays, `utterances` for an item."""

    members: dict[str, Node] = field(default_factory=dict)
    items: Node | None = None
    meaning: Meaning | None = None
    control: Control | None = None
    utterances: Utterances | None = None

    def at(self, pointer: str) -> Node:
        """The node at a place below, made where there is none."""
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
    """All keys and fixed values that a shape names: the API's own words."""
    keys = {token for place in shape.places() for token in tokens_of(place) if token != ANY}
    return frozenset(keys | {value for control in shape.controls.values() for value in control.values})
