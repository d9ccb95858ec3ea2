"""Cue payload made of lines with or without ``Name: `` (Zoom, SubRip): the other lines continue the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from proxy.formats.base import Draft, Row, Sheet
from proxy.formats.labels import find_label
from proxy.formats.sheet import recurs, trim
from proxy.model import Span

_DASH = re.compile(r"(?:[-–—>•*]{1,2}[ \t]+)?")


def named_lines(sheet: Sheet, rows: Sequence[Row]) -> list[Draft]:
    """Drafts of a cue's rows, in order. Rows above the first label are nobody's.

    A lower-case name of several words (a room's, say) is recognized where it opens more than one line.
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
