"""Recognize labelled lines that are their author's own: turns of a chat with a model, fields, captions, openings.

``User:`` and ``Assistant:`` are turns of the author's chat with a model. ``Translate to French: …`` and ``Error: …``
open a text as prompts, letters and logs do. ``Ingredients: …`` and ``Method: …`` name things, each once. Anything else
before a colon may be somebody's name.

`without_captions` frees the caption lines that a client puts around a transcript. A label that nobody on the roster
bears is an unknown speaker's, and no grant of others releases the words. A caption is not such a label: it occurs once,
above or below the layout in which people speak. Its line is then read like a line without a label, and must read as the
client's own as such a line must.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from proxy.attribution.asking import announces_rules, asks, entitles_meeting, is_of_text, reports
from proxy.attribution.beginnings import Beginnings
from proxy.attribution.captions import fills_in, is_caption, is_phrase, is_role, is_title
from proxy.attribution.dialogues import opens_as_speech
from proxy.attribution.notices import is_filled_in
from proxy.attribution.prompt_fields import is_key
from proxy.attribution.prompts import unproven
from proxy.model import Roster, Segmented, Span, Utterance
from proxy.wording.plain_words import is_plain
from proxy.wording.voices import opens_as_voice

_TURNS = frozenset("user assistant human ai q a system developer question answer prompt bot model tool".split())
"""Labels of turns in a chat with a model."""
_GREETINGS = frozenset("dear hello hi hey".split())
_WORD = re.compile(r"[^\W_]+")
_CHOICES = re.compile(r"(?:^|\n)[^\w\n]*(?:options|choices|answers|variants|alternatives):[ \t]*\n", re.IGNORECASE)
_KEYWORDS = frozenset("class def elif else except for func if try while with".split())
_LETTER = re.compile(r"[A-Ja-j]")


def are_own(text: str, utterances: Sequence[Utterance], roster: Roster, author: str) -> bool:
    """Whether all labelled lines of a text are its author's own (an id), so that the whole text is.

    Turns of a chat with a model are not, if somebody else is named in them: the chat may be that person's.
    """
    spans = [said.label for said in utterances if said.label is not None and said.start is None and said.at is None]
    if not spans or len(spans) < len(utterances):
        return False
    labels = [text[span.start : span.end].strip() for span in spans]
    turns = all(label.casefold() in _TURNS for label in labels) or _are_fields(text, labels)
    if not (turns or (len(labels) == 1 and _opens(text, labels[0], spans[0].start))):
        return False
    if any(roster.resolve(label) is not None for label in labels):
        return False
    named = Beginnings.of(roster).read(text if turns else "\n".join(labels)).near
    return all(turns and mention.people == {author} for mention in named)


def names_nobody_else(text: str, utterances: Sequence[Utterance], roster: Roster, author: str) -> bool:
    """Whether a text with JSON in it contains no speaker, no time and nobody on the roster but its author (an id)."""
    labels = [said.label for said in utterances if said.speaker is not None]
    timed = any(said.start is not None or said.at is not None for said in utterances)
    for label in labels:
        if len(labels) > 1 or label is None or not _opens(text, text[label.start : label.end], label.start):
            return False
    return not timed and all(mention.people == {author} for mention in Beginnings.of(roster).read(text).near)


def _are_fields(text: str, labels: Sequence[str]) -> bool:
    """Whether each label names a different thing and none names a person: ``Ingredients``, ``Method``, ``f(x``.

    At least one must surely name a thing; a single word may be a nickname (``Falcon``).
    """
    lettered = _CHOICES.search(text) is not None
    sure = [is_caption(label) or _is_code(label) or (lettered and _LETTER.fullmatch(label)) for label in labels]
    distinct = len({label.casefold() for label in labels}) == len(labels)
    return distinct and any(sure) and all(known or is_title(label) for known, label in zip(sure, labels, strict=True))


def _is_code(label: str) -> bool:
    """Whether the text before a colon is code: it has an unclosed bracket or opens with a keyword."""
    return label.count("(") > label.count(")") or label.partition(" ")[0] in _KEYWORDS


def _opens(text: str, label: str, at: int) -> bool:
    """Whether a text begins with this label, and the label says what the text is rather than who speaks."""
    words = [word.casefold() for word in _WORD.findall(label)]
    if text[:at].strip() or not words or opens_as_voice(label):
        return False
    if words[0] in _GREETINGS:
        return len(words) > 1
    return is_plain(words[0]) and not any(map(is_role, words))


_OPENS = re.compile(r"[\[(<{>|#@*-]|[0-9]{1,3}:[0-9]{2}")
_COLON = re.compile(r"[\s*_\])}]*[:：][\s*_]*")
_BLANK = re.compile(r"\n[ \t\r]*\n")


def without_captions(text: str, cut: Segmented, roster: Roster, *, typed: bool = False) -> Segmented:
    """The segmented chat message with the captions around it free; all of it is free if nobody else has a label.

    In a message that is `typed` to a model, any phrase of ordinary words before a colon is a caption.
    """
    lines = cut.utterances
    if not lines:
        return cut
    times = Counter(_folded(line) for line in lines)
    own = _own_stretches(text, lines, roster)
    labelled = [
        times[_folded(line)] == 1
        and (
            _is_caption(text, line, roster, typed)
            or _is_order(text, line, roster, own)
            or _is_listed(text, line, roster, own)
        )
        for line in lines
    ]
    if any(labelled) and all(
        caption or (line.speaker is None and not _timed(line)) for line, caption in zip(lines, labelled, strict=True)
    ):
        return replace(cut, format="opaque", utterances=(), free=_as_one(cut))
    captions = [
        caption or _is_asked(text, line) or _is_filled_in(text, line, roster) or _tells_who(text, line, roster)
        for line, caption in zip(lines, labelled, strict=True)
    ]
    first, last = _above(text, lines, captions), _below(text, lines, captions)
    if any(not _timed(above) and _parted(text, above, below) for above, below in pairwise(lines[first:last])):
        # People speak in paragraphs here, so a line in its own paragraph may be a turn as well.
        captions = _unlike_turns(text, lines, captions)
        first, last = _above(text, lines, captions), _below(text, lines, captions)
    if first == 0 and last == len(lines):
        return cut
    kept = lines[first:last]
    return replace(cut, utterances=kept, free=_around(kept, (*cut.free, *map(_hull, (*lines[:first], *lines[last:])))))


def _unlike_turns(text: str, lines: Sequence[Utterance], captions: Sequence[bool]) -> list[bool]:
    """Which captions no turn of people who speak in paragraphs is laid out like.

    They share their paragraph with other lines, have no label, or introduce rules.
    """
    return [
        caption and (line.speaker is None or announces_rules(line.speaker) or _shares_paragraph(text, line))
        for line, caption in zip(lines, captions, strict=True)
    ]


def _shares_paragraph(text: str, line: Utterance) -> bool:
    """Whether a further line stands directly above or below a labelled line and what continues it."""
    whole = _hull(line)
    start, end = text.rfind("\n", 0, whole.start), text.find("\n", whole.end)
    above = text[text.rfind("\n", 0, start) + 1 : start] if start > 0 else ""
    below = text[end + 1 : text.find("\n", end + 1) % (len(text) + 1)] if end >= 0 else ""
    return any(map(str.isalnum, above + below))


def _around(kept: Sequence[Utterance], free: Sequence[Span]) -> tuple[Span, ...]:
    """The free stretches in order; those above all lines that are kept are one, and so are those below."""
    begun, ended = min(_hull(line).start for line in kept), max(_hull(line).end for line in kept)
    above = [span for span in free if span.end <= begun]
    below = [span for span in free if span.start >= ended]
    between = sorted(span for span in free if span not in above and span not in below)
    return (*_joined(above), *between, *_joined(below))


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    return (Span(min(spans).start, max(span.end for span in spans)),) if spans else ()


def _is_caption(text: str, line: Utterance, roster: Roster, typed: bool) -> bool:
    if line.speaker is None or not _may_title(text, line, roster):
        return False
    return is_caption(line.speaker) or (typed and is_phrase(line.speaker))


def _is_filled_in(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a title precedes an entry, and everything below it reads as the client's."""
    if line.speaker is None or not line.words or not _may_title(text, line, roster):
        return False
    first, *below = line.words
    return fills_in(line.speaker, text[slice(*first)]) and not any(
        told for span in below for _, told in unproven(text, span)
    )


def _tells_who(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a line says who met and no more, and all below reads as the client's: ``# Call: Ann``, ``Host: Ann``."""
    if line.label is None or not _may_title(text, line, roster):
        return False
    begun = text.rfind("\n", 0, line.label.start) + 1
    end = text.find("\n", line.label.end) % (len(text) + 1)
    below = [Span(max(span.start, end), span.end) for span in line.words if span.end > end]
    own = not any(told for span in below for _, told in unproven(text, span))
    return own and (entitles_meeting(text[begun:end]) or is_filled_in(text[begun:end]))


def _is_listed(text: str, line: Utterance, roster: Roster, own: Sequence[Span]) -> bool:
    """Whether a line is an entry, with a title of ordinary words, that a line of the client's above it asks for."""
    if line.speaker is None or not _may_be_entry(text, line, roster):
        return False
    named = is_caption(line.speaker) or is_title(line.speaker) or is_key(line.speaker)
    titled = named and not _orders(line.speaker)
    return titled and _lies_in(own, line) and not any(reports(text[slice(*span)]) for span in line.words)


def _lies_in(own: Sequence[Span], line: Utterance) -> bool:
    """Whether one of these stretches has all of a line."""
    whole = _hull(line)
    at = bisect_right(own, whole.start, key=lambda span: span.start) - 1
    return at >= 0 and whole.end <= own[at].end


def _own_stretches(text: str, lines: Sequence[Utterance], roster: Roster) -> list[Span]:
    """The stretches that read as the client's, above and below the lines of known speakers and those with times."""
    sure = [_hull(line) for line in lines if _timed(line) or roster.resolve(line.speaker or "") is not None]
    first, last = min(sure, default=Span(len(text), 0)).start, max((span.end for span in sure), default=len(text))
    around = Span(0, first), Span(last, len(text))
    return [span for each in around for span, told in unproven(text, each) if not told]


def _is_order(text: str, line: Utterance, roster: Roster, own: Sequence[Span]) -> bool:
    """Whether an order, or a caption of orders, precedes orders: ``Be concise: at most 300 words``, ``Rules:``."""
    if line.speaker is None or not _orders(line.speaker) or roster.resolve(line.speaker) is not None:
        return False
    if _timed(line) or not _has_colon(text, line):
        return False
    values = [text[slice(*span)] for span in line.words]
    ruled = _lies_in(own, line) and (announces_rules(line.speaker) or all(map(is_of_text, values)))
    return ruled or not any(told for span in line.words for _, told in unproven(text, span))


def _orders(label: str) -> bool:
    """Whether a label is a caption of orders, or an order in words of which none can be a name."""
    more = label.split()[1:]
    return announces_rules(label) or (bool(more) and asks(label) and all(map(str.islower, more)))


def _may_title(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a labelled line is nobody's on the roster, has no layout of its own and does not open as speech does."""
    return _may_be_entry(text, line, roster) and not any(_OPENS.match(text, *span) for span in line.words)


def _may_be_entry(text: str, line: Utterance, roster: Roster) -> bool:
    """Whether a labelled line is nobody's on the roster and does not open as speech does."""
    if line.speaker is None or line.within or _timed(line) or not _has_colon(text, line):
        return False
    if roster.resolve(line.speaker) is not None:
        return False
    return not any(opens_as_speech(text[slice(*span)]) for span in line.words)


def _has_colon(text: str, line: Utterance) -> bool:
    """Whether a label stands before a colon, as it does in no structure."""
    if line.label is None:
        return False
    end = min((span.start for span in line.words if span.start >= line.label.end), default=len(text))
    return _COLON.fullmatch(text[line.label.end : end]) is not None


def _is_asked(text: str, line: Utterance) -> bool:
    """Whether nobody claims a line and it reads as the client's: ``Transcript:``."""
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
    """The index where captions begin at the end, after the first blank line above one of them."""
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
    """The whole of a text in which nobody speaks, without surrounding white space."""
    return _joined([*map(_hull, cut.utterances), *cut.free])


def _timed(line: Utterance) -> bool:
    return line.start is not None or line.at is not None


def _folded(line: Utterance) -> str | None:
    return line.speaker.casefold() if line.speaker is not None else None
