"""Proves whose words were heard; unproven words are unattributed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice, pairwise

from proxy.attribution.beginnings import Beginnings
from proxy.attribution.captions import is_role
from proxy.attribution.chunk_borders import left_open, may_lead, signed_by_next
from proxy.attribution.full_names import is_full_name, is_nobodys
from proxy.attribution.json_escapes import spelled_out, unescaped
from proxy.attribution.prompts import data_told, unproven
from proxy.attribution.reading import NamedText
from proxy.attribution.signatures import signed_below
from proxy.attribution.strangers import names_stranger
from proxy.meetings.display_names import without_badges
from proxy.model import Roster, Slot, SlotKind, Span, Utterance
from proxy.redaction.roster.search import NamesRead
from proxy.steps.utterances import AttributedUtterance, Instruction, named, nobodys, untimed
from proxy.wording.vocabulary import is_known_name, is_ordinary

_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LONGEST_NAME = 120
_NAME_WITHIN = 40
"""Characters from a beginning within which the name stands, after brackets, a time or the key of a field."""
_QUOTES = frozenset("\"'|")
_EDGE = 200
"""Characters at the edge of a unit within which a named person may have said what adjoins it."""
_TITLE_WORDS = 2
"""Words that may stand with a name before a colon: ``Dr. Okoro (chair):``."""
_GRAMMAR = re.compile(r"grammar|ebnf|regex|definition|pattern|structur|format")
"""Keys under which settings, tools and reply formats have grammars and patterns."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_LINE_FEED = re.compile(r"\n")


