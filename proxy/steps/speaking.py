"""Whose words are where: slots are cut into utterances, and their labels resolve to participants."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from proxy import formats
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.captioned import without_captions
from proxy.attribution.continued import goes_on_until
from proxy.attribution.enclosed import enclosed_until
from proxy.attribution.own_turns import are_own, names_nobody_else
from proxy.attribution.voices import is_voice
from proxy.formats import Transcript
from proxy.meetings.badges import Taken, called_so, taken_off
from proxy.model import Roster, Segmented, Slot, SlotKind, Span, Utterance, label_form
from proxy.redaction.wording.vocabulary import is_given_name
from proxy.settings import Profile
from proxy.steps.adjoining import adjoining
from proxy.steps.heard import Hearing, Instructed, Part, Said, claimed, nobodys
from proxy.steps.instructions import spoken_in
from proxy.steps.proving import Proof
from proxy.steps.structures import beside_names
from proxy.steps.typed import typed_to_model


def hear(
    slots: Sequence[Slot],
    roster: Roster,
    author: str | None,
    *,
    opaque_is_instruction: bool,
    profile: Profile | None = None,
    last_is_typed: bool = False,
) -> Hearing:
    """Cut slots into utterances and resolve their speakers.

    `author` is the participant for whom the client acts; messages that no speaker claims are then theirs. `profile`
    tells how the client lays out its messages, `last_is_typed` that its user types the last one.

    Labels with badges (`meetings.badges`) are read as their people's: the slots are cut once more with these known, as
    what is known may show a layout. Where that shows labels by which others are meant, it counts for nothing.
    """
    typed = typed_to_model(slots) if last_is_typed else frozenset[int]()
    ear = _Ear(roster, _labels_of(roster), author, opaque_is_instruction, profile, typed)
    heard = ear.hear_all(slots)
    badges = taken_off(_spoken(heard), roster, is_given_name)
    if badges:
        called = called_so(roster, badges)
        knowing = replace(ear, roster=called, labels=_labels_of(called))
        again = knowing.hear_all(slots)
        if taken_off(_spoken([*heard, *again]), roster, is_given_name) == badges:
            return _proven(knowing, again, slots, badges)
    return _proven(ear, heard, slots)


def _labels_of(roster: Roster) -> frozenset[str]:
    return frozenset(label for p in roster.participants for label in p.labels)


def _spoken(heard: Iterable[_Heard]) -> frozenset[str]:
    """The labels under which people speak."""
    speakers = (said.utterance.speaker for one in heard for said in one.said)
    return frozenset(speaker for speaker in speakers if speaker is not None)


def _unmatched(said: Iterable[Said], read: Iterable[Slot], roster: Roster) -> tuple[str, ...]:
    """Labels of unknown speakers in the order of the request, each once, whatever its form.

    Whoever a message names as its author speaks in it, also where all of its lines have labels of others.
    """
    labels = [one.utterance.speaker for one in said if one.participant is None and not one.unattributed]
    authors = [slot.author for slot in read if slot.kind is SlotKind.SPEECH and slot.text.strip()]
    labels += [author for author in authors if author and not is_voice(author)]
    unknown = {label_form(label): label for label in labels if label and roster.resolve(label) is None}
    return tuple(unknown.values())


def _proven(ear: _Ear, heard: list[_Heard], slots: Sequence[Slot], badges: tuple[Taken, ...] = ()) -> Hearing:
    """What was heard, with what nothing proves as nobody's."""
    roster, labels = ear.roster, ear.labels
    read = tuple(one.slot for one in heard)
    proof = Proof(read, roster)
    heard = [_without_signed(_with_what_goes_on(one, proof), proof) for one in heard]
    adjoined = _adjoining(heard, proof, roster)
    heard = [
        replace(
            one,
            said=tuple(
                replace(each, participant=None, unattributed=True) if each in adjoined else each for each in one.said
            ),
        )
        for one in heard
    ]
    said = [part for one in heard for part in one.said]
    by_field = {slot.index for slot in slots if slot.utterance is not None or slot.author is not None}
    own = _own_words(heard, proof, _opening_with(labels), roster, adjoined)
    beside = beside_names([slot for slot in read if slot.index not in by_field], proof.named, proof.tells_of)
    said = [proof.listed(_beside(part, beside, roster)) for part in said]
    own = [_beside(part, beside, roster) for part in own]
    lines = [part for one in said for part in proof.said(one, by_field=one.slot in by_field or one.slot in beside)]
    lines += [each for part in own if isinstance(part, Said) for each in proof.said(part, by_field=True)]
    told = tuple(proof.strangers_told(lines))
    return Hearing(
        told,
        tuple(part for part in own if isinstance(part, Instructed)),
        tuple((one.slot.index, span) for one in heard for span in one.names),
        read,
        {one.slot.index: one.written for one in heard if one.written is not None},
        numbers=tuple((one.slot.index, span) for one in heard for span in one.numbers),
        proven=frozenset(one.slot.index for one in heard if one.proven and not one.beside),
        badges=badges,
        unmatched=_unmatched(told, read, roster),
    )


