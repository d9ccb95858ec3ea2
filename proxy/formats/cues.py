"""Read cues, which WebVTT and SubRip share: an optional id, a line of times, lines of payload.

The reader is lenient like browsers and editors: any line of times begins a cue, with or without a blank line before it,
and hours may be missing. It is strict about structure: an id or a setting that could hold words is not structure.

Payload may consist of lines with or without ``Name: `` (Zoom, SubRip); lines without a name continue the line before.

Payload may use WebVTT voice tags: ``<v Name>text</v>``, several in a cue, over several lines, or never closed. A tag
with an unlisted class is nobody's text, since its class could hold words. HTML entities stay as they are in spans; the
speaker's name is decoded, as the WebVTT standard (section 6.4) says of annotations.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

from proxy.errors import ClientFault
from proxy.formats.base import Draft, ReaderResult, Row, Sheet
from proxy.formats.graph import metadata
from proxy.formats.labels import find_label
from proxy.formats.sheet import is_fence, recurs, trim
from proxy.formats.times import OFFSET, seconds
from proxy.model import Span

_DASH = re.compile(r"(?:[-–—>•*]{1,2}[ \t]+)?")


def named_lines(sheet: Sheet, rows: Sequence[Row]) -> list[Draft]:
    """Drafts of a cue's rows, in order. Rows above the first label are nobody's.

    A lower-case name of several words (a room's, for example) is recognized if it opens more than one line.
    """
    text = sheet.text
    drafts: list[Draft] = []
    for row in rows:
        dash = _DASH.match(text, row.start, row.end)
        start = dash.end() if dash else row.start
        label = find_label(text, start, row.end, sheet.labels, lenient=bool(drafts) or recurs(sheet, row))
        if label is not None:
            drafts.append(labelled(text, row, label.span, label.after))
        elif drafts:
            drafts[-1].grow(row)
        else:
            drafts.append(Draft(row.begin, row.stop, words=[row.content]))
    return drafts


def labelled(text: str, row: Row, label: Span, after: int) -> Draft:
    """A draft for a row that opens with a label; its words begin at `after`."""
    draft = Draft(row.begin, row.stop, speaker=text[label.start : label.end], label=label)
    words = Span(*trim(text, after, row.end))
    if words.start < words.end:
        draft.words.append(words)
    return draft


_INSIDE = r"[^<>\r\n\v\f\x1c-\x1e\x85\u2028\u2029]"
_TAG = re.compile(rf"</?[vV](?=[ \t.>]){_INSIDE}{{0,300}}>")
_OPEN = re.compile(rf"<[vV](?:\.(?:first|loud|quiet))*(?:[ \t]+({_INSIDE}*))?>")
_CLOSE = re.compile(r"</[vV]>")


def has_voice(text: str, payload: Span) -> bool:
    """Whether a voice tag opens in the payload."""
    return any(not tag.group().startswith("</") for tag in _TAG.finditer(text, payload.start, payload.end))


def voices(text: str, rows: Sequence[Row]) -> list[Draft]:
    """A draft for each voice, and for each stretch of text outside of any voice."""
    drafts: list[Draft] = []
    at, end = rows[0].start, rows[-1].end
    speech: Draft | None = None
    for tag in _TAG.finditer(text, at, end):
        _say(text, rows, drafts, speech, Span(at, tag.start()))
        if _CLOSE.fullmatch(tag.group()):
            if speech is not None:
                speech.stop = tag.end()
            speech, at = None, tag.end()
            continue
        opened = _OPEN.fullmatch(tag.group())
        at = tag.end() if opened else tag.start()
        speech = Draft(tag.start(), tag.end())
        if opened is not None and opened.group(1) and opened.group(1).strip():
            speech.label = Span(*trim(text, tag.start() + opened.start(1), tag.start() + opened.end(1)))
            speech.speaker = unescape(text[speech.label.start : speech.label.end]).strip()
        drafts.append(speech)
    _say(text, rows, drafts, speech, Span(at, end))
    for draft in drafts:
        _take_lines(rows, draft)
    return [draft for draft in drafts if draft.words or draft.label]


def _say(text: str, rows: Sequence[Row], drafts: list[Draft], speech: Draft | None, said: Span) -> None:
    """Give ``said`` to the open voice or to nobody, one span for each line; a doubled name becomes a further label."""
    start, end = said
    if speech is not None and speech.label is not None and not speech.words:
        start = _doubled(text, speech, start, end)
    words = _lines(text, rows, start, end)
    if speech is None and words:
        speech = Draft(words[0].start, words[-1].end)
        drafts.append(speech)
    if speech is not None:
        speech.words.extend(words)
        speech.stop = max(speech.stop, words[-1].end if words else start)


def _doubled(text: str, speech: Draft, start: int, end: int) -> int:
    """Where the text begins in Mattermost's ``<v Name>(Name) text``."""
    if speech.label is None:
        return start
    start, _ = trim(text, start, end)
    name = text[speech.label.start : speech.label.end]
    if not text.startswith(f"({name})", start, end):
        return start
    speech.more_labels = (Span(start + 1, start + 1 + len(name)),)
    return start + len(name) + 2


def _lines(text: str, rows: Sequence[Row], start: int, end: int) -> list[Span]:
    first = max(0, bisect_right(rows, start, key=lambda row: row.begin) - 1)
    words: list[Span] = []
    for row in rows[first:]:
        if row.begin >= end:
            break
        begin = max(start, row.start)
        span = Span(*trim(text, begin, max(begin, min(end, row.end))))
        if span.start < span.end:
            words.append(span)
    return words


def _take_lines(rows: Sequence[Row], draft: Draft) -> None:
    """Extend a voice that fills whole lines by their line ends: a blank line in its place would end the cue."""
    first = bisect_right(rows, draft.begin, key=lambda row: row.start) - 1
    last = bisect_right(rows, max(draft.begin, draft.stop - 1), key=lambda row: row.start) - 1
    if rows[first].start == draft.begin and rows[last].end == draft.stop:
        draft.begin, draft.stop = rows[first].begin, rows[last].stop


_TIMES = re.compile(rf"(-?{OFFSET})[ \t]*-->[ \t]*(-?{OFFSET})(?=[ \t]|$)")
_SETTING = (
    r"align:(?:start|middle|center|end|left|right)|vertical:(?:rl|lr)|region:[A-Za-z]{0,8}[0-9]{0,4}"
    r"|(?:line|position|size):-?[0-9.]{1,8}%?(?:,(?:start|center|end|line-left|line-right))?|[XY][12]:[0-9]{1,5}"
)
_SETTINGS = re.compile(rf"(?:[ \t]+(?:{_SETTING}))*")
_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9_.:/-]{1,100}")
_NAMED_ID = re.compile(r'([0-9]{1,7}) "([^"\r\n]{1,200})" \([0-9]{1,20}\)')
"""A cue id as Webex writes it: a running number, then the speaker's name and number."""
_COUNTER = re.compile(r"[0-9]{1,7}")


