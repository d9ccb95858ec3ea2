"""Which texts of a request follow one another as their words were said, so that what repeats can be told from what is
repeated.

Messages of a chat do, their parts, and the items of an array in which a field tells who spoke: arrays are in order
(RFC 8259), the members of an object are not. Nothing tells it of other texts: a document or what a tool found may be
older than what stands above it. Where times run back in an array, or count from two beginnings, its order is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from proxy.model import Slot, SlotKind, Utterance
from proxy.redaction.quotes import Steps
from proxy.steps.heard import Hearing
from proxy.steps.typed import MESSAGE

_STEP = re.compile(r"[0-9]+|[^./\[\]0-9][^./\[\]]*")


def in_order(hearing: Hearing) -> dict[int, Steps]:
    """The places of texts that are in order, by slot: of two, the first different steps are the numbers of items."""
    places = {slot.index: _steps(slot.where) for slot in hearing.slots if _is_said(slot)}
    arrays: dict[Steps, list[Utterance]] = {}
    for said in sorted(hearing.said, key=lambda said: said.slot):
        if said.slot in places:
            arrays.setdefault(_array(places[said.slot]), []).append(said.utterance)
    disordered = {array for array, told in arrays.items() if run_back(told)}
    return {slot: place for slot, place in places.items() if _array(place) not in disordered}


def run_back(told: Iterable[Utterance]) -> bool:
    """Whether the times of utterances run back, or some are offsets and others instants."""
    offset: float | None = None
    instant: float | None = None
    for each in told:
        if each.start is not None:
            if offset is not None and each.start < offset:
                return True
            offset = each.start
        elif each.at is not None:
            at = each.at.timestamp()
            if instant is not None and at < instant:
                return True
            instant = at
    return offset is not None and instant is not None


def _is_said(slot: Slot) -> bool:
    if slot.kind is not SlotKind.SPEECH or slot.transcript or slot.place is not None:
        return False
    return slot.utterance is not None or MESSAGE.fullmatch(slot.where) is not None


def _steps(where: str) -> Steps:
    return tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(where))


def _array(place: Steps) -> Steps:
    """The place of the outermost array."""
    first = next((at for at, step in enumerate(place) if isinstance(step, int)), len(place))
    return place[:first]
