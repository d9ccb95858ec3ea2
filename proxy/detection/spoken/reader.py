"""Find personal data in speech: build the written view of a text and have the ordinary recognizers read it.

`read` runs Presidio's recognizers over a written view, and only where something was said. Context words count as they
do for written text: they must stand shortly before, and raise a score.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, NamedTuple

from proxy.detection.spoken.addresses import Addresses, is_house_number
from proxy.detection.spoken.dates import dates, days
from proxy.detection.spoken.numbers import DATE, Number, numbers, tied
from proxy.detection.spoken.runs import runs
from proxy.detection.spoken.tables import Tables, load
from proxy.detection.spoken.view import Rewriting, View
from proxy.detection.spoken.words import Words, cut, hushed
from proxy.model import Finding, Span, in_order

_BEFORE, _AFTER = 100, 60
"""How many characters of the view around what was said the recognizers see."""
_CONTEXT_BOOST, _CONTEXT_FLOOR = 0.35, 0.4
_CONTEXT_CHARS = 50


class Match(NamedTuple):
    """A recognizer's match in the view."""

    start: int
    end: int
    kind: str
    score: float
    source: str


def read(view: str, said: Sequence[Span], recognizers: Sequence[Any], caps: Mapping[str, float]) -> Iterator[Match]:
    """Matches that touch what was said. The cost is linear: the windows around what was said do not overlap."""
    for low, high, inside in _windows(view, said):
        text = view[low:high]
        for recognizer in recognizers:
            for result in recognizer.analyze(text, recognizer.supported_entities, None):
                start, end = result.start + low, result.end + low
                if any(start < span.end and span.start < end for span in inside):
                    score = _in_context(view, start, result.score, recognizer, caps)
                    yield Match(start, end, result.entity_type, round(score, 4), recognizer.name)


def _windows(view: str, said: Sequence[Span]) -> Iterator[tuple[int, int, list[Span]]]:
    inside: list[Span] = []
    left = right = 0
    for span in said:
        low, high = _word_start(view, span.start - _BEFORE), _word_end(view, span.end + _AFTER)
        if inside and low <= right:
            right = max(right, high)
            inside.append(span)
            continue
        if inside:
            yield left, right, inside
        left, right, inside = low, high, [span]
    if inside:
        yield left, right, inside


