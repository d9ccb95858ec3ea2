"""Structures of a request in which somebody's words may stand: a list of turns as an example, a default, a prompt.

Each string of a structure is a slot of its own, and by itself says nothing of who speaks. So they are seen together
here: what stands beside a person's name is that person's where the keys say so, and else nobody's. Words of a schema
(the description beside a list of names to choose from) stay the client's, while they are short. What is below a key
that names somebody, and values beside a name that is the only one to choose, are not the client's.
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
_LONG = 4
"""Words of a string that may be what somebody said, where a person is only spoken of."""
_VALUE = 2
"""Words of a value that may be what somebody said, beside the one name that a schema admits: a code has one."""
_WORD = re.compile(r"[^\W_]+")

Steps = tuple[str | int, ...]


class _Leaf(NamedTuple):
    """A string at its place, and whom it names, by ids. `tells_of`: it is more than a name, and tells of somebody."""

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
    """Whom a container names by what stands in it: alone, as choices of a schema, and in lists of several; as the only
    value of a schema in it (`only`), and as what is told of in it (`told`).
    """

    plain: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    only: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


def beside_names(
    slots: Sequence[Slot], names: Callable[[Slot], frozenset[str]], tells_of: Callable[[Slot], frozenset[str]]
) -> dict[int, str | None]:
    """Slots of structures that stand beside people's names, by index, with whose words they hold (None: nobody's).

    `names` tells whom a slot names by id, if it is a name and says no more; `tells_of`, whom it tells of. The name and
    the description of a tool stand beside its structure, and are one text with it.
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
    """Names of several words that tools have whose descriptions tell of somebody."""
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
            if len(people) == 1 and steps[-1] in _CHOICES:
                found[steps[:-2]].only.update(*people)
    for leaf in leaves:
        if leaf.tells_of and (leaf.key or leaf.steps[-1] in _DESCRIBING):
            found[leaf.steps if leaf.key else leaf.steps[:-1]].told |= leaf.tells_of
    return found


def _people(leaf: _Leaf, named: Mapping[Steps, _Names], keyed: Mapping[Steps, frozenset[str]]) -> set[str]:
    """Everybody whose name stands beside a string, or beside what it is in.

    A list of several names beside a string alone tells who was there; beside a list it may tell who said each of it.
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
    """Whose words a string is by its key: of the one who is named under a speaker's key in the same object."""
    above = leaf.steps[:-1]
    said = not leaf.key and leaf.steps[-1:] and leaf.steps[-1] in TEXT and len(people) == 1
    return next(iter(people)) if said and any((*above, key) in speakers for key in SPEAKER) else None


_NOBODY = _Names()
