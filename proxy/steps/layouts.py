"""Reads one slot by its layout: cuts it into utterances, and resolves their labels to participants.

Instructions may contain a transcript: many clients put what was said into the system message, or into a tool's
description. Speech is recognized there more strictly than in a message: "Output: JSON" must stay an instruction. A
transcript is present if a participant speaks, two lines have a time, or JSON has turns of anybody. It extends from the
first such line to the last, includes lines that have any name with words after it, and includes adjacent lines above
and below that have a label of any kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from proxy import formats
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.dialogues import says
from proxy.attribution.own_labels import are_own, names_nobody_else, without_captions
from proxy.errors import ClientFault
from proxy.formats import Transcript
from proxy.model import Roster, Segmented, Slot, SlotKind, Span, Utterance
from proxy.settings import Profile
from proxy.steps.prompt_messages import prompt_message
from proxy.steps.utterances import AttributedUtterance, Instruction, claimed, untimed
from proxy.wording.voices import is_voice

_PART = re.compile(r"(.*?\.content)\[[0-9]+\]")
"""Where a part of a message is, and the message's content; a part may have content of its own."""
_BLANK = re.compile(r"\n[ \t\r]*\n")
_FEWEST_TIMES = 2


def spoken_in(text: str, labels: Collection[str], roster: Roster) -> tuple[Transcript, Segmented] | None:
    """Return the transcript in instructions and what is said in it, the rest free; None if nobody speaks.

    Raises `ClientFault` if a format is broken and a participant is named: then nobody can say whose words are whose.
    """
    try:
        transcript = formats.read(text, labels)
    except ClientFault:
        if any(label in text or json.dumps(label)[1:-1] in text for label in labels):
            raise
        return None
    spoken = _spoken(transcript, roster)
    return None if spoken is None else (transcript, spoken)


def _spoken(transcript: Transcript, roster: Roster) -> Segmented | None:
    cut = transcript.segmented
    spoken = [at for at, said in enumerate(cut.utterances) if said.speaker is not None and roster.resolve(said.speaker)]
    timed = [at for at, said in enumerate(cut.utterances) if said.start is not None or said.at is not None]
    called = [at for at, said in enumerate(cut.utterances) if _says(transcript.text, said)]
    found = {*spoken, *(timed if len(timed) >= _FEWEST_TIMES else ())}
    sure = sorted({*found, *(called if found or transcript.written is not None else ())})
    if not sure:
        return None
    if transcript.written is not None:
        return cut
    first, last = sure[0], sure[-1]
    while first and _adjoin(transcript.text, *cut.utterances[first - 1 : first + 1]):
        first -= 1
    while last + 1 < len(cut.utterances) and _adjoin(transcript.text, *cut.utterances[last : last + 2]):
        last += 1
    around = (*cut.utterances[:first], *cut.utterances[last + 1 :])
    return replace(cut, utterances=cut.utterances[first : last + 1], free=_free(cut.free, around))


def _says(text: str, said: Utterance) -> bool:
    """Whether the label and words of a line make it somebody's, whoever that is."""
    return said.speaker is not None and says(said.speaker, " ".join(text[span.start : span.end] for span in said.words))


def _adjoin(text: str, above: Utterance, below: Utterance) -> bool:
    """Whether two labelled lines follow each other without a blank line."""
    if above.speaker is None or below.speaker is None or not (above.words and below.words):
        return False
    return _BLANK.search(text, above.words[-1].end, below.words[0].start) is None


def _free(free: Sequence[Span], around: Sequence[Utterance]) -> tuple[Span, ...]:
    lines = [[*said.words, *said.more_labels, *([said.label] if said.label else [])] for said in around]
    return tuple(sorted((*free, *(Span(min(line).start, max(s.end for s in line)) for line in lines if line))))


_SYSTEM = re.compile(r"(?:messages|input|system|instructions)(?![\w-])")


def as_laid_out(slots: Sequence[Slot], roster: Roster, profile: Profile | None) -> Iterator[Slot]:
    """Yield the slots; a system message in which people speak, by profile or author, becomes speech."""
    beginnings = Beginnings.of(roster)
    for slot in slots:
        author = slot.author or "" if slot.kind is SlotKind.INSTRUCTIONS else ""
        written = bool(author) and bool(beginnings.read(author).near)
        spoken = profile is not None and profile.system == "transcript" and in_system_message(slot)
        if written or (spoken and profile is not None and formats.may_speak(slot.text, profile)):
            yield replace(slot, kind=SlotKind.SPEECH)
        else:
            yield slot


