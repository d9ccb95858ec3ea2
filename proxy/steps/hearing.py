"""Reads the slots of a request, and attributes to each participant the words that are proven to be theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from proxy.attribution.chunk_borders import goes_on_until
from proxy.attribution.signatures import is_trailer
from proxy.meetings.display_names import UnbadgedLabel, called_so, taken_off
from proxy.model import Roster, Slot, SlotKind, Span, label_form
from proxy.settings import Profile
from proxy.steps.adjoining import adjoining
from proxy.steps.instructions import only_listed, opening_with, own_words, with_listed_keys
from proxy.steps.layouts import LaidOutSlot, SlotReader
from proxy.steps.proving import Proof
from proxy.steps.structure_documents import by_strangers
from proxy.steps.structures import beside_names
from proxy.steps.typed_messages import typed_to_model
from proxy.steps.utterances import AttributedUtterance, Hearing, Instruction, Part, claimed
from proxy.wording.vocabulary import is_given_name
from proxy.wording.voices import is_voice

_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def hear(
    slots: Sequence[Slot],
    roster: Roster,
    author: str | None,
    *,
    opaque_is_instruction: bool,
    profile: Profile | None = None,
    last_is_typed: bool = False,
    listed: bool = False,
) -> Hearing:
    """Cut slots into utterances and resolve their speakers.

    `author` is the participant for whom the client acts; messages without a speaker are then theirs. `profile` says how
    the client lays out its messages, `last_is_typed` that its user types the last one, and `listed` that only what the
    profile lists is instruction.

    Labels with badges (`meetings.display_names`) resolve to their people. The slots are then cut a second time with
    these labels known, because known labels may reveal a layout. If that reveals labels that mean other people, the
    badges do not count.
    """
    typed = typed_to_model(slots) if last_is_typed else frozenset[int]()
    ear = SlotReader(roster, _labels_of(roster), author, opaque_is_instruction, profile, typed, listed)
    heard = ear.hear_all(slots)
    badges = _not_listed_apart(taken_off(_spoken(heard), roster, is_given_name), heard, roster)
    if badges:
        called = called_so(roster, badges)
        knowing = replace(ear, roster=called, labels=_labels_of(called))
        again = knowing.hear_all(slots)
        both = [*heard, *again]
        if _not_listed_apart(taken_off(_spoken(both), roster, is_given_name), both, roster) == badges:
            return _proven(knowing, again, slots, badges)
    return _proven(ear, heard, slots)


def _labels_of(roster: Roster) -> frozenset[str]:
    return frozenset(label for p in roster.participants for label in p.labels)


def _spoken(heard: Iterable[LaidOutSlot]) -> frozenset[str]:
    """The labels under which people speak."""
    speakers = (said.utterance.speaker for one in heard for said in one.said)
    return frozenset(speaker for speaker in speakers if speaker is not None)


def _not_listed_apart(
    badges: Sequence[UnbadgedLabel], heard: Iterable[LaidOutSlot], roster: Roster
) -> tuple[UnbadgedLabel, ...]:
    """Drop the badges whose plain name is also listed in the request, since these are two people."""
    listed = {label_form(one.slot.text[slice(*span)]) for one in heard for span in one.names}
    plain = {person.id for person in roster.participants if not listed.isdisjoint(map(label_form, person.labels))}
    return tuple(each for each in badges if not (label_form(each.label) in listed and each.person in plain))


def _unmatched(said: Iterable[AttributedUtterance], read: Iterable[Slot], roster: Roster) -> tuple[str, ...]:
    """Labels of unknown speakers in the order of the request, each once, whatever its form.

    A message's declared author counts as a speaker in it, even if all of its lines have labels of others.
    """
    labels = [one.utterance.speaker for one in said if one.participant is None and not one.unattributed]
    authors = [slot.author for slot in read if slot.kind is SlotKind.SPEECH and slot.text.strip()]
    labels += [author for author in authors if author and not is_voice(author)]
    unknown = {label_form(label): label for label in labels if label and roster.resolve(label) is None}
    return tuple(unknown.values())


def _proven(
    ear: SlotReader, heard: list[LaidOutSlot], slots: Sequence[Slot], badges: tuple[UnbadgedLabel, ...] = ()
) -> Hearing:
    """Return the hearing with unproven words as unattributed. Each pass goes over everything in the request."""
    roster, read = ear.roster, tuple(one.slot for one in heard)
    proof = Proof(read, roster)
    heard = [_with_what_goes_on(one, proof) for one in heard]
    heard = [_without_feet(_without_signed(one, proof)) for one in heard]
    adjoined = _adjoining(heard, proof, roster)
    heard = [_as_nobodys(one, adjoined) for one in heard]
    said = [part for one in heard for part in one.said]
    own = own_words(heard, proof, opening_with(ear.labels), roster, adjoined)

    by_field = {slot.index for slot in slots if slot.utterance is not None or slot.author is not None}
    beside = beside_names([slot for slot in read if slot.index not in by_field], proof.named, proof.tells_of)
    said = [proof.listed(_beside(part, beside, roster)) for part in said]
    own = [_beside(part, beside, roster) for part in own]
    if ear.listed:
        said, own = _by_list(ear, heard, said, own)
    told = _parted(said, own, by_field | beside.keys(), proof)
    told = by_strangers(told, [slot for slot in read if slot.index not in by_field], _documents_read(ear))
    return Hearing(
        told,
        tuple(part for part in own if isinstance(part, Instruction)),
        tuple((one.slot.index, span) for one in heard for span in one.names),
        read,
        {one.slot.index: one.written for one in heard if one.written is not None},
        numbers=tuple((one.slot.index, span) for one in heard for span in one.numbers),
        proven=frozenset(one.slot.index for one in heard if one.proven and not one.beside),
        listed=ear.listed,
        badges=badges,
        unmatched=_unmatched(told, read, roster),
        names_read=proof.names_read,
    )


def _documents_read(ear: SlotReader) -> Callable[[Sequence[Slot]], Sequence[AttributedUtterance]]:
    """Read documents that strings of structures make, as the texts of a message by nobody, without a profile."""
    reader = replace(ear, author=None, profile=None, typed=frozenset(), listed=False, refusing=False)
    return lambda documents: _proven(reader, reader.hear_all(documents), documents).said


def _adjoining(
    heard: Sequence[LaidOutSlot], proof: Proof, roster: Roster
) -> frozenset[AttributedUtterance | Instruction]:
    """The parts that are unattributed because of the slot or turn before or after them."""
    said, own = ([part for one in heard for part in one.said], [part for one in heard for part in one.own])
    return adjoining([one.slot for one in heard], said, own, proof, roster)


def _by_list(
    ear: SlotReader,
    heard: Sequence[LaidOutSlot],
    said: Sequence[AttributedUtterance],
    own: Sequence[AttributedUtterance | Instruction],
) -> tuple[list[AttributedUtterance], list[AttributedUtterance | Instruction]]:
    """Split what is said from what is instruction, where only lines that the profile lists are instruction."""
    own = only_listed(own, heard, ear.profile, ear.typed)
    keyed = with_listed_keys(said, own, heard)
    own += [part for part in keyed if isinstance(part, Instruction)]
    return [part for part in keyed if isinstance(part, AttributedUtterance)], own


def _parted(
    said: Iterable[AttributedUtterance],
    own: Sequence[AttributedUtterance | Instruction],
    by_field: Collection[int],
    proof: Proof,
) -> tuple[AttributedUtterance, ...]:
    """Split all speech where somebody else may begin to speak; a slot in `by_field` belongs to one person."""
    lines = [part for one in said for part in proof.said(one, by_field=one.slot in by_field)]
    lines += [part for one in own if isinstance(one, AttributedUtterance) for part in proof.said(one, by_field=True)]
    return tuple(proof.strangers_told(lines, [one for one in own if isinstance(one, Instruction)]))


def _as_nobodys(one: LaidOutSlot, parts: Collection[AttributedUtterance | Instruction]) -> LaidOutSlot:
    """Make these parts of a slot's speech unattributed."""
    said = (replace(each, participant=None, unattributed=True) if each in parts else each for each in one.said)
    return replace(one, said=tuple(said))


