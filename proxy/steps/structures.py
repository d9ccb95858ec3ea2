"""Structures of a request in which somebody's words may stand: a list of turns as an example, a default, a prompt.

Each string of a structure is a slot of its own, and by itself says nothing of who speaks. So they are seen together
here: what stands beside a person's name is that person's where the keys say so, and else nobody's. Words of a schema
(the description beside a list of names to choose from) stay the client's, while they are short.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from proxy.formats.json_words import SPEAKER, TEXT
from proxy.model import Slot

_CHOICES = frozenset({"enum", "const", "default", "examples"})
"""Keys of a schema whose strings are values to choose from."""
_DESCRIBING = frozenset({"title", "description"})
_SHORT = 8
"""Words of a description that may stand beside names: more may tell what somebody said."""
_LONG_KEY = 4
_WORD = re.compile(r"[^\W_]+")

Steps = tuple[str | int, ...]


class _Leaf(NamedTuple):
    """A string at its place, and whom it names, by ids."""

    slot: Slot
    steps: Steps
    key: bool
    names: frozenset[str]


@dataclass(slots=True)
class _Names:
    """Whom a container names by what stands in it: alone, as choices of a schema, and in lists of several."""

    plain: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)


def beside_names(slots: Sequence[Slot], names: Callable[[Slot], frozenset[str]]) -> dict[int, str | None]:
    """Slots of structures that stand beside people's names, by index, with whose words they hold (None: nobody's).

    `names` tells whom a slot names by id, if it is a name and says no more.
    """
    groups: dict[str, list[_Leaf]] = defaultdict(list)
    for slot in slots:
        if slot.place is not None:
            leaf = _Leaf(slot, slot.place.steps, slot.place.key, names(slot))
            groups[slot.where.rpartition("#")[0]].append(leaf)
    return {slot: whose for leaves in groups.values() for slot, whose in _beside(leaves)}


def _beside(leaves: Sequence[_Leaf]) -> Iterator[tuple[int, str | None]]:
    if not any(leaf.names for leaf in leaves):
        return
    named = _named(leaves)
    keyed = {leaf.steps: leaf.names for leaf in leaves if leaf.key and leaf.names}
    speakers = {leaf.steps for leaf in leaves if leaf.names and leaf.steps[-1] in SPEAKER}
    for leaf in leaves:
        if leaf.names or not any(map(str.isalpha, leaf.slot.text)):
            continue
        if leaf.key and len(_WORD.findall(leaf.slot.text)) < _LONG_KEY:
            continue
        people = _people(leaf, named, keyed)
        if people:
            yield leaf.slot.index, _speaker(leaf, people, speakers)


def _named(leaves: Sequence[_Leaf]) -> dict[Steps, _Names]:
    """Whom each container names. What holds names and nothing else is a name to what stands beside it."""
    count: Counter[Steps] = Counter()
    told: dict[Steps, list[frozenset[str]]] = defaultdict(list)
    for leaf in leaves:
        if leaf.key:
            continue
        choice = max((at for at, step in enumerate(leaf.steps) if step in _CHOICES), default=-1)
        for depth in range(1, len(leaf.steps) + 1):
            count[leaf.steps[:depth]] += 1
            if leaf.names and depth > choice:
                told[leaf.steps[:depth]].append(leaf.names)
    found: dict[Steps, _Names] = defaultdict(_Names)
    for steps, people in told.items():
        if len(people) == count[steps]:
            into = found[steps[:-1]]
            several = len(people) > 1 and isinstance(steps[-1], str)
            kind = into.choices if steps[-1] in _CHOICES else into.lists if several else into.plain
            kind.update(*people)
    return found


def _people(leaf: _Leaf, named: Mapping[Steps, _Names], keyed: Mapping[Steps, frozenset[str]]) -> set[str]:
    """Everybody whose name stands beside a string, or beside what it is in.

    A list of several names beside a string alone tells who was there; beside a list it may tell who said each of it.
    """
    describing = leaf.steps[-1] in _DESCRIBING and len(_WORD.findall(leaf.slot.text)) < _SHORT
    people: set[str] = set()
    for depth in range(len(leaf.steps)):
        names = named.get(leaf.steps[:depth], _NOBODY)
        people |= names.plain
        people |= names.choices if not describing else set()
        people |= names.lists if depth + 1 < len(leaf.steps) else set()
        people |= keyed.get(leaf.steps[:depth], frozenset()) if not describing else set()
    return people | (keyed.get(leaf.steps, frozenset()) if not describing else set())


def _speaker(leaf: _Leaf, people: set[str], speakers: Collection[Steps]) -> str | None:
    """Whose words a string is by its key: of the one who is named under a speaker's key in the same object."""
    above = leaf.steps[:-1]
    said = not leaf.key and leaf.steps[-1:] and leaf.steps[-1] in TEXT and len(people) == 1
    return next(iter(people)) if said and any((*above, key) in speakers for key in SPEAKER) else None


_NOBODY = _Names()
