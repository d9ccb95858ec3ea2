r"""Read Zoom's saved chat: ``HH:MM:SS<tab>Name:<tab>text``, or ``HH:MM:SS From Name to Everyone:`` above the text.

A message continues over lines until the next one begins. Blank lines, and lines with a colon in them, belong to the
message, since only a time, a tab and a name begin another. There are two exceptions: a line that opens with a label of
the roster or with a proper name is that person's (somebody pasted it), and a paragraph after such a line is nobody's.
What a message quotes is found later (`chat_quotes`).

The last message of a prompt is read like any line, since what follows a blank line may be instructions.
"""

from __future__ import annotations

import re

from proxy.formats import lines
from proxy.formats.base import Draft, ReaderResult, Sheet
from proxy.formats.cues import opening
from proxy.formats.labels import LONGEST_KNOWN, is_proper
from proxy.formats.sheet import is_fence, is_header, trim
from proxy.formats.times import reads_from_zero, seconds
from proxy.model import Span

NAME = "zoom-chat"

_TIME = r"([0-9]{1,2}:[0-9]{2}:[0-9]{2})"
_HEAD = re.compile(rf"{_TIME}\t([^\t\r\n]{{1,{LONGEST_KNOWN}}}?):(?:\t|$)")
_ADDRESSED = re.compile(
    rf"{_TIME}[ \t]+(From[ \t]+\S[^\t\r\n]{{0,{LONGEST_KNOWN}}}?to[ \t]+[Ee]veryone)[ \t]*:(?:\s|$)"
)
_EVERYBODY = re.compile(r"\s*From[ \t]+(\S.*?)[ \t]+to[ \t]+[Ee]veryone\s*")
_REPLY = re.compile(r"[^\W\d_][^\"“«„]{1,40}[\"“«„].*[\"”»“]")


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:  # noqa: ARG001 - a message ends whatever was open
    """A message, with the rows that are surely its own."""
    head = _head(sheet, i)
    if head is None:
        return None
    until = _next(sheet, i + 1)
    message = _message(sheet, i, head)
    if until is None:
        return ReaderResult(i + 1, (message,), NAME, open=True)
    drafts = [message]
    opened, parted = True, False  # `opened`: the last draft continues; `parted`: a pasted line has ended the message
    for j in range(i + 1, until):
        row = sheet.rows[j]
        if row.blank:
            opened = not parted
            continue
        pasted = _pasted(sheet, j)
        if pasted is not None:
            drafts.append(pasted)
            opened = parted = True
        elif opened:
            drafts[-1].grow(row)
        else:
            drafts.append(Draft(row.begin, row.stop, words=[row.content]))
            opened = True
    drafts[-1].stop = sheet.rows[until - 1].stop
    return ReaderResult(until, tuple(drafts), NAME)


def _head(sheet: Sheet, i: int) -> re.Match[str] | None:
    row = sheet.rows[i]
    head = _HEAD.match(sheet.text, row.start, row.end) or _ADDRESSED.match(sheet.text, row.start, row.end)
    return head if head is not None and head[2].strip() else None


def _next(sheet: Sheet, i: int) -> int | None:
    """The row at which the message surely ends: the next message, or the end of a text that is all transcript."""
    while i < len(sheet.rows):
        row = sheet.rows[i]
        if row.after_tag or row.before_tag or sheet.rows[i - 1].before_tag or is_fence(sheet.text, row):
            return None
        if _head(sheet, i) is not None:
            return i
        if is_header(sheet.text, row) or opening(sheet, i, flow=True) is not None:
            return None
        i += 1
    return i if sheet.whole else None


def _message(sheet: Sheet, i: int, head: re.Match[str]) -> Draft:
    row, text = sheet.rows[i], sheet.text
    addressed = _EVERYBODY.fullmatch(text, *head.span(2))
    label = Span(*trim(text, *(addressed.span(1) if addressed else head.span(2))))
    draft = Draft(row.begin, row.stop, speaker=text[label.start : label.end], label=label, chat=True)
    draft.start, draft.from_zero = seconds(head[1]), reads_from_zero(head[1])
    words = Span(*trim(text, head.end(), row.end))
    draft.pending = words.start == words.end or _REPLY.fullmatch(text, *words) is not None
    if words.start < words.end:
        draft.words.append(words)
    return draft


def _pasted(sheet: Sheet, j: int) -> Draft | None:
    """Somebody else's line within a message."""
    taken = lines.read(sheet, j, flow=False)
    if taken is None or taken.drafts[0].pending:
        return None
    draft = taken.drafts[0]
    surely = draft.speaker is None or draft.speaker in sheet.labels or is_proper(draft.speaker)
    return draft if surely else None