def _without_signed(one: LaidOutSlot, proof: Proof) -> LaidOutSlot:
    """Make a person's words unattributed where another person's signature stands directly below them."""
    heads = (said.utterance for said in one.said if said.utterance.speaker is not None)
    starts = sorted(head.block.start for head in heads if not is_trailer(head.speaker or ""))
    return _as_nobodys(one, [said for said in one.said if proof.signed(said, starts)])


def _without_feet(one: LaidOutSlot) -> LaidOutSlot:
    """Make words unattributed where names stand at their foot: directly below words, above a blank line.

    A format reads such a name as the head of what is below the blank line, which is somebody else's. Directly below a
    line that has a label of its own it is a head: whoever it names began with an empty line.
    """
    text = one.slot.text
    heads = [said for said in one.said if said.utterance.label is not None and said.utterance.words]
    headed = {text.rfind("\n", 0, said.utterance.label.start) + 1 for said in heads
              if said.utterance.label and not _stands_apart(text, said)}  # fmt: skip
    feet = [said for said in heads if _is_foot(text, said, headed)] if one.written is None else []
    if not feet:
        return one
    return _as_nobodys(one, [said for said in heads if _stands_apart(text, said)] + _above_feet(one, feet))


def _above_feet(one: LaidOutSlot, feet: Sequence[AttributedUtterance]) -> list[AttributedUtterance]:
    """What people say directly above names at the foot of words."""
    ends = {one.slot.text.rfind("\n", 0, said.utterance.label.start) for said in feet if said.utterance.label}
    return [said for said in one.said if said.utterance.words and said.end in ends]