def in_system_message(slot: Slot) -> bool:
    """Whether a slot is a system message, and not the description of a tool or a schema."""
    return slot.kind is SlotKind.INSTRUCTIONS and _SYSTEM.match(slot.where) is not None


@dataclass(frozen=True, slots=True)
class LaidOutSlot:
    """What one slot holds by its layout.

    `beside`: its instructions stand around a transcript, in it or in another text of the same message. `proven`: the
    spans that the profile knows. `placed`: a profile says where the transcript begins and ends.
    """

    slot: Slot
    said: tuple[AttributedUtterance, ...] = ()
    own: tuple[Instruction, ...] = ()
    names: tuple[Span, ...] = ()
    numbers: tuple[Span, ...] = ()
    written: Transcript | None = None
    beside: bool = False
    proven: frozenset[Span] = frozenset()
    placed: bool = False
    behind: bool = False
    """Whether somebody speaks in an earlier text of the same message, and nobody in this one."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """A slot as a format has read it: its lines, and whom their labels mean."""

    slot: Slot
    transcript: Transcript
    cut: Segmented
    said: tuple[AttributedUtterance, ...]

    @classmethod
    def of(cls, slot: Slot, transcript: Transcript, cut: Segmented, roster: Roster) -> _Lines:
        """The lines of a slot, whose text may be encoded in it."""
        read = slot if transcript.written is None else replace(slot, text=transcript.text)
        return cls(read, transcript, cut, tuple(resolve(slot.index, line, roster) for line in cut.utterances))

    @property
    def is_transcript(self) -> bool:
        """Whether a known speaker, or the client's profile, shows that this is a transcript.

        A label that matches no participant may be no label at all, but a line of prose with a colon in it.
        """
        return self.transcript.placed or any(one.participant is not None for one in self.said)

    def laid(self, said: tuple[AttributedUtterance, ...], own: Sequence[Instruction] = ()) -> LaidOutSlot:
        """The slot with this speech and these instructions."""
        written = self.transcript if self.transcript.written is not None else None
        return LaidOutSlot(self.slot, said, tuple(own), self.cut.names, self.cut.numbers, written)


@dataclass(frozen=True, slots=True)
class SlotReader:
    """Reads slots by the known layouts. The fields are arguments of `hear`, and `refusing` that of `formats.read`."""

    roster: Roster
    labels: frozenset[str]
    author: str | None
    opaque_is_instruction: bool
    profile: Profile | None
    typed: frozenset[int] = frozenset()
    listed: bool = False
    refusing: bool = True

    def hear_all(self, slots: Sequence[Slot]) -> list[LaidOutSlot]:
        """Read all slots of a request."""
        laid = _beside_each_other([self.hear(slot) for slot in as_laid_out(slots, self.roster, self.profile)])
        return _beside_messages(laid)

    def hear(self, slot: Slot) -> LaidOutSlot:
        """Read one slot by its kind. Strings of a structure are judged together later (`steps.structures`)."""
        if slot.utterance is not None:
            return self._turn(slot, slot.utterance)
        if slot.kind is SlotKind.LABEL:
            return LaidOutSlot(slot, names=(Span(0, len(slot.text)),))
        if not slot.text.strip():
            return LaidOutSlot(slot)
        if slot.kind is SlotKind.INSTRUCTIONS:
            return self._instructions(slot)
        lines = self._read(slot)
        if slot.author is not None:
            return self._written(lines, slot.author)
        return self._transcript(lines) if slot.transcript else self._message(lines)

    def _read(self, slot: Slot) -> _Lines:
        """Read a slot by the format that fits it. What one person wrote contains no instruction of the client."""
        own = slot.author is None
        refusing = own and self.refusing
        profile = self.profile if own else None
        transcript = formats.read(slot.text, self.labels, whole=slot.transcript, profile=profile, refusing=refusing)
        return _Lines.of(slot, transcript, transcript.segmented, self.roster)

    def _turn(self, slot: Slot, told: Utterance) -> LaidOutSlot:
        """Read a turn that a field attributes to one speaker."""
        transcript = formats.read(slot.text, self.labels, refusing=False)
        lines = _Lines.of(slot, transcript, transcript.segmented, self.roster)
        said = _told(lines, told, self.roster)
        if not said:
            return LaidOutSlot(slot, (resolve(slot.index, told, self.roster),))
        return replace(lines.laid(said), numbers=())

    def _instructions(self, slot: Slot) -> LaidOutSlot:
        """Read a system message or a text of a tool or schema: instruction, except for a transcript in it."""
        found = spoken_in(slot.text, self.labels, self.roster)
        if found is None:
            return LaidOutSlot(slot, own=(Instruction(slot.index, Span(0, len(slot.text))),))
        lines = _Lines.of(slot, *found, self.roster)
        return self._around(lines) if slot.author is None else self._written(lines, slot.author)

    def _written(self, lines: _Lines, author: str) -> LaidOutSlot:
        """Read what one person wrote, as the dialect says: theirs, labels included, unless it quotes a participant."""
        slot = lines.slot
        whole = resolve(slot.index, claimed(Span(0, len(slot.text)), author), self.roster)
        if lines.transcript.written is None and all(one.participant is None for one in lines.said):
            return lines.laid((whole,))
        said = tuple(_quoted(one, whole.participant) for one in lines.said)
        rest = tuple(resolve(slot.index, claimed(span, author), self.roster) for span in lines.cut.free)
        return lines.laid(said + rest)

    def _transcript(self, lines: _Lines) -> LaidOutSlot:
        """Read a whole transcript: nothing in it is instruction, except lines that its profile knows."""
        return self._proven(lines) if lines.transcript.proven else self._opaque(lines)

    def _message(self, lines: _Lines) -> LaidOutSlot:
        """Read a message, or a reply of a model or tool. In a message, instructions may surround a transcript."""
        slot, transcript = lines.slot, lines.transcript
        if self._typed(lines):
            whole = AttributedUtterance(
                slot.index, claimed(Span(0, len(slot.text)), None), self.author, unattributed=False
            )
            return replace(lines.laid((whole,)), names=(), numbers=())
        if not (transcript.placed or (self.profile and self.profile.all_is_speech)):
            cut = without_captions(lines.slot.text, lines.cut, self.roster, typed=slot.index in self.typed)
            lines = lines if cut is lines.cut else _Lines.of(slot, transcript, cut, self.roster)
        if transcript.proven:
            return self._proven(lines)
        if slot.kind is not SlotKind.REPLY and lines.is_transcript:
            return self._around(lines)
        return self._opaque(lines)

    def _proven(self, lines: _Lines) -> LaidOutSlot:
        """Speech in a place that the profile gives, surrounded only by lines that it knows."""
        free = lines.cut.free
        said = lines.said if free else self._by_author(lines.said)
        own = [Instruction(lines.slot.index, span) for span in free]
        return replace(lines.laid(said, own), proven=frozenset(free))

    def _around(self, lines: _Lines) -> LaidOutSlot:
        """A transcript surrounded by instructions."""
        slot, placed = lines.slot, lines.transcript.placed
        parts = [part for span in lines.cut.free for part in self._parts(slot, span, placed=placed)]
        own = [span for span, _ in parts]
        known = frozenset(span for span, is_known in parts if is_known)
        placed = placed and not self._closed_by_anybody(slot, lines.said, own, known)
        laid = lines.laid(lines.said, [Instruction(slot.index, span) for span in own])
        return replace(laid, beside=True, proven=known, placed=placed)

    def _opaque(self, lines: _Lines) -> LaidOutSlot:
        """Text without recognizable instructions around a transcript.

        All of it that no label claims is one person's, the client's, or unattributed.
        """
        slot, cut = lines.slot, lines.cut
        instruction = not cut.utterances and (self.opaque_is_instruction or slot.index in self.typed)
        free = [_unclaimed(slot, span, self.author, instruction=instruction) for span in cut.free]
        said = tuple(part for part in free if isinstance(part, AttributedUtterance))
        return lines.laid(lines.said + said, [part for part in free if isinstance(part, Instruction)])

    def _parts(self, slot: Slot, span: Span, *, placed: bool) -> Sequence[tuple[Span, bool]]:
        """What stands beside a transcript, with whether the client's profile knows it."""
        if self.profile is None or not (placed and self.profile.texts):
            return ((span, False),)
        return tuple(formats.known_parts(slot.text, span, self.profile))

    def _closed_by_anybody(
        self, slot: Slot, said: Sequence[AttributedUtterance], own: Sequence[Span], known: Collection[Span]
    ) -> bool:
        """Whether a place of speech ends at a heading that the profile does not know; anybody may have typed it."""
        if self.profile is None or not self.profile.texts:
            return False
        begun = min((min(one.utterance.words).start for one in said if one.utterance.words), default=0)
        behind = sorted(span for span in own if span.start > begun)
        return not any(span in known for span in behind) and any(
            slot.text[slice(*span)].lstrip().startswith("#") for span in behind[:1]
        )

    def _by_author(self, said: tuple[AttributedUtterance, ...]) -> tuple[AttributedUtterance, ...]:
        """Attribute unattributed words to the person for whom the client acts, if it added nothing of its own."""
        if self.author is None or any(one.utterance.speaker is not None for one in said):
            return said
        return tuple(replace(one, participant=self.author, unattributed=False) for one in said)

    def _typed(self, lines: _Lines) -> bool:
        """Whether the person for whom the client acts typed all of a message, labels included."""
        slot, said, transcript = lines.slot, lines.cut.utterances, lines.transcript
        if self.author is None or transcript.placed or slot.kind is not SlotKind.SPEECH:
            return False
        told = transcript.written is not None or ("{" in slot.text and said)
        return (names_nobody_else if told else are_own)(slot.text, said, self.roster, self.author)


