"""Join passages into blocks for detection; `proxy.redaction.passages` maps findings back to their passages.

One passage at a time lacks context, and one long text costs more than linear time. So admitted passages are joined by
line breaks into one text (by nothing where one continues another), which is read through windows of bounded size.
Neighbouring windows overlap, so that what the end of one window cuts is whole in the next.

`within_strings` handles JSON inside a text. Models and patterns read the characters between two strings like any
others, so a finding may cover them. It becomes several findings, one for each string, so that the text stays JSON.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from proxy.model import Finding, Passage

MAX_CHARS = 4000
OVERLAP = 200
"""Maximum overlap of two neighbouring blocks, in characters; the end of a block may cut longer entities."""

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
    return tuple(
        Block(joined[start:end], start, tuple(places[bisect_right(starts, start) - 1 : bisect_right(starts, end - 1)]))
        for start, end in _windows(joined, max_chars)
    )


def _goes_on(above: Passage, below: Passage) -> bool:
    """Whether a passage begins where the previous one ends, so that a word may be cut between them."""
    return above.slot == below.slot and above.start + len(above.text) == below.start


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
    """The first start of a word after `low`, so that no window opens inside a word; else `low`."""
    space = text.find(" ", low, high - 1)
    line = text.find("\n", low, high - 1)
    found = [at + 1 for at in (space, line) if at >= 0]
    return min(found) if found else low


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
