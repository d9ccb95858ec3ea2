"""Reads neighbouring units of a request as one text: what the end of one and the beginning of the next say together.

Clients cut one text into messages, parts, system blocks, descriptions, strings of a schema and turns of one speaker.
Where a unit ends as the beginning of somebody else's words, the next units are unattributed, up to the first that may
hold these words. Where a unit begins with somebody's signature, the unit above is unattributed.

`_sequences` says which units follow one another. Members of a JSON object have no order (RFC 8259), so the end of every
field of the body adjoins the beginning of every other one. Messages of one role adjoin each other whatever stands
between them, and so do strings under one key of tools and schemas.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice, pairwise, permutations
from typing import NamedTuple

from proxy.attribution.chunk_borders import cut_off, is_clients
from proxy.model import Roster, Slot, SlotKind, Span, label_form
from proxy.steps.proving import Proof
from proxy.steps.utterances import AttributedUtterance, Instruction

_MANY = 4
"""From this many words on, a unit may be all that somebody said; shorter ones are part of it, or stand between."""
_CODE = 1
"""A string of a schema with so many words is a code to choose."""
_WORD = re.compile(r"[^\W_]+")
_STEP = re.compile(r"[^/.\[\]]+")
"""A key or number of the place in which a unit stands."""
_TOKEN = re.compile(r"</?\|?[\w-]{1,20}\|?>|\[/?[A-Z_]{1,20}\]")
"""A token at which a model stops: ``<|im_end|>``."""
_APART = frozenset({"stop", "stop_sequences"})
"""Fields whose texts a model compares with what it writes: what they end with opens nothing in other fields."""
_ABOVE = ("title", "description")
"""Keys whose strings are read before those beside them."""
_DESCRIBING = frozenset({*_ABOVE, "$comment"})
"""Keys of a schema under which a name alone is a head; below others it is a value to choose."""

Steps = tuple[str | int, ...]
Part = AttributedUtterance | Instruction


class _Unit(NamedTuple):
    """One text among adjoining ones.

    `speaker`: the participant who is declared to have said it. `declared`: the same, or the label of somebody unknown;
    None if no field declares anybody. `first` and `all`: the parts that may be unattributed because of the units above
    and below. `told`: somebody speaks in it; `speaks`: to its end.
    """

    slot: Slot
    span: Span
    speaker: str | None
    first: tuple[Part, ...]
    all: tuple[Part, ...]
    declared: str | None
    told: bool = False
    speaks: bool = False

    @property
    def text(self) -> str:
        """The text of the unit."""
        return self.slot.text[self.span.start : self.span.end]

    @property
    def words(self) -> int:
        """How many words it has, up to `_MANY`."""
        return sum(1 for _ in islice(_WORD.finditer(self.slot.text, *self.span), _MANY))


def adjoining(
    slots: Sequence[Slot], said: Sequence[AttributedUtterance], own: Sequence[Instruction], proof: Proof, roster: Roster
) -> frozenset[Part]:
    """Return what is unattributed because of what stands right before or after it in another unit.

    Of instructions this is what precedes any speech in them, or everything above a signature.
    """
    spoken, instructed = defaultdict[int, list[AttributedUtterance]](list), defaultdict[int, list[Instruction]](list)
    for one in said:
        spoken[one.slot].append(one)
    for part in own:
        instructed[part.slot].append(part)
    units = [_whole(slot, spoken[slot.index], instructed[slot.index], roster) for slot in slots if _is_unit(slot)]
    seams = _Seams(proof)
    sequences = [*_sequences(units), *(run for slot in slots for run in _turns(slot, spoken[slot.index]))]
    return frozenset(part for sequence in sequences for part in seams.parts(sequence))


def _is_unit(slot: Slot) -> bool:
    """Whether a slot is a text or a string that may go on in another one: no name, and no answer of a model in keys."""
    if slot.kind is SlotKind.LABEL or not slot.text.strip() or slot.where.endswith(".name"):
        return False
    if slot.place is None:
        return not (stops(slot.where) and (_TOKEN.fullmatch(slot.text) or not _WORD.search(slot.text)))
    return slot.kind is SlotKind.INSTRUCTIONS and (not slot.place.key or len(_WORD.findall(slot.text)) >= _MANY)


def _sequences(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """The units as they follow each other: all of them, those of one role or author, and those under one key."""
    roles, keys = defaultdict[object, list[_Unit]](list), defaultdict[str, list[_Unit]](list)
    for unit in units:
        roles[unit.slot.kind, unit.speaker].append(unit)
        if (key := _key(unit.slot)) is not None:
            keys[key].append(unit)
    for layer in (units, *roles.values(), *keys.values()):
        fields = defaultdict[str | int, list[_Unit]](list)
        for unit in layer:
            fields[_field(unit.slot)].append(unit)
        yield from fields.values()
        together = (units for name, units in fields.items() if name not in _APART)
        yield from (one + other for one, other in permutations(together, 2))
        yield from map(_described_first, fields.values())


def stops(where: str) -> bool:
    """Whether a place is one for the texts at which a model stops."""
    return not _APART.isdisjoint(_STEP.findall(where))


def _field(slot: Slot) -> str | int:
    """The field of the body that a unit stands in; one of `_APART` also below another, as in ``options.stop``."""
    path = _path(slot)
    return next((step for step in path if step in _APART), path[0])


def _described_first(units: Sequence[_Unit]) -> list[_Unit]:
    """Units with titles and descriptions above what they describe, wherever these are written."""
    begun: dict[Steps, int] = {}
    for at, unit in enumerate(units):
        path = _path(unit.slot)
        for depth in range(1, len(path) + 1):
            begun.setdefault(path[:depth], at)

    def place(unit: _Unit) -> tuple[tuple[int, int], ...]:
        path = _path(unit.slot)
        ranks = (_ABOVE.index(step) if step in _ABOVE else len(_ABOVE) for step in path)
        return tuple((rank, begun[path[: depth + 1]]) for depth, rank in enumerate(ranks))

    return sorted(units, key=place)


def _path(slot: Slot) -> Steps:
    """The keys and numbers that lead to a unit from the body."""
    where = slot.where.rpartition("#")[0] if slot.place is not None else slot.where
    steps = tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(where))
    return steps + (slot.place.steps if slot.place is not None else ()) or ("",)


def _key(slot: Slot) -> str | None:
    """The key above a string of a structure, or the field of a tool; None for messages."""
    if slot.place is None:
        return "description" if slot.where.endswith(".description") else None
    return next((step for step in reversed(slot.place.steps) if isinstance(step, str)), None)


def _whole(slot: Slot, said: Sequence[AttributedUtterance], own: Sequence[Instruction], roster: Roster) -> _Unit:
    """A slot as a unit, with its speech and its instructions."""
    declared = slot.utterance.speaker if slot.utterance is not None else slot.author
    speaker = roster.resolve(declared) if declared is not None else None
    spoken = [part for part in said if part.utterance.words]
    mine = [part for part in spoken if speaker is not None and part.utterance.label is None]
    begun = min((min(part.utterance.words).start for part in spoken if part not in mine), default=len(slot.text))
    parts: list[tuple[int, Part]] = [(min(part.utterance.words).start, part) for part in mine]
    parts += [(part.span.start, part) for part in own]
    return _Unit(
        slot,
        Span(0, len(slot.text)),
        speaker.id if speaker is not None else None,
        tuple(part for start, part in parts if start < begun),
        tuple(part for _, part in parts),
        speaker.id if speaker is not None else (label_form(declared) if declared else None),
        told=begun < len(slot.text),
        speaks=any(part.end >= len(slot.text.rstrip()) for part in spoken),
    )


def _turns(slot: Slot, said: Sequence[AttributedUtterance]) -> Iterator[list[_Unit]]:
    """Consecutive turns of one person in one slot."""
    spoken = sorted((one for one in said if one.utterance.words), key=lambda one: min(one.utterance.words))
    for speaker, run in groupby(spoken, key=lambda one: one.participant):
        if speaker is not None:
            yield [
                _Unit(slot, Span(min(one.utterance.words).start, one.end), speaker, (one,), (one,), speaker)
                for one in run
            ]


@dataclass(slots=True)
class _Seams:
    """Judges where one unit ends and the next begins. Units stand in several sequences, so what was judged is kept."""

    proof: Proof
    ends: dict[tuple[int, Span], bool] = field(default_factory=dict)
    seams: dict[tuple[int, Span, int, Span], bool] = field(default_factory=dict)
    signs: set[tuple[int, Span, int, Span]] = field(default_factory=set)

    def parts(self, units: Sequence[_Unit]) -> Iterator[Part]:
        """The parts of units in a row that others of them make unattributed."""
        for at, above in enumerate(units):
            yield from self._opened(above, (units[number] for number in range(at + 1, len(units))))
        for above, below in pairwise(units):
            yield from self._joined(above, below)

    def _opened(self, above: _Unit, following: Iterable[_Unit]) -> Iterator[Part]:
        """What follows a unit as words of somebody else: up to the first unit of many words, and texts that go on.

        A name among choices is one of them: it opens none but other strings of the same array.
        """
        if not self._may_open(above):
            return
        choice, begun = self._is_choice(above.slot), False
        for below in following:
            if begun and (below.slot.place is not None or below.told or is_clients(below.text)):
                return
            if choice and (self._is_choice(below.slot) or not _beside(above.slot, below.slot)):
                return
            if None not in (above.declared, below.declared) and above.declared != below.declared:
                return  # a turn of somebody else's, by the dialect's own field, begins anew whatever stood before it
            if not begun and below.first and not self._left_open(above, below):
                return
            if below.slot.place is None or below.words > _CODE:
                yield from below.first
            begun = begun or below.words >= _MANY
            if begun and (not below.first or below.told or below.slot.place is not None or below.speaker is not None):
                return

    def _may_open(self, unit: _Unit) -> bool:
        """Whether somebody is named at the end of a unit, or a sign is there after which somebody may speak."""
        end = (unit.slot.index, unit.span)
        if end not in self.ends:
            self.ends[end] = self.proof.may_open(unit.slot, unit.span)
        return self.ends[end]

    def _is_choice(self, slot: Slot) -> bool:
        """Whether a string of a schema is a name to choose."""
        return slot.place is not None and _key(slot) not in _DESCRIBING and self.proof.names_alone(slot)

    def _left_open(self, unit: _Unit, below: _Unit) -> bool:
        """Whether words of somebody else would follow a unit.

        Only a person's next turn goes on with their turn as turns do; between a person and the client, all text reads
        as the client's. Strings of a schema are no sentences: only what can be nothing but a head opens them.
        """
        seam = _seam(unit, below)
        if seam not in self.seams:
            told = None if below.slot.place is not None else below.text.lstrip() if below.words >= _MANY else ""
            same = unit.speaker == below.speaker
            speaker, spared = (unit.speaker, None) if same else (None, below.speaker or unit.speaker)
            self.seams[seam] = self.proof.left_open(unit.slot, unit.span, speaker, below=told, spared=spared)
        return self.seams[seam]

    def _joined(self, above: _Unit, below: _Unit) -> Iterator[Part]:
        """The parts of two adjoining units that a cut sentence or a signature makes unattributed."""
        seam = _seam(above, below)
        if seam in self.signs:
            return
        self.signs.add(seam)
        instructs = below.slot.kind is SlotKind.INSTRUCTIONS
        if instructs and cut_off(above.text, below.text) and self._told_to_end(above, below):
            yield from below.first
        turns = above.speaker is not None and above.speaker == below.speaker
        whole = above.slot.place is below.slot.place is None
        same = above.declared == below.declared and (turns or above.speaker is None)
        signs = whole and above.all and below.first and same
        if signs and self.proof.signed_by_next(above.slot, above.span, below.slot, below.span, above.speaker):
            yield from above.all

    def _told_to_end(self, above: _Unit, below: _Unit) -> bool:
        """Whether somebody speaks to the end of a unit, with or without a label, and the next is not the client's."""
        if above.slot.kind is SlotKind.INSTRUCTIONS and above.speaks:
            return True
        if _field(above.slot) != _field(below.slot) or is_clients(below.text):
            return False
        last = above.all[-1] if above.all else None
        traced = isinstance(last, Instruction) and self.proof.traced(last, ()) is not None
        return above.speaks or traced


def _beside(above: Slot, below: Slot) -> bool:
    """Whether two strings stand in one array."""
    if above.place is None or below.place is None or not isinstance(above.place.steps[-1], int):
        return False
    return _path(above)[:-1] == _path(below)[:-1]


def _seam(above: _Unit, below: _Unit) -> tuple[int, Span, int, Span]:
    return above.slot.index, above.span, below.slot.index, below.span
