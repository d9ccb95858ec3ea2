"""Read WebVTT (W3C), as Zoom, Teams, Mattermost and Microsoft Graph write it; see ``cues.py`` for what a cue may be.

Header text and ``NOTE``, ``STYLE`` and ``REGION`` blocks are claimed for nobody: a comment can quote anybody.
"""

from __future__ import annotations

import re

from proxy.formats.base import Draft, ReaderResult, Sheet
from proxy.formats.cues import has_comma, opening, read_cue
from proxy.formats.sheet import is_fence, is_header, trim
from proxy.model import Span

NAME = "webvtt"

_METADATA = re.compile(
    r"Kind:[ \t]*(?:captions|subtitles|descriptions|chapters|metadata)"
    r"|Language:[ \t]*[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"|X-TIMESTAMP-MAP=(?:LOCAL:[0-9:.]{1,20}|MPEGTS:[0-9]{1,20}|,){1,3}"
)
_BLOCK = re.compile(r"NOTE(?=[ \t]|$)|(?:STYLE|REGION)$")


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
    """A header, a cue, or a block that is no cue. Cues count as WebVTT after a header, or with decimal points."""
    opened = opening(sheet, i, flow)
    if opened is not None:
        return read_cue(sheet, opened, NAME) if _in_file(sheet, i) or not has_comma(sheet, opened) else None
    if is_header(sheet.text, sheet.rows[i]):
        return _header(sheet, i)
    if _in_file(sheet, i) and not flow and _BLOCK.match(sheet.text, sheet.rows[i].start, sheet.rows[i].end):
        return _block(sheet, i)
    return None


def _in_file(sheet: Sheet, i: int) -> bool:
    return sheet.header is not None and sheet.header < i


def _header(sheet: Sheet, i: int) -> ReaderResult:
    """The header up to a blank line or a cue. What follows ``WEBVTT`` and is no listed metadata is text."""
    row = sheet.rows[i]
    drafts: list[Draft] = []
    title = Span(*trim(sheet.text, row.start + len("WEBVTT"), row.end))
    if title.start < title.end:
        drafts.append(Draft(title.start, title.end, words=[title]))
    i += 1
    while _goes_on(sheet, i):
        row = sheet.rows[i]
        if _METADATA.fullmatch(sheet.text, row.start, row.end) is None:
            drafts.append(Draft(row.begin, row.stop, words=[row.content]))
        i += 1
    return ReaderResult(i, tuple(drafts))


def _block(sheet: Sheet, i: int) -> ReaderResult:
    """A ``NOTE``, ``STYLE`` or ``REGION`` block, including the keyword, up to a blank line or a cue."""
    row = sheet.rows[i]
    keyword = row.start + (len("NOTE") if sheet.text.startswith("NOTE", row.start) else row.end - row.start)
    first = Span(*trim(sheet.text, keyword, row.end))
    draft = Draft(row.begin, row.stop, words=[first] if first.start < first.end else [])
    i += 1
    while _goes_on(sheet, i):
        draft.grow(sheet.rows[i])
        i += 1
    if sheet.gap(i):
        draft.stop = sheet.rows[i].stop
    return ReaderResult(i, (draft,) if draft.words else ())


def _goes_on(sheet: Sheet, i: int) -> bool:
    if not sheet.joins(i) or is_fence(sheet.text, sheet.rows[i]):
        return False
    return opening(sheet, i, flow=True) is None and opening(sheet, i, flow=False) is None
