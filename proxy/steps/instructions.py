"""Which text of a message is the client's instruction beside what people say in it; all other text is unattributed.

`only_listed` is the strict reading (``consent.instructions``): only lines that the client's profile lists are
instruction. Reading can be deceived, because what somebody said may read like a request; a digest cannot. So where the
operator chooses it, neither place nor wording makes text an instruction, in messages, system messages, tools and
schemas alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from proxy.attribution.chunk_borders import asks_anew, is_clients
from proxy.attribution.enclosures import Enclosures
from proxy.attribution.strangers import is_name
from proxy.attribution.text_words import titles
from proxy.formats import known_parts
from proxy.formats.places import holds_words
from proxy.model import Roster, Slot, SlotKind, Span, Utterance
from proxy.settings import Profile
from proxy.steps.adjoining import stops
from proxy.steps.layouts import LaidOutSlot, resolve
from proxy.steps.proving import Proof
from proxy.steps.utterances import AttributedUtterance, Instruction, claimed, nobodys

_STRING_TAIL = re.compile(r"[\"'][ \t]*[}\]]+[ \t]*,?[ \t\r\n]*\Z")
_DEPTHS = {"{": 1, "[": 1, "}": -1, "]": -1}
_PART = re.compile(r"\.content\[[0-9]+\].*$")
_LINE = re.compile(r"[^\w\n]*(?:\r\n|\r|\n)?[ \t]*")
_WORD = re.compile(r"[^\W\d_]+")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def own_words(
    heard: Sequence[LaidOutSlot],
    proof: Proof,
    named: re.Pattern[str] | None,
    roster: Roster,
    adjoined: Collection[AttributedUtterance | Instruction],
) -> list[AttributedUtterance | Instruction]:
    """Return the client's instructions up to a trace of speech in a slot; all text after it is unattributed.

    `adjoined` are the parts that are unattributed because of what stands right before or after them in another slot.
    """
    said = [part for one in heard for part in one.said]
    edges = _cut_edges([one.slot for one in heard], said, [part for one in heard for part in one.own])
    edges |= {part: part.span.start for one in heard for part in one.own if part in adjoined}
    return [part for one in heard for part in _own_of(one, edges, proof, named, roster)]


def _own_of(
    one: LaidOutSlot, edges: Mapping[Instruction, int], proof: Proof, named: re.Pattern[str] | None, roster: Roster
) -> Iterator[AttributedUtterance | Instruction]:
    """The client's instructions of one slot up to a trace of speech, and the rest as unattributed."""
    around = not one.placed and (bool(one.said) or one.beside)
    telling = _tells_in_stop(one.slot)
    for part, enclosed in _parted_by_marks(one):
        if part.span in one.proven or enclosed:
            yield nobodys(part) if enclosed else part
            continue
        at = part.span.start
        if not telling:
            edge = edges.get(part, part.span.end)
            asked = replace(part, span=Span(at, edge))
            traced = proof.traced(asked, one.said, beside=one.beside and not one.said, behind=one.behind)
            at = edge if traced is None else _with_rest_above(one.slot.text, asked.span, traced)
            telling = traced is not None or (edge < part.span.end and not around)
        untraced = [replace(part, span=Span(part.span.start, at))] if at > part.span.start else []
        parted = proof.asked if around else proof.without_data
        for each in (piece for own in untraced for piece in parted(own)):
            if one.beside and isinstance(each, Instruction):
                yield from _surrounding(one.slot, each.span, named, roster)
            else:
                yield each
        if at < part.span.end:
            yield nobodys(replace(part, span=Span(at, part.span.end)))


def _tells_in_stop(slot: Slot) -> bool:
    """Whether an entry of ``stop`` tells something: it is longer than a sign, a label or words for texts are."""
    if not stops(slot.where):
        return False
    text = slot.text.strip()
    worded = len(_WORD.findall(text)) > 1 and not titles(text)
    return worded and not is_name(text.rstrip(":：").strip() or text)


def _with_rest_above(text: str, span: Span, traced: int) -> int:
    """Where speech begins that was traced in a stretch; directly above it may stand the rest of a cut sentence."""
    rest = _fragment(text, Span(span.start, traced), traced, anything=False)
    return traced if rest is None or is_clients(text[rest:traced]) else rest


def _parted_by_marks(one: LaidOutSlot) -> Iterator[tuple[Instruction, bool]]:
    """A slot's instructions in order, split at the marks that enclose speech or that a speaker typed.

    The flag is True for text after somebody's words and inside the marks.
    """
    turns = sorted(Span(said.utterance.block.start, said.end) for said in one.said if said.utterance.words)
    enclosures = Enclosures(one.slot.text, turns)
    for part in sorted(one.own, key=lambda own: own.span):
        at = part.span.start
        # What a profile proves, no typed mark takes away.
        spans = enclosures.spans if part.span not in one.proven else (enclosures.around,)
        for span in spans[bisect_right(spans, at, key=lambda span: span.end) :]:
            if span.start >= part.span.end:
                break
            if at < span.start:
                yield replace(part, span=Span(at, span.start)), False
            yield replace(part, span=Span(max(at, span.start), min(span.end, part.span.end))), True
            at = min(span.end, part.span.end)
        if at < part.span.end or at == part.span.start:
            yield replace(part, span=Span(at, part.span.end)), False


