"""Read Jigasi's text transcripts: ``<10:00:07 AM> Name: text``, wrapped at 80 columns and indented below the words.

The times are times of day without a zone, so they are not used as times. Lines about who came and went contain names
and nothing else.
"""

from __future__ import annotations

import re

from proxy.formats.base import Draft, ReaderResult, Row, Sheet
from proxy.formats.labels import LONGEST_KNOWN, find_label
from proxy.formats.sheet import trim
from proxy.model import Span

NAME = "jigasi"

_EVENT = re.compile(r"<[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?>[ \t]+(?=\S)")
_SPEECH = re.compile(rf"([^:\r\n]{{1,{LONGEST_KNOWN}}}):(?:[ \t]|$)")
_PRESENCE = re.compile(r"(\S.*\S|\S) (?:joined the conference|left the conference|raised their hand)")
_INDENT = 8
"""Minimum indent of a wrapped line, in columns; Jigasi indents by the length of time and name."""


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:  # noqa: ARG001 - an event ends whatever was open
    """An event: speech with its wrapped lines, somebody's arrival or departure, or a line that names nobody."""
    row, text = sheet.rows[i], sheet.text
    event = _EVENT.match(text, row.start, row.end)
    if event is None:
        return None
    presence = _PRESENCE.fullmatch(text, event.end(), row.end)
    if presence is not None and (":" not in presence[1] or presence[1] in sheet.labels):
        return ReaderResult(i + 1, (), NAME, names=(Span(*presence.span(1)),))
    draft = _speech(sheet, row, event.end())
    i += 1
    while sheet.joins(i) and _wrapped(text, sheet.rows[i]):
        draft.grow(sheet.rows[i])
        i += 1
    return ReaderResult(i, (draft,), NAME)


def _speech(sheet: Sheet, row: Row, at: int) -> Draft:
    text = sheet.text
    draft = Draft(row.begin, row.stop)
    known = find_label(text, at, row.end, sheet.labels)
    speech = _SPEECH.match(text, at, row.end)
    if known is not None and known.certain:
        draft.label, at = known.span, known.after
    elif speech is not None and speech[1].strip():
        draft.label, at = Span(*trim(text, *speech.span(1))), speech.end()
    draft.speaker = text[slice(*draft.label)] if draft.label is not None else None
    words = Span(*trim(text, at, row.end))
    if words.start < words.end:
        draft.words.append(words)
    return draft


def _wrapped(text: str, row: Row) -> bool:
    return row.start - row.begin >= _INDENT and not text[row.begin : row.start].strip(" \t")
