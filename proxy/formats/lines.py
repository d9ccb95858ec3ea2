"""Read plain lines: ``Name: text``, with or without a prefix before the speaker, or ``Name:`` alone above the words.

A prefix is a bullet, a time (``[00:01:02] Name: text``), or what Mattermost (``00:04 to 00:11 - (Name) text``) and Vexa
(``[pass 1/3 id=… speaker=Name] text``) write in their prompts. ``Name  00:01:02`` may also stand alone above the words.

A line that surely belongs to a transcript and names nobody is claimed for nobody: it must not pass for instructions.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from proxy.formats import labels
from proxy.formats.base import Draft, ReaderResult, Sheet
from proxy.formats.cues import opening
from proxy.formats.sheet import trim
from proxy.formats.times import OFFSET, instant, reads_from_zero, seconds
from proxy.model import Span

_BULLET = re.compile(r"(?:(?:[-–—+•>*]{1,2}|[0-9]{1,4}[.)])[ \t]+){0,3}")
_CLOCK = r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,6})?"
_FULL_CLOCK = r"[0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,6})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]{1,9})?"
_RANGE = re.compile(
    rf"\[?({OFFSET})(?:[ \t]*(?:-->|-|–)[ \t]*| +to +)({OFFSET})(?:\][ \t]*(?:[-–:|][ \t]+)?|[ \t]+-[ \t]+)"
)
_BRACKETED = re.compile(rf"\[({_CLOCK})\][ \t]*(?:[-–:|][ \t]+)?|\(({_CLOCK})\)[ \t]*(?:[-–:|][ \t]+)?")
_BARE = re.compile(rf"({_FULL_CLOCK})(?:[ \t]*[-–:|])?[ \t]+")
_SHORT = re.compile(r"([0-9]{1,3}:[0-9]{2})(?:[ \t]*[-–|])?[ \t]+")
_ABSOLUTE = re.compile(rf"\[?({_DAY}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)\]?(?:[ \t]*[-–:|])?[ \t]+")
_MESSAGE = re.compile(
    r"\[?[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{2}|[0-9]{4}),? [0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?"
    r"(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?(?:\]|[ ]-)[ ]"
)
"""How a message opens in a WhatsApp export: with a date in some country's order, and a time of day."""
_PASS = re.compile(r"\[pass [0-9]{1,4}/[0-9]{1,4} ")
_OPENING = frozenset("[(0123456789")
"""The characters that begin every prefix except a bullet."""
_VEXA = re.compile(r"\[pass [0-9]{1,4}/[0-9]{1,4} id=[A-Za-z0-9_.:/-]{1,120} speaker=([^\]\r\n]{0,200})\]")


class Prefix(NamedTuple):
    """What precedes the speaker. `after` is where the speaker begins.

    `sure`: only a transcript line begins like this, even if no speaker follows.
    """

    after: int
    start: float | None = None
    end: float | None = None
    at: datetime | None = None
    from_zero: bool | None = None
    sure: bool = False
    speaker: Span | None = None
    """The label, if the prefix itself contains it."""
    parenthesized: bool = False
    """Whether the speaker is written as ``(Name)``."""


def read_prefix(text: str, start: int, end: int) -> Prefix:
    """The prefix of the line ``text[start:end]``; an empty one if there is none."""
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    # Most lines begin with no such character, so no pattern has to be tried.
    return _behind_bullets(text, start, end) if start < end and text[start] in _OPENING else Prefix(start)


def _behind_bullets(text: str, start: int, end: int) -> Prefix:
    if (vexa := _VEXA.match(text, start, end)) is not None:
        return Prefix(vexa.end(), sure=True, speaker=Span(*vexa.span(1)))
    message = _MESSAGE.match(text, start, end)
    if message is not None or _PASS.match(text, start, end) is not None:
        return Prefix(message.end() if message is not None else start, sure=True)
    if (span := _RANGE.match(text, start, end)) is not None:
        return Prefix(span.end(), seconds(span[1]), seconds(span[2]), sure=True, parenthesized=True)
    if (absolute := _ABSOLUTE.match(text, start, end)) is not None:
        return Prefix(absolute.end(), at=instant(absolute[1]), sure=True)
    for shape, sure in ((_BRACKETED, True), (_BARE, True), (_SHORT, False)):
        if (clock := shape.match(text, start, end)) is not None:
            written = next(group for group in clock.groups() if group)
            zero = reads_from_zero(written)
            return Prefix(clock.end(), seconds(written), from_zero=zero, sure=sure)
    return Prefix(start)


