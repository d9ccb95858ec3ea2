"""Transcripts cut into utterances with source spans. One file a format; ``base.py`` says how to add one."""

from __future__ import annotations

from collections.abc import Collection

from proxy.formats import lines, srt, webvtt
from proxy.formats.base import Reader
from proxy.formats.embedded import read_sheet
from proxy.formats.settle import settle
from proxy.formats.sheet import lay_out
from proxy.model import Segmented

READERS: tuple[Reader, ...] = (webvtt.read, srt.read, lines.read)
"""The formats, in the order of certainty."""


def segment(text: str, labels: Collection[str] = (), *, whole: bool = False) -> Segmented:
    """Cut `text` into utterances.

    `labels` are the labels that the roster knows. With `whole` the text is a transcript and nothing else, so what
    no speaker claims is unattributed speech; without, text before the first and after the last claimed line is
    reported as free, and the caller decides what it is. Raises `ClientFault` where a format is surely meant and
    broken. Runs in time linear in the length.
    """
    sheet = lay_out(text, labels)
    return settle(sheet, read_sheet(sheet, READERS), whole)
