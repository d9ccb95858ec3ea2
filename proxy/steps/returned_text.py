"""Overlays what was heard in a request with text that the proxy gave back earlier and the request repeats."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from proxy.attribution.returned_text import Stretch, says_something
from proxy.formats.labels import asks, is_listed
from proxy.model import SlotKind, Span, Utterance
from proxy.steps.utterances import AttributedUtterance, Hearing, Instruction, ReturnedText, claimed, nobodys
from proxy.wording.plain_words import is_plain

_WORD = re.compile(r"[^\W_]+")


def with_derived(heard: Hearing, known: ReturnedText) -> Hearing:
    """Return the hearing with derived text, given back earlier, laid over it.

    What a participant is proven to have said stays theirs, whatever it repeats. Lines of derived text may look like
    somebody's utterances; they are not, if their label was given back with them. Other text in the same message is
    unattributed, unless a profile lists it as the client's own lines. In the client's own words, which need no grant,
    parts of sentences are derived text, too.
    """
    if not known:
        return heard
    instructed = {part.slot for part in heard.instructed}
    anybodys = {
        slot.index
        for slot in heard.slots
        if slot.kind is not SlotKind.LABEL and slot.utterance is None and slot.author is None
    }
    texts = {slot.index: slot.text for slot in heard.slots}
    repeated = {index: known.repeated(texts[index]) for index in anybodys | instructed}
    stretches = {index: found for index in anybodys if (found := repeated[index].stretches())}
    in_parts = {index: found for index in instructed if (found := repeated[index].stretches(in_parts=True))}
    if not (stretches or in_parts):
        return heard
    instructing = {slot.index for slot in heard.slots if slot.kind is SlotKind.INSTRUCTIONS}
    said: list[AttributedUtterance] = []
    own: list[Instruction] = []
    for one in heard.said:
        mine = stretches.get(one.slot, ())
        lead = _lead(one, mine, texts[one.slot])
        own += [Instruction(one.slot, lead)] if lead is not None else []
        said += _laid_over(one, mine, known, texts[one.slot], lead)
    for part in heard.instructed:
        mine = stretches.get(part.slot, ())
        said += [_derived(part.slot, span, whole, known) for span, whole in _inside(part.span, mine)]
        rest = [replace(part, span=span) for span in _outside(part.span, mine)]
        if not mine or part.slot in heard.proven or part.slot in instructing:
            parts = in_parts.get(part.slot, ())
            said += [_derived(part.slot, *held, known) for each in rest for held in _inside(each.span, parts)]
            own += [replace(part, span=span) for each in rest for span in _outside(each.span, parts)]
        else:
            said += [nobodys(each) for each in rest if says_something(texts[each.slot][slice(*each.span)])]
    return replace(heard, said=tuple(said), instructed=tuple(own))


def _lead(one: AttributedUtterance, stretches: Sequence[Stretch], text: str) -> Span | None:
    """The beginning of a message that asks for something to be done with the derived text right below it.

    It ends in a colon and consists of plain words only (``Combine these summaries:``).
    """
    if not (one.unattributed and stretches and one.utterance.label is None and one.utterance.words):
        return None
    span = Span(one.utterance.words[0].start, stretches[0].span.start)
    asked = text[slice(*span)].strip()
    plain = asks(asked) and all(is_listed(word) or is_plain(word) for word in _WORD.findall(asked.casefold()))
    return span if plain and asked.endswith(":") and not text[: span.start].strip() else None


def _laid_over(
    one: AttributedUtterance, stretches: Sequence[Stretch], known: ReturnedText, text: str, lead: Span | None
) -> list[AttributedUtterance]:
    """Split an utterance into its derived stretches and the rest, without its `lead`."""
    utterance = one.utterance
    named_apart = one.opens_named and not any(
        each.span.start <= utterance.block.start < each.span.end for each in stretches
    )
    if named_apart:
        return [one]
    if utterance.label is None and not one.unattributed:
        return [one]
    if utterance.label is not None:
        whole = _hull(utterance)
        around = next((each for each in stretches if _holds(each.span, whole)), None)
        return [one] if around is None else [_derived(one.slot, whole, around, known)]
    found = [part for span in utterance.words for part in _inside(span, stretches)]
    if not found:
        return [one]
    rest = [part for span in utterance.words for part in _outside(span, stretches)]
    rest = [part for part in rest if lead is None or part.start >= lead.end]
    beside = [nobodys(Instruction(one.slot, span)) for span in rest if says_something(text[slice(*span)])]
    return [*beside, *(_derived(one.slot, span, whole, known) for span, whole in found)]


def _holds(stretch: Span, span: Span) -> bool:
    return stretch.start <= span.start and span.end <= stretch.end


def _hull(utterance: Utterance) -> Span:
    parts = (*utterance.words, *(() if utterance.label is None else (utterance.label,)))
    return Span(min(parts).start, max(part.end for part in parts))


def _derived(slot: int, span: Span, stretch: Stretch, known: ReturnedText) -> AttributedUtterance:
    sources = tuple(known.source(exchange) for exchange in sorted(stretch.exchanges))
    return AttributedUtterance(slot, claimed(span, None), None, unattributed=False, sources=sources)


def _inside(span: Span, stretches: Sequence[Stretch]) -> Iterator[tuple[Span, Stretch]]:
    """The parts of a span that lie in stretches, with these."""
    for stretch in stretches:
        start, end = max(span.start, stretch.span.start), min(span.end, stretch.span.end)
        if start < end:
            yield Span(start, end), stretch


def _outside(span: Span, stretches: Sequence[Stretch]) -> list[Span]:
    """The parts of a span that lie in no stretch."""
    parts: list[Span] = []
    at = span.start
    for (start, end), _ in stretches:
        if start < span.end and end > span.start:
            parts.append(Span(at, max(at, start)))
            at = max(at, end)
    parts.append(Span(at, max(at, span.end)))
    return [part for part in parts if part.end > part.start]
