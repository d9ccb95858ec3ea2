"""What one slot holds by its layout: it is cut into utterances, and their labels resolve to participants."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from proxy import formats
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.captioned import without_captions
from proxy.attribution.own_turns import are_own, names_nobody_else
from proxy.formats import Transcript
from proxy.model import Roster, Segmented, Slot, SlotKind, Span, Utterance
from proxy.model.voices import is_voice
from proxy.settings import Profile
from proxy.steps.heard import Instructed, Said, claimed, untimed
from proxy.steps.instructions import spoken_in

_SYSTEM = re.compile(r"(?:messages|input|system|instructions)(?![\w-])")


def as_laid_out(slots: Sequence[Slot], roster: Roster, profile: Profile | None) -> Iterator[Slot]:
    """The slots, with system messages as others where people speak in them: by a profile, or by their author's name."""
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
class Laid:
    """What one slot holds by its layout. `beside`: its own words stand around a transcript; `proven`: those known;
    `placed`: a profile tells where the transcript stands, and where it ends.
    """

    slot: Slot
    said: tuple[Said, ...] = ()
    own: tuple[Instructed, ...] = ()
    names: tuple[Span, ...] = ()
    numbers: tuple[Span, ...] = ()
    written: Transcript | None = None
    beside: bool = False
    proven: frozenset[Span] = frozenset()
    placed: bool = False


@dataclass(frozen=True, slots=True)
class Ear:
    """Reads slots by the layouts that are known; what `hear` was given."""

    roster: Roster
    labels: frozenset[str]
    author: str | None
    opaque_is_instruction: bool
    profile: Profile | None
    typed: frozenset[int] = frozenset()
    listed: bool = False

    def hear_all(self, slots: Sequence[Slot]) -> list[Laid]:
        """All slots of a request."""
        return [self.hear(slot) for slot in as_laid_out(slots, self.roster, self.profile)]

    def hear(self, slot: Slot) -> Laid:
        """One slot."""
        if slot.utterance is not None:
            return self._told(slot, slot.utterance)
        if slot.kind is SlotKind.LABEL:
            return Laid(slot, names=(Span(0, len(slot.text)),))
        if not slot.text.strip():
            return Laid(slot)
        if slot.kind is SlotKind.INSTRUCTIONS:
            found = spoken_in(slot.text, self.labels, self.roster)
            if found is None:
                return Laid(slot, own=(Instructed(slot.index, Span(0, len(slot.text))),))
            return self._cut(slot, *found, instructing=True)
        own = slot.author is None  # the client's, and not what one person wrote
        profile = self.profile if own else None
        transcript = formats.read(slot.text, self.labels, whole=slot.transcript, profile=profile, refusing=own)
        return self._cut(slot, transcript, transcript.segmented, instructing=False)

    def _told(self, slot: Slot, told: Utterance) -> Laid:
        transcript = formats.read(slot.text, self.labels, refusing=False)
        lines = _told(slot.index, transcript.segmented, told, self.roster)
        if not lines:
            return Laid(slot, (resolve(slot.index, told, self.roster),))
        read = slot if transcript.written is None else replace(slot, text=transcript.text)
        written = transcript if transcript.written is not None else None
        return Laid(read, tuple(lines), names=transcript.segmented.names, written=written)

    def _cut(self, slot: Slot, transcript: Transcript, cut: Segmented, *, instructing: bool) -> Laid:
        written = transcript if transcript.written is not None else None
        slot = slot if written is None else replace(slot, text=transcript.text)
        if self._typed(slot, cut, instructing=instructing or transcript.placed, written=written is not None):
            whole = claimed(Span(0, len(slot.text)), None)
            return Laid(slot, (Said(slot.index, whole, self.author, unattributed=False),), written=written)
        told = slot.transcript or slot.author is not None or (self.profile is not None and self.profile.all_is_speech)
        if not (instructing or told or transcript.placed or written is not None):
            cut = without_captions(slot.text, cut, self.roster, typed=slot.index in self.typed)
        said = tuple(resolve(slot.index, utterance, self.roster) for utterance in cut.utterances)
        if slot.author is not None:
            author = resolve(slot.index, claimed(Span(0, len(slot.text)), slot.author), self.roster)
            if written is None and all(one.participant is None for one in said):
                return Laid(slot, (author,), (), cut.names, cut.numbers)  # theirs as a whole: they typed the labels
            said = tuple(_quoted(one, author.participant) for one in said)
            rest = tuple(resolve(slot.index, claimed(span, slot.author), self.roster) for span in cut.free)
            return Laid(slot, said + rest, (), cut.names, cut.numbers, written)
        if transcript.proven:
            own = tuple(Instructed(slot.index, span) for span in cut.free)
            said = self._by_author(said) if not own else said
            return Laid(slot, said, own, cut.names, cut.numbers, written, proven=frozenset(cut.free))
        # A label that nobody on the roster bears may be no label at all, but a line of somebody's prose with a
        # colon in it: only a known speaker shows that this message holds a transcript, and the rest instructions.
        known_speaker = any(one.participant is not None for one in said)
        asking = slot.kind is not SlotKind.REPLY and not slot.transcript
        if instructing or (asking and (known_speaker or transcript.placed)):
            parts = [part for span in cut.free for part in self._parts(slot, span, placed=transcript.placed)]
            own = tuple(Instructed(slot.index, span) for span, _ in parts)
            known = frozenset(span for span, is_known in parts if is_known)
            placed = transcript.placed and not self._closed_by_anybody(slot, said, [span for span, _ in parts], known)
            return Laid(slot, said, own, cut.names, cut.numbers, written, True, known, placed)
        instruction = not cut.utterances and (self.opaque_is_instruction or slot.index in self.typed)
        free = [_unclaimed(slot, span, self.author, instruction=instruction) for span in cut.free]
        return Laid(
            slot,
            said + tuple(part for part in free if isinstance(part, Said)),
            tuple(part for part in free if isinstance(part, Instructed)),
            cut.names,
            cut.numbers,
            written,
        )

    def _parts(self, slot: Slot, span: Span, *, placed: bool) -> Sequence[tuple[Span, bool]]:
        """What stands beside a transcript, with whether the client's profile knows it."""
        if self.profile is None or not (placed and self.profile.texts):
            return ((span, False),)
        return tuple(formats.known_parts(slot.text, span, self.profile))

    def _closed_by_anybody(
        self, slot: Slot, said: Sequence[Said], own: Sequence[Span], known: Collection[Span]
    ) -> bool:
        """Whether a heading that the profile does not know closes a place of speech: somebody may have typed it."""
        if self.profile is None or not self.profile.texts:
            return False
        begun = min((min(one.utterance.words).start for one in said if one.utterance.words), default=0)
        behind = sorted(span for span in own if span.start > begun)
        return not any(span in known for span in behind) and any(
            slot.text[slice(*span)].lstrip().startswith("#") for span in behind[:1]
        )

    def _by_author(self, said: tuple[Said, ...]) -> tuple[Said, ...]:
        """What nobody claims in a message, where the client acts for one person and has added nothing of its own."""
        if self.author is None or any(one.utterance.speaker is not None for one in said):
            return said
        return tuple(replace(one, participant=self.author, unattributed=False) for one in said)

    def _typed(self, slot: Slot, cut: Segmented, *, instructing: bool, written: bool) -> bool:
        """Whether the one person for whom the client acts typed all of a message, labels and all."""
        if self.author is None or instructing or slot.transcript or slot.author is not None:
            return False
        typed = names_nobody_else if written or ("{" in slot.text and cut.utterances) else are_own
        return slot.kind is SlotKind.SPEECH and typed(slot.text, cut.utterances, self.roster, self.author)


