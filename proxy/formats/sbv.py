"""Read YouTube's SubViewer (``.sbv``): two times with a comma between, then lines with or without ``Name: ``.

Source: YouTube Help, "Supported subtitle and closed caption files". A blank line closes a cue.
"""

from __future__ import annotations

import re

from proxy.formats.base import ReaderResult, Sheet
from proxy.formats.cues import frame, named_lines
from proxy.formats.sheet import is_fence
from proxy.formats.times import seconds

NAME = "sbv"

_TIMES = re.compile(r"([0-9]{1,2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}),([0-9]{1,2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})")


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:  # noqa: ARG001 - a line of times ends whatever was open
    """A cue. Payload without a label is claimed for nobody, with the cue's times."""
    times = _times(sheet, i)
    if times is None:
        return None
    until = i + 1
    while sheet.joins(until) and not is_fence(sheet.text, sheet.rows[until]) and _times(sheet, until) is None:
        until += 1
    drafts = named_lines(sheet, sheet.rows[i + 1 : until])
    frame(sheet, drafts, i, until)
    for draft in drafts:
        draft.start, draft.end = seconds(times[1]), seconds(times[2])
    return ReaderResult(until, tuple(drafts), NAME, cues=True)


def _times(sheet: Sheet, i: int) -> re.Match[str] | None:
    row = sheet.rows[i]
    return _TIMES.fullmatch(sheet.text, row.start, row.end)
