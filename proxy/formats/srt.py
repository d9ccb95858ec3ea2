"""Read SubRip (``.srt``): numbered cues, times with a decimal comma, payload ``Name: text`` or without a name."""

from __future__ import annotations

from proxy.formats.base import ReaderResult, Sheet
from proxy.formats.cues import opening, read_cue

NAME = "srt"


def read(sheet: Sheet, i: int, flow: bool) -> ReaderResult | None:
    """A cue. It is tried after WebVTT, so no cue here stands under a WebVTT header."""
    opened = opening(sheet, i, flow)
    return None if opened is None else read_cue(sheet, opened, NAME)
