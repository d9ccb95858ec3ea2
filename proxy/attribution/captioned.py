"""Lines of a client's own around a transcript that have a caption before a colon: they are free, and nobody's turns.

A label that nobody on the roster bears is an unknown speaker's, whom no grant of others lets out. A caption is none: it
stands once, and above or below the layout in which people speak. Then its line is read like a line without a label, and
has to read as the client's own as that has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from proxy.attribution.asking import unproven
from proxy.attribution.captions import fills_in, is_caption
from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.roles import is_phrase
from proxy.model import Roster, Segmented, Span, Utterance

_OPENS = re.compile(r"[\[(<{>|#@*-]|[0-9]{1,3}:[0-9]{2}")
_ORDERS = frozenset(("do", "dos", "don't", "don’t", "don'ts", "don’ts"))
"""Captions of lists of what to do, and what not."""
_BLANK = re.compile(r"\n[ \t\r]*\n")


def without_captions(text: str, cut: Segmented, roster: Roster, *, typed: bool = False) -> Segmented:
    """What is said in a message of a chat, with captions around it free; all, where nobody else has a label.

    In a message that is `typed` to a model any phrase of ordinary words before a colon is a caption.
    """
    lines = cut.utterances
    times = Counter(_folded(line) for line in lines)
    labelled = [_is_caption(text, line, roster, typed) and times[_folded(line)] == 1 for line in lines]
    if any(labelled) and all(
        caption or (line.speaker is None and not _timed(line)) for line, caption in zip(lines, labelled, strict=True)
    ):
        return replace(cut, format="opaque", utterances=(), free=_as_one(cut))
    captions = [
        caption or _is_asked(text, line) or _is_filled_in(text, line, roster) or _lists_orders(text, line, roster)
        for line, caption in zip(lines, labelled, strict=True)
    ]
    if not any(captions):
        return cut
    first, last = _above(text, lines, captions), _below(text, lines, captions)
    kept = lines[first:last]
    if any(_parted(text, *pair) for pair in pairwise(kept)):
        return cut  # people speak in paragraphs here: what stands in one of its own may be a turn as well
    beside = tuple(_hull(line) for line in (*lines[:first], *lines[last:]))
    return replace(cut, utterances=kept, free=tuple(sorted((*cut.free, *beside))))


def _is_caption(text: str, line: Utterance, roster: Roster, typed: bool) -> bool:
    if line.speaker is None or not _may_title(text, line, roster):
        return False
    return is_caption(line.speaker) or (typed and is_phrase(line.speaker))


def _is_filled_in(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a title has an entry behind it, and nothing below that does not read as the client's."""
    if line.speaker is None or not line.words or not _may_title(text, line, roster):
        return False
    first, *below = line.words
    return fills_in(line.speaker, text[slice(*first)]) and not any(
        told for span in below for _, told in unproven(text, span)
    )


def _lists_orders(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a caption stands above a list of orders: ``Do:`` and ``- be short``."""
    if line.speaker is None or line.speaker.casefold() not in _ORDERS or roster.resolve(line.speaker) is not None:
        return False
    return not _timed(line) and not any(told for span in line.words for _, told in unproven(text, span))


def _may_title(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a labelled line is nobody's on the roster, in no layout of its own, and not said of themselves."""
    if line.speaker is None or line.label is None or line.within or _timed(line):
        return False
    words = [text[slice(*span)] for span in line.words]
    return roster.resolve(line.speaker) is None and not any(
        _OPENS.match(each) or opens_as_speech(each) for each in words
    )


def _is_asked(text: str, line: Utterance) -> bool:
    """Whether nobody claims a line, and it reads as the client's: ``Transcript:``."""
    if line.speaker is not None or _timed(line) or not line.words:
        return False
    return not any(told for span in line.words for _, told in unproven(text, span))


def _above(text: str, lines: Sequence[Utterance], captions: Sequence[bool]) -> int:
    """How many lines at the beginning are captions, up to the last blank line below one of them."""
    found = 0
    for at, line in enumerate(lines[:-1]):
        if not captions[at]:
            break
        if _parted(text, line, lines[at + 1]):
            found = at + 1
    return found


def _below(text: str, lines: Sequence[Utterance], captions: Sequence[bool]) -> int:
    """Where captions begin at the end, behind the first blank line above one of them."""
    found = len(lines)
    for at in range(len(lines) - 1, 0, -1):
        if not captions[at]:
            break
        if _parted(text, lines[at - 1], lines[at]):
            found = at
    return found


def _parted(text: str, above: Utterance, below: Utterance) -> bool:
    return _BLANK.search(text, _hull(above).end, _hull(below).start) is not None


def _hull(line: Utterance) -> Span:
    spans = [*line.words, *line.more_labels, *([line.label] if line.label is not None else [])]
    return Span(min(spans).start, max(span.end for span in spans)) if spans else line.block


def _as_one(cut: Segmented) -> tuple[Span, ...]:
    """All of a text in which nobody speaks, without white space around it."""
    spans = [*map(_hull, cut.utterances), *cut.free]
    start, end = min(spans).start, max(span.end for span in spans)
    return (Span(start, end),)


def _timed(line: Utterance) -> bool:
    return line.start is not None or line.at is not None


def _folded(line: Utterance) -> str | None:
    return line.speaker.casefold() if line.speaker is not None else None
