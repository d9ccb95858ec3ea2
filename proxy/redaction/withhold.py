"""Edits that remove withheld utterances from a text and keep its format valid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from proxy.model import WITHHELD, Edit, Slot, Span, Utterance, apply_edits
from proxy.redaction.pseudonyms import WITHHELD_PERSON


def withhold_edits(
    slots: Sequence[Slot],
    withheld: Sequence[tuple[int, Utterance]],
    on_withheld: Literal["placeholder", "drop"],
) -> dict[int, tuple[Edit, ...]]:
    """Edits by slot index. `withheld` pairs a slot index with an utterance in it.

    ``placeholder`` keeps the utterance's place: its words become ``[withheld]``, its label becomes ``WITHHELD_PERSON``,
    and cue numbers and times stay. ``drop`` cuts its whole block, and other copies of its words.
    """
    texts = {slot.index: slot.text for slot in slots}
    edits: dict[int, list[Edit]] = {}
    for slot, utterance in withheld:
        made = _dropped(utterance) if on_withheld == "drop" else _placeholder(texts[slot], utterance)
        edits.setdefault(slot, []).extend(made)
    return {slot: tuple(sorted(made)) for slot, made in edits.items()}


def renumbered(
    slots: Sequence[Slot], numbers: Sequence[tuple[int, Span]], edits: Mapping[int, Sequence[Edit]]
) -> dict[int, tuple[Edit, ...]]:
    """The edits, plus edits that close the gaps in running `numbers` (of cues, by slot) where some are cut out."""
    texts = {slot.index: slot.text for slot in slots}
    more: dict[int, list[Edit]] = {slot: list(made) for slot, made in edits.items()}
    expected: dict[int, tuple[int, int]] = {}
    for slot, span in numbers:
        number = int(texts[slot][span.start : span.end])
        before, new = expected.get(slot, (number - 1, number))
        new = new if number == before + 1 else number
        cut = any(edit.start <= span.start and span.end <= edit.end for edit in edits.get(slot, ()))
        if not cut and new != number:
            more[slot].append(Edit(*span, str(new)))
        expected[slot] = (number, new if cut else new + 1)
    return {slot: tuple(sorted(made)) for slot, made in more.items()}


def distinct_keys(slots: Sequence[Slot], edits: Mapping[int, Sequence[Edit]]) -> dict[int, tuple[Edit, ...]]:
    """The edits, with a number after each key of a structure that would become equal to a sibling key."""
    distinct = {slot: tuple(made) for slot, made in edits.items()}
    taken: dict[tuple[object, ...], set[str]] = {}
    keys = [slot for slot in slots if slot.place is not None and slot.place.key]
    for slot in sorted(keys, key=lambda key: bool(edits.get(key.index))):
        steps = slot.place.steps[:-1] if slot.place is not None else ()
        siblings = taken.setdefault((slot.where.rpartition("#")[0], *steps), set())
        key = said = apply_edits(slot.text, edits.get(slot.index, ()))
        number = 1
        while key in siblings:
            number += 1
            key = f"{said} {number}"
        siblings.add(key)
        if key != said:
            distinct[slot.index] = (Edit(0, len(slot.text), key),)
    return distinct


def never_empty(
    slots: Sequence[Slot], edits: Mapping[int, Sequence[Edit]], apart: Collection[int] = ()
) -> dict[int, tuple[Edit, ...]]:
    """The edits, with the marker in place of a whole text that they would leave blank.

    APIs refuse messages and blocks without words, an empty key or query makes another request, and roles must keep
    alternating. So a text keeps its place, whatever the policy removes from it. A text that ended in a word ends
    without white space, because a reply may not continue from white space. Slots in `apart` (by index, of lists with
    a place for each turn) may become empty.
    """
    texts = {slot.index: slot.text for slot in slots if slot.utterance is None and slot.index not in apart}
    return {index: _kept(texts[index], made) if index in texts else tuple(made) for index, made in edits.items()}


def _kept(text: str, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    if not apply_edits(text, edits).strip():
        return (Edit(0, len(text), WITHHELD),) if text.strip() else tuple(edits)
    kept = list(edits)
    end = len(text)
    while kept and kept[-1].end >= end and not kept[-1].replacement and not text[-1:].isspace():
        end = kept.pop().start
        while end > (kept[-1].end if kept else 0) and text[end - 1].isspace():
            end -= 1
    return (*kept, *([Edit(end, len(text), "")] if end < len(text) else []))


def _dropped(utterance: Utterance) -> list[Edit]:
    """Edits that cut the utterance's block and empty what lies outside it: copies of its words, labels."""
    start, end = utterance.block
    spans = [*utterance.words, *utterance.more_labels]
    if utterance.label is not None:
        spans.append(utterance.label)
    outside = [Edit(*span, "") for span in spans if span.end <= start or span.start >= end]
    return [Edit(start, end, ""), *outside]


def _placeholder(text: str, utterance: Utterance) -> list[Edit]:
    """The marker for the first line; a following line is removed together with the line end before it.

    An emptied line would end a cue early. If more than white space separates two lines (the times of another cue, a
    tag), the second has a place of its own and gets a marker of its own.
    """
    edits = [Edit(*utterance.label, WITHHELD_PERSON)] if utterance.label else []
    edits += [Edit(*span, WITHHELD_PERSON) for span in utterance.more_labels]
    end: int | None = None
    for span in sorted(utterance.words):
        if end is not None and not text[end : span.start].strip():
            edits.append(Edit(end, span.end, ""))
        elif text[span.start : span.end].strip():
            edits.append(Edit(*span, WITHHELD))
        end = span.end
    return edits