def _beside_each_other(heard: Sequence[LaidOutSlot]) -> list[LaidOutSlot]:
    """Read the texts of one message as one: what stands beside a transcript in another of them stands beside it.

    Clients send the prompt and the transcript as two parts of a message as often as in one.
    """
    spoken, together = set[str](), [_PART.match(one.slot.where) for one in heard]
    inside = {part[1] for one, part in zip(heard, together, strict=True) if part is not None and one.beside}
    laid: list[LaidOutSlot] = []
    for one, part in zip(heard, together, strict=True):
        if part is None or part[1] not in inside:
            laid.append(one)
            continue
        if one.beside:
            spoken.add(part[1])
        laid.append(_as_own(one, behind=part[1] in spoken) if _is_nobodys(one) else one)
    return laid


def _beside_messages(heard: Sequence[LaidOutSlot]) -> list[LaidOutSlot]:
    """Read a prompt in a message of its own as one that stands beside the transcript in the others."""
    spoken = [
        any(said.participant is not None and said.utterance.label is not None for said in one.said) for one in heard
    ]
    at = prompt_message([one.slot for one in heard], [*map(_is_nobodys, heard)], spoken)
    if at is None:
        return list(heard)
    return [*heard[:at], _as_own(heard[at], behind=any(spoken[:at])), *heard[at + 1 :]]