def parenthesized_name(text: str, start: int, end: int) -> Span | None:
    """The name in ``(Name) text``; it may contain brackets of its own: ``(Ann (Acme)) text``."""
    if not text.startswith("(", start, end):
        return None
    depth = 0
    for at in range(start, min(end, start + 200)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return Span(start + 1, at) if text[start + 1 : at].strip() else None
    return None


NAME = "lines"
_LEAD = re.compile(r"(?P<asked>[^\W\d_a-zß-öø-ÿ][^\n.!?:;,\"“”]{0,80})(?P<colon>:)[ \t]+")


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
    """A line with a speaker or with a sure prefix. Rows that directly follow continue it."""
    row, text = sheet.rows[i], sheet.text
    prefix = read_prefix(text, row.start, row.end)
    label = _label(sheet, prefix, row.end, flow)
    if flow and label is not None and not label.certain and _is_below_head(sheet, i):
        label = _label(sheet, prefix, row.end, False)
    if label is None and not prefix.sure:
        return _behind_lead(sheet, i)
    draft = Draft(row.begin, row.stop, start=prefix.start, end=prefix.end, at=prefix.at, from_zero=prefix.from_zero)
    after = prefix.after
    if label is not None:
        if label.bare and not (prefix.sure or label.certain) and not _stands_alone(sheet, i, flow, label):
            return None
        draft.label, after = label.span, label.after
        draft.speaker = text[label.span.start : label.span.end]
        draft.pending = label.bare
        if label.time is not None and prefix.start is None:
            draft.start, draft.from_zero = seconds(label.time), reads_from_zero(label.time)
    words = Span(*trim(text, after, row.end))
    if words.start < words.end:
        draft.words.append(words)
        draft.pending = False
    return ReaderResult(i + 1, (draft,), NAME, open=True)


def _behind_lead(sheet: Sheet, i: int) -> ReaderResult | None:
    """A prompt's first line with a request before the first speaker: ``Summarize this: Name: …``.

    The request is text that nobody claims, above that speaker.
    """
    row, text = sheet.rows[i], sheet.text
    if sheet.whole or any(not sheet.blank(above) for above in range(i)):
        return None
    lead = _LEAD.match(text, row.start, row.end)
    if lead is None or not labels.leads_in(lead["asked"]):
        return None
    prefix = read_prefix(text, lead.end(), row.end)
    label = labels.find_label(text, prefix.after, row.end, sheet.labels)
    if label is None or not label.certain or label.bare:
        return None
    asked = Draft(row.begin, lead.end(), words=[Span(row.start, lead.end("colon"))], stray=True)
    spoken = Draft(lead.end(), row.stop, text[label.span.start : label.span.end], label=label.span)
    spoken.start, spoken.end, spoken.at, spoken.from_zero = prefix.start, prefix.end, prefix.at, prefix.from_zero
    spoken.words.append(Span(*trim(text, label.after, row.end)))
    return ReaderResult(i + 1, (asked, spoken), NAME, open=True)


def _label(sheet: Sheet, prefix: Prefix, end: int, flow: bool) -> labels.Label | None:
    """The speaker after the prefix, or within it."""
    if prefix.speaker is not None:
        span = Span(*trim(sheet.text, *prefix.speaker))
        return labels.Label(span, prefix.after, certain=True, bare=False) if span.start < span.end else None
    if prefix.parenthesized and (name := parenthesized_name(sheet.text, prefix.after, end)) is not None:
        return labels.Label(Span(*trim(sheet.text, *name)), name.end + 1, certain=True, bare=False)
    if prefix.sure and (logged := labels.find_name_in_angles(sheet.text, prefix.after, end, sheet.labels)) is not None:
        return logged
    label = labels.find_label(sheet.text, prefix.after, end, sheet.labels, lenient=flow)
    if label is not None:
        return labels.timed_behind(sheet.text, label, end)
    if prefix.start is not None and sheet.text[prefix.after - 2 : prefix.after] in ("- ", "| "):
        label = labels.find_known_name(sheet.text, prefix.after, end, sheet.labels)
    return label or (labels.find_timed_name(sheet.text, prefix.after, end, sheet.labels) if not prefix.sure else None)


def _is_below_head(sheet: Sheet, i: int) -> bool:
    """Whether a row is the first below a roster name, and so that person's, as words after a colon are.

    People's sentences have more words before a colon than labels do: ``So the plan is: …``.
    """
    above = i - 1
    while above > 0 and sheet.blank(above):
        above -= 1
    if above < 0 or sheet.blank(above):
        return False
    row = sheet.rows[above]
    head = _label(sheet, read_prefix(sheet.text, row.start, row.end), row.end, False)
    return head is not None and head.bare and head.certain


def _stands_alone(sheet: Sheet, i: int, flow: bool, label: labels.Label) -> bool:
    """Whether ``Name:`` with nothing after it is a speaker's: words must follow, and the name must look proper.

    Directly below somebody's words any name counts: the next words must not pass for theirs.
    """
    following = i + 1
    while following < len(sheet.rows) and sheet.rows[following].blank:
        following += 1
    if following == len(sheet.rows) or opening(sheet, following, flow=False) is not None:
        return False
    row = sheet.rows[following]
    prefix = read_prefix(sheet.text, row.start, row.end)
    if prefix.sure or _label(sheet, prefix, row.end, flow) is not None:
        return False
    return flow or labels.is_proper(sheet.text[label.span.start : label.span.end])