class Opening(NamedTuple):
    """Where a cue begins: the row of its id (if it has one) and the row of its times."""

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
    """Whether the times have a decimal comma, as in SubRip."""
    match = _times(sheet, opened.times)
    return match is not None and "," in match.group(1)


def read_cue(sheet: Sheet, opened: Opening, name: str) -> ReaderResult:
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
    return ReaderResult(until, tuple(drafts), name, cues=True, number=number)


def frame(sheet: Sheet, drafts: Sequence[Draft], first: int, until: int) -> None:
    """Frame the drafts of a cue in rows `first` to `until` (exclusive).

    An utterance that has the cue to itself takes it along when dropped, with the blank line that closes it.
    """
    if len(drafts) == 1:
        drafts[0].begin = sheet.rows[first].begin
        drafts[0].stop = sheet.rows[until if sheet.gap(until) else until - 1].stop


def _times(sheet: Sheet, i: int) -> re.Match[str] | None:
    return _TIMES.match(sheet.text, sheet.rows[i].start, sheet.rows[i].end)


def _is_times(sheet: Sheet, i: int) -> bool:
    return i in sheet.arrows and _times(sheet, i) is not None


def _payload(sheet: Sheet, times: int, after: int) -> tuple[list[Row], int]:
    """Rows of the payload, and the row after it. Text after the times that is no setting is payload too."""
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
