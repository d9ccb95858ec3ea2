"""Only lines that the client's profile lists as its own: the strict reading of instructions (``consent.instructions``).

Reading can be deceived: what somebody said may read like a request. A digest cannot. So where the operator asks for it,
no text counts as the client's own for its place or its wording, in messages, system messages, tools and schemas alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from proxy.formats import known_parts
from proxy.formats.own_lines import holds_words
from proxy.model import Slot, SlotKind, Span
from proxy.settings import Profile
from proxy.steps.heard import Instructed, Said, nobodys
from proxy.steps.layouts import Laid


def only_listed(
    parts: Iterable[Said | Instructed], heard: Sequence[Laid], profile: Profile | None, typed: Collection[int]
) -> list[Said | Instructed]:
    """The parts, with all as nobody's that the profile does not list; `typed` slots are what the client's user types,
    which is theirs where nobody speaks in it.

    Without a profile, nothing is listed. Rules, brackets and white space say nothing, and stay as they are.
    """
    by_slot = {one.slot.index: one for one in heard}
    return [each for part in parts for each in _parted(part, by_slot, profile or Profile(), typed)]


def with_listed_keys(
    parts: Iterable[Said], own: Collection[Said | Instructed], heard: Sequence[Laid]
) -> list[Said | Instructed]:
    """What is said, with keys of a call's arguments as the client's where a schema that it lists has that property.

    A model's call repeats the names that the client gave it. Values stay nobody's.
    """
    slots = {one.slot.index: one.slot for one in heard}
    unlisted = {part.slot for part in own if isinstance(part, Said)}
    listed = {
        slot.text
        for part in own
        if (slot := slots[part.slot]).index not in unlisted and slot.place is not None and slot.place.key
        if slot.kind is SlotKind.INSTRUCTIONS and slot.place.steps[-2:-1] == ("properties",)
    }

    def of_client(part: Said) -> bool:
        slot = slots[part.slot]
        key = slot.kind is SlotKind.REPLY and slot.place is not None and slot.place.key
        return key and part.is_unclaimed and slot.text in listed

    return [Instructed(part.slot, part.utterance.block) if of_client(part) else part for part in parts]


def _parted(
    part: Said | Instructed, heard: Mapping[int, Laid], profile: Profile, typed: Collection[int]
) -> Iterator[Said | Instructed]:
    laid = heard[part.slot]
    if isinstance(part, Said) or part.span in laid.proven or (part.slot in typed and not laid.said):
        yield part
        return
    text = laid.slot.text
    for span, is_listed in known_parts(text, part.span, _of_field(laid.slot, profile)):
        told = Span(span.end, span.end) if is_listed else _worded(text, span)
        if span.start < told.start:
            yield replace(part, span=Span(span.start, told.start))
        if told.start < told.end:
            yield nobodys(replace(part, span=told))
        if max(span.start, told.end) < span.end:
            yield replace(part, span=Span(told.end, span.end))


def _worded(text: str, span: Span) -> Span:
    """A stretch from its first line that says something to its last one; empty, at its end, where none does."""
    ends = list(accumulate(map(len, text[slice(*span)].splitlines(keepends=True)), initial=span.start))
    lines = [Span(start, end) for start, end in pairwise(ends) if holds_words(text[start:end])]
    return Span(lines[0].start, lines[-1].end) if lines else Span(span.end, span.end)


def _of_field(slot: Slot, profile: Profile) -> Profile:
    """The profile with the lines that are the client's in a slot: in instructions also what it writes there alone."""
    if slot.kind is not SlotKind.INSTRUCTIONS:
        return profile
    return profile.model_copy(update={"texts": (*profile.texts, *profile.instructions)})