class Proof:
    """Leaves participants what is surely theirs; where another person may begin, words become unattributed."""

    def __init__(self, slots: Sequence[Slot], roster: Roster) -> None:
        self._texts = {slot.index: slot.text for slot in slots}
        self._grammars = {
            slot.index for slot in slots if slot.kind is SlotKind.INSTRUCTIONS and _GRAMMAR.search(slot.where)
        }
        self._roster = roster
        self._beginnings = Beginnings.of(roster)
        self._read: dict[int, NamedText] = {}
        self._labels: dict[str, frozenset[str]] = {}

    @property
    def names_read(self) -> NamesRead:
        """The names that were found in slots."""
        as_is = {read.text: read.near for read in self._read.values() if read.as_is}
        return NamesRead(self._beginnings.search, as_is)

    def said(self, said: AttributedUtterance, *, by_field: bool) -> list[AttributedUtterance]:
        """Split an utterance where somebody else's words may begin.

        What a person wrote (`by_field`, or through a client that acts for them) may hold headings, lists and times.
        """
        words: Sequence[Span] = said.utterance.words
        if said.participant is None or not words:
            return [self._nobodys(said)] if said.unattributed and words else [said]
        read = self._reading(said.slot)
        further = self._further_labels(said, read.text)
        if any(people and said.participant not in people for people in map(self._meant, further)):
            return [replace(said, participant=None, unattributed=True)]
        if self._strangers(further, said.participant):
            return [replace(said, utterance=untimed(said.utterance), participant=None, unattributed=False)]
        bounded = _bounded(said.utterance, read.text)
        decoded = unescaped(self._texts[said.slot], words)
        if decoded is not None:
            read, words = self._beginnings.read(decoded.text), decoded.words
        if said.utterance.speaker is None or (by_field and said.utterance.label is None):
            typed = said.utterance.speaker is None
            found = (self._beginnings.authored(read, span, said.participant, typed=typed) for span in words)
            at = next((place for place in found if place is not None), None)
        else:
            at = self._beginnings.first(read, words, said.participant, bounded=bounded)
        if at is None:
            return [said]
        named_there = next(read.within(at, at + _NAME_WITHIN), None) is not None
        stranger = names_stranger(read, at)
        at = _outside_escapes(said.utterance, decoded.place(at)) if decoded is not None else at
        return _parted_at(said, at, stranger=stranger, opens_named=named_there)

    def _nobodys(self, said: AttributedUtterance) -> AttributedUtterance:
        """Unattributed words. If somebody may begin to speak in them, their time is not known to be that person's."""
        utterance = said.utterance
        if utterance.speaker is not None and self._stands_for_stranger(said):
            return replace(said, utterance=untimed(utterance), unattributed=False)
        timed = utterance.start is not None or utterance.at is not None
        if timed and self._beginnings.first(self._reading(said.slot), utterance.words, None) is not None:
            utterance = untimed(utterance)
        return replace(said, utterance=utterance, opens_named=self._holds_name(said))

    def _stands_for_stranger(self, said: AttributedUtterance) -> bool:
        """Whether a label that names nobody (``Speaker 2``) stands for somebody not on the roster, by a legend."""
        label = said.utterance.label
        named = (
            next(self._reading(said.slot).anybody(label.start, label.start + 1), None) if label is not None else None
        )
        return (named is not None and is_nobodys(named)) or self._strangers(said.utterance.known_as, None)

    def _holds_name(self, said: AttributedUtterance) -> bool:
        """Whether unattributed words begin with a JSON string or a cell that is a name, and so name their author."""
        text, start = self._texts[said.slot], min(said.utterance.words).start
        near = self._reading(said.slot).within(start, start + _NAME_WITHIN)
        return any(
            text[one.start - 1 : one.start] in _QUOTES and text[one.end : one.end + 1] in _QUOTES for one in near
        )

    def listed(self, said: AttributedUtterance) -> AttributedUtterance:
        """Make an utterance unattributed if its label is a participant's name with ordinary words (``Ann asks: …``).

        Such a label is not an unknown speaker's. A badge is not an ordinary word, though badges are not removed here.
        """
        label = said.utterance.speaker
        if label is None or said.participant is not None or said.unattributed:
            return said
        if without_badges(label, self._roster) is not None:
            return said
        rest = label
        for mention in reversed(list(self._beginnings.read(label).within(0, len(label)))):
            rest = rest[: mention.start] + " " + rest[mention.end :]
        words = _WORD.findall(rest)
        plain = all(
            word.islower() and is_ordinary(word) and not is_known_name(word) and not is_role(word) for word in words
        )
        return self._unlabelled(said) if rest != label and words and plain else said

    def _unlabelled(self, said: AttributedUtterance) -> AttributedUtterance:
        """An unattributed utterance; its label becomes part of its words if it stands right before them."""
        utterance, text = said.utterance, self._texts[said.slot]
        label, words = utterance.label, utterance.words
        if label is None or not words or text[label.end : words[0].start].strip(" \t*_") not in (":", "："):
            return replace(said, unattributed=True)
        line = (Span(label.start, words[0].end), *words[1:])
        return replace(said, utterance=replace(utterance, speaker=None, label=None, words=line), unattributed=True)

    def signed(self, said: AttributedUtterance, starts: Sequence[int]) -> bool:
        """Whether somebody else signed a participant's words. `starts` are those of all speech in the slot."""
        if said.participant is None or said.utterance.speaker is None or not said.utterance.words:
            return False
        words = Span(min(said.utterance.words).start, said.end)
        number = bisect_left(starts, words.end)
        limit = starts[number] if number < len(starts) else len(self._texts[said.slot])
        return signed_below(self._reading(said.slot), words, limit, said.participant)

    def credited(self, part: Instruction) -> bool:
        """Whether a stretch of instruction reports what a participant said."""
        return self._beginnings.credited(self._reading(part.slot), part.span)

    def may_open(self, unit: Slot, span: Span) -> bool:
        """Whether a unit ends with somebody's name near its end, or with a sign after which somebody may speak."""
        text = self._texts[unit.index]
        until = span.start + len(text[span.start : span.end].rstrip())
        named_there = next(self._reading(unit.index).anybody(max(span.start, until - _EDGE), until), None)
        return named_there is not None or may_lead(text[max(span.start, until - _EDGE) : until])

    def names_alone(self, unit: Slot) -> bool:
        """Whether a text is nothing but names, of people on the roster or not."""
        rest, found = unit.text, list(self._reading(unit.index).anybody(0, len(unit.text)))
        for mention in reversed(found):
            rest = rest[: mention.start] + rest[mention.end :]
        return bool(found) and not rest.strip(" ,")

    def left_open(
        self, unit: Slot, span: Span, speaker: str | None, *, below: str | None = "", spared: str | None = None
    ) -> bool:
        """Whether a unit ends where words of somebody other than its declared `speaker` would follow.

        `below` and `spared` are as in `chunk_borders.left_open`.
        """
        text = self._texts[unit.index][span.start : span.end].rstrip()
        return self.may_open(unit, span) and left_open(self._beginnings, text, speaker, below=below, spared=spared)

    def signed_by_next(self, unit: Slot, span: Span, following: Slot, behind: Span, speaker: str | None) -> bool:
        """Whether the following unit begins with somebody else's signature of this one."""
        opens = self._reading(following.index).within(behind.start, min(behind.end, behind.start + _EDGE))
        if next(opens, None) is None:
            return False
        texts = self._texts[unit.index][slice(*span)], self._texts[following.index][slice(*behind)]
        return signed_by_next(self._beginnings, *texts, speaker)

    def strangers_told(
        self, parts: Sequence[AttributedUtterance], own: Sequence[Instruction]
    ) -> list[AttributedUtterance]:
        """Give unattributed words to an unknown speaker, from a name on that no participant has.

        They are that speaker's up to the next attributed words; all of them are where a field or a frame for speakers
        has such a name, outside of what participants say and of the client's `own` words.
        """
        fielded = self._fielded(parts, own)
        parts = [_strangers(part) if part.slot in fielded and part.unattributed else part for part in parts]
        from_there: dict[AttributedUtterance, int] = {}
        spoken = [part for part in parts if part.utterance.words]
        in_order = sorted(spoken, key=lambda part: (part.slot, min(part.utterance.words)))
        for (slot, unclaimed), run in groupby(in_order, key=lambda part: (part.slot, self._is_unclaimed(part))):
            together = list(run) if unclaimed else []
            words = [span for part in together for span in part.utterance.words]
            at = self._beginnings.unlisted(self._reading(slot), words) if words else None
            from_there |= {part: at for part in together if at is not None and part.end > at}
        return [each for part in parts for each in _parted_for_stranger(part, from_there.get(part))]

    def _fielded(self, parts: Sequence[AttributedUtterance], own: Sequence[Instruction]) -> set[int]:
        """The slots of unattributed words in which a speaker is named who is not on the roster."""
        unattributed = {part.slot for part in parts if part.unattributed and part.utterance.words}
        taken: dict[int, list[Span]] = {slot: [] for slot in unattributed}
        for slot, spans in (*_spans_of_people(parts), *((each.slot, (each.span,)) for each in own)):
            if slot in taken:
                taken[slot] += spans
        return {
            slot
            for slot, spans in taken.items()
            for named in self._reading(slot).fielded
            if not any(span.start <= named.start < span.end for span in spans)
        }

    def _is_unclaimed(self, said: AttributedUtterance) -> bool:
        """Whether nothing says who said a stretch, or only a name that was found to prove nothing."""
        label = said.utterance.speaker
        return said.is_unclaimed or (
            said.unattributed and label is not None and self._roster.resolve(label) is not None
        )

    @staticmethod
    def _further_labels(said: AttributedUtterance, text: str) -> tuple[str, ...]:
        """The further labels and addresses beside the words, or of their speaker.

        One that means another person contradicts the speaker's own; a nickname does if it is a form of that person's
        name alone.
        """
        labels = (text[span.start : span.end] for span in said.utterance.more_labels)
        return (*labels, *said.utterance.known_as)

    def _strangers(self, labels: Sequence[str], participant: str | None) -> bool:
        """Whether labels, or a first and a last name in two of them, are the full name of nobody on the roster.

        An address names who its local part does. People have further addresses, in which some of their name stands.
        """
        person = next((p for p in self._roster.participants if p.id == participant), None)
        own = {word for label in person.labels for word in _words(label)} if person is not None else set[str]()
        named = [_named_by(label) for label in labels if not self._meant(label)]
        pairs = (" ".join(pair) for pair in pairwise(named) if not any(" " in part for part in pair))
        return any(own.isdisjoint(_words(name)) and is_full_name(name) for name in (*named, *pairs))

    def _meant(self, label: str) -> frozenset[str]:
        """The ids of all participants whom a label may mean, in any form of a name."""
        person = named(label, self._roster)
        if person is not None:
            return frozenset((person.id,))
        if label not in self._labels:
            found = [mention.people for mention in self._beginnings.read(label.strip()).written if not mention.start]
            self._labels[label] = frozenset(person for people in found for person in people)
        return self._labels[label]

    def named(self, slot: Slot) -> frozenset[str]:
        """The ids that a text names, if it is only a name or an address; otherwise empty.

        Before a colon, up to `_TITLE_WORDS` further words may stand with the name.
        """
        text = slot.text.strip().rstrip(":： ")
        if not text or len(text) > _LONGEST_NAME:
            return frozenset()
        person = named(text, self._roster)
        if person is not None:
            return frozenset((person.id,))
        colon = len(text) < len(slot.text.strip())
        rest, people = slot.text, set[str]()
        for mention in reversed(list(self._reading(slot.index).within(0, len(slot.text)))):
            if colon or mention.whole:
                rest = rest[: mention.start] + " " + rest[mention.end :]
                people |= mention.people
        return frozenset(people) if len(_WORD.findall(rest)) <= (_TITLE_WORDS if colon else 0) else frozenset()

    def tells_of(self, slot: Slot) -> frozenset[str]:
        """The ids that a key names in any form, or that the beginning of another, longer text names."""
        key = slot.place is not None and slot.place.key
        read = self._reading(slot.index)
        told = read.within(0, len(slot.text)) if key or slot.where.endswith(".name") else read.within(0, 1)
        return frozenset(person for mention in told for person in mention.people)

    def traced(
        self, part: Instruction, said: Sequence[AttributedUtterance], *, beside: bool = False, behind: bool = False
    ) -> int | None:
        """Where the client's own words show a trace of speech; `said` is what people say in the same slot.

        `beside`: somebody on the roster speaks in another text of the same message; `behind`: in one before it.
        """
        spoken = (one.utterance.words for one in said if one.utterance.words)
        behind = behind or any(min(words).start < part.span.start or self._adjoins(part, words) for words in spoken)
        if part.slot in self._grammars and self._spelled_out(part):
            return part.span.start
        beside = beside or any(one.participant is not None for one in said)
        return self._beginnings.spoken(self._reading(part.slot), part.span, behind=behind, beside=beside)

    def asked(self, part: Instruction) -> Iterator[Instruction | AttributedUtterance]:
        """Split text beside a transcript: instruction where it reads so, otherwise unattributed."""
        for span, told in unproven(self._texts[part.slot], part.span):
            stretch = replace(part, span=span)
            yield nobodys(stretch) if told else stretch

    def without_data(self, part: Instruction) -> Iterator[Instruction | AttributedUtterance]:
        """Split text in a field for instructions: unattributed where data in it tells something."""
        for span, told in data_told(self._texts[part.slot], part.span):
            stretch = replace(part, span=span)
            yield nobodys(stretch) if told else stretch

    def _spelled_out(self, part: Instruction) -> bool:
        """Whether the literals of a grammar, joined together, tell what somebody said."""
        text = spelled_out(self._texts[part.slot][slice(*part.span)])
        return text is not None and self._beginnings.spoken(self._beginnings.read(text), Span(0, len(text))) is not None

    def _adjoins(self, part: Instruction, words: Sequence[Span]) -> bool:
        """Whether somebody's line stands directly below a stretch; a line that begins alike is then one as well."""
        text, at, below = self._texts[part.slot], part.span.end, min(words).start
        if below < at or len(list(islice(_LINE_FEED.finditer(text, at, below), 3))) > 2:
            return False  # so that no line far below is read again for each stretch
        gap = text[at:below]
        return len(gap.strip(" \t").splitlines()) <= 2 and not _BLANK_LINE.search(gap)

    def _reading(self, slot: int) -> NamedText:
        if slot not in self._read:
            self._read[slot] = self._beginnings.read(self._texts[slot])
        return self._read[slot]


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _named_by(label: str) -> str:
    """A label; of an address the words of its local part, with capitals as in a name."""
    local, at, _ = label.strip().removeprefix("mailto:").partition("@")
    return " ".join(map(str.capitalize, _LETTERS.findall(local))) if at and " " not in local else label.strip()


