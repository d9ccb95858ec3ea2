r"""Decode escapes within words, and map decoded places back to the source.

Serializers write ``\u2014`` for a dash and ``\u003e`` for ``>``. A reader of JSON strings leaves escapes out of the
words, so the words come in pieces. In other texts escapes stand inside the words. Their signs count in both.

`spelled_out` does the same for grammars and patterns (GBNF, EBNF, Lark, regular expressions). It joins their string
literals as they would be filled in, since a name may be split over several literals. Alternatives become lines.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from proxy.model import Span

NUMBERED = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}"
"""A sign in the numbered escapes of JSON, with a pair of surrogates for one outside the basic plane."""
_INSIDE = re.compile(NUMBERED)
_ESCAPE = re.compile(rf"{NUMBERED}|\\[\"\\/bfnrt]")
_PARTS = re.compile(rf"\s*(?:(?:{_ESCAPE.pattern})\s*)+")
"""What separates the pieces of one string."""
_LONGEST_RUN = 240


class DecodedText(NamedTuple):
    """A text from a little before somebody's `words` to their end, with the escapes in and between them decoded.

    `places` pairs offsets of this text with offsets of the source: from each pair on, both run in parallel.
    """

    text: str
    words: tuple[Span, ...]
    places: tuple[tuple[int, int], ...]

    def place(self, at: int) -> int:
        """The place of a character in the source, or of the escape that stands for it."""
        here, there = self.places[bisect_right(self.places, at, key=lambda each: each[0]) - 1]
        return there + at - here


def unescaped(text: str, words: Sequence[Span]) -> DecodedText | None:
    """Somebody's words, decoded; None if they contain no escape."""
    base = max(0, words[0].start - _LONGEST_RUN)
    if text.find("\\", base, words[-1].end + _LONGEST_RUN) < 0:
        return None
    whole = _with_parts(text, words)
    escapes = [one for span, gaps in whole for one in _escapes(text, span, gaps)]
    if not escapes:
        return None
    pieces: list[str] = []
    places = [(0, base)]
    done, at = base, 0
    for start, end in escapes:
        sign = json.loads(f'"{text[start:end]}"')
        pieces += text[done:start], sign
        at += start - done
        places += [(at, start), (at + len(sign), end)]
        at, done = at + len(sign), end
    pieces.append(text[done : whole[-1][0].end])
    ends = [(there, here) for here, there in places]
    spans = tuple(Span(_here(ends, span.start), _here(ends, span.end)) for span, _ in whole)
    return DecodedText("".join(pieces), spans, tuple(places))


def _here(ends: Sequence[tuple[int, int]], at: int) -> int:
    there, here = ends[bisect_right(ends, at, key=lambda each: each[0]) - 1]
    return here + at - there


def _escapes(text: str, span: Span, gaps: Sequence[Span]) -> list[tuple[int, int]]:
    """The escapes in a stretch: all JSON escapes between pieces of a string, and elsewhere numbered ones alone."""
    found: list[tuple[int, int]] = []
    at = span.start
    for gap in (*gaps, Span(span.end, span.end)):
        found += [one.span() for one in _INSIDE.finditer(text, at, gap.start)]
        found += [one.span() for one in _ESCAPE.finditer(text, *gap)]
        at = gap.end
    return found


def _with_parts(text: str, words: Sequence[Span]) -> list[tuple[Span, list[Span]]]:
    """Words joined into stretches that only escapes interrupt, each with the runs of escapes in it and at its ends."""
    whole: list[tuple[Span, list[Span]]] = []
    for span in words:
        behind = _PARTS.match(text, span.end)
        end, gaps = (behind.end(), [Span(*behind.span())]) if behind is not None else (span.end, [])
        if whole and whole[-1][0].end >= span.start > whole[-1][0].start:
            whole[-1][1].extend(gaps)
            whole[-1] = Span(whole[-1][0].start, end), whole[-1][1]
            continue
        low = max(0, span.start - _LONGEST_RUN)
        before = next((run for run in _PARTS.finditer(text, low, span.start) if run.end() == span.start), None)
        gaps = [Span(*before.span()), *gaps] if before is not None else gaps
        whole.append((Span(before.start() if before is not None else span.start, end), gaps))
    return whole


_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'")
_RULE = re.compile(r"^[ \t]*[?!]?[\w.-]+[ \t]*(?::{1,2}=|=|:|->)", re.MULTILINE)
_SPACE = re.compile(r"\\s[*+?]?|\[ \][*+?]?|\\[ ]|\\[nrt]|[ \t]+")
_SIGNS = re.compile(r"\\(?=[^\w\s])|[()^$?+*]|\{[0-9,]{1,9}\}")
_FEWEST = 2


def spelled_out(text: str) -> str | None:
    """The literals of a grammar in order, or a pattern without its signs; None if a text is neither.

    Adjacent literals are joined directly. Text between two literals becomes a line end if it contains the sign of an
    alternative, otherwise a space.
    """
    found = list(_LITERAL.finditer(text))
    if len(found) < _FEWEST or _RULE.search(text) is None:
        plain = _SIGNS.sub("", _SPACE.sub(" ", text)).replace("|", "\n")
        return plain if plain != text else None
    parts: list[str] = []
    end = found[0].start()
    for literal in found:
        between = text[end : literal.start()]
        parts.append("\n" if "|" in between else "" if not between.strip() else " ")
        parts.append(_SPACE.sub(" ", literal[1] if literal[1] is not None else literal[2]))
        end = literal.end()
    return "".join(parts).replace("\\", "")
