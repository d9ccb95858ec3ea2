"""Lay a text out in rows. Tags and fences from closed lists that only wrap a transcript are structure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import pairwise

from proxy.formats.base import Row, Sheet
from proxy.model import Span

_NAMES = (
    "transcript|transcripts|transcription|transcript_chunk|transcript_chunks|meeting_transcript|meeting-transcript|"
    "conversation|dialogue|dialog|chat|chat_log|captions|subtitles|vtt|srt|meeting|chunk"
)
_TAG = re.compile(rf"</?(?:{_NAMES})>", re.IGNORECASE)
_FENCE = re.compile(r"(?:`{3,}|~{3,})[ \t]*(?:vtt|webvtt|srt|text|txt|plaintext|markdown|md|transcript)?")
_FENCES = ("```", "~~~")
_OTHER_FENCE = re.compile(r"(?:`{3,}|~{3,})[^`~]*")
_HEADER = re.compile(r"WEBVTT(?=[ \t]|$)")
_ARROW = "-->"
_INVISIBLE = frozenset("\ufeff\u200b\u200e\u200f\u2060")


def lay_out(
    text: str,
    labels: Collection[str] = (),
    *,
    whole: bool = False,
    documents: Sequence[Span] = (),
    places: Sequence[Span] = (),
) -> Sheet:
    """Lay the text out in rows. Lines end wherever Unicode says so, also within a cue: a reader may see them so.

    Each of the `documents` is one row, without what precedes or follows it on its lines. A row ends at both ends of
    each of the `places` of speech, and nothing continues across these ends.
    """
    rows: list[Row] = []
    header: int | None = None
    cuts = sorted({at for place in places for at in place})
    at = 0
    for start, end in (*documents, (len(text), len(text))):
        inside = [cut for cut in cuts[bisect_right(cuts, at) :] if cut < start]
        for low, high in pairwise((at, *inside, start)):
            for number, line in enumerate(text[low:high].splitlines(keepends=True)):
                row = _row(text, at, at + len(line))
                row = row._replace(after_tag=True) if number == 0 and low in cuts else row
                if header is None and is_header(text, row):
                    header = len(rows)
                rows.append(row)
                at += len(line)
        if start < end:
            rows.append(Row(start, start, end, end, after_tag=start in cuts))
            at = end
    known = frozenset(label.strip() for label in labels) - {""}
    openings = Counter(opening for row in rows if (opening := _before_colon(text, row)))
    recurring = frozenset(name for name, count in openings.items() if count > 1)
    arrows = frozenset(i for i, row in enumerate(rows) if text.find(_ARROW, row.start, row.end) >= 0)
    return Sheet(text, tuple(rows), known, header, recurring, arrows, whole)


def recurs(sheet: Sheet, row: Row) -> bool:
    """Whether another row opens with the same words before a colon."""
    return _before_colon(sheet.text, row) in sheet.recurring


def is_header(text: str, row: Row) -> bool:
    """Whether the row opens a WebVTT file.

    At the start of the text the standard's rule applies. Elsewhere the row must be ``WEBVTT`` alone or with a title
    after a dash, since a prompt may mention the format.
    """
    if _HEADER.match(text, row.start, row.end) is None:
        return False
    rest = text[row.start + len("WEBVTT") : row.end].strip()
    return not rest or rest[0] in "-–—" or row.start == text.startswith("\ufeff")


def is_fence(text: str, row: Row) -> bool:
    """Whether the row is a Markdown code fence without words (``fence`` plus a listed language)."""
    return text.startswith(_FENCES, row.start) and _FENCE.fullmatch(text, row.start, row.end) is not None


def is_worded_fence(text: str, row: Row) -> bool:
    """Whether the row is a Markdown code fence with other words after it."""
    if not text.startswith(_FENCES, row.start) or is_fence(text, row):
        return False
    return _OTHER_FENCE.fullmatch(text, row.start, row.end) is not None


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without space and invisible marks at either end; ``(end, end)`` if nothing is left."""
    while start < end and (text[start].isspace() or text[start] in _INVISIBLE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _INVISIBLE):
        end -= 1
    return start, end


def _before_colon(text: str, row: Row) -> str:
    colon = text.find(": ", row.start, min(row.end, row.start + 80))
    return text[row.start : colon] if colon > 0 else ""


def _row(text: str, begin: int, stop: int) -> Row:
    start, end = trim(text, begin, stop)
    after_tag = before_tag = False
    while (tag := _TAG.match(text, start, end)) is not None:
        start, end = trim(text, tag.end(), end)
        begin, after_tag = start, True
    if after_tag and start == end:
        return Row(stop, stop, stop, stop, after_tag=True)
    while text[end - 1 : end] == ">" and end > start:
        opened = text.rfind("<", start, end)
        if opened < 0 or _TAG.fullmatch(text, opened, end) is None:
            break
        start, end = trim(text, start, opened)
        stop, before_tag = end, True
    return Row(begin, start, end, stop, after_tag, before_tag)
