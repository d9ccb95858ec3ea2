"""Lines that a client always writes: told by digests, so that a profile holds none of the words of its prompts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from proxy.model import Span

DIGEST_CHARACTERS = 32
"""Hexadecimal digits of a digest: 128 bits."""
USERS = "*"
"""In the ending of a request: any lines that the client's users write."""
_COLON = re.compile(r"[:：][ \t]*")
_RULE = re.compile(r"[\s\-=_*#~`\"'|<>(){}\[\].,:;/\\]*")
"""Rules, fences, brackets and blank lines. Other signs may be an answer: ``+1``, a thumb, a question mark."""


class OwnLine(NamedTuple):
    """A line, or what is left of it beside a place of speech. The client's own up to `until`, speech from there on.

    `key` is the digest that proves it; None where nothing does. `rule`: it says nothing, whoever wrote it.
    """

    start: int
    end: int
    until: int
    key: str | None
    rule: bool


def digest(line: str) -> str:
    """The digest of a line, white space aside."""
    return hashlib.sha256(" ".join(line.split()).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_CHARACTERS]


def holds_words(line: str) -> bool:
    """Whether a line says anything: rules and fences need no digest."""
    return _RULE.fullmatch(line) is None


def opening(line: str) -> str | None:
    """What may be constant at the beginning of a line: all up to its first colon. None if nothing follows that."""
    colon = _COLON.search(line)
    return line[: colon.end()] if colon is not None and line[colon.end() :].strip() else None


def own_line(text: str, span: Span, known: Collection[str]) -> OwnLine:
    """A line by itself: known as a whole, by its beginning, or not at all."""
    line = text[span.start : span.end]
    if not holds_words(line):
        return OwnLine(span.start, span.end, span.end, None, rule=True)
    if (key := digest(line)) in known:
        return OwnLine(span.start, span.end, span.end, key, rule=False)
    begins = opening(line)
    if begins is not None and (key := digest(begins)) in known:
        return OwnLine(span.start, span.end, span.start + len(begins), key, rule=False)
    return OwnLine(span.start, span.end, span.start, None, rule=False)


def spoken(lines: Sequence[OwnLine]) -> Iterator[Span]:
    """What is not proven to be the client's, of the lines of a message in order.

    Whoever types a line of the client's makes none of it theirs: in the midst of a message a line counts only if it
    stands there once. From either end on, as far as all is the client's, each does. A rule between two lines of speech
    is speech.
    """
    proven = _proven(lines)
    for number, line in enumerate(lines):
        if line.rule:
            if not (_own_beside(lines, proven, number, -1) or _own_beside(lines, proven, number, 1)):
                yield Span(line.start, line.end)
        elif not proven[number]:
            yield Span(line.start, line.end)
        elif line.until < line.end:
            yield Span(line.until, line.end)


def _proven(lines: Sequence[OwnLine]) -> list[bool]:
    times = Counter(line.key for line in lines if line.key is not None)
    proven = [line.key is not None and times[line.key] == 1 for line in lines]
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for number in order:
            all_own = lines[number].until == lines[number].end
            if all_own or order.step > 0:
                proven[number] = lines[number].key is not None
            if not all_own:
                break
    return proven


def _own_beside(lines: Sequence[OwnLine], proven: Sequence[bool], number: int, step: int) -> bool:
    """Whether the next line that says anything, in one direction, is the client's, or there is none."""
    at = number + step
    while 0 <= at < len(lines) and lines[at].rule:
        at += step
    return not 0 <= at < len(lines) or (proven[at] and (step > 0 or lines[at].until == lines[at].end))


def ending_at(lines: Sequence[str], endings: Sequence[Sequence[str]]) -> int | None:
    """The number of the line at which one of the `endings` begins for the last time; None where none stands there.

    An ending goes on to the last of the lines: digests of the client's own in order, with `USERS` for any that its
    users may have written. Blank lines and rules count for nothing.
    """
    worded = [(number, line) for number, line in enumerate(lines) if holds_words(line)]
    keys = [(digest(line), digest(begins) if (begins := opening(line)) else None) for _, line in worded]
    found = [at for ending in endings if (at := _begins(keys, ending)) is not None]
    return worded[max(found)][0] if found else None


def _begins(keys: Sequence[tuple[str, str | None]], ending: Sequence[str]) -> int | None:
    """Where an ending begins that goes on to the last of the lines, as far down as it can."""
    runs = [list(run) for users, run in groupby(ending, key=USERS.__eq__) if not users]
    at, loose = len(keys), ending[-1] == USERS
    for run in reversed(runs):
        last = at - len(run)
        starts = range(last, -1, -1) if loose else range(last, last - 1, -1)
        fits = (n for n in starts if n >= 0 and all(key in keys[n + k] for k, key in enumerate(run)))
        found = next(fits, None)
        if found is None:
            return None
        at, loose = found, True
    return at