def _bounded(utterance: Utterance, text: str) -> bool:
    """Whether format marks enclose somebody's words at both ends: a JSON string, or a voice with its end tag."""
    start, end = min(utterance.words).start, max(utterance.words).end
    if text[start - 1 : start] == '"' and text[end : end + 1] == '"' and utterance.label is not None:
        return text[utterance.label.start - 1 : utterance.label.start] == '"'
    label = utterance.label
    return label is not None and text[label.end : start] == ">" and text[end:].lstrip()[:4] == "</v>"


def _outside_escapes(utterance: Utterance, at: int) -> int:
    """Return the offset `at`, or the end of the piece before it if it lies between two pieces."""
    if any(span.start <= at < span.end for span in utterance.words):
        return at
    return max((span.end for span in utterance.words if span.end <= at), default=at)


def _spans_of_people(parts: Sequence[AttributedUtterance]) -> Iterator[tuple[int, tuple[Span, ...]]]:
    """What participants say, and their labels, by slot."""
    for part in parts:
        if part.participant is not None:
            labels = (part.utterance.label, *part.utterance.more_labels)
            yield part.slot, (*part.utterance.words, *(label for label in labels if label is not None))


def _strangers(said: AttributedUtterance) -> AttributedUtterance:
    return replace(said, utterance=untimed(said.utterance), unattributed=False)


