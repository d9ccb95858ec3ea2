"""Units of a request that adjoin: what one leaves open is said in the next, which then is nobody's.

Instructions follow instructions in several messages, parts and descriptions of tools, and turns of one speaker follow
each other. Where a unit ends as the beginning of somebody else's words, the next one is theirs; where a unit opens with
somebody's signature, the one above is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from proxy.attribution.seams import cut_off
from proxy.model import Roster, Slot, SlotKind, Span
from proxy.steps.heard import Instructed, Said
from proxy.steps.proving import Proof


class _Unit(NamedTuple):
    """One text. `speaker`: who is declared to have said it; `first` and `all`: what of it may be nobody's by what
    stands above and below; `speaks`: it ends with what somebody said in it.
    """

    slot: Slot
    span: Span
    speaker: str | None
    first: tuple[Said | Instructed, ...]
    all: tuple[Said | Instructed, ...]
    speaks: bool = False

    @property
    def text(self) -> str:
        """Its text."""
        return self.slot.text[self.span.start : self.span.end]


def adjoining(
    slots: Sequence[Slot], said: Sequence[Said], own: Sequence[Instructed], proof: Proof, roster: Roster
) -> frozenset[Said | Instructed]:
    """What is nobody's for what stands right before or behind it in another unit.

    Of instructions it is what stands before anything that is said in them, or all above a signature.
    """
    spoken, instructed = defaultdict[int, list[Said]](list), defaultdict[int, list[Instructed]](list)
    for one in said:
        spoken[one.slot].append(one)
    for part in own:
        instructed[part.slot].append(part)
    pairs = [
        pair
        for run in _runs(slots)
        for pair in pairwise(_whole(slot, spoken[slot.index], instructed[slot.index], roster) for slot in run)
    ]
    pairs += [pair for slot in slots for pair in _turns(slot, spoken[slot.index])]
    return frozenset(part for above, below in pairs for part in _joined(above, below, proof))


def _runs(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """Texts that follow each other: messages and what is instructed beside them, and descriptions of tools."""
    texts = [slot for slot in slots if slot.place is None and slot.kind is not SlotKind.LABEL and slot.text.strip()]
    described = [slot for slot in texts if slot.where.endswith(".description")]
    yield described
    yield [slot for slot in texts if not slot.where.endswith((".description", ".name"))]


def _whole(slot: Slot, said: Sequence[Said], own: Sequence[Instructed], roster: Roster) -> _Unit:
    """A slot as a unit, with what people say in it and what of it is instructed."""
    declared = slot.utterance.speaker if slot.utterance is not None else slot.author
    speaker = roster.resolve(declared) if declared is not None else None
    spoken = [part for part in said if part.utterance.words]
    mine = [part for part in spoken if speaker is not None and part.utterance.label is None]
    begun = min((min(part.utterance.words).start for part in spoken if part not in mine), default=len(slot.text))
    parts: list[tuple[int, Said | Instructed]] = [(min(part.utterance.words).start, part) for part in mine]
    parts += [(part.span.start, part) for part in own]
    return _Unit(
        slot,
        Span(0, len(slot.text)),
        speaker.id if speaker is not None else None,
        tuple(part for start, part in parts if start < begun),
        tuple(part for _, part in parts),
        speaks=any(part.end >= len(slot.text.rstrip()) for part in spoken),
    )


def _turns(slot: Slot, said: Sequence[Said]) -> Iterator[tuple[_Unit, _Unit]]:
    """Turns of one person that follow each other in one slot."""
    spoken = sorted((one for one in said if one.utterance.words), key=lambda one: min(one.utterance.words))
    for speaker, run in groupby(spoken, key=lambda one: one.participant):
        if speaker is not None:
            yield from pairwise(
                _Unit(slot, Span(min(one.utterance.words).start, one.end), speaker, (one,), (one,)) for one in run
            )


def _joined(above: _Unit, below: _Unit, proof: Proof) -> Iterator[Said | Instructed]:
    """What of two units is nobody's by the other one."""
    turns = above.speaker is not None and above.speaker == below.speaker
    if below.first and (turns or below.speaker is None):
        if proof.left_open(above.slot, above.span, above.speaker):
            yield from below.first
        instructing = above.slot.kind is below.slot.kind is SlotKind.INSTRUCTIONS
        if instructing and above.speaks and cut_off(above.text, below.text):
            yield from below.first
    signs = above.all and below.first and (turns or above.speaker is below.speaker is None)
    if signs and proof.signed_by_next(above.slot, above.span, below.slot, below.span, above.speaker):
        yield from above.all
