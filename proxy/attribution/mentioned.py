"""A line of instructions that names somebody of the roster and tells something: it has to read as the client's.

``Draft a reply from Ben`` asks for something. ``- The harbour is late (Ben)``, ``Here is Ben's note:`` and ``Mention
Ben's comment ("…")`` hold what somebody said, or lead it in, in words that no list of credits knows.
"""

from __future__ import annotations

import re

from proxy.attribution.asking import asks, introduces, sentences
from proxy.attribution.notices import is_filled_in, lists_people, tells_no_speech
from proxy.attribution.reading import MANY, Line, Read, told
from proxy.attribution.signs import COLON

_QUOTE = re.compile(r"[\"“”«»„]([^\"“”«»„\n]{12,})[\"“”«»„]")


def tells_of_somebody(read: Read, line: Line) -> bool:
    """Whether a line that names somebody of the roster tells more than the client's instructions do."""
    mentions = list(read.within(line.start, line.end))
    if not mentions:
        return False
    content = read.text[line.start : line.end]
    if introduces(content):
        return True
    bare = content
    for mention in reversed(mentions):
        bare = bare[: mention.start - line.start] + " " + bare[mention.end - line.start :]
    if told(bare) < MANY or _is_notice(read, line):
        return False
    if any(told(quote) >= MANY for quote in _QUOTE.findall(content)):
        return True
    return any(told(sentence) >= MANY and not asks(sentence) for sentence in sentences(content))


def _is_notice(read: Read, line: Line) -> bool:
    """Whether a line says who was there, or what somebody's part is."""
    first = next(read.within(line.start, line.end))
    before, behind = read.text[line.start : first.start], read.text[first.end : line.end]
    content = read.text[line.start : line.end]
    several = read.names_several(line)
    named_alone = before.rstrip().endswith(tuple(COLON)) and not told(behind)
    listed = (several and named_alone) or lists_people(before, "", several=several)
    return listed or is_filled_in(content) or tells_no_speech(behind)
