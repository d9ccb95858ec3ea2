"""A record with an author: lines ``Field: value`` of which one is the name of somebody, whose words the others are.

``Subject: …`` above ``From: Ben Okoro``, a ticket above ``Reporter: Ben Okoro``, a form with ``Name:`` and
``Feedback:``: the fields stand in any order, and no list has all names of a field for an author. So any field is one
that does not say that somebody took part, or gets something.
"""

from __future__ import annotations

import re

from proxy.attribution.asking import asks
from proxy.attribution.notices import is_filled_in, lists_people
from proxy.attribution.reading import FEWEST, MANY, Line, Read, laid_out, told
from proxy.attribution.signs import AFTER, CLOCK, COLON, LINE_END, opens_line
from proxy.model import Span

_FIELD = re.compile(
    rf"[^\w\n\"'{{}}]{{0,8}}(?P<field>[^\W\d_][^{COLON}\n.!?\"']{{0,40}}?)[*_]{{0,3}}[ ]?[{COLON}][*_]{{0,3}}[ \t]+"
)
"""A field of a form. Members of JSON are read as what they are."""
_GETS = re.compile(
    r"(?:to|cc|bcc|an|à|para|for|about|re|regarding|concerning|assignee|assigned(?: to)?|approver|reader|readers|attn"
    r"|deliver(?:ed)? to|reply to|invite|spelling|note|important|reminder|warning)",
    re.IGNORECASE,
)
"""Fields for whom something is sent to or is about, and what leads in an order."""
_FORM = re.compile(
    r"(?:target |intended |desired |output |writing )?(?:audience|tone|style|format|language|locale|length|role|task"
    r"|goal|output|date|time|location|place|duration|sections?|rules?|instructions?|glossary|vocabulary)",
    re.IGNORECASE,
)
"""Fields for the form of what is wanted: no author's."""
_LAST = re.compile(
    rf"(?:[ ]?[,;|(<·–—-]?[ ]?(?:{CLOCK}|[0-9][0-9./:-]*|[^\W\d_]{{3,9}}[ ][0-9]{{1,4}}|[^\s<>@]+@[^\s<>]+))*[ )>.]*"
)
"""What may stand behind the name of an author: a date, a time, an address."""
_BLANK_LINE = re.compile(r"\n[ \t\r]*(?:(?:```|~~~)[^\n]*)?\n")
"""What ends a paragraph: a blank line, a fence."""
_FAR = 2_000
"""Characters of a paragraph that are looked through on each side."""
_OPENING = 60
"""Characters of a line in which the label of whoever speaks stands."""


def recorded_around(read: Read, span: Span) -> int | None:
    """Where in a stretch a record begins that may have its author above or below the stretch; None where none does."""
    text = read.text
    gaps = list(_BLANK_LINE.finditer(text, max(0, span.start - _FAR), span.start))
    above = gaps[-1].end() if gaps else max(0, span.start - _FAR)
    gap = _BLANK_LINE.search(text, span.end, span.end + _FAR)
    around = Span(above, gap.start() if gap is not None else min(len(text), span.end + _FAR))
    found = (recorded(read, line, around) for line in laid_out(text, (around,), LINE_END))
    at = next((each for each in found if each is not None), None)
    return max(at, span.start) if at is not None and at < span.end else None


def recorded(read: Read, line: Line, part: Span) -> int | None:
    """Where the record begins of which a line names the author; None where it names none, or nothing is told in it."""
    if not _names_author(read, line):
        return None
    text = read.text
    gaps = list(_BLANK_LINE.finditer(text, max(part.start, line.start - _FAR), line.start))
    gap = _BLANK_LINE.search(text, line.end, part.end)
    paragraph = Span(gaps[-1].end() if gaps else part.start, gap.start() if gap is not None else part.end)
    rest = (each for each in laid_out(text, (paragraph,), LINE_END) if each.start != line.start)
    told_at = next((each.start for each in rest if _tells(read, each)), None)
    return min(told_at, line.start) if told_at is not None else None


def _names_author(read: Read, line: Line) -> bool:
    """Whether a line is a field with somebody's name in it, and at most some words more."""
    text = read.text
    field = _FIELD.match(text, line.start, line.end)
    if field is None or _GETS.fullmatch(field["field"]) or _FORM.fullmatch(field["field"]):
        return False
    mention = next(read.within(field.end(), line.end), None)
    if mention is None or is_filled_in(text[line.start : line.end]):
        return False
    before, behind = text[field.end() : mention.start], text[mention.end : line.end]
    if lists_people(text[line.start : mention.start], "", several=True):
        return False
    alone = opens_line(before) and (_LAST.fullmatch(behind) is not None or told(behind) <= FEWEST)
    return alone or (told(before) + told(behind) < MANY and not asks(before))


def _tells(read: Read, line: Line) -> bool:
    """Whether a line tells something, as the value of a field or by itself: it neither asks, nor is it somebody's."""
    text = read.text
    field = _FIELD.match(text, line.start, line.end)
    if field is not None and _FORM.fullmatch(field["field"]):
        return False
    if any(AFTER.match(text, named.end, line.end) for named in read.within(line.start, line.start + _OPENING)):
        return False
    value = text[field.end() if field is not None else line.start : line.end]
    return told(value) >= MANY and not asks(value)
