"""Find what stands inside of marks that open in or around somebody's words: quotation marks, brackets, tags and fences.

What is open goes on over blank lines until it closes; until then nothing is the client's. A mark closes only what it
matches, and proves nothing about what follows it unless the client opened it, above all speech: a speaker can type any
mark. So a tag or fence directly below somebody's words that nobody opened above them is a line of theirs. A paragraph
below a turn that is set off, by an indent or by ``>``, continues the turn as well, unless the client sets off its own
lines in this way.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from proxy.attribution.asking import asks_for_text
from proxy.attribution.reading import enclosed_until
from proxy.languages import patterns, words
from proxy.model import Span

_BLANK_LINE = re.compile(r"\n(?=[ \t\r]*(?:\n|\Z))")
_FENCE = re.compile(r"^[ \t]{0,3}(?P<mark>`{3,}|~{3,}|\"{3,}|'{3,})(?P<info>[^\n`\"]*)$", re.MULTILINE)
_TAG_LINE = re.compile(r"^[ \t]*<(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,60})(?:\s[^<>\n]{0,200})?>[ \t\r]*$", re.MULTILINE)
_CLOSING = re.compile(r"</(?P<name>[A-Za-z][\w-]{0,60})>")
_TAG = re.compile(
    r"\[(?P<name>[A-Za-z]{2,12})(?P<value>=[^\]\n]{0,80})?\]|<(?P<markup>[A-Za-z][\w-]{0,60})[^<>\n]{0,200}>"
)
_QUOTATION = re.compile(r"(?<!\\)\"+|[“”„«»「」『』]")
_SINGLE = re.compile(
    rf"(?:(?<=[\s(\[{{:>])|(?<=[.!?,;])(?=['‘][A-Z]))['‘](?!{patterns('speech', 'elided')}\b)(?=[^\W\d_])",
    re.IGNORECASE,
)
"""A single quotation mark that opens; one that stands for a letter does not: ``'til``."""
_SINGLE_CLOSES = re.compile(r"(?<=[^\s(\[{])['’](?!\w)")
_BRACKET = re.compile(r"(?:(?<=[\s\"'“‘.!?,;])|^)[(\[{](?=[^\W\d_])", re.MULTILINE)
"""A bracket that opens; one behind a colon or a letter may be a face or a call."""
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_HOLDING = words("speech", "holding")
"""Tags that hold words, and so do not stand for something heard, as ``<laughs>`` does."""
_SET_OFF = re.compile(r"(?:[ ]{2,}|[ ]*\t|[ ]{0,3}>)")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n(?=[ \t]*\S)")
_CLOSERS = {"“": "”", "„": "“”", "«": "»", "「": "」", "『": "』"}
_PAIRED = frozenset(_CLOSERS.values())
_CLOSES = re.compile(r"(?<![\\\"])\"(?![\w\"])|[“”»」』]|\[/[A-Za-z]{2,12}\]|</[A-Za-z][\w-]{0,60}>")
_STARTS = frozenset(" \t\r\n([{:,=>|;-")
"""What stands before a quotation mark that opens; behind a figure it counts inches."""


