"""What the slots of a request hold: who said what, and what is the client's instruction.

`named` resolves a name or an address by the roster alone. `ReturnedText` finds text that this proxy gave back in a
meeting and that a later request repeats, with the speech whose consent it rests on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from proxy.attribution.returned_text import Repeated
from proxy.consent.decide import Speech
from proxy.consent.verdicts import read
from proxy.formats import Transcript
from proxy.meetings.display_names import UnbadgedLabel
from proxy.model import Edit, GivenBack, Participant, Roster, Slot, Span, Utterance, address_form
from proxy.redaction.roster.search import NamesRead


def named(name: str, roster: Roster) -> Participant | None:
    """The participant meant by a name or address that stands alone: by a label or an e-mail address, exactly."""
    mail = address_form(name.strip().removeprefix("mailto:"))
    mailed = [p for p in roster.participants if mail in map(address_form, p.emails)]
    return roster.resolve(name) or (mailed[0] if len(mailed) == 1 else None)


@dataclass(frozen=True, slots=True)
class Source:
    """An exchange whose reply was given back, and the speech that it had sent."""

    exchange: str
    speeches: tuple[Speech, ...]


class ReturnedText:
    """All text that was given back to a client in a meeting, as digests under `key`; nothing if there was none.

    What was kept is read where the text that is searched repeats some of it: few requests do, and there may be hundreds
    of replies. Entries kept by another version are left out: they prove nothing.
    """

    def __init__(self, kept: Sequence[GivenBack] = (), key: bytes = b"") -> None:
        self._kept, self._key = kept, key
        self._by_exchange: dict[str, GivenBack] = {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    def repeated(self, text: str) -> Repeated:
        """Return a text as it repeats what was given back."""
        return Repeated(text, self, self._key)

    @cached_property
    def _blocks(self) -> list[_Readable]:
        return [_readable(block) for block in _blocks(self._kept)]

    @cached_property
    def _digests(self) -> list[frozenset[bytes]]:
        return [block.digests for block in self._blocks]

    def __contains__(self, digest: object) -> bool:
        """As `attribution.returned_text.Given`."""
        return any(digest in digests for digests in self._digests)

    def get(self, digest: bytes, default: Collection[str], /) -> Collection[str]:
        """As `attribution.returned_text.Given`."""
        blocks = [block.kept for block in self._blocks if digest in block.digests]
        return [one.exchange for kept in blocks for one in kept if digest in one.digests] if blocks else default

    def source(self, exchange: str) -> Source:
        """Return an exchange that `get` told, with what it rests on."""
        if not self._by_exchange:
            self._by_exchange = {one.exchange: one for one in self._kept}
        return Source(exchange, _speeches(self._by_exchange[exchange].speeches) or ())


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of what was given back. Its exchanges tell it apart: none gives anything else later."""

    exchanges: tuple[str, ...]
    kept: Sequence[GivenBack] = field(compare=False)


_ENDS = frozenset(f"{number:02x}" for number in range(0, 256, 32))
"""How the id of an exchange ends, one in 32, that is the last of its block."""


def _blocks(kept: Sequence[GivenBack]) -> Iterator[_Block]:
    """Yield what was given back in blocks, most of which stay the same when replies come and expire."""
    ends = [at for at, one in enumerate(kept, 1) if one.exchange[-2:] in _ENDS]
    for start, end in pairwise([0, *ends, len(kept)]):
        if start < end:
            some = kept[start:end]
            yield _Block(tuple([one.exchange for one in some]), some)


class _Readable(NamedTuple):
    """What is of this version in a block, and the digests of it together, in which one is looked for at once."""

    kept: Sequence[GivenBack]
    digests: frozenset[bytes]


@lru_cache(maxsize=32)
def _readable(block: _Block) -> _Readable:
    kept = [one for one in block.kept if _speeches(one.speeches) is not None]
    return _Readable(kept, frozenset().union(*(one.digests for one in kept)))


@lru_cache(maxsize=512)
def _speeches(held: bytes) -> tuple[Speech, ...] | None:
    """Return the speech that an exchange had sent; None if another version wrote it."""
    try:
        return tuple(read(each) for each in json.loads(held))
    except (ValueError, LookupError, TypeError):
        return None


NOTHING_KNOWN = ReturnedText()


@dataclass(frozen=True, slots=True)
class AttributedUtterance:
    """An utterance in its slot, with the participant whose label it has (None: unknown or unattributed)."""

    slot: int
    utterance: Utterance
    participant: str | None
    unattributed: bool
    sources: tuple[Source, ...] | None = None
    """The exchanges whose replies this was derived from, if it is text that this proxy gave back."""
    opens_named: bool = False
    """It begins with the name of a participant, as speech does, so what it repeats is not derived text."""

    @property
    def is_unclaimed(self) -> bool:
        """Whether nothing says who said a stretch, not even a diarizer's label."""
        return self.unattributed and self.utterance.speaker is None

    @property
    def end(self) -> int:
        """The offset at which its last words end."""
        return max(self.utterance.words).end


@dataclass(frozen=True, slots=True)
class Instruction:
    """A stretch of the client's own words, which needs no grant."""

    slot: int
    span: Span


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that the slots hold: what was said, what is instruction, and names that stand alone, by slot.

    `slots` are those of the request as read; spans refer to their texts. `written` has the transcripts, by slot index,
    whose text differs from the request's. `numbers` are running numbers of cues. `proven` are indices of slots whose
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
    """Whether only lines that the client's profile lists, and what its user types, are instructions."""
    badges: tuple[UnbadgedLabel, ...] = ()
    """The badges that were taken off labels to resolve them."""
    unmatched: tuple[str, ...] = ()
    """The labels of speakers that match no participant, or two; each once."""
    names_read: NamesRead | None = None
    """The names of participants that were found in the slots."""

    @property
    def instructions(self) -> Iterator[str]:
        """The client's own words."""
        texts = {slot.index: slot.text for slot in self.slots}
        return (texts[part.slot][part.span.start : part.span.end] for part in self.instructed)

    def source_edits(self, edits: Mapping[int, Sequence[Edit]]) -> dict[int, tuple[Edit, ...]]:
        """Convert edits of the slots to edits of what the request holds."""
        as_sent = {index: tuple(made) for index, made in edits.items() if index not in self.written}
        return as_sent | {index: read.source_edits(edits.get(index, ())) for index, read in self.written.items()}


Part = TypeVar("Part", AttributedUtterance, Instruction, AttributedUtterance | Instruction)


def claimed(span: Span, speaker: str | None) -> Utterance:
    """Make a stretch an utterance of a speaker (None: unattributed) without a label."""
    return Utterance(index=0, speaker=speaker, words=(span,), block=span)


def untimed(utterance: Utterance) -> Utterance:
    """Return the utterance without its time."""
    return replace(utterance, start=None, end=None, at=None, until=None)


def nobodys(part: Instruction) -> AttributedUtterance:
    """Return the stretch as unattributed speech."""
    return AttributedUtterance(part.slot, claimed(part.span, None), None, unattributed=True)


def as_strangers(hearing: Hearing) -> Hearing:
    """Return the hearing with unattributed speech as an unknown speaker's, except text that was given back."""
    said = (
        replace(one, unattributed=False) if one.is_unclaimed and one.sources is None else one for one in hearing.said
    )
    return replace(hearing, said=tuple(said))