def _word_start(view: str, at: int) -> int:
    """The start of a word at or after `at`, so that no window opens inside a word."""
    if at <= 0:
        return 0
    space = view.find(" ", at, at + _BEFORE // 2)
    return space + 1 if space >= 0 else at


def _word_end(view: str, at: int) -> int:
    if at >= len(view):
        return len(view)
    space = view.rfind(" ", at - _AFTER // 2, at)
    return space if space >= 0 else at


def _in_context(view: str, start: int, score: float, recognizer: Any, caps: Mapping[str, float]) -> float:
    if not recognizer.context:
        return score
    before = view[max(0, start - _CONTEXT_CHARS) : start].lower()
    if _any_word(tuple(sorted({word.strip().lower() for word in recognizer.context}))).search(before):
        return float(min(max(score + _CONTEXT_BOOST, _CONTEXT_FLOOR), 1.0))
    return min(score, caps.get(recognizer.name, 1.0))


@lru_cache(maxsize=256)
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(w)}" + (r"(?:'?s)?\b" if len(w) <= 3 else "") for w in words))


EMAIL_SOURCE = "spoken_email"
NUMBER_SOURCE = "spoken_number"
_FEWEST_WRITTEN = 4
_FEWEST_LETTERS = 3


class SpokenText(NamedTuple):
    """What is heard in a text: its written view, the stretches of the view that were said, and findings."""

    view: View
    stretches: tuple[Span, ...]
    findings: tuple[Finding, ...]


class SpokenReader:
    """Spoken forms in one language; made once, used for many texts. Pure: equal texts give equal answers."""

    def __init__(self, language: str = "en", email: bool = True, number: bool = True, all_dates: bool = False) -> None:
        """Raises `LookupError` for a language without tables. `email` and `number` switch the two kinds of forms.

        With `all_dates`, days of a month are findings, too, in figures or without a year: for a language in which no
        model finds them.
        """
        self._tables: Tables = load(language)
        self._addresses = Addresses(self._tables)
        self._email, self._number, self._all_dates = email, number, all_dates

    def findings(
        self, text: str, recognizers: Sequence[Any] = (), caps: Mapping[str, float] | None = None
    ) -> list[Finding]:
        """Findings in what was said, in offsets of `text`, by start.

        `recognizers` are Presidio's, which read the view. `caps` holds, by name, the highest score of a match that no
        context word supports. Pieces of one number or address in several lines are findings of their own, tied by the
        place where their entity begins (`Finding.entity`).
        """
        heard = self.hear(text)
        found = list(heard.findings)
        if heard.stretches:
            for result in read(heard.view.text, heard.stretches, recognizers, caps or {}):
                pieces = heard.view.pieces(text, result.start, result.end)
                found += _as_findings(pieces, result.kind, result.score, result.source)
        return in_order(set(found))

    def hear(self, text: str) -> SpokenText:
        """The written view of a text, and what is personal in it regardless of recognizers."""
        quiet = hushed(text, self._tables)
        words = cut(quiet.text)
        found: list[Finding] = []
        rewritings: list[Rewriting] = []
        unread: set[int] = set()
        for address in self._addresses.find(quiet.text) if self._email else ():
            rewritings.append(self._addresses.written(quiet.text, address))
            if address.email:
                unread.add(address.start)
                pieces = quiet.pieces(text, address.start, address.end)
                found += _as_findings(pieces, "EMAIL_ADDRESS", 0.9 if address.sure else 0.8, EMAIL_SOURCE)
        if self._number:
            rewritings = _beside(rewritings, dates(words, self._tables, figures=self._all_dates))
            said = [n for run in runs(words, self._tables) for n in numbers(run, words, self._tables)]
            taken = [Span(r.start, r.end) for r in rewritings]
            said = [n for n in said if not _overlaps(_place(n, words), taken)]
            found += self._numbers(text, quiet, words, said)
            if self._all_dates:
                found += self._days(text, quiet, words)
            written = (_written(n, words) for n in said if self._is_written(n, words))
            rewritings = _beside(rewritings, written)
        view = quiet.rewritten(rewritings)
        return SpokenText(view, tuple(_stretches(rewritings, unread)), tuple(found))

    def _days(self, text: str, quiet: View, words: Words) -> Iterator[Finding]:
        """Days without a year. Those with one are read in the view."""
        for day in days(words, self._tables):
            if day.year is None:
                pieces = quiet.pieces(text, words.starts[day.first], words.ends[day.last - 1])
                yield from _as_findings(pieces, DATE, 0.6, NUMBER_SOURCE)

    def _numbers(self, text: str, quiet: View, words: Words, said: Sequence[Number]) -> Iterator[Finding]:
        members = tied(said, words)
        located = [[p for span in m.spans for p in quiet.pieces(text, *span)] for m in members]
        count: dict[int, int] = {}
        for member, pieces in zip(members, located, strict=True):
            count[member.whole] = count.get(member.whole, 0) + len(pieces)
        for member, pieces in zip(members, located, strict=True):
            main = said[member.whole]
            entity = quiet.span(*_place(main, words)).start if count[member.whole] > 1 else None
            again = member.again and entity is not None
            for low, high in pieces:
                yield Finding(low, high, main.kind, main.score, NUMBER_SOURCE, entity, again)

    def _is_written(self, number: Number, words: Words) -> bool:
        """Whether a number should be read in its written form: it is long, or a house number, or spells something."""
        if number.echo or all(words.words[part.first].isdecimal() for part in number.parts):
            return False
        if not number.kind and any(part.sign == "," or part.amount for part in number.parts):
            return False
        characters = "".join(part.text for part in number.parts)
        letters = sum(map(str.isalpha, characters))
        if letters == len(characters):
            return letters >= _FEWEST_LETTERS
        return len(characters) >= _FEWEST_WRITTEN or is_house_number(number, words, self._tables)


def _place(number: Number, words: Words) -> Span:
    return Span(words.starts[number.parts[0].first], words.ends[number.parts[-1].last - 1])


def _written(number: Number, words: Words) -> Rewriting:
    """A number in digits; four numbers with "dot" between them are an IP address."""
    dotted = sum(part.sign == "." for part in number.parts) == 3
    glyphs: list[tuple[str, Span]] = []
    for part in number.parts:
        span = Span(words.starts[part.first], words.ends[part.last - 1])
        glyphs.append((("." if dotted and part.sign == "." else "") + part.text, span))
    return Rewriting(*_place(number, words), tuple(glyphs))


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    """Whether a span overlaps one of the disjoint, sorted others."""
    at = bisect_left(taken, span.end, key=lambda other: other.start)
    return at > 0 and taken[at - 1].end > span.start


def _beside(known: Sequence[Rewriting], more: Iterator[Rewriting]) -> list[Rewriting]:
    """The rewritings, plus others that do not overlap them, sorted."""
    taken = [Span(r.start, r.end) for r in known]
    return sorted([*known, *(r for r in more if not _overlaps(Span(r.start, r.end), taken))])


def _stretches(rewritings: Sequence[Rewriting], unread: Set[int]) -> Iterator[Span]:
    """Where the rewritings stand in the resulting view, except those that begin at `unread`, which are known."""
    shift = 0
    for rewriting in rewritings:
        length = sum(len(characters) for characters, _ in rewriting.glyphs)
        if rewriting.start not in unread:
            yield Span(rewriting.start + shift, rewriting.start + shift + length)
        shift += length - (rewriting.end - rewriting.start)


def _as_findings(pieces: Sequence[Span], kind: str, score: float, source: str) -> Iterator[Finding]:
    entity = pieces[0].start if len(pieces) > 1 else None
    return (Finding(low, high, kind, score, source, entity) for low, high in pieces)
