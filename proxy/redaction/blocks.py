"""Lay passages out in blocks for detection, and bring findings back to their passages.

One passage at a time loses context, and one long text costs more than linear time, so admitted passages are
joined by line breaks into one text, which is read through windows of bounded size. Neighbouring windows overlap,
so that what is cut at the end of one is whole in the next.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from proxy.model import Finding, Passage
from proxy.redaction.wording.folded import has_alnum

MAX_CHARS = 4000
OVERLAP = 200
"""Characters that two neighbouring blocks share at most; longer entities may be cut at a block's end."""

CUT = "+cut:"
"""Marks in `Finding.source` the pieces of one entity that was said across passages: the same number, one entity."""

AGAIN = "+again:"
"""Marks what repeats (a part of) the entity with the same number, as when a listener reads a number back."""

_TIED = re.compile(rf"(?P<source>.*)(?P<tie>{re.escape(CUT)}|{re.escape(AGAIN)})(?P<at>\d+)", re.S)

_SENTENCE_END = re.compile(r"[.!?…]['\")\]]*\s+(?=\S)|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage lies in the joined text."""

    passage: int
    start: int
    end: int
    slot: int
    owner: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """A window on the joined passages: `text` begins at `start`; `places` are the passages that it touches."""

    text: str
    start: int
    places: tuple[Place, ...]


def join(passages: Sequence[Passage], max_chars: int = MAX_CHARS) -> tuple[Block, ...]:
    """Blocks of at most `max_chars` characters that together show every character of every passage."""
    places: list[Place] = []
    at = 0
    for index, passage in enumerate(passages):
        places.append(Place(index, at, at + len(passage.text), passage.slot, passage.owner))
        at += len(passage.text) + 1
    joined = "\n".join(passage.text for passage in passages)
    starts = [place.start for place in places]
    return tuple(
        Block(joined[start:end], start, tuple(places[bisect_right(starts, start) - 1 : bisect_right(starts, end - 1)]))
        for start, end in _windows(joined, max_chars)
    )


def _windows(text: str, max_chars: int) -> Iterator[tuple[int, int]]:
    overlap = min(OVERLAP, max_chars // 4)
    start = 0
    while len(text) - start > max_chars:
        end = _border(text, start + max_chars - overlap, start + max_chars)
        yield start, end
        start = _word_start(text, end - overlap, end)
    if text:
        yield start, len(text)


def _border(text: str, low: int, high: int) -> int:
    """The last line or sentence end in ``low..high``, else the last space, else `high`."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, low, high)]
    if ends:
        return ends[-1]
    space = text.rfind(" ", low, high)
    return space + 1 if space > low else high


def _word_start(text: str, low: int, high: int) -> int:
    """The first start of a word after `low`, so that a window does not open inside a word; else `low`."""
    space = text.find(" ", low, high - 1)
    line = text.find("\n", low, high - 1)
    found = [at + 1 for at in (space, line) if at >= 0]
    return min(found) if found else low


def locate(blocks: Sequence[Block], findings: Sequence[Sequence[Finding]]) -> list[list[Finding]]:
    """Findings by passage, in passage coordinates; the list reaches to the last passage of the blocks.

    `findings` are those of each block, in block coordinates. A finding that crosses passages becomes one finding
    a passage; pieces of one person's speech share a ``+cut:`` number in `source`. Findings that come tied, by the
    place in the block where their entity begins, keep the tie whoever spoke. White space at the ends is trimmed,
    pieces without letters and digits are dropped, and what two overlapping blocks both found counts once.
    """
    count = max((place.passage for block in blocks for place in block.places), default=-1) + 1
    located: list[dict[tuple[int, int, str], Finding]] = [{} for _ in range(count)]
    cuts: dict[tuple[object, int], int] = {}
    for block, found in zip(blocks, findings, strict=True):
        starts = [place.start for place in block.places]
        for finding in found:
            start, end = finding.start + block.start, finding.end + block.start
            pieces = list(_pieces(block, starts, start, end))
            source, tied = finding.source, _TIED.fullmatch(finding.source)
            if tied is not None:
                number = cuts.setdefault((finding.kind, int(tied["at"]) + block.start), len(cuts))
                source = f"{tied['source']}{tied['tie']}{number}"
            elif len(pieces) > 1 and len({(place.slot, place.owner) for place, _, _ in pieces}) == 1:
                source += f"{CUT}{cuts.setdefault((start, end), len(cuts))}"
            for place, low, high in pieces:
                piece = replace(finding, start=low - place.start, end=high - place.start, source=source)
                key = (piece.start, piece.end, piece.kind)
                known = located[place.passage].get(key)
                if known is None or known.score < piece.score:
                    located[place.passage][key] = piece
    return [sorted(found.values(), key=lambda f: (f.start, -f.end, f.kind)) for found in located]


def _pieces(block: Block, starts: Sequence[int], start: int, end: int) -> Iterator[tuple[Place, int, int]]:
    """Parts of the joined span ``start..end`` by passage, trimmed, in joined coordinates."""
    for place in block.places[max(bisect_right(starts, start) - 1, 0) :]:
        if place.start >= end:
            return
        low, high = max(start, place.start), min(end, place.end)
        piece = block.text[low - block.start : high - block.start]
        low += len(piece) - len(piece.lstrip())
        high -= len(piece) - len(piece.rstrip())
        whole = start >= place.start and end <= place.end
        if low < high and (whole or has_alnum(piece)):
            yield place, low, high