def _as_laid_out(slots: Sequence[Slot], roster: Roster, profile: Profile | None) -> Iterator[Slot]:
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
class _Heard:
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
class _Ear:
    """Reads slots by the layouts that are known; what `hear` was given."""

    roster: Roster
    labels: frozenset[str]
    author: str | None
    opaque_is_instruction: bool
    profile: Profile | None
    typed: frozenset[int] = frozenset()

    def hear_all(self, slots: Sequence[Slot]) -> list[_Heard]:
        """All slots of a request."""
        return [self.hear(slot) for slot in _as_laid_out(slots, self.roster, self.profile)]

    def hear(self, slot: Slot) -> _Heard:
        """One slot."""
        if slot.utterance is not None:
            return self._told(slot, slot.utterance)
        if slot.kind is SlotKind.LABEL:
            return _Heard(slot, names=(Span(0, len(slot.text)),))
        if not slot.text.strip():
            return _Heard(slot)
        if slot.kind is SlotKind.INSTRUCTIONS:
            found = spoken_in(slot.text, self.labels, self.roster)
            if found is None:
                return _Heard(slot, own=(Instructed(slot.index, Span(0, len(slot.text))),))
            return self._cut(slot, *found, instructing=True)
        own = slot.author is None  # the client's, and not what one person wrote
        profile = self.profile if own else None
        transcript = formats.read(slot.text, self.labels, whole=slot.transcript, profile=profile, refusing=own)
        return self._cut(slot, transcript, transcript.segmented, instructing=False)

    def _told(self, slot: Slot, told: Utterance) -> _Heard:
        transcript = formats.read(slot.text, self.labels, refusing=False)
        lines = _told(slot.index, transcript.segmented, told, self.roster)
        if not lines:
            return _Heard(slot, (_resolve(slot.index, told, self.roster),))
        read = slot if transcript.written is None else replace(slot, text=transcript.text)
        written = transcript if transcript.written is not None else None
        return _Heard(read, tuple(lines), names=transcript.segmented.names, written=written)

    def _cut(self, slot: Slot, transcript: Transcript, cut: Segmented, *, instructing: bool) -> _Heard:
        written = transcript if transcript.written is not None else None
        slot = slot if written is None else replace(slot, text=transcript.text)
        if self._typed(slot, cut, instructing=instructing or transcript.placed, written=written is not None):
            whole = claimed(Span(0, len(slot.text)), None)
            return _Heard(slot, (Said(slot.index, whole, self.author, unattributed=False),), written=written)
        if not (instructing or slot.transcript or slot.author is not None or transcript.placed or written is not None):
            cut = without_captions(slot.text, cut, self.roster, typed=slot.index in self.typed)
        said = tuple(_resolve(slot.index, utterance, self.roster) for utterance in cut.utterances)
        if slot.author is not None:
            author = _resolve(slot.index, claimed(Span(0, len(slot.text)), slot.author), self.roster)
            said = tuple(_quoted(one, author.participant) for one in said)
            rest = tuple(_resolve(slot.index, claimed(span, slot.author), self.roster) for span in cut.free)
            return _Heard(slot, said + rest, (), cut.names, cut.numbers, written)
        if transcript.proven:
            own = tuple(Instructed(slot.index, span) for span in cut.free)
            said = self._by_author(said) if not own else said
            return _Heard(slot, said, own, cut.names, cut.numbers, written, proven=frozenset(cut.free))
        # A label that nobody on the roster bears may be no label at all, but a line of somebody's prose with a
        # colon in it: only a known speaker shows that this message holds a transcript, and the rest instructions.
        known_speaker = any(one.participant is not None for one in said)
        asking = slot.kind is not SlotKind.REPLY and not slot.transcript
        if instructing or (asking and (known_speaker or transcript.placed)):
            parts = [part for span in cut.free for part in self._parts(slot, span, placed=transcript.placed)]
            own = tuple(Instructed(slot.index, span) for span, _ in parts)
            known = frozenset(span for span, is_known in parts if is_known)
            placed = transcript.placed and not self._closed_by_anybody(slot, said, [span for span, _ in parts], known)
            return _Heard(slot, said, own, cut.names, cut.numbers, written, True, known, placed)
        instruction = not cut.utterances and (self.opaque_is_instruction or slot.index in self.typed)
        free = [_unclaimed(slot, span, self.author, instruction=instruction) for span in cut.free]
        return _Heard(
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


def _own_words(
    heard: Sequence[_Heard],
    proof: Proof,
    named: re.Pattern[str] | None,
    roster: Roster,
    adjoined: Collection[Said | Instructed],
) -> list[Said | Instructed]:
    """The client's own words up to a trace of speech in a slot; behind that, all of the slot is nobody's.

    `adjoined` are those that are nobody's by what stands right before or behind them in another slot.
    """
    said = [part for one in heard for part in one.said]
    edges = _cut_edges([one.slot for one in heard], said, [part for one in heard for part in one.own])
    edges |= {part: part.span.start for one in heard for part in one.own if part in adjoined}
    proved: list[Said | Instructed] = []
    for one in heard:
        around = not one.placed and any(said.participant is not None for said in one.said)
        telling = False
        for part, enclosed in _parted_by_marks(one):
            if part.span in one.proven or enclosed:
                proved.append(nobodys(part) if enclosed else part)
                continue
            edge = edges.get(part, part.span.end)
            traced = None if telling else proof.traced(replace(part, span=Span(part.span.start, edge)), one.said)
            at = part.span.start if telling else edge if traced is None else traced
            telling = telling or traced is not None or (edge < part.span.end and not around)
            own = [replace(part, span=Span(part.span.start, at))] if at > part.span.start else []
            for each in (piece for before in own for piece in (proof.asked(before) if around else (before,))):
                if one.beside and isinstance(each, Instructed):
                    proved += _surrounding(one.slot, each.span, named, roster)
                else:
                    proved.append(each)
            proved += [nobodys(replace(part, span=Span(at, part.span.end)))] if at < part.span.end else []
    return proved


def _adjoining(heard: Sequence[_Heard], proof: Proof, roster: Roster) -> frozenset[Said | Instructed]:
    """What is nobody's for what stands in the slot or turn before or behind."""
    said, own = ([part for one in heard for part in one.said], [part for one in heard for part in one.own])
    return adjoining([one.slot for one in heard], said, own, proof, roster)


def _without_signed(one: _Heard, proof: Proof) -> _Heard:
    """What a slot holds, with a person's words as nobody's where another's signature stands directly below them."""
    starts = sorted(said.utterance.block.start for said in one.said if said.utterance.speaker is not None)
    said = tuple(
        replace(each, participant=None, unattributed=True) if proof.signed(each, starts) else each for each in one.said
    )
    return replace(one, said=said)


def _with_what_goes_on(one: _Heard, proof: Proof) -> _Heard:
    """What a slot holds, with paragraphs below somebody's words that go on from them as theirs."""
    text, said, own = one.slot.text, list(one.said), list[Instructed]()
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


def _words(text: str, said: Said) -> str:
    return "\n".join(text[span.start : span.end] for span in said.utterance.words)


def _directly_above(text: str, said: Sequence[Said], span: Span) -> int | None:
    """Which of several utterances ends above a stretch, with nothing but white space between."""
    ends = [(one.end, at) for at, one in enumerate(said) if one.utterance.words]
    end, number = max((each for each in ends if each[0] <= span.start), default=(0, None))
    return number if not text[end : span.start].strip() else None


def _parted_by_marks(one: _Heard) -> list[tuple[Instructed, bool]]:
    """A slot's own words in order, parted where the marks around its transcript close for the last time.

    True for what stands behind somebody's words and inside of the marks.
    """
    first = min((min(said.utterance.words).start for said in one.said if said.utterance.words), default=None)
    until = enclosed_until(one.slot.text, first) if first is not None else 0
    parts: list[tuple[Instructed, bool]] = []
    for part in sorted(one.own, key=lambda own: own.span):
        inside = first is not None and first < part.span.start < until
        if inside and part.span.end > until:
            parts.append((replace(part, span=Span(part.span.start, until)), True))
            part, inside = replace(part, span=Span(until, part.span.end)), False  # noqa: PLW2901 - the rest of it
        parts.append((part, inside))
    return parts


def _beside(part: Part, beside: Mapping[int, str | None], roster: Roster) -> Part | Said:
    """What stands beside somebody's name in a structure: theirs by its keys, or nobody's."""
    if part.slot not in beside or (isinstance(part, Said) and part.utterance.label is not None):
        return part
    span = part.span if isinstance(part, Instructed) else part.utterance.block
    speaker = next((p for p in roster.participants if p.id == beside[part.slot]), None)
    if speaker is None:
        return Said(part.slot, claimed(span, None), None, unattributed=True)
    return Said(part.slot, claimed(span, speaker.name), speaker.id, unattributed=False)


def _cut_edges(slots: Sequence[Slot], said: Sequence[Said], instructed: Sequence[Instructed]) -> dict[Instructed, int]:
    """Where text at the edges of a transcript may be the rest of somebody's words, which a cut has parted off.

    Text parts of one message are one text: where somebody spoke in an earlier part, what nobody claims in a later one
    may go on from it. Directly above the first line, what begins in the middle of a sentence, or ends as strings of
    JSON do, is the end of another's; so is all that stands there where somebody spoke in an earlier message.
    """
    texts = {slot.index: slot.text for slot in slots}
    ends = {(one.slot, max(one.utterance.words).end) for one in said if one.utterance.words}
    speaking = [(one.slot, min(one.utterance.words).start) for one in said if one.utterance.words]
    first = dict(sorted(speaking, reverse=True))
    message = {slot.index: _PART.sub("", slot.where) for slot in slots if _PART.search(slot.where)}
    spoken = {message[index]: index for index in sorted(first, reverse=True) if index in message}
    messages = {slot.index for slot in slots if slot.kind in (SlotKind.SPEECH, SlotKind.REPLY)}
    earliest = min((index for index in first if index in messages), default=None)
    cut: dict[Instructed, int] = {}
    for part in instructed:
        text = texts[part.slot][part.span.start : part.span.end]
        if not text.strip():
            continue
        begun = part.span.start + len(text) - len(text.lstrip())
        below = any(
            slot == part.slot and end <= begun and _LINE.fullmatch(texts[slot], end, begun) for slot, end in ends
        )
        if below or spoken.get(message.get(part.slot, ""), part.slot) < part.slot:
            cut[part] = part.span.start
        elif part.slot in first and part.span.end <= first[part.slot]:
            later = part.slot in messages and earliest is not None and earliest < part.slot
            at = _fragment(texts[part.slot], part.span, first[part.slot], anything=later)
            if at is not None:
                cut[part] = at
    return cut


def _fragment(text: str, span: Span, line: int, *, anything: bool) -> int | None:
    """Where the last paragraph above a line begins, if it may be the rest of somebody's words; None if it is not."""
    own = text[span.start : span.end]
    tail = own.rstrip(" \t\r")
    gaps = list(_BLANK_LINE.finditer(own.rstrip()))
    at = span.start + (gaps[-1].end() if gaps else 0)
    paragraph = text[at : span.end].lstrip()
    if _STRING_TAIL.search(own):
        return at
    adjacent = not _BLANK_LINE.search(tail[-2:] + text[span.end : line])
    begins = paragraph[:1].islower() or paragraph.startswith(("...", "\N{HORIZONTAL ELLIPSIS}"))
    return at if adjacent and (begins or anything) else None


_STRING_TAIL = re.compile(r"[\"'][ \t]*[}\]]+[ \t]*,?[ \t\r\n]*\Z")
_SYSTEM = re.compile(r"(?:messages|input|system|instructions)(?![\w-])")
_PART = re.compile(r"\.content\[[0-9]+\].*$")
_LINE = re.compile(r"[^\w\n]*(?:\r\n|\r|\n)?[ \t]*")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def _told(slot: int, cut: Segmented, told: Utterance, roster: Roster) -> list[Said]:
    """What the client says that one speaker said, without lines of others in it; empty without any."""
    lines = [_resolve(slot, utterance, roster) for utterance in cut.utterances]
    if all(line.participant is None for line in lines):
        return []
    author = _resolve(slot, told, roster).participant
    lines = [_quoted(line, author) for line in lines]
    rest = [_resolve(slot, replace(told, words=(span,), block=span), roster) for span in cut.free]
    return [replace(line, utterance=_timed(line.utterance, told)) for line in lines] + rest


def _quoted(line: Said, author: str | None) -> Said:
    """A line in what somebody wrote: a label of another in it proves nothing, since its author typed that too."""
    if line.participant is None or line.participant == author:
        return line
    return replace(line, participant=None, unattributed=True)


def _timed(utterance: Utterance, told: Utterance) -> Utterance:
    if utterance.start is not None or utterance.at is not None:
        return utterance
    return replace(utterance, start=told.start, end=told.end, at=told.at, until=told.until)


def _opening_with(labels: frozenset[str]) -> re.Pattern[str] | None:
    """Matches a line that begins with somebody's whole label and three words more, or any after ``>`` or ``]``.

    Fewer words, or what is in brackets, may be a list of who was there ("- Ben Okoro (CTO)").
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
    """Instructions around a transcript, line by line; True for what may be somebody's words after all.

    A line that begins with a participant's name may be a line of the transcript in a layout that no format here
    reads ("Ben Okoro - I disagree"). It is nobody's for sure, and so are the lines that go on from it.
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
    # The line end behind somebody's words is not theirs.
    return [(Span(s.start, s.start + len(text[s.start : s.end].rstrip())) if told else s, told) for s, told in parts]


def _surrounding(slot: Slot, span: Span, named: re.Pattern[str] | None, roster: Roster) -> list[Said | Instructed]:
    """What stands around a transcript: instructions, but for what may be somebody's words after all."""
    parts: list[Said | Instructed] = []
    for part, told in _parted(slot.text, span, named):
        if told:
            parts.append(Said(slot.index, claimed(part, None), None, unattributed=True))
        elif named is None:
            parts.append(Instructed(slot.index, part))
        else:
            parts += _entries(slot, part, named, roster)
    return parts


def _entries(slot: Slot, span: Span, named: re.Pattern[str], roster: Roster) -> Iterator[Said | Instructed]:
    """Instructions, with what a list of people says of each of them ("(CTO)") as theirs: it tells who they are."""
    done = at = span.start
    for line in slot.text[span.start : span.end].splitlines(keepends=True):
        entry = named.match(line.rstrip())
        if entry is not None and any(map(str.isalnum, entry["rest"])):
            name, rest = (Span(at + entry.start(part), at + entry.end(part)) for part in ("name", "rest"))
            yield Instructed(slot.index, Span(done, name.start))
            yield _resolve(slot.index, Utterance(0, slot.text[slice(*name)], (rest,), rest, label=name), roster)
            done = rest.end
        at += len(line)
    yield Instructed(slot.index, Span(done, span.end))


def _unclaimed(slot: Slot, span: Span, author: str | None, *, instruction: bool) -> Said | Instructed:
    """A message in which nobody is known to speak: the words of whom a client acts for, an instruction, or nobody's."""
    if author is None and instruction:
        return Instructed(slot.index, span)
    return Said(slot.index, claimed(span, None), author, unattributed=author is None)


def _resolve(slot: int, utterance: Utterance, roster: Roster) -> Said:
    person = roster.resolve(utterance.speaker) if utterance.speaker is not None else None
    nobody = utterance.speaker is None or (person is None and is_voice(utterance.speaker))
    return Said(slot, utterance, person.id if person else None, unattributed=nobody)