def _cut_edges(
    slots: Sequence[Slot], said: Sequence[AttributedUtterance], instructed: Sequence[Instruction]
) -> dict[Instruction, int]:
    """Where text at the edges of a transcript may be the rest of somebody's words that a cut has separated.

    Text parts of one message are one text: where somebody spoke in an earlier part, unclaimed text in a later one may
    continue it, unless it asks for something anew. Directly above the first line, text that begins in the middle of a
    sentence, or ends as JSON strings do, is the end of somebody else's words. So is all text there if somebody spoke in
    an earlier message, and anywhere a paragraph that closes a record which it does not open.
    """
    texts = {slot.index: slot.text for slot in slots}
    ends = {(one.slot, max(one.utterance.words).end) for one in said if one.utterance.words}
    ends |= {(one.slot, one.utterance.label.end) for one in said if one.utterance.label and not one.utterance.words}
    speaking = [(one.slot, min(one.utterance.words).start) for one in said if one.utterance.words]
    first = dict(sorted(speaking, reverse=True))
    message = {slot.index: _PART.sub("", slot.where) for slot in slots if _PART.search(slot.where)}
    spoken = {message[index]: index for index in sorted(first, reverse=True) if index in message}
    above = {below: index for index, below in pairwise(sorted(texts))}
    messages = {slot.index for slot in slots if slot.kind in (SlotKind.SPEECH, SlotKind.REPLY)}
    earliest = min((index for index in first if index in messages), default=None)
    cut: dict[Instruction, int] = {}
    for part in instructed:
        text = texts[part.slot][part.span.start : part.span.end]
        if not text.strip():
            continue
        begun = part.span.start + len(text) - len(text.lstrip())
        below = any(
            slot == part.slot and end <= begun and _LINE.fullmatch(texts[slot], end, begun) for slot, end in ends
        )
        before = spoken.get(message.get(part.slot, ""), part.slot)
        if below or (before < part.slot and not asks_anew(text, texts[above[part.slot]])):
            cut[part] = part.span.start
        elif part.slot in first and part.span.end <= first[part.slot]:
            later = part.slot in messages and earliest is not None and earliest < part.slot
            at = _fragment(texts[part.slot], part.span, first[part.slot], anything=later)
            if at is not None:
                cut[part] = at
        elif (rest := _rest_of_record(texts[part.slot], part.span)) is not None:
            cut[part] = rest
    return cut


def _rest_of_record(text: str, span: Span) -> int | None:
    """Where the last paragraph of a stretch begins, if it closes a record of JSON that nothing in it opens."""
    own = text[slice(*span)].rstrip()
    gaps = list(_BLANK_LINE.finditer(own))
    at = gaps[-1].end() if gaps else 0
    depth = accumulate(_DEPTHS.get(sign, 0) for sign in own[at:])
    return span.start + at if _STRING_TAIL.search(own) is not None and min(depth) < 0 else None


def _fragment(text: str, span: Span, line: int, *, anything: bool) -> int | None:
    """Where the last paragraph above a line begins, if it may be the rest of somebody's words; otherwise None."""
    own = text[span.start : span.end]
    tail = own.rstrip(" \t\r")
    gaps = list(_BLANK_LINE.finditer(own.rstrip()))
    at = span.start + (gaps[-1].end() if gaps else 0)
    paragraph = text[at : span.end].lstrip()
    if (rest := _rest_of_record(text, span)) is not None:
        return rest
    adjacent = not _BLANK_LINE.search(tail[-2:] + text[span.end : line])
    begins = paragraph[:1].islower() or paragraph.startswith(("...", "\N{HORIZONTAL ELLIPSIS}"))
    return at if adjacent and (begins or anything) else None


def opening_with(labels: frozenset[str]) -> re.Pattern[str] | None:
    """Match a line that begins with a participant's whole label and three more words, or any after ``>`` or ``]``.

    Fewer words, or text in brackets, may be a list of attendees ("- Ben Okoro (CTO)").
    """
    names = sorted((re.escape(label.strip()) for label in labels if label.strip()), key=len, reverse=True)
    if not names:
        return None
    return re.compile(
        rf"[^\w\n]*(?P<name>{'|'.join(names)})(?!\w)"
        r"(?P<more>[ \t]*[>»\]][^\w\n]*\w|(?![ \t]*\([^()\n]*\)[ \t]*$)(?:[^\w\n]+\w+){3})?[ \t]*(?P<rest>[^\n]*)",
        re.IGNORECASE,
    )


