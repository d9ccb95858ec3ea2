"""WebVTT voice tags: ``<v Name>text</v>``, several in a cue, over several lines, or never closed.

A tag with a class that is not listed is text of nobody, since its class could hold words. HTML entities stay as
they are in spans; the speaker's name is decoded, as the WebVTT standard (section 6.4) says of annotations.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from html import unescape

from proxy.formats.base import Draft, Row
from proxy.formats.sheet import trim
from proxy.model import Span

_INSIDE = r"[^<>\r\n\v\f\x1c-\x1e\x85\u2028\u2029]"
_TAG = re.compile(rf"</?[vV](?=[ \t.>]){_INSIDE}{{0,300}}>")
_OPEN = re.compile(rf"<[vV](?:\.(?:first|loud|quiet))*(?:[ \t]+({_INSIDE}*))?>")
_CLOSE = re.compile(r"</[vV]>")


def has_voice(text: str, payload: Span) -> bool:
    """Whether a voice tag opens in the payload."""
    return any(not tag.group().startswith("</") for tag in _TAG.finditer(text, payload.start, payload.end))


def voices(text: str, rows: Sequence[Row]) -> list[Draft]:
    """A draft for each voice, and for each stretch of text outside of any."""
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
    """Give ``said`` to the open voice, or to nobody, one span a line; a doubled name becomes a further label."""
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
    """Mattermost writes ``<v Name>(Name) text``: where the text begins."""
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
    """A voice that fills whole lines goes with their line ends: a blank line in its place would end the cue."""
    first = bisect_right(rows, draft.begin, key=lambda row: row.start) - 1
    last = bisect_right(rows, max(draft.begin, draft.stop - 1), key=lambda row: row.start) - 1
    if rows[first].start == draft.begin and rows[last].end == draft.stop:
        draft.begin, draft.stop = rows[first].begin, rows[last].stop
