"""Recognize a heading that says that somebody speaks below it: ``## What Ben thinks``, ``The supplier said:``.

A line of instructions that asks for such a thing is a request (``List what Ben said``), and what stands below it is the
next one. The title of a meeting says who meets (``## Weekly sync: Ann / Ben``). Whether they speak below it is told by
what stands there.
"""

from __future__ import annotations

import re

from proxy.attribution import reading
from proxy.attribution.asking import asks, asks_for_text, is_title_of_meeting
from proxy.attribution.captions import is_role
from proxy.languages import patterns

_OPENS = r"[^\w\n]*(?:(?:what|how|why)[ ]+)?"
_THINKS = rf"[ ]+{patterns('speech', 'thinks')}[^\w\n]*"
_BEFORE_NAME = re.compile(rf"{_OPENS}(?:the[ ]+)?[^\w\n]*", re.IGNORECASE)
_BEHIND_NAME = re.compile(_THINKS, re.IGNORECASE)
_SOMEBODY = re.compile(
    rf"{_OPENS}(?:he|she|they|somebody|someone|(?:the|our|my|one|an?)[ ]"
    rf"(?P<who>(?:[^\W\d_]+[ ]){{0,2}}[^\W\d_]+)){_THINKS}",
    re.IGNORECASE,
)


def heads_report(read: reading.NamedText, line: reading.Line, following: reading.Line | None) -> bool:
    """Whether a line says that somebody speaks, and nothing else, and words stand below it that ask for nothing.

    So does the title of a meeting with names in it, unless a request about a text stands below it.
    """
    if following is None:
        return False
    below = read.text[following.start : following.end]
    if reading.told(below) >= reading.FEWEST and _says_who_meets(read, line):
        return not asks_for_text(below)
    if reading.told(below) < reading.FEWEST or asks(below):
        return False
    return _says_who(read, line) or _says_of_somebody(read.text[line.start : line.end])


def heads_requests(read: reading.NamedText, line: reading.Line, following: reading.Line | None) -> bool:
    """Whether a line is the title of a meeting with names in it, above a request about a text."""
    below = read.text[following.start : following.end] if following is not None else ""
    return _says_who_meets(read, line) and asks_for_text(below)


def _says_who_meets(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line is the title of a meeting with names in it."""
    mentions = list(read.anybody(line.start, line.end))
    starts, ends = [mention.start for mention in mentions], [mention.end for mention in mentions]
    between = (read.text[end:start] for end, start in zip([line.start, *ends], [*starts, line.end], strict=True))
    return bool(mentions) and is_title_of_meeting(" ".join(between))


def _says_who(read: reading.NamedText, line: reading.Line) -> bool:
    """Whether a line names who speaks."""
    for mention in read.anybody(line.start, line.end):
        before, behind = read.text[line.start : mention.start], read.text[mention.end : line.end]
        if _BEFORE_NAME.fullmatch(before) and _BEHIND_NAME.fullmatch(behind):
            return True
    return False


def _says_of_somebody(line: str) -> bool:
    """Whether a line says what somebody thinks whom it does not name, or calls by what they are."""
    heading = _SOMEBODY.fullmatch(line)
    return heading is not None and (heading["who"] is None or is_role(heading["who"].split()[-1]))
