"""Read a transcript wherever it stands in a text: on its own, after instructions, in tags or in fences.

`read_sheet` gives each row to the format that takes it. `settle` decides by its place what unclaimed text is, and
freezes the drafts into utterances.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from proxy.formats.base import Draft, Reader, ReaderResult, Sheet
from proxy.formats.chat_quotes import attribute_quotes
from proxy.formats.sheet import is_fence, is_worded_fence, trim
from proxy.model import Segmented, Span, Utterance


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


OPAQUE = "opaque"


def settle(sheet: Sheet, reading: Reading, whole: bool, places: Sequence[Span] = ()) -> Segmented:
    """Settle unclaimed text: between claimed lines it is nobody's speech, outside of them it is free.

    `whole`: all of the text is a transcript, so unclaimed text is nobody's speech everywhere. Otherwise, text without a
    speaker and without a cue is opaque: one free span. If the `places` of speech are known, unclaimed text is nobody's
    speech inside of them, and free outside.
    """
    name = _name(reading)
    drafts = attribute_quotes(sheet.text, reading.drafts)
    if not (whole or places) and not reading.cues and all(draft.speaker is None for draft in drafts):
        span = Span(*trim(sheet.text, 0, len(sheet.text)))
        return Segmented(OPAQUE, free=(span,) if span.start < span.end else ())
    if places:
        spoken = [draft for draft in drafts if _speaks(sheet, draft, places)]
        # If somebody speaks above the first mark, a person may have typed that mark, and it opens nothing there.
        begun = next((draft.begin for draft in spoken), 0)
        spoken = [d for d in drafts if _speaks(sheet, d, places) or begun <= d.begin < places[0].start]
        kept = set(map(id, spoken))
        free = [_free([draft]) for draft in drafts if id(draft) not in kept]
    else:
        first, last = (0, len(drafts)) if whole else _claimed(drafts)
        spoken, free = drafts[first:last], [_free(drafts[:first]), _free(drafts[last:])]
    _trust_times(spoken)
    utterances = tuple(_utterance(index, draft) for index, draft in enumerate(spoken))
    around = [span for span in free if span is not None]
    return Segmented(
        name,
        utterances,
        tuple(_parts(sheet, around, sorted(reading.names))),
        tuple(reading.names),
        tuple(reading.numbers),
    )


def _parts(sheet: Sheet, free: Sequence[Span], names: Sequence[Span]) -> Iterator[Span]:
    """Free text without the names in it. Both inputs are in the order of the text."""
    at = 0
    for span in free:
        begin = span.start
        while at < len(names) and names[at].start < span.end:
            if names[at].start >= begin:
                yield from _filled(sheet, begin, names[at].start)
                begin = names[at].end
            at += 1
        yield from _filled(sheet, begin, span.end)


def _filled(sheet: Sheet, start: int, end: int) -> Iterator[Span]:
    span = Span(*trim(sheet.text, start, end))
    if span.start < span.end:
        yield span


def _speaks(sheet: Sheet, draft: Draft, places: Sequence[Span]) -> bool:
    """Whether a draft is speech: in a place of speech, or outside as a cue, a quote or a roster line."""
    at = bisect_right(places, draft.begin, key=lambda place: place.start) - 1
    if at >= 0 and draft.begin < places[at].end:
        return True
    timed = draft.start is not None or draft.at is not None
    return not draft.stray and (timed or draft.speaker in sheet.labels or draft.within)


def _name(reading: Reading) -> str:
    """The format of the first cue if there are cues, otherwise that of the first claimed line."""
    return next(iter((*reading.cues, *reading.formats)), OPAQUE)


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
    spans = [span for draft in drafts for span in (*draft.words, *([draft.label] if draft.label is not None else ()))]
    return Span(min(spans).start, max(span.end for span in spans)) if spans else None


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
        within=draft.within,
        known_as=draft.known_as,
        objects=draft.objects,
    )