def _parted(text: str, span: Span, named: re.Pattern[str] | None) -> list[tuple[Span, bool]]:
    """Split instructions around a transcript by lines; the flag is True for what may be somebody's words.

    A line that begins with a participant's name may be a line of the transcript in a layout that no format here reads
    ("Ben Okoro - I disagree"). It is unattributed, and so are the lines that continue it.
    """
    parts: list[tuple[Span, bool]] = []
    at, telling = span.start, False
    for line in text[span.start : span.end].splitlines(keepends=True):
        opening = named.match(line.rstrip()) if named is not None else None
        telling = bool(line.strip()) and (telling or (opening is not None and opening["more"] is not None))
        part = Span(at, at + len(line))
        at = part.end
        if parts and parts[-1][1] == telling:
            parts[-1] = (Span(parts[-1][0].start, part.end), telling)
        else:
            parts.append((part, telling))
    # The line end after somebody's words is not theirs.
    return [(Span(s.start, s.start + len(text[s.start : s.end].rstrip())) if told else s, told) for s, told in parts]


def _surrounding(
    slot: Slot, span: Span, named: re.Pattern[str] | None, roster: Roster
) -> list[AttributedUtterance | Instruction]:
    """Text around a transcript: instructions, except for what may be somebody's words."""
    parts: list[AttributedUtterance | Instruction] = []
    for part, told in _parted(slot.text, span, named):
        if told:
            parts.append(AttributedUtterance(slot.index, claimed(part, None), None, unattributed=True))
        elif named is None:
            parts.append(Instruction(slot.index, part))
        else:
            parts += _entries(slot, part, named, roster)
    return parts


def _entries(
    slot: Slot, span: Span, named: re.Pattern[str], roster: Roster
) -> Iterator[AttributedUtterance | Instruction]:
    """Instructions; in a list of people, the words that describe each ("(CTO)") are that person's."""
    done = at = span.start
    for line in slot.text[span.start : span.end].splitlines(keepends=True):
        entry = named.match(line.rstrip())
        if entry is not None and any(map(str.isalnum, entry["rest"])):
            name, rest = (Span(at + entry.start(part), at + entry.end(part)) for part in ("name", "rest"))
            yield Instruction(slot.index, Span(done, name.start))
            yield resolve(slot.index, Utterance(0, slot.text[slice(*name)], (rest,), rest, label=name), roster)
            done = rest.end
        at += len(line)
    yield Instruction(slot.index, Span(done, span.end))


def only_listed(
    parts: Iterable[AttributedUtterance | Instruction],
    heard: Sequence[LaidOutSlot],
    profile: Profile | None,
    typed: Collection[int],
) -> list[AttributedUtterance | Instruction]:
    """Return the parts, with everything that the profile does not list as unattributed.

    `typed` slots are what the client's user types; these are theirs if nobody speaks in them. Without a profile,
    nothing is listed. Rules, brackets and white space carry no words and stay as they are.
    """
    by_slot = {one.slot.index: one for one in heard}
    return [each for part in parts for each in _parted_by_list(part, by_slot, profile or Profile(), typed)]


def with_listed_keys(
    parts: Iterable[AttributedUtterance],
    own: Collection[AttributedUtterance | Instruction],
    heard: Sequence[LaidOutSlot],
) -> list[AttributedUtterance | Instruction]:
    """Return what is said, with argument keys of a call as instructions if a listed schema has that property.

    A model's call repeats the names that the client gave it. Values stay unattributed.
    """
    slots = {one.slot.index: one.slot for one in heard}
    unlisted = {part.slot for part in own if isinstance(part, AttributedUtterance)}
    listed = {
        slot.text
        for part in own
        if (slot := slots[part.slot]).index not in unlisted and slot.place is not None and slot.place.key
        if slot.kind is SlotKind.INSTRUCTIONS and slot.place.steps[-2:-1] == ("properties",)
    }

    def of_client(part: AttributedUtterance) -> bool:
        slot = slots[part.slot]
        key = slot.kind is SlotKind.REPLY and slot.place is not None and slot.place.key
        return key and part.is_unclaimed and slot.text in listed

    return [Instruction(part.slot, part.utterance.block) if of_client(part) else part for part in parts]


def _parted_by_list(
    part: AttributedUtterance | Instruction, heard: Mapping[int, LaidOutSlot], profile: Profile, typed: Collection[int]
) -> Iterator[AttributedUtterance | Instruction]:
    laid = heard[part.slot]
    if isinstance(part, AttributedUtterance) or part.span in laid.proven or (part.slot in typed and not laid.said):
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
    """The stretch from its first line with words to its last; empty, at its end, if no line has words."""
    ends = list(accumulate(map(len, text[slice(*span)].splitlines(keepends=True)), initial=span.start))
    lines = [Span(start, end) for start, end in pairwise(ends) if holds_words(text[start:end])]
    return Span(lines[0].start, lines[-1].end) if lines else Span(span.end, span.end)


def _of_field(slot: Slot, profile: Profile) -> Profile:
    """The profile with the client's lines for a slot; for instructions also the lines it writes only there."""
    if slot.kind is not SlotKind.INSTRUCTIONS:
        return profile
    return profile.model_copy(update={"texts": (*profile.texts, *profile.instructions)})
