"""Words before a colon in a client's own lines: ``Ask: …``, ``Tell me: …``, ``Role: …``, ``KPI: …``, ``Decisions: …``.

A label that nobody on the roster bears is an unknown speaker's, whom no grant of others lets out. A caption is none: it
is made of words that are nobody's name and no word for people, stands once, and above or below the layout in which
people speak. Then its line is read like a line without a label, and is held to show no trace of speech as that is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.roles import is_phrase, is_role
from proxy.model import Roster, Segmented, Span, Utterance
from proxy.redaction.wording.common_words import word_set
from proxy.redaction.wording.plain_words import is_plain

_ACTING = word_set(
    """
    all anybody anyone audience balcony both channel channels crew department departments desk each everybody everyone
    floor folks guys hall he him her host hosts i me most myself narrator narrators nobody none offices operations
    organization other others our ours
    participants phone press product products design designs project projects quality reception room row she somebody
    someone stage table team teams testing union
    them they those training unknown us we who whoever you yours yourself page may mark will june april august
    ai bot gpt ceo cfo cio ciso coo cto dpo hr ml pm pr qa ux ui
    """
)
"""Plain words that may yet stand for somebody who speaks: pronouns, parts of a company, offices by their letters."""
_ASKING = word_set(
    "answer ask can check could draft explain find get give help how let list make please read remind send show "
    "summarize tell translate what when where which why would write"
)
"""Words with which somebody asks for something; pronouns behind them are no speakers: ``Tell me``, ``What we need``."""
_PRONOUNS = word_set("all both each he her him i it me our ours she them they us we you your")
_COUNTED = word_set("one two three four five six seven eight nine ten eleven twelve hundred million thousand zero")
"""Alone, how speakers may be counted."""
_TELLING = word_set("role roles")
"""Words for what somebody is that tell so, and are nobody."""
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 4
_OPENS = re.compile(r"[\[(<{>|#@*-]|[0-9]{1,3}:[0-9]{2}")
_BLANK = re.compile(r"\n[ \t\r]*\n")


def is_caption(label: str) -> bool:
    """Whether a label tells what follows and names nobody who could speak."""
    words = [word.casefold() for word in _WORD.findall(label)]
    if not 0 < len(words) <= _MOST_WORDS or not is_plain(" ".join(words)) or _COUNTED.issuperset(words):
        return False
    asked = _PRONOUNS if len(words) > 1 and words[0] in _ASKING else frozenset[str]()
    return not any((word in _ACTING or is_role(word)) and word not in _TELLING for word in words if word not in asked)


def without_captions(text: str, cut: Segmented, roster: Roster, *, typed: bool = False) -> Segmented:
    """What is said in a message of a chat, with captions around it free; all, where nobody else has a label.

    In a message that is `typed` to a model any phrase of ordinary words before a colon is a caption.
    """
    lines = cut.utterances
    times = Counter(_folded(line) for line in lines)
    captions = [_is_caption(text, line, roster, typed) and times[_folded(line)] == 1 for line in lines]
    if not any(captions):
        return cut
    if all(
        caption or (line.speaker is None and not _timed(line)) for line, caption in zip(lines, captions, strict=True)
    ):
        return replace(cut, format="opaque", utterances=(), free=_as_one(cut))
    first, last = _above(text, lines, captions), _below(text, lines, captions)
    kept = lines[first:last]
    if any(_parted(text, *pair) for pair in pairwise(kept)):
        return cut  # people speak in paragraphs here: what stands in one of its own may be a turn as well
    beside = tuple(_hull(line) for line in (*lines[:first], *lines[last:]))
    return replace(cut, utterances=kept, free=tuple(sorted((*cut.free, *beside))))


def _is_caption(text: str, line: Utterance, roster: Roster, typed: bool) -> bool:
    if line.speaker is None or line.label is None or line.within or _timed(line):
        return False
    if any(_OPENS.match(text, *words) for words in line.words):
        return False  # a turn in a layout of its own
    if any(opens_as_speech(text[slice(*words)]) for words in line.words):
        return False
    return roster.resolve(line.speaker) is None and (is_caption(line.speaker) or (typed and is_phrase(line.speaker)))


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
