"""Decide what unclaimed text is, by where it stands, and freeze drafts into utterances."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.formats.base import Draft, Sheet
from proxy.formats.embedded import Reading
from proxy.formats.sheet import trim
from proxy.model import Segmented, Span, Utterance

OPAQUE = "opaque"
CUES = ("webvtt", "srt")


def settle(sheet: Sheet, reading: Reading, whole: bool) -> Segmented:
    """Between claimed lines, unclaimed text is nobody's speech; outside of them it is free.

    `whole` says that all of the text is a transcript, so that unclaimed text is nobody's speech everywhere. Else,
    with no speaker and no cue in it, the text is opaque: one free span.
    """
    name = _name(reading)
    drafts = reading.drafts
    if not whole and name not in CUES and all(draft.speaker is None for draft in drafts):
        span = Span(*trim(sheet.text, 0, len(sheet.text)))
        return Segmented(OPAQUE, free=(span,) if span.start < span.end else ())
    first, last = (0, len(drafts)) if whole else _claimed(drafts)
    _trust_times(drafts)
    utterances = tuple(_utterance(index, draft) for index, draft in enumerate(drafts[first:last]))
    free = (_free(drafts[:first]), _free(drafts[last:]))
    return Segmented(name, utterances, tuple(span for span in free if span is not None))


def _name(reading: Reading) -> str:
    """The format of the first cue, if there are cues; else that of the lines, if anybody claims any."""
    for name in CUES:
        if name in reading.formats:
            return name
    return reading.formats[0] if reading.formats else OPAQUE


def _claimed(drafts: Sequence[Draft]) -> tuple[int, int]:
    """Bounds of the drafts from the first claimed one to the last."""
    claimed = [index for index, draft in enumerate(drafts) if not draft.stray]
    return (claimed[0], claimed[-1] + 1) if claimed else (len(drafts), len(drafts))


def _trust_times(drafts: Sequence[Draft]) -> None:
    """Drop times of plain lines that may be times of day: a wrong offset could move words past a grant."""
    doubtful = [draft for draft in drafts if draft.from_zero is not None]
    if doubtful and not doubtful[0].from_zero:
        for draft in doubtful:
            draft.start = None


def _free(drafts: Sequence[Draft]) -> Span | None:
    if not drafts:
        return None
    return Span(drafts[0].words[0].start, drafts[-1].words[-1].end)


def _utterance(index: int, draft: Draft) -> Utterance:
    return Utterance(
        index=index,
        speaker=draft.speaker,
        words=tuple(draft.words),
        block=Span(draft.begin, draft.stop),
        label=draft.label,
        start=draft.start,
        end=draft.end,
        at=draft.at,
        until=draft.until,
        more_labels=draft.more_labels,
    )
