"""Attribute the words that a chat message quotes. Zoom copies the beginning of the original into replies and reactions.

``Replying to "I think th..."`` and ``Reacted to "I think that we should wait" with 👍`` contain somebody else's words.
The phrases are in the client's language, so they are recognized by their shape as well as from a list. A quote belongs
to the one person whose earlier message begins with it. If there is no such person, or more than one, it belongs to
nobody, and then everybody has to agree.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from proxy.formats.base import Draft
from proxy.formats.sheet import trim
from proxy.languages import patterns
from proxy.model import Span

_MOST = 50
"""Maximum messages with the same beginning that are compared; more count as several people's."""
_SHORT = 40
"""Characters of a reply's quote if its phrase is not listed; Zoom cuts after about twenty."""
_TAIL = 60

_LEAD = re.compile(r"([^\"“”«»„「\r\n]{0,60})([\"“”«»„「])")
_PARAGRAPH = re.compile(r"[\"“”«»」][ \t]*(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)")
_CLOSING = '"“”«»」'
_PHRASE = re.compile(rf"{patterns('chat', 'replies')}(?!\w)", re.IGNORECASE)
"""Openings that make a message a reply or a reaction, whatever else it contains."""


class _Earlier(NamedTuple):
    """A message, or what a reply adds to its quote: as one line, with its place among the messages."""

    said: str
    order: int


@dataclass(frozen=True, slots=True)
class _Messages:
    """All messages, sorted by what they say."""

    sorted: list[_Earlier]
    drafts: Sequence[Draft]

    def quoted(self, quote: str, order: int) -> Draft | None:
        """A draft for the message that begins with `quote`, if all such messages before `order` are one person's."""
        wanted = " ".join(quote.split())
        beginning = wanted.removesuffix("…").removesuffix("...").rstrip()
        at = bisect_left(self.sorted, (beginning,))
        found: list[Draft] = []
        for entry in self.sorted[at : at + _MOST + 1]:
            if not (entry.said.startswith(beginning) if beginning != wanted else entry.said == wanted):
                break
            if entry.order < order:
                found.append(self.drafts[entry.order])
        if not found or len(found) > _MOST or len({draft.speaker for draft in found}) > 1:
            return None
        return found[0] if len(found) == 1 else replace(found[0], start=None, from_zero=None)


def attribute_quotes(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts; each chat message that quotes is followed by a draft for the quote."""
    if not any(draft.chat for draft in drafts):
        return list(drafts)
    messages = _Messages(sorted(_entries(text, drafts)), drafts)
    settled: list[Draft] = []
    for order, draft in enumerate(drafts):
        found = _quote(text, draft, order, messages) if draft.chat and draft.words else None
        if found is None:
            settled.append(draft)
            continue
        quote, source = found
        settled.append(replace(draft, words=[part for word in draft.words for part in _outside(text, word, quote)]))
        said = Draft(*quote, words=[part for word in draft.words for part in _inside(text, word, quote)], within=True)
        if source is not None:
            said.speaker, said.start, said.from_zero = source.speaker, source.start, source.from_zero
        settled.append(said)
    return settled


def _entries(text: str, drafts: Sequence[Draft]) -> list[_Earlier]:
    entries: list[_Earlier] = []
    for order, draft in enumerate(drafts):
        if not draft.chat or not draft.words:
            continue
        start, end = draft.words[0].start, draft.words[-1].end
        entries.append(_Earlier(" ".join(text[start:end].split()), order))
        paragraph = _PARAGRAPH.search(text, start, end)
        if paragraph is not None:
            entries.append(_Earlier(" ".join(text[paragraph.end() : end].split()), order))
    return entries


def _quote(text: str, draft: Draft, order: int, messages: _Messages) -> tuple[Span, Draft | None] | None:
    """The quoted words in a message, and the message that they are from; None if it quotes nothing."""
    body = Span(draft.words[0].start, draft.words[-1].end)
    lead = _LEAD.match(text, *body)
    if lead is None:
        return None
    listed = _PHRASE.match(lead[1].strip()) is not None
    found = (_reply(text, body, lead.end(), listed), _reaction(text, body, lead, listed))
    readings = [Span(*trim(text, *reading)) for reading in found if reading is not None]
    readings = [reading for reading in readings if reading.start < reading.end]
    for reading in readings:
        source = messages.quoted(text[reading.start : reading.end], order)
        if source is not None:
            return reading, source
    if not readings:
        rest = Span(*trim(text, lead.end(), body.end))
        return (rest, None) if listed and rest.start < rest.end else None
    widest = max(readings, key=lambda reading: reading.end - reading.start)
    around = text[body.start : widest.start] + text[widest.end : body.end]
    sure = listed or _has_sign(around) or _PARAGRAPH.match(text, widest.end, body.end) is not None
    return (widest, None) if sure else None


def _reply(text: str, body: Span, at: int, listed: bool) -> Span | None:
    """A quote that ends its line: the reply stands below a blank line, or there is none."""
    paragraph = _PARAGRAPH.search(text, at, body.end if listed else min(body.end, at + _SHORT))
    if paragraph is not None:
        return Span(at, paragraph.start())
    return Span(at, body.end - 1) if body.end - 1 > at and text[body.end - 1] in _CLOSING else None


def _reaction(text: str, body: Span, lead: re.Match[str], listed: bool) -> Span | None:
    """A quote with an emoji before or after it, or the words before a quoted emoji."""
    last = max(text.rfind(mark, lead.end(), body.end) for mark in _CLOSING)
    if last < 0:
        return None
    tail = text[last + 1 : body.end]
    if 0 < len(tail) <= _TAIL and (listed or _has_sign(lead[1] + tail)):
        return Span(lead.end(), last)
    return _unquoted(text, body, lead)


def _unquoted(text: str, body: Span, lead: re.Match[str]) -> Span | None:
    """``Reacted to I think th... with "👍"``: the text between the phrase and the word before the emoji."""
    if not _has_sign(text[lead.end() : body.end]) or any(ch.isalnum() for ch in text[lead.end() : body.end]):
        return None
    phrase = _PHRASE.match(text, body.start, lead.end())
    start = phrase.end() if phrase is not None else body.start
    end = text.rfind(" ", start, body.start + len(lead[1].rstrip()))
    return Span(start, end) if end > start else None


def _inside(text: str, word: Span, quote: Span) -> list[Span]:
    part = Span(max(word.start, quote.start), min(word.end, quote.end))
    return [trimmed] if part.start < part.end and (trimmed := Span(*trim(text, *part))).start < trimmed.end else []


def _outside(text: str, word: Span, quote: Span) -> list[Span]:
    before, behind = Span(word.start, min(word.end, quote.start)), Span(max(word.start, quote.end), word.end)
    return [part for side in (before, behind) for part in _inside(text, word, side)]


def _has_sign(text: str) -> bool:
    """Whether the text contains an emoji or another symbol."""
    return any(unicodedata.category(ch) in ("So", "Sk", "Me") for ch in text)