def _parted_for_stranger(said: AttributedUtterance, at: int | None) -> list[AttributedUtterance]:
    return [said] if at is None else _parted_at(said, at, stranger=True, opens_named=False)


def _parted_at(said: AttributedUtterance, at: int, *, stranger: bool, opens_named: bool) -> list[AttributedUtterance]:
    """Keep what stands before `at`, and make the rest unattributed; all of it if it cannot be split.

    The time of the rest is unknown, since the time belongs to the earlier speaker. If a `stranger` is named at `at`,
    the rest is an unknown speaker's, and no grant of others admits it.
    """
    utterance = said.utterance
    block, words = utterance.block, utterance.words
    before = tuple(Span(span.start, min(span.end, at)) for span in words if span.start < at)
    behind = tuple(Span(max(span.start, at), span.end) for span in words if span.end > at)
    inside = all(block.start <= span.start and span.end <= block.end for span in words)
    if not before or not inside or any(later.start < at for later in words[len(before) :]):
        unknown = untimed(utterance)
        return [replace(said, utterance=unknown, participant=None, unattributed=not stranger, opens_named=opens_named)]
    if not behind:
        return [said]
    head = replace(utterance, words=before, block=Span(block.start, at))
    tail = replace(
        untimed(utterance),
        speaker=None,
        words=behind,
        block=Span(at, behind[-1].end),
        label=None,
        more_labels=(),
        within=False,
    )
    return [
        replace(said, utterance=head),
        AttributedUtterance(said.slot, tail, None, unattributed=not stranger, opens_named=opens_named),
    ]
