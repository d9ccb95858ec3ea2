"""Reads the strings of a structure together, as the JSON document that they make: the arguments of a call of a tool.

Each string of a structure is a slot of its own, and alone names nobody as a speaker. The document is read by the rules
for JSON in a message. What it gives to somebody who is not on the roster is that person's, and no grant of others
admits it. All else stays as `steps.structures` has it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from proxy.attribution.credits import GETS
from proxy.attribution.full_names import full_names
from proxy.model import Slot, SlotKind, Span
from proxy.steps.utterances import AttributedUtterance, untimed

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,12})?")
_PLAIN = {ord('"'): "'", ord("\\"): "/"} | dict.fromkeys(range(32), " ") | {ord("\n"): "\u2028"}
"""Signs that JSON escapes, and those in their place, so that each string is as long as its slot."""
_WORD = re.compile(r"[^\W_]+")
_LONG = 4
"""From this many words on, a key may be what somebody said."""

Tree = dict[str | int, "Tree | Slot | None"]
Reading = Callable[[Sequence[Slot]], Sequence[AttributedUtterance]]
"""Reads slots as the texts of messages, and returns what is said in them."""


def by_strangers(
    told: Sequence[AttributedUtterance], slots: Sequence[Slot], read: Reading
) -> tuple[AttributedUtterance, ...]:
    """Give what is told in structures to unknown speakers where the documents do; `slots` may hold other texts too."""
    groups: dict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.place is not None and slot.kind is not SlotKind.INSTRUCTIONS:
            groups[slot.where.rpartition("#")[0]].append(slot)
    if not groups:
        return tuple(told)
    theirs = _of_strangers([*groups.values()], read)
    return tuple(_as_strangers(part) if part.slot in theirs and part.utterance.label is None else part for part in told)


def _as_strangers(part: AttributedUtterance) -> AttributedUtterance:
    return replace(part, utterance=untimed(part.utterance), participant=None, unattributed=False)


def _of_strangers(groups: Sequence[Sequence[Slot]], read: Reading) -> Collection[int]:
    """The indices of the slots in which the documents of their groups have words of unknown speakers."""
    documents = [_document(group) for group in groups]
    texts = [Slot(at, "", text, SlotKind.REPLY) for at, (text, _) in enumerate(documents)]
    keys = {slot.index for group in groups for slot in group if slot.place is not None and slot.place.key}
    keys -= {slot.index for group in groups for slot in group if len(_WORD.findall(slot.text)) >= _LONG}
    theirs: set[int] = set()
    for said in read(texts):
        if said.participant is None and not said.unattributed and _is_speakers(said, documents[said.slot][0]):
            theirs |= _within(documents[said.slot][1], said.utterance.words)
    return theirs - keys


def _is_speakers(said: AttributedUtterance, text: str) -> bool:
    """Whether words have a speaker by their keys, or a full name in their document; titles look like other names."""
    return said.utterance.speaker is not None or bool(full_names(text, ()))


def _within(places: Mapping[int, Span], words: Sequence[Span]) -> set[int]:
    """The slots of a document in which some of the words stand."""
    return {slot for slot, at in places.items() if any(span.start < at.end and at.start < span.end for span in words)}


def _document(slots: Sequence[Slot]) -> tuple[str, Mapping[int, Span]]:
    """The JSON text that these strings, numbers and keys make, with where each of them stands in it."""
    root: Tree = {}
    keys: dict[tuple[str | int, ...], Slot] = {}
    for slot in slots:
        if slot.place is None:
            continue
        steps = ("", *slot.place.steps)
        if slot.place.key:
            keys[steps] = slot
        into = root
        for step in steps[:-1]:
            below = into.get(step)
            if not isinstance(below, dict):
                below = into[step] = {}
            into = below
        into.setdefault(steps[-1], None)
        if not slot.place.key:
            into[steps[-1]] = slot
    text, places = "", dict[int, Span]()
    for piece, of in _written(root[""], ("",), keys):
        if of is not None:
            places[of.index] = Span(len(text), len(text) + len(piece))
        text += piece
    return text, places


def _written(
    value: Tree | Slot | None, steps: tuple[str | int, ...], keys: Mapping[tuple[str | int, ...], Slot]
) -> Iterator[tuple[str, Slot | None]]:
    """The pieces of a value's text, each with the slot that it is; a line for each member."""
    if value is None:
        yield "null", None
    elif isinstance(value, Slot) and _receives(value, steps):
        yield json.dumps("_"), None
    elif isinstance(value, Slot):
        numeric = _NUMBER.fullmatch(value.text) is not None
        yield from _quoted(value) if not numeric else [(value.text, value)]
    else:
        named = any(isinstance(step, str) for step in value)
        yield "{" if named else "[", None
        for number, (step, below) in enumerate(value.items()):
            yield ",\n" if number else "", None
            if named:
                key = keys.get((*steps, step))
                yield from _quoted(key) if key is not None else [(json.dumps(str(step)), None)]
                yield ": ", None
            yield from _written(below, (*steps, step), keys)
        yield "}" if named else "]", None


def _receives(slot: Slot, steps: tuple[str | int, ...]) -> bool:
    """Whether a value is the name of somebody who gets something and has not said it."""
    key = next((step for step in reversed(steps) if isinstance(step, str)), "")
    return (
        GETS.fullmatch(key) is not None and len(_WORD.findall(slot.text)) <= _LONG and bool(full_names(slot.text, ()))
    )


def _quoted(slot: Slot) -> Iterator[tuple[str, Slot | None]]:
    yield '"', None
    yield slot.text.translate(_PLAIN), slot
    yield '"', None
