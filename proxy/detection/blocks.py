"""Join passages into blocks for detection; `proxy.redaction.passages` maps findings back to their passages.

One passage at a time lacks context, and one long text costs more than linear time. So admitted passages are joined by
line breaks into one text (by nothing where one continues another), which is cut into blocks. A block has a part of its
own, and what stands around it, which its neighbours have too: what a border cuts is whole in both.

What is found in a block depends on nothing but the block. Its borders are told by the words before them: they stay
where they are when text follows, and after other words than before they fall back onto the same places. So a transcript
that grows, or of which a window is sent, is made of the same blocks again, but for those at its ends.

`within_strings` handles JSON inside a text. Models and patterns read the characters between two strings like any
others, so a finding may cover them. It becomes several findings, one for each string, so that the text stays JSON.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from proxy.model import Excerpt, Finding, Passage, Span

MAX_CHARS = 2000
OVERLAP = 320
"""Maximum overlap of two neighbouring blocks, in characters: half of it is the one's own, half the other's."""
_LEAST = 0.33
"""The share of its maximum from which on a block's own part may end."""
_APART = 440
"""How far apart the ends of sentences and lines are that may end a block, on average, in characters."""
_TELLING = 32
"""How many characters before such an end decide whether it may."""

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
    """A window on the joined passages: `text` begins at `start`; `places` are the passages that it touches.

    `own` is the part of `text` that no other block has as its own.
    """

    text: str
    start: int
    places: tuple[Place, ...]
    own: Span

    @property
    def excerpt(self) -> Excerpt:
        """The block as detection is asked about it."""
        return Excerpt(self.text, *self.own)


def join(passages: Sequence[Passage], max_chars: int = MAX_CHARS) -> tuple[Block, ...]:
    """Blocks of at most `max_chars` characters that together show every character of every passage."""
    places: list[Place] = []
    parts: list[str] = []
    at = 0
    for index, passage in enumerate(passages):
        if index and not _goes_on(passages[index - 1], passage):
            parts.append("\n")
            at += 1
        places.append(Place(index, at, at + len(passage.text), passage.slot, passage.owner))
        parts.append(passage.text)
        at += len(passage.text)
    joined = "".join(parts)
    starts = [place.start for place in places]
    around = min(OVERLAP, max_chars // 4) // 2
    blocks: list[Block] = []
    for low, high in _parts_of(joined, max_chars - 2 * around):
        start, end = word_start(joined, low - around, low), word_end(joined, high, high + around)
        touched = places[bisect_right(starts, start) - 1 : bisect_right(starts, end - 1)]
        blocks.append(Block(joined[start:end], start, tuple(touched), Span(low - start, high - start)))
    return tuple(blocks)


def reaching(excerpt: Excerpt, found: Iterable[Finding]) -> list[Finding]:
    """The findings that reach into the excerpt, with all pieces of their entities; the others are its neighbours'."""
    found = list(found)
    inside = [finding for finding in found if finding.start < excerpt.end and excerpt.start < finding.end]
    entities = {(finding.kind, finding.entity) for finding in inside if finding.entity is not None}
    if not entities:
        return inside
    return [f for f in found if (f.start < excerpt.end and excerpt.start < f.end) or (f.kind, f.entity) in entities]


def _goes_on(above: Passage, below: Passage) -> bool:
    """Whether a passage begins where the previous one ends, so that a word may be cut between them."""
    return above.slot == below.slot and above.start + len(above.text) == below.start


def _parts_of(text: str, most: int) -> Iterator[Span]:
    """Cut a text into the blocks' own parts."""
    start = 0
    while (end := _border(text, start + int(most * _LEAST), start + most)) is not None:
        yield Span(start, end)
        start = end
    if text:
        yield Span(start, len(text))


def _border(text: str, low: int, high: int) -> int | None:
    """Where a block ends; None if the text may end with it.

    That is the first end of a sentence or line from `low` on whose words say so; none before `high`, the last of these,
    else the last space, else `high`.
    """
    last = low
    for match in _SENTENCE_END.finditer(text, low, high):
        end = match.end()
        words = text[max(0, end - _TELLING) : end].encode("utf-8", "surrogatepass")
        if end < len(text) and crc32(words) % _APART < end - last:
            return end
        last = end
    if len(text) <= high:
        return None
    return last if last > low else text.rfind(" ", low, high) + 1 or high


def word_start(text: str, low: int, high: int) -> int:
    """The first start of a word after `low`, so that no block opens inside a word; else `low`."""
    if low <= 0:
        return 0
    found = [at + 1 for sign in " \n" if (at := text.find(sign, low, high - 1)) >= 0]
    return min(found, default=low)


def word_end(text: str, low: int, high: int) -> int:
    """The last end of a word before `high`, so that no block ends inside a word; else `high`."""
    if high >= len(text):
        return len(text)
    return max((at for sign in " \n" if (at := text.rfind(sign, low, high)) >= 0), default=high)


_GOES_ON = "SECRET"
_SIGNS = r'[\s,:\[\]{}"\\]'
_LINE_END = rf"\\+[nrt](?={_SIGNS})"
_BETWEEN = re.compile(
    rf'(?:(?:[\s,:\[\]{{}}]|{_LINE_END}){{0,200}}[,:\[{{](?:\s|{_LINE_END}){{0,200}})?\\*"(?:{_LINE_END}|{_SIGNS})*'
)
"""What may stand between two strings, including their quotes; quotes and line ends may be escaped."""
_LONGEST = 400
"""How many characters before a finding are searched for the border between two strings."""
_CONSTANTS = re.compile(rf"(?:\\+[nrt](?![^\W\d_])|{_SIGNS}|true|false|null)*")
_NUMBERS = re.compile(rf"(?:{_SIGNS}|true|false|null|-?[0-9][0-9.eE+-]*)*")
_KEY_ENDS = re.compile(r'\\*"\s*:')


def within_strings(text: str, finding: Finding) -> Iterator[Finding]:
    """The parts of a finding, one for each string; the finding itself if it lies in one string.

    A match for a secret that runs on over further keys and bare numbers does so by mistake, so these are dropped.
    """
    for start, end in _parts(text, finding.start, finding.end):
        if _CONSTANTS.fullmatch(text, start, end):
            continue
        further = finding.kind == _GOES_ON and start > finding.start
        bare = text[start - 1] != '"' and _NUMBERS.fullmatch(text, start, end)
        if not (further and (bare or _KEY_ENDS.match(text, end))):
            yield replace(finding, start=start, end=end)


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A stretch of text without what separates strings, inside or at its ends; it may begin inside a separator."""
    at = start
    for border in _BETWEEN.finditer(text, max(0, start - _LONGEST)):
        if border.start() >= end:
            break
        if border.end() > at and '"' in border[0] and any(sign in border[0] for sign in ",:[]{}"):
            if border.start() > at:
                yield at, border.start()
            at = border.end()
    if at < end:
        yield at, end
