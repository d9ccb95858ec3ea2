"""Find records that repeat: the same frame around names of different people, with words in each record.

An export that no grammar reads shows itself by repeating. Either lines that name somebody and say nothing else recur
between lines that tell something (``Signed-off-by: Ben Okoro``, ``person=Ben Okoro``, ``[quote="Ben Okoro, post:1"]``),
or lines with words have the same signs around a name, at their head (``('Ben Okoro', '…')``, ``[10:02] <@Ben> …``) or
where a name is a value (`record_values`). Nobody writes sentences so. People who list what others do write ``- Ben: …``
or ``- Ben will …``; these signs are known elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from proxy.attribution import reading
from proxy.attribution.asking import asks
from proxy.attribution.credits import RECORD
from proxy.attribution.record_values import framed_value
from proxy.model import Span
from proxy.redaction.roster.search import Mention

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


_PIECE = re.compile(r"[\"<>|;=\t{}()\[\]]|,[ ](?=[\w.-]{1,30}[:=])|(?<!\w)'|'(?!\w)")
"""What separates the values of a line."""


class _Named(NamedTuple):
    """A line that names somebody: its frame, whether it says nothing else, and whether it names another person.

    `value`: the name is a value there, which no list of people has.
    """

    number: int
    frame: str
    bare: bool
    others: bool
    value: bool = False


def repeated(read: reading.NamedText, span: Span, speaker: str | None) -> int | None:
    """Where records begin of which somebody other than `speaker` (an id; None: the client) has one; None if nowhere."""
    lines = list(reading.laid_out(read.text, (span,), reading.LINE_END))
    if len(lines) < _FEWEST:
        return None
    found = [named for number, line in enumerate(lines) for named in _named(read, line, number, speaker)]
    if len(found) < _FEWEST:
        return None
    starts = (_begun(read.text, lines, frames) for frames in _by_frame(found))
    return min((at for at in starts if at is not None), default=None)


def _by_frame(found: Sequence[_Named]) -> Iterator[list[_Named]]:
    for frame in dict.fromkeys(named.frame for named in found):
        yield [named for named in found if named.frame == frame]


def _named(read: reading.NamedText, line: reading.Line, number: int, speaker: str | None) -> Iterator[_Named]:
    """The line as one that names somebody in a frame, or in several; nothing if it does so only within a sentence."""
    mentions = list(read.anybody(line.start, line.end))
    if not mentions:
        return
    opened = _opened(read.text, line, mentions[0], number, others=any(each.people != {speaker} for each in mentions))
    if opened is not None:
        yield opened
    for mention in mentions:
        before, behind = read.text[line.start : mention.start], read.text[mention.end : line.end]
        value = framed_value(before, mention, behind)
        if value is not None:
            bare = not _has_words(value.rest, asked=speaker is None)
            yield _Named(number, f"value {value.frame}", bare, mention.people != {speaker}, value=True)


def _opened(text: str, line: reading.Line, mention: Mention, number: int, *, others: bool) -> _Named | None:
    """The line as one that says nothing but a name, or opens with it."""
    before, behind = text[line.start : mention.start], text[mention.end : line.end]
    rest = _without_numbers(_ADDRESS.sub("", before + "\0" + behind))
    if reading.told(rest) <= reading.FEWEST and any(not ch.isspace() for ch in rest.replace("\0", "")):
        return _Named(number, rest, True, others)
    sign = _SIGN.match(behind) or (_BRACKETED.match(behind) if before.endswith("(") else None)
    before = _without_numbers(before)
    if sign is None or reading.told(behind) < reading.FEWEST or reading.told(before) > reading.FEWEST:
        return None
    return _Named(number, before.lstrip(_OPENS) + "\0" + sign[0], False, others)


def _has_words(rest: str, *, asked: bool) -> bool:
    """Whether one of the values on a line is words of somebody; of the client's (`asked`) only what is no request."""
    pieces = [piece for piece in _PIECE.split(rest) if len(piece.split()) >= reading.FEWEST]
    if asked:
        return any(reading.told(piece) >= reading.MANY and not asks(piece) for piece in pieces)
    return any(reading.told(piece) >= reading.FEWEST for piece in pieces)


def _without_numbers(text: str) -> str:
    return _DIGITS.sub("", text)


def _begun(text: str, lines: Sequence[reading.Line], named: Sequence[_Named]) -> int | None:
    """Where the records of one frame begin; None if they are no records, or all of them are the speaker's own."""
    first = next((each for each in named if each.others), None)
    if first is None or len({each.number for each in named}) < _FEWEST:
        return None
    if not all(each.bare for each in named if each.others):
        return lines[first.number].start
    parted = [lines[one.number + 1 : other.number] for one, other in pairwise(named)]
    telling = sum(any(_tells(text, line) for line in between) for between in parted)
    if telling < (len(parted) / 2 if first.value else len(parted)):  # some say as little as ``Okay.``
        return None
    above = first.number
    while above and _tells(text, lines[above - 1]):
        above -= 1
    return lines[above].start


def _tells(text: str, line: reading.Line) -> bool:
    """Whether a line reports something and makes no request."""
    field = RECORD.match(text, line.start, line.end)
    words = text[field.end() - 1 if field is not None else line.start : line.end]
    return reading.told(words) >= reading.MANY and not asks(words)