def _is_foot(text: str, said: AttributedUtterance, headed: Collection[int]) -> bool:
    """Whether the name that labels words stands directly below other words, with a blank line under it.

    `headed` are where lines begin that have a label before their words.
    """
    label = said.utterance.label
    if label is None or not _stands_apart(text, said):
        return False
    end = text.rfind("\n", 0, label.start)
    start = text.rfind("\n", 0, end) + 1 if end > 0 else 0
    return end > 0 and start not in headed and any(map(str.isalnum, text[start:end]))


def _stands_apart(text: str, said: AttributedUtterance) -> bool:
    """Whether a blank line parts a label from its words."""
    label, words = said.utterance.label, said.utterance.words
    return label is not None and _BLANK_LINE.search(text, label.end, max(label.end, min(words).start)) is not None


def _with_what_goes_on(one: LaidOutSlot, proof: Proof) -> LaidOutSlot:
    """Attribute the paragraphs below a person's words that continue them to that person."""
    text, said, own = one.slot.text, list(one.said), list[Instruction]()
    for part in one.own:
        until, number = part.span.start, _directly_above(text, said, part.span)
        if number is not None and part.span not in one.proven and not proof.credited(part):
            last = proof.said(said[number], by_field=False)[-1]
            words = [_words(text, each) for each in (last, *said[:number])]
            until = goes_on_until(text, part.span, words[0], words[1:], unclaimed=last.participant is None)
            above = Span(min(said[number].utterance.words).start, said[number].end)
            until = part.span.end if proof.left_open(one.slot, above, said[number].participant) else until
        if number is not None and until > part.span.start:
            begun = part.span.end - len(text[part.span.start : part.span.end].lstrip())
            whole = said[number].utterance
            block = Span(whole.block.start, until)
            said[number] = replace(
                said[number], utterance=replace(whole, words=(*whole.words, Span(begun, until)), block=block)
            )
        if until < part.span.end:
            own.append(replace(part, span=Span(until, part.span.end)))
    return replace(one, said=tuple(said), own=tuple(own))


def _words(text: str, said: AttributedUtterance) -> str:
    return "\n".join(text[span.start : span.end] for span in said.utterance.words)


def _directly_above(text: str, said: Sequence[AttributedUtterance], span: Span) -> int | None:
    """The index of the utterance that ends above a stretch, with only white space between."""
    ends = [(one.end, at) for at, one in enumerate(said) if one.utterance.words]
    end, number = max((each for each in ends if each[0] <= span.start), default=(0, None))
    return number if not text[end : span.start].strip() else None


def _beside(part: Part, beside: Mapping[int, str | None], roster: Roster) -> Part | AttributedUtterance:
    """Text beside a participant's name in a structure: theirs if the keys say so, otherwise unattributed."""
    if part.slot not in beside or (isinstance(part, AttributedUtterance) and part.utterance.label is not None):
        return part
    span = part.span if isinstance(part, Instruction) else part.utterance.block
    speaker = next((p for p in roster.participants if p.id == beside[part.slot]), None)
    if speaker is None:
        return AttributedUtterance(part.slot, claimed(span, None), None, unattributed=True)
    return AttributedUtterance(part.slot, claimed(span, speaker.name), speaker.id, unattributed=False)
