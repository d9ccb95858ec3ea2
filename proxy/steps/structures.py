"""Attributes strings in structures of a request: a list of turns as an example, a default, a prompt.

Each string of a structure is a slot of its own, and alone does not show who speaks. So they are judged together here.
Text beside a person's name is that person's if the keys say so, otherwise unattributed. Words of a schema (the
description beside a list of names to choose from) stay instruction while they are short. Text below a key that names a
participant, and values beside the only name to choose, are not instruction.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from proxy.formats.vendors import SPEAKER, TEXT
from proxy.model import Slot

_CHOICES = frozenset({"enum", "const", "default", "examples"})
"""Keys of a schema whose strings are values to choose from."""
_DESCRIBING = frozenset({"title", "description"})
_SHORT = 8
"""A description with fewer words may stand beside names; a longer one may tell what somebody said."""
_LONG = 4
"""From this many words on, a string may be what somebody said if a person is merely mentioned."""
_VALUE = 2
"""From this many words on, a value beside a schema's only name may be what somebody said: a code has one word."""
_WORD = re.compile(r"[^\W_]+")

Steps = tuple[str | int, ...]


class _Leaf(NamedTuple):
    """A string at its place, and the ids it names. `tells_of`: it is more than a name and mentions these people."""

    slot: Slot
    steps: Steps
    key: bool
    names: frozenset[str]
    tells_of: frozenset[str]

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(_WORD.findall(self.slot.text))

    @property
    def chosen(self) -> bool:
        """Whether it is a value of a schema."""
        return not self.key and any(step in _CHOICES for step in self.steps)


@dataclass(slots=True)
class _Names:
    """The participants that a container names.

    They are named alone (`plain`), as choices of a schema, in lists of several, as the only value of a schema (`only`),
    or mentioned in longer text (`told`).
    """

    plain: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    only: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


def beside_names(
    slots: Sequence[Slot], names: Callable[[Slot], frozenset[str]], tells_of: Callable[[Slot], frozenset[str]]
) -> dict[int, str | None]:
    """Slots of structures that stand beside people's names, by index, with whose words they hold (None: unattributed).

    `names` returns the ids that a slot names, if it is only a name; `tells_of`, those it mentions. The name and the
    description of a tool stand beside its structure, and are one text with it.
    """
    groups: dict[str, list[_Leaf]] = defaultdict(list)
    around: dict[str, set[str]] = defaultdict(set)
    for slot in slots:
        if slot.place is not None:
            leaf = _Leaf(slot, slot.place.steps, slot.place.key, names(slot), tells_of(slot))
            groups[slot.where.rpartition("#")[0]].append(leaf)
        elif slot.where.endswith((".name", ".description")):
            around[slot.where.rpartition(".")[0]] |= names(slot) | tells_of(slot)
    beside = {
        slot: whose
        for where, leaves in groups.items()
        for slot, whose in _beside(leaves, around.get(where.rpartition(".")[0], set()))
    }
    return beside | dict.fromkeys(_told_tools(slots, tells_of))


def _told_tools(slots: Sequence[Slot], tells_of: Callable[[Slot], frozenset[str]]) -> Iterator[int]:
    """Names of several words of tools whose descriptions mention somebody."""
    told = {slot.where for slot in slots if slot.where.endswith(".description") and tells_of(slot)}
    for slot in slots:
        above, _, field = slot.where.rpartition(".")
        if field == "name" and f"{above}.description" in told and len(_WORD.findall(slot.text)) >= _VALUE:
            yield slot.index


def _beside(leaves: Sequence[_Leaf], around: set[str]) -> Iterator[tuple[int, str | None]]:
    if not around and not any(leaf.names or leaf.tells_of for leaf in leaves):
        return
    named = _named(leaves)
    named[()].told |= around
    keyed = {leaf.steps: leaf.names for leaf in leaves if leaf.key and leaf.names}
    speakers = {leaf.steps for leaf in leaves if leaf.names and leaf.steps[-1] in SPEAKER}
    for leaf in leaves:
        if leaf.names or not any(map(str.isalpha, leaf.slot.text)):
            continue
        if leaf.key and leaf.words < _LONG:
            continue
        people = _people(leaf, named, keyed)
        if people:
            yield leaf.slot.index, _speaker(leaf, people, speakers)


def _named(leaves: Sequence[_Leaf]) -> dict[Steps, _Names]:
    """The participants each container names. One that holds only names is a name to what stands beside it."""
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
            if len(people) == 1 and steps[-1] in _CHOICES:
                found[steps[:-2]].only.update(*people)
    for leaf in leaves:
        if leaf.tells_of and (leaf.key or leaf.steps[-1] in _DESCRIBING):
            found[leaf.steps if leaf.key else leaf.steps[:-1]].told |= leaf.tells_of
    return found


def _people(leaf: _Leaf, named: Mapping[Steps, _Names], keyed: Mapping[Steps, frozenset[str]]) -> set[str]:
    """Everybody whose name stands beside a string, or beside what contains it.

    A list of several names beside a single string says who was there; beside a list it may say who said each item.
    """
    describing = leaf.steps[-1] in _DESCRIBING and leaf.words < _SHORT
    people: set[str] = set()
    for depth in range(len(leaf.steps)):
        names = named.get(leaf.steps[:depth], _NOBODY)
        people |= names.plain
        people |= names.choices if not describing else set()
        people |= names.lists if depth + 1 < len(leaf.steps) else set()
        people |= names.only if leaf.chosen and leaf.words >= _VALUE else set()
        people |= names.told if leaf.words >= _LONG and not leaf.tells_of else set()
        people |= keyed.get(leaf.steps[:depth], frozenset())
    return people | (keyed.get(leaf.steps, frozenset()) if not describing else set())


def _speaker(leaf: _Leaf, people: set[str], speakers: Collection[Steps]) -> str | None:
    """The participant named under a speaker's key in the same object, if the string's key is one for text."""
    above = leaf.steps[:-1]
    said = not leaf.key and leaf.steps[-1:] and leaf.steps[-1] in TEXT and len(people) == 1
    return next(iter(people)) if said and any((*above, key) in speakers for key in SPEAKER) else None


_NOBODY = _Names()
