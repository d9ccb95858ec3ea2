"""What the slots of a request hold: what was said by whom, and what is the client's own.

Whom a name or an address of somebody means, by the roster alone.

Text that this proxy gave back in a meeting, where a later request repeats it: whose consent it rests on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from proxy.attribution.derived import Stretch, given_back
from proxy.consent.decide import Speech
from proxy.consent.verdicts import read
from proxy.formats import Transcript
from proxy.meetings.display_names import UnbadgedLabel
from proxy.model import Edit, GivenBack, Participant, Roster, Slot, Span, Utterance


def named(name: str, roster: Roster) -> Participant | None:
    """Whom a name or an address means that stands alone: by a label or an e-mail address, exactly."""
    mail = name.strip().removeprefix("mailto:").casefold()
    mailed = [p for p in roster.participants if mail in (address.casefold() for address in p.emails)]
    return roster.resolve(name) or (mailed[0] if len(mailed) == 1 else None)


@dataclass(frozen=True, slots=True)
class Source:
    """An exchange whose reply was given back, and the speech that it had sent."""

    exchange: str
    speeches: tuple[Speech, ...]


@dataclass(frozen=True, slots=True)
class ReturnedText:
    """All that was given back to a client in a meeting, as digests under `key`; empty where nothing was."""

    key: bytes = b""
    digests: Mapping[bytes, Collection[str]] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)

    def stretches(self, text: str) -> list[Stretch]:
        """Where a text repeats what was given back."""
        return given_back(text, self.digests, self.key) if self.digests else []


def known(kept: Sequence[GivenBack], key: bytes) -> ReturnedText:
    """What was given back, ready to be searched for. What another version kept is left out: it proves nothing."""
    found: dict[bytes, set[str]] = {}
    sources: dict[str, Source] = {}
    for one in kept:
        try:
            speeches = tuple(read(held) for held in json.loads(one.speeches))
        except (ValueError, LookupError, TypeError):
            continue
        sources[one.exchange] = Source(one.exchange, speeches)
        for digest in one.digests:
            found.setdefault(digest, set()).add(one.exchange)
    return ReturnedText(key, found, sources)


NOTHING_KNOWN = ReturnedText()


@dataclass(frozen=True, slots=True)
class AttributedUtterance:
    """An utterance in its slot, with the participant whose label it bears (None: unknown, or nobody claims it)."""

    slot: int
    utterance: Utterance
    participant: str | None
    unattributed: bool
    sources: tuple[Source, ...] | None = None
    """The exchanges from whose replies this was derived, if it is text that this proxy gave back."""
    opens_named: bool = False
    """The name of somebody on the roster begins it, as of people who speak: what it repeats is not derived for that."""

    @property
    def is_unclaimed(self) -> bool:
        """Whether nothing tells of a stretch who said it, not even a diarizer's label."""
        return self.unattributed and self.utterance.speaker is None

    @property
    def end(self) -> int:
        """Where its last words end."""
        return max(self.utterance.words).end


@dataclass(frozen=True, slots=True)
class Instruction:
    """A stretch of the client's own words: it needs no grant."""

    slot: int
    span: Span


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that the slots hold: what was said, what was instructed, and names that stand alone, by slot.

    `slots` are those of the request as they were read: spans refer to their texts. `written` has those whose text is
    another than the request's, by index. `numbers` are running numbers of cues. `proven` are indices of those whose
    instructions a profile knows line by line.
    """

    said: tuple[AttributedUtterance, ...]
    instructed: tuple[Instruction, ...]
    names: tuple[tuple[int, Span], ...]
    slots: tuple[Slot, ...]
    written: Mapping[int, Transcript]
    numbers: tuple[tuple[int, Span], ...] = ()
    proven: frozenset[int] = frozenset()
    listed: bool = False
    """Nothing is instructed but lines that the client's profile lists, and what its user types."""
    badges: tuple[UnbadgedLabel, ...] = ()
    """What was taken off labels to know whose they are."""
    unmatched: tuple[str, ...] = ()
    """The labels of speakers that are nobody's on the roster, or two people's, each once."""

    @property
    def instructions(self) -> Iterator[str]:
        """The client's own words."""
        texts = {slot.index: slot.text for slot in self.slots}
        return (texts[part.slot][part.span.start : part.span.end] for part in self.instructed)

    def source_edits(self, edits: Mapping[int, Sequence[Edit]]) -> dict[int, tuple[Edit, ...]]:
        """Edits of the slots as edits of what the request holds."""
        as_sent = {index: tuple(made) for index, made in edits.items() if index not in self.written}
        return as_sent | {index: read.source_edits(edits.get(index, ())) for index, read in self.written.items()}


Part = TypeVar("Part", AttributedUtterance, Instruction, AttributedUtterance | Instruction)


def claimed(span: Span, speaker: str | None) -> Utterance:
    """A stretch as an utterance of a speaker (None: nobody says whose) without a label."""
    return Utterance(index=0, speaker=speaker, words=(span,), block=span)


def untimed(utterance: Utterance) -> Utterance:
    """An utterance of which nobody knows when it was said."""
    return replace(utterance, start=None, end=None, at=None, until=None)


def nobodys(part: Instruction) -> AttributedUtterance:
    """A stretch that nobody claims."""
    return AttributedUtterance(part.slot, claimed(part.span, None), None, unattributed=True)


def as_strangers(hearing: Hearing) -> Hearing:
    """The same, with what nobody claims as an unknown speaker's, but for text that was given back."""
    said = (
        replace(one, unattributed=False) if one.is_unclaimed and one.sources is None else one for one in hearing.said
    )
    return replace(hearing, said=tuple(said))
