"""Read a transcript wherever it stands in a text: on its own, after instructions, in tags or in fences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from proxy.formats.base import Draft, Reader, ReaderResult, Sheet
from proxy.formats.sheet import is_fence, is_worded_fence
from proxy.model import Span


@dataclass(slots=True)
class Reading:
    """What was read: drafts in text order, formats of lines and of cues, names, and cue numbers."""

    drafts: list[Draft] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    cues: list[str] = field(default_factory=list)
    names: list[Span] = field(default_factory=list)
    numbers: list[Span] = field(default_factory=list)


def read_sheet(sheet: Sheet, readers: Sequence[Reader]) -> Reading:
    """Give each row to the first reader that takes it; otherwise it continues what is open, or is stray text.

    A tag ends what is open. So does a blank line, unless the words are still to come, and so does a fence that was
    opened outside of it. A fence within somebody's words belongs to the words.
    """
    reading = Reading()
    flowing = False  # the last draft is an utterance that the next row may continue
    straying = False  # the last draft is a stray paragraph that the next row may continue
    fenced = False
    i = 0
    while i < len(sheet.rows):
        row = sheet.rows[i]
        if not sheet.joins(i):
            flowing, straying = flowing and sheet.gap(i) and reading.drafts[-1].pending, False
        if row.blank:
            i += 1
            continue
        if (fenced or not flowing) and (is_fence(sheet.text, row) or is_worded_fence(sheet.text, row)):
            fenced, flowing, straying = not fenced, False, False
            if is_fence(sheet.text, row):
                i += 1
                continue
        taken = _first(sheet, i, flowing, readers)
        if taken is not None:
            reading.drafts.extend(taken.drafts)
            reading.names.extend(taken.names)
            reading.numbers.extend([taken.number] if taken.number is not None else [])
            if taken.format is not None:
                (reading.cues if taken.cues else reading.formats).append(taken.format)
            flowing, straying, i = taken.open, False, taken.until
            continue
        if flowing or straying:
            reading.drafts[-1].grow(row)
        else:
            reading.drafts.append(Draft(row.begin, row.stop, words=[row.content], stray=True))
            straying = True
        i += 1
    return reading


def _first(sheet: Sheet, i: int, flow: bool, readers: Sequence[Reader]) -> ReaderResult | None:
    for read in readers:
        taken = read(sheet, i, flow)
        if taken is not None:
            return taken
    return None