@dataclass(frozen=True)
class Enclosures:
    """A text in which people speak; `said` are their turns in order, each from its head to the end of its words."""

    text: str
    said: Sequence[Span]

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The stretches inside of marks, in order and disjoint: nobody's, unless they are somebody's."""
        if not self.said:
            return ()
        found = sorted(span for span in (*self._fenced(), *self._typed(), *self._left_open()) if span.start < span.end)
        joined: list[Span] = []
        for span in found:
            if joined and span.start <= joined[-1].end:
                joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
            else:
                joined.append(span)
        return tuple(joined)

    @cached_property
    def around(self) -> Span:
        """What stands in tags and fences that open above all speech, up to where they close for the last time."""
        first = self.said[0].start if self.said else 0
        return Span(first, enclosed_until(self.text, first) if self.said else first)

    @property
    def _first(self) -> int:
        return self.said[0].start

    @cached_property
    def _closed_by_client(self) -> tuple[int, ...]:
        """Where marks close that the client opened above all speech."""
        opened = {match["name"] for match in _TAG_LINE.finditer(self.text, 0, self._first) if not match["end"]}
        opened |= {match["markup"] for match in _TAG.finditer(self.text, 0, self._first) if match["markup"]}
        tags = {match["name"]: match.start() for match in _CLOSING.finditer(self.text, self._first)}
        closed = [at for name, at in tags.items() if name in opened]
        return tuple(sorted([*closed, *(end for start, end, whole in self._fences if start < self._first and whole)]))

    @cached_property
    def _fences(self) -> tuple[tuple[int, int, bool], ...]:
        """Fences: where each opens and closes, and whether it does; a fence closes by signs as those that open it."""
        fences: list[tuple[int, int, bool]] = []
        opened: re.Match[str] | None = None
        for fence in _FENCE.finditer(self.text):
            if opened is None:
                opened = fence
            elif fence["mark"].startswith(opened["mark"]) and not fence["info"].strip():
                fences.append((opened.start(), fence.start(), True))
                opened = None
        return (*fences, *([(opened.start(), len(self.text), False)] if opened is not None else []))

    def _fenced(self) -> Iterator[Span]:
        """The insides of fences around or within speech, and what stands in the client's tags and fences."""
        yield self.around
        for start, end, closed in self._fences:
            if start < self._first:
                yield Span(self._first, end if closed else self._first)
            elif self._turn_over(start) is not None:
                yield Span(start, end if closed else min(end, self._bound(start)))

    def _typed(self) -> Iterator[Span]:
        """Paragraphs from a tag on that stands directly below somebody's words and that the client did not open."""
        for tag in _TAG_LINE.finditer(self.text, self._first):
            if tag.start() not in self._closed_by_client and self._turn_over(tag.start()) is not None:
                yield Span(tag.start(), self._paragraph_end(tag.start()))

    def _turn_over(self, at: int) -> Span | None:
        """The turn in whose paragraph `at` stands, unless a mark of the client's closed the speech before."""
        number = bisect_right(self.said, at, key=lambda turn: turn.start) - 1
        turn = self.said[number] if number >= 0 else None
        if turn is None or self._paragraph_end(turn.end) <= at:
            return None
        closed = bisect_left(self._closed_by_client, turn.end)
        return None if closed < len(self._closed_by_client) and self._closed_by_client[closed] <= at else turn

    def _paragraph_end(self, at: int) -> int:
        number = bisect_left(self._blank_lines, at)
        return self._blank_lines[number] if number < len(self._blank_lines) else len(self.text)

    @cached_property
    def _blank_lines(self) -> tuple[int, ...]:
        return tuple(blank.start() for blank in _BLANK_LINE.finditer(self.text))

    def _left_open(self) -> Iterator[Span]:
        """From the paragraph of a turn that ends within quotation marks or a bracket tag to where these close.

        What does not close at all ends with the next turn. All ends where the client's marks around speech close.
        """
        for number, turn in enumerate(self.said):
            following = self.said[number + 1].start if number + 1 < len(self.said) else len(self.text)
            bound = self._bound(turn.end)
            until = min(self._paragraph_end(turn.end), following, bound)
            paragraph = Span(turn.start, max(turn.end, until))
            for closer in self._open_at(paragraph):
                close = self._next(closer, until)
                yield Span(turn.end, min(bound, close if close is not None else following))
            below = Span(until, min(bound, following))
            for end in (self._single_open(paragraph, below), self._bracket_open(paragraph, below)):
                if end is not None:
                    yield Span(turn.end, end)
            yield Span(turn.end, self._set_off(turn, below))

    def _bound(self, at: int) -> int:
        """Where the client's marks around speech close next."""
        closed = bisect_left(self._closed_by_client, at)
        return min([len(self.text), *self._closed_by_client[closed : closed + 1]])

    def _open_at(self, turn: Span) -> Iterator[str]:
        """What would close that which a turn leaves open."""
        closers = ""
        for mark in _QUOTATION.finditer(self.text, *turn):
            if closers:
                closers = "" if mark[0] in closers else closers
            elif mark[0] == '"':
                before, behind = self.text[mark.start() - 1 : mark.start()], self.text[mark.end() : mark.end() + 1]
                inside = behind.isalpha() and not before.isdigit()
                begins = mark.start() == turn.start or before in _STARTS or inside
                closers = '"' if begins and behind not in (" ", "\t") else ""
            else:
                closers = _CLOSERS.get(mark[0], "")
        if closers:
            yield closers
        for tag in _TAG.finditer(self.text, *turn):
            closer = (f"[/{tag['name']}]" if tag["name"] else f"</{tag['markup']}>").lower()
            close = self._next(closer, tag.end())
            holds = tag["value"] or (tag["markup"] or "").lower() in _HOLDING
            if (close is None and holds) or (close is not None and close > turn.end):
                yield closer

    def _single_open(self, turn: Span, below: Span) -> int | None:
        """Where a single quotation mark closes, below, that a turn leaves open; None if it leaves none open."""
        at = turn.start
        while (opened := _SINGLE.search(self.text, at, turn.end)) is not None:
            closed = _SINGLE_CLOSES.search(self.text, opened.end(), turn.end)
            if closed is None:
                later = _SINGLE_CLOSES.search(self.text, *below)
                return later.end() if later is not None else below.end
            at = closed.end()
        return None

    def _bracket_open(self, turn: Span, below: Span) -> int | None:
        """Where a bracket closes, below, that a turn leaves open; None if it leaves none open."""
        at = turn.start
        while (opened := _BRACKET.search(self.text, at, turn.end)) is not None:
            closed = self._closed_at(Span(opened.start(), turn.end))
            if closed is None:
                later = self._closed_at(Span(opened.start(), below.end))
                return later if later is not None else below.end
            at = closed
        return None

    def _closed_at(self, span: Span) -> int | None:
        """Where the bracket at the start of a stretch closes in it; None if it does not."""
        opens, depth = self.text[span.start], 0
        for at in range(*span):
            depth += (self.text[at] == opens) - (self.text[at] == _BRACKETS[opens])
            if not depth:
                return at + 1
        return None

    def _set_off(self, turn: Span, below: Span) -> int:
        """Where the paragraphs end that are set off below a turn; before them all if there are none."""
        line = self.text.rfind("\n", 0, turn.start) + 1
        deep, end = self._sets_off(line), turn.end
        for gap in _PARAGRAPH.finditer(self.text, *below):
            set_off = self._sets_off(gap.end())
            first = self.text[gap.end() : below.end].lstrip(" \t>").partition("\n")[0]
            if not set_off or set_off == deep or set_off in self._sets_off_by_client or asks_for_text(first):
                break
            end = self._paragraph_end(gap.end())
        return min(end, below.end)

    def _sets_off(self, at: int) -> str:
        """What sets a line off."""
        mark = _SET_OFF.match(self.text, at)
        return mark[0] if mark is not None else ""

    @cached_property
    def _sets_off_by_client(self) -> frozenset[str]:
        """How the lines above all speech, and its first line, are set off."""
        starts = [0, *(end.end() for end in re.finditer("\n", self.text[: self._first]))]
        return frozenset(map(self._sets_off, starts))

    def _next(self, closer: str, at: int) -> int | None:
        """Where what a turn leaves open closes next; None if it does not."""
        ends = [found for sign in (closer if closer in _PAIRED else [closer]) for found in self._first_behind(sign, at)]
        return min(ends, default=None)

    def _first_behind(self, sign: str, at: int) -> Sequence[int]:
        ends = self._closings.get(sign, [])
        number = bisect_right(ends, at)
        return ends[number : number + 1]

    @cached_property
    def _closings(self) -> dict[str, list[int]]:
        """Where marks close, by their signs in lower case."""
        closings: dict[str, list[int]] = {}
        for mark in _CLOSES.finditer(self.text):
            closings.setdefault(mark[0].lower(), []).append(mark.end())
        return closings