def _is_nobodys(one: LaidOutSlot) -> bool:
    """Whether a text of a message is all one stretch that nobody claims."""
    unclaimed = [said for said in one.said if said.unattributed and said.utterance.label is None]
    plain = one.slot.kind is SlotKind.SPEECH and not one.slot.transcript and one.slot.place is None
    return plain and not one.own and one.written is None and len(one.said) == len(unclaimed) == 1


def _as_own(one: LaidOutSlot, *, behind: bool) -> LaidOutSlot:
    whole = Instruction(one.slot.index, Span(0, len(one.slot.text)))
    return replace(one, said=(), own=(whole,), beside=True, behind=behind)


def _told(lines: _Lines, told: Utterance, roster: Roster) -> tuple[AttributedUtterance, ...]:
    """The words that the client attributes to one speaker, without records and lines of others; empty if all are."""
    records = lines.transcript.written is not None and any(line.unattributed for line in lines.said)
    if not records and all(line.participant is None for line in lines.said):
        return ()
    slot = lines.slot.index
    author = resolve(slot, told, roster).participant
    quoted = [_quoted(line, author) for line in lines.said]
    rest = [resolve(slot, replace(told, words=(span,), block=span), roster) for span in lines.cut.free]
    own = [line if line.unattributed else replace(line, utterance=_timed(line.utterance, told)) for line in quoted]
    return (*own, *rest)


def _quoted(line: AttributedUtterance, author: str | None) -> AttributedUtterance:
    """A line in what somebody wrote. A label of another person proves nothing, since the author typed it."""
    if line.participant is None or line.participant == author:
        return line
    return replace(line, utterance=untimed(line.utterance), participant=None, unattributed=True)


def _timed(utterance: Utterance, told: Utterance) -> Utterance:
    if utterance.start is not None or utterance.at is not None:
        return utterance
    return replace(utterance, start=told.start, end=told.end, at=told.at, until=told.until)


def _unclaimed(slot: Slot, span: Span, author: str | None, *, instruction: bool) -> AttributedUtterance | Instruction:
    """A message without a known speaker: words of the person whom the client acts for, instruction, or unattributed."""
    if author is None and instruction:
        return Instruction(slot.index, span)
    return AttributedUtterance(slot.index, claimed(span, None), author, unattributed=author is None)


def resolve(slot: int, utterance: Utterance, roster: Roster) -> AttributedUtterance:
    """Resolve the label of an utterance. Without a label, or with a diarizer's, the utterance is unattributed."""
    person = roster.resolve(utterance.speaker) if utterance.speaker is not None else None
    nobody = utterance.speaker is None or (person is None and is_voice(utterance.speaker))
    return AttributedUtterance(slot, utterance, person.id if person else None, unattributed=nobody)
