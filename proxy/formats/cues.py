"""Cues: an optional id, a line of times, lines of payload. WebVTT and SubRip share them.

Lenient like browsers and editors are: any line of times begins a cue, blank line before it or not, and hours may
be missing. Strict about structure: an id or a setting that could hold words is not structure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.formats.base import Draft, Row, Sheet, Taken
from proxy.formats.graph import metadata
from proxy.formats.payload import named_lines
from proxy.formats.sheet import is_fence, trim
from proxy.formats.times import OFFSET, seconds
from proxy.formats.voices import has_voice, voices
from proxy.model import Span

_TIMES = re.compile(rf"(-?{OFFSET})[ \t]*-->[ \t]*(-?{OFFSET})(?=[ \t]|$)")
_SETTING = (
    r"align:(?:start|middle|center|end|left|right)|vertical:(?:rl|lr)|region:[A-Za-z]{0,8}[0-9]{0,4}"
    r"|(?:line|position|size):-?[0-9.]{1,8}%?(?:,(?:start|center|end|line-left|line-right))?|[XY][12]:[0-9]{1,5}"
)
_SETTINGS = re.compile(rf"(?:[ \t]+(?:{_SETTING}))*")
_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:/-]{1,100}")
_NAMED_ID = re.compile(r'([0-9]{1,7}) "([^"\r\n]{1,200})" \([0-9]{1,20}\)')
"""The id of a cue as Webex writes it: a running number, the speaker's name and number."""
_COUNTER = re.compile(r"[0-9]{1,7}")


class Opening(NamedTuple):
    """Where a cue begins: row of the id (if it has one) and row of the times."""

    first: int
    times: int


def opening(sheet: Sheet, i: int, flow: bool) -> Opening | None:
    """The cue that begins at row `i`. Within running text only a bare number counts as an id."""
    if _is_times(sheet, i):
        return Opening(i, i)
    if not _is_times(sheet, i + 1) or sheet.blank(i) or not sheet.joins(i + 1):
        return None
    row = sheet.rows[i]
    shape = _COUNTER if flow else _ID
    named = _NAMED_ID.fullmatch(sheet.text, row.start, row.end)
    return Opening(i, i + 1) if named or shape.fullmatch(sheet.text, row.start, row.end) else None


def has_comma(sheet: Sheet, opened: Opening) -> bool:
    """Whether the times have a decimal comma, which is SubRip's."""
    match = _times(sheet, opened.times)
    return match is not None and "," in match.group(1)


def read_cue(sheet: Sheet, opened: Opening, name: str) -> Taken:
    """The whole cue as format `name`. Payload without a label is claimed for nobody, with the cue's times."""
    match = _times(sheet, opened.times)
    if match is None:
        raise ValueError("no cue begins here")
    payload, until = _payload(sheet, opened.times, match.end())
    row = sheet.rows[opened.first]
    named = _NAMED_ID.fullmatch(sheet.text, row.start, row.end) if opened.first < opened.times else None
    drafts = _drafts(sheet, payload) if named is None else _said_by(sheet, payload, row, Span(*named.span(2)))
    frame(sheet, drafts, opened.first, until)
    for draft in drafts:
        draft.start, draft.end = seconds(match.group(1)), seconds(match.group(2))
    counted = opened.first < opened.times and _COUNTER.fullmatch(sheet.text, row.start, row.end)
    number = row.content if counted else Span(*named.span(1)) if named is not None else None
    return Taken(until, tuple(drafts), name, cues=True, number=number)


def frame(sheet: Sheet, drafts: Sequence[Draft], first: int, until: int) -> None:
    """Frame the drafts of a cue in rows `first` to `until` (exclusive).

    Dropped alone, an utterance takes its cue along, and the blank line that closes it.
    """
    if len(drafts) == 1:
        drafts[0].begin = sheet.rows[first].begin
        drafts[0].stop = sheet.rows[until if sheet.gap(until) else until - 1].stop


def _times(sheet: Sheet, i: int) -> re.Match[str] | None:
    return _TIMES.match(sheet.text, sheet.rows[i].start, sheet.rows[i].end)


def _is_times(sheet: Sheet, i: int) -> bool:
    return i in sheet.arrows and _times(sheet, i) is not None


def _payload(sheet: Sheet, times: int, after: int) -> tuple[list[Row], int]:
    """Rows of the payload, and the row after it. What follows the times and is no setting is payload as well."""
    row = sheet.rows[times]
    payload: list[Row] = []
    if _SETTINGS.fullmatch(sheet.text, after, row.end) is None:
        start, end = trim(sheet.text, after, row.end)
        payload.append(Row(start, start, end, end))
    i = times + 1
    while sheet.joins(i) and not is_fence(sheet.text, sheet.rows[i]) and opening(sheet, i, flow=True) is None:
        payload.append(sheet.rows[i])
        i += 1
    return payload, i


def _said_by(sheet: Sheet, payload: list[Row], row: Row, name: Span) -> list[Draft]:
    """All of a cue whose id in `row` names the speaker."""
    label = Span(*trim(sheet.text, *name))
    speaker = sheet.text[label.start : label.end] or None
    stop = payload[-1].stop if payload else row.stop
    words = [line.content for line in payload if not line.blank]
    return [Draft(row.begin, stop, speaker, words, label=label if speaker else None)]


def _drafts(sheet: Sheet, payload: list[Row]) -> list[Draft]:
    if not payload:
        return []
    whole = Span(payload[0].start, payload[-1].end)
    try:
        spoken = metadata(sheet.text, whole)
    except ClientFault:
        if sheet.own:
            raise
        return [Draft(payload[0].begin, payload[-1].stop, words=[row.content for row in payload])]
    if spoken is not None:
        return [spoken]
    if has_voice(sheet.text, whole):
        return voices(sheet.text, payload)
    return named_lines(sheet, payload)
