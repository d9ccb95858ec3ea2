"""A text as the tests of attribution read it: its lines, who of a roster is named where, and signs behind names."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.attribution.signs import LINE_END, POINTS, SPACE, SPEAKS
from proxy.model import Span
from proxy.redaction.roster.search import Mention, RosterSearch

_ENTITY = re.compile(r"&(?:#[0-9]{1,5}|#[xX][0-9A-Fa-f]{1,4}|[A-Za-z]{2,8});")
_LITERAL_END = re.compile(r"\\r\\n|\\[rnt](?![a-z])|(?<![^\W_])__|__(?![^\W_])")
_BREAK = re.compile(rf"{LINE_END.pattern}|\t|[|¦‖]", re.IGNORECASE)
"""Where a line ends, and signs that part the columns of a table."""
_SENTENCE = re.compile(r"[.!?…。！？؟।॥][\"'”’)]?$")
WORD = re.compile(r"\w[\w'’-]*")
FEWEST = 2
"""Words, as `told` counts them, behind somebody's name and a sign: fewer may be an entry of a list."""
MANY = 4
"""Words behind a full name, in the client's own words, that may tell what that person said."""
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>]{1,255}|\"[a-z_]{1,20}\"[ ]?:")
BELOW = 600
"""Characters below a line that are looked through for words."""


def told(text: str) -> int:
    """How many words tell something: of a job title or the keys of a list only few begin in lower case."""
    words = WORD.findall(_ADDRESS.sub(" ", text))
    if len(words) > FEWEST and all(word.isupper() or word[0].isdigit() for word in words):
        return len(words)
    return sum(not word[0].isupper() for word in words)


class Line(NamedTuple):
    """A line of the words, or what a sign in place of a line end parts off. `ended`: what precedes ends a sentence."""

    start: int
    end: int
    first: bool
    hard: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A text with the mentions of the roster in it, in order: `written` to the letter, `near` also misheard."""

    text: str
    written: Sequence[Mention]
    near: Sequence[Mention]

    @classmethod
    def of(cls, text: str, search: RosterSearch) -> Read:
        """A text, searched once. Signs that HTML writes as entities are read as signs, in as many characters."""
        text = _ENTITY.sub(_unescaped, text)
        words = _LITERAL_END.sub(lambda match: " " * len(match[0]), text)
        return cls(text, search.find(words, misheard=False), search.find(words))

    def within(self, start: int, end: int) -> Iterator[Mention]:
        """The mentions to the letter that begin in ``[start, end)``."""
        return _between(self.written, start, end)

    def names_several(self, line: Line) -> bool:
        """Whether more than one person is named in a line."""
        return len({mention.people for mention in self.within(line.start, line.end)}) > 1

    def opening(self, start: int) -> Mention | None:
        """The mention of any kind at the beginning of a line."""
        return next(_between(self.near, start, start + 4), None)


def points_on(text: str, mention: Mention) -> bool:
    """Whether a sign behind a name points to words, as none in a sentence does; a tabulator parts columns, too."""
    return (SPEAKS if mention.whole else POINTS).match(text, mention.end) is not None


def _between(mentions: Sequence[Mention], start: int, end: int) -> Iterator[Mention]:
    at = bisect_left(mentions, start, key=lambda mention: mention.start)
    while at < len(mentions) and mentions[at].start < end:
        yield mentions[at]
        at += 1


def _unescaped(entity: re.Match[str]) -> str:
    sign = html.unescape(entity[0])
    if len(sign) != 1 or sign.isalnum():
        return entity[0]
    return sign.rjust(len(entity[0])) if sign in "<[({" else sign.ljust(len(entity[0]))


def with_following(text: str, *words: Span) -> Iterator[tuple[Line, Line | None]]:
    """The lines of words, each with the one below it."""
    lines = list(laid_out(text, words, LINE_END))
    return zip(lines, [*lines[1:], None], strict=True) if lines else iter(())


def laid_out(text: str, words: Sequence[Span], breaks: re.Pattern[str] = _BREAK) -> Iterator[Line]:
    """The lines of words: what ends in a line end, or in one of the `breaks`."""
    first, hard = True, True
    before = ""
    for span in words:
        at = span.start
        cuts = [*breaks.finditer(text, span.start, span.end), None]
        for cut in cuts:
            end = cut.start() if cut is not None else span.end
            start = at
            while start < end and text[start] in SPACE:
                start += 1
            if start < end:
                yield Line(start, end, first, hard, _SENTENCE.search(before) is not None)
                first, before = False, text[max(start, end - 3) : end].rstrip()
            if cut is not None:
                ends = text[cut.start()] in "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029\\<"
                at, hard = cut.end(), ends or (hard and start >= end)
        hard = True
