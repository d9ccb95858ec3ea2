"""Whose words are where: slots are cut into utterances, and a decision sorts them into sent and withheld."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from proxy import formats
from proxy.consent.decide import Decision, Speech, Spoken
from proxy.model import Meeting, Passage, Roster, Slot, SlotKind, Span, Utterance
from proxy.redaction.redact import LabelSpot, Withheld


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance in its slot, with the participant whose label it bears (None: unknown, or nobody claims it)."""

    slot: int
    utterance: Utterance
    participant: str | None
    unattributed: bool


@dataclass(frozen=True, slots=True)
class Instructed:
    """A stretch of the client's own words: it needs no grant."""

    slot: int
    span: Span


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that the slots hold: what was said, what was instructed, and labels that stand alone."""

    said: tuple[Said, ...]
    instructed: tuple[Instructed, ...]
    authors: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a decision makes of a hearing: passages and labels that may leave (after redaction), and the rest."""

    passages: tuple[Passage, ...]
    labels: tuple[LabelSpot, ...]
    withheld: Withheld
    withheld_utterances: tuple[tuple[int, Utterance], ...]


def hear(slots: Sequence[Slot], roster: Roster, author: str | None, *, opaque_is_instruction: bool) -> Hearing:
    """Cut slots into utterances and resolve their speakers.

    `author` is the participant for whom the client acts; messages that no speaker claims are then theirs.
    """
    labels = frozenset(label for p in roster.participants for label in p.labels)
    named = _opening_with(labels)
    said: list[Said] = []
    instructed = [Instructed(s.index, Span(0, len(s.text))) for s in slots if s.kind is SlotKind.INSTRUCTIONS]
    for slot in slots:
        if slot.utterance is not None:
            said.extend(_told(slot.index, slot.text, slot.utterance, labels, roster))
        elif slot.kind is SlotKind.SPEECH and slot.text.strip():
            cut = formats.segment(slot.text, labels, whole=slot.transcript)
            heard = [_resolve(slot.index, utterance, roster) for utterance in cut.utterances]
            said.extend(heard)
            # A label that nobody on the roster bears may be no label at all, but a line of somebody's prose with a
            # colon in it: only a known speaker shows that this message holds a transcript, and the rest instructions.
            holds_transcript = any(one.participant is not None for one in heard)
            for span in cut.free:
                if holds_transcript and not slot.transcript:
                    for part, told in _parted(slot.text, span, named):
                        if told:
                            said.append(Said(slot.index, _claimed(part, None), None, unattributed=True))
                        else:
                            instructed.append(Instructed(slot.index, part))
                elif slot.author is not None:
                    said.append(_resolve(slot.index, _claimed(span, slot.author), roster))
                elif author is not None:
                    said.append(Said(slot.index, _claimed(span, None), author, unattributed=False))
                elif opaque_is_instruction and not cut.utterances:
                    instructed.append(Instructed(slot.index, span))
                else:
                    said.append(Said(slot.index, _claimed(span, None), None, unattributed=True))
    return Hearing(tuple(said), tuple(instructed), tuple(s for s in slots if s.kind is SlotKind.LABEL))


def _told(slot: int, text: str, told: Utterance, labels: frozenset[str], roster: Roster) -> list[Said]:
    """What the client says that one speaker said. Lines of other participants in it are theirs all the same."""
    cut = formats.segment(text, labels)
    lines = [_resolve(slot, utterance, roster) for utterance in cut.utterances]
    if all(line.participant is None for line in lines):
        return [_resolve(slot, told, roster)]
    rest = [_resolve(slot, replace(told, words=(span,), block=span), roster) for span in cut.free]
    return [replace(line, utterance=_timed(line.utterance, told)) for line in lines] + rest


def _timed(utterance: Utterance, told: Utterance) -> Utterance:
    if utterance.start is not None or utterance.at is not None:
        return utterance
    return replace(utterance, start=told.start, end=told.end, at=told.at, until=told.until)


def speeches(hearing: Hearing, meeting: Meeting | None) -> tuple[Speech, ...]:
    """What `decide` is asked about, in the order of ``hearing.said``."""
    return tuple(
        Speech(
            participant=said.participant,
            characters=sum(span.end - span.start for span in said.utterance.words),
            spoken=_spoken(said.utterance, meeting),
            unattributed=said.unattributed,
        )
        for said in hearing.said
    )