def _told(slot: int, cut: Segmented, told: Utterance, roster: Roster) -> list[Said]:
    """What the client says that one speaker said, without lines of others in it; empty without any."""
    lines = [resolve(slot, utterance, roster) for utterance in cut.utterances]
    if all(line.participant is None for line in lines):
        return []
    author = resolve(slot, told, roster).participant
    lines = [_quoted(line, author) for line in lines]
    rest = [resolve(slot, replace(told, words=(span,), block=span), roster) for span in cut.free]
    own = [line if line.unattributed else replace(line, utterance=_timed(line.utterance, told)) for line in lines]
    return own + rest


def _quoted(line: Said, author: str | None) -> Said:
    """A line in what somebody wrote: a label of another in it proves nothing, since its author typed that too."""
    if line.participant is None or line.participant == author:
        return line
    return replace(line, utterance=untimed(line.utterance), participant=None, unattributed=True)


def _timed(utterance: Utterance, told: Utterance) -> Utterance:
    if utterance.start is not None or utterance.at is not None:
        return utterance
    return replace(utterance, start=told.start, end=told.end, at=told.at, until=told.until)


def _unclaimed(slot: Slot, span: Span, author: str | None, *, instruction: bool) -> Said | Instructed:
    """A message in which nobody is known to speak: the words of whom a client acts for, an instruction, or nobody's."""
    if author is None and instruction:
        return Instructed(slot.index, span)
    return Said(slot.index, claimed(span, None), author, unattributed=author is None)


def resolve(slot: int, utterance: Utterance, roster: Roster) -> Said:
    """An utterance with whom its label means. Without a label, or with that of a diarizer, it is nobody's."""
    person = roster.resolve(utterance.speaker) if utterance.speaker is not None else None
    nobody = utterance.speaker is None or (person is None and is_voice(utterance.speaker))
    return Said(slot, utterance, person.id if person else None, unattributed=nobody)
