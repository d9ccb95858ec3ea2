"""Find records that repeat: the same frame around names of different people, with words in each record.

An export that no grammar reads shows itself by repeating. Either lines that name somebody and say nothing else recur
between lines that tell something (``Signed-off-by: Ben Okoro``, ``person=Ben Okoro``, ``[quote="Ben Okoro, post:1"]``),
or lines with words have the same signs around a name (``('Ben Okoro', '…')``, ``[10:02] <@Ben> …``). Nobody writes
sentences so. People who list what others do write ``- Ben: …`` or ``- Ben will …``; these signs are known elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from proxy.attribution import reading
from proxy.attribution.asking import asks
from proxy.model import Span

_ADDRESS = re.compile(r"<?[^\s<>:;@]{1,64}@[^\s<>]{1,255}>?")
_DIGITS = re.compile(r"[0-9]+")
_SIGN = re.compile(
    r"[\]}>|\"'\[;=~/\t*_`]|[ ]{2}|[)][ ]?[,;:]|[,;:](?=\S)|[ ]?(?:[|>~=»→]|->)|[ ]&[ ]|[ ](?=[0-9]{1,4}[-/.:][0-9])"
)
"""What follows a name in a frame: a sign or a date that follows a name in no sentence."""
_BRACKETED = re.compile(r"[)](?=[ ])")
_OPENS = " \t[({"
_FEWEST = 2
"""Lines in which a frame has to occur."""


class _Named(NamedTuple):
    """A line that names somebody: its frame, whether it says nothing else, and whether it names another person."""

    number: int
    frame: str
    bare: bool
    others: bool


def repeated(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
    """Where records begin of which somebody other than `speaker` (an id; None: the client) has one; None if nowhere."""
    lines = list(reading.laid_out(read.text, (span,), reading.LINE_END))
    found = [named for number, line in enumerate(lines) if (named := _named(read, line, number, speaker)) is not None]
    if len(found) < _FEWEST:
        return None
    starts = (_begun(read.text, lines, frames) for frames in _by_frame(found))
    return min((at for at in starts if at is not None), default=None)


def _by_frame(found: Sequence[_Named]) -> Iterator[list[_Named]]:
    for frame in dict.fromkeys(named.frame for named in found):
        yield [named for named in found if named.frame == frame]


def _named(read: reading.NamedText, line: reading.Line, number: int, speaker: str | None) -> _Named | None:
    """The line as one that names somebody in a frame; None if it names nobody, or only within a sentence."""
    text = read.text
    mention = next(read.anybody(line.start, line.end), None)
    if mention is None:
        return None
    before, behind = text[line.start : mention.start], text[mention.end : line.end]
    rest = _without_numbers(_ADDRESS.sub("", before + "\0" + behind))
    others = any(each.people != {speaker} for each in read.anybody(line.start, line.end))
    if reading.told(rest) <= reading.FEWEST and any(not ch.isspace() for ch in rest.replace("\0", "")):
        return _Named(number, rest, True, others)
    sign = _SIGN.match(behind) or (_BRACKETED.match(behind) if before.endswith("(") else None)
    before = _without_numbers(before)
    if sign is None or reading.told(behind) < reading.FEWEST or reading.told(before) > reading.FEWEST:
        return None
    return _Named(number, before.lstrip(_OPENS) + "\0" + sign[0], False, others)


def _without_numbers(text: str) -> str:
    return _DIGITS.sub("", text)


def _begun(text: str, lines: Sequence[reading.Line], named: Sequence[_Named]) -> int | None:
    """Where the records of one frame begin; None if they are no records, or all of them are the speaker's own."""
    first = next((each for each in named if each.others), None)
    if first is None or len(named) < _FEWEST:
        return None
    if not first.bare:
        return lines[first.number].start
    parted = (lines[one.number + 1 : other.number] for one, other in pairwise(named))
    if not all(any(_tells(text, line) for line in between) for between in parted):
        return None
    above = first.number
    while above and _tells(text, lines[above - 1]):
        above -= 1
    return lines[above].start


def _tells(text: str, line: reading.Line) -> bool:
    """Whether a line reports something and makes no request."""
    words = text[line.start : line.end]
    return reading.told(words) >= reading.MANY and not asks(words)