def sort_out(slots: Sequence[Slot], hearing: Hearing, decision: Decision, roster: Roster) -> Sorted:
    """Lay apart what may leave and what is withheld, in reading order."""
    texts = {slot.index: slot.text for slot in slots}
    passages = [_passage(texts, part.slot, part.span, None) for part in hearing.instructed]
    labels: list[LabelSpot] = []
    withheld: list[Said] = []
    for said, verdict in zip(hearing.said, decision.verdicts, strict=True):
        if not verdict.admitted:
            withheld.append(said)
            continue
        passages.extend(_passage(texts, said.slot, span, said.participant) for span in said.utterance.words)
        labels.extend(
            LabelSpot(said.slot, span.start, span.end, texts[said.slot][span.start : span.end], said.participant, False)
            for span in _labels(said.utterance)
        )
    for slot in hearing.authors:
        person = roster.resolve(slot.text)
        heard = person is not None and person.id in decision.people and decision.people[person.id].admitted
        labels.append(LabelSpot(slot.index, 0, len(slot.text), slot.text, person.id if person else None, not heard))
    silent = frozenset(person for person, verdict in decision.people.items() if not verdict.admitted)
    return Sorted(
        passages=tuple(sorted(passages, key=lambda p: (p.slot, p.start))),
        labels=tuple(labels),
        withheld=Withheld(
            participants=silent,
            names=_unknown_names(withheld, hearing, roster),
            words=tuple(" ".join(texts[s.slot][w.start : w.end] for w in s.utterance.words) for s in withheld),
        ),
        withheld_utterances=tuple((said.slot, said.utterance) for said in withheld),
    )


def _opening_with(labels: frozenset[str]) -> re.Pattern[str] | None:
    """Matches a line that begins with somebody's whole label and three words more, or any after ``>`` or ``]``.

    Fewer words may be a list of who was there ("- Ben Okoro (CTO)").
    """
    names = sorted((re.escape(label.strip()) for label in labels if label.strip()), key=len, reverse=True)
    if not names:
        return None
    return re.compile(
        rf"[^\w\n]*(?:{'|'.join(names)})(?!\w)(?:[ \t]*[>»\]][^\w\n]*\w|(?:[^\w\n]+\w+){{3}})", re.IGNORECASE
    )


def _parted(text: str, span: Span, named: re.Pattern[str] | None) -> list[tuple[Span, bool]]:
    """Instructions around a transcript, line by line; True for what may be somebody's words after all.

    A line that begins with a participant's name may be a line of the transcript in a layout that no format here
    reads ("Ben Okoro - I disagree"). It is nobody's for sure, and so are the lines that go on from it.
    """
    parts: list[tuple[Span, bool]] = []
    at, telling = span.start, False
    for line in text[span.start : span.end].splitlines(keepends=True):
        telling = bool(line.strip()) and (telling or (named is not None and named.match(line) is not None))
        part = Span(at, at + len(line))
        at = part.end
        if parts and parts[-1][1] == telling:
            parts[-1] = (Span(parts[-1][0].start, part.end), telling)
        else:
            parts.append((part, telling))
    # The line end behind somebody's words is not theirs.
    return [(Span(s.start, s.start + len(text[s.start : s.end].rstrip())) if told else s, told) for s, told in parts]


def _resolve(slot: int, utterance: Utterance, roster: Roster) -> Said:
    person = roster.resolve(utterance.speaker) if utterance.speaker is not None else None
    return Said(slot, utterance, person.id if person else None, unattributed=utterance.speaker is None)


def _claimed(span: Span, speaker: str | None) -> Utterance:
    return Utterance(index=0, speaker=speaker, words=(span,), block=span)


def _spoken(utterance: Utterance, meeting: Meeting | None) -> Spoken | None:
    if utterance.at is not None:
        return Spoken(utterance.at, utterance.until or utterance.at)
    if utterance.start is None or meeting is None:
        return None
    end = utterance.end if utterance.end is not None else utterance.start
    return Spoken(
        meeting.started_at + timedelta(seconds=min(utterance.start, end)),
        meeting.started_at + timedelta(seconds=max(utterance.start, end)),
    )


def _labels(utterance: Utterance) -> tuple[Span, ...]:
    return ((utterance.label,) if utterance.label is not None else ()) + utterance.more_labels


def _passage(texts: dict[int, str], slot: int, span: Span, owner: str | None) -> Passage:
    return Passage(slot, span.start, texts[slot][span.start : span.end], owner)


def _unknown_names(withheld: Sequence[Said], hearing: Hearing, roster: Roster) -> tuple[str, ...]:
    spoken = {said.utterance.speaker for said in withheld if said.participant is None}
    written = {slot.text for slot in hearing.authors if roster.resolve(slot.text) is None}
    return tuple(sorted(name for name in spoken | written if name))
