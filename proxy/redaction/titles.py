"""What stands beside the name of somebody who may not be heard and tells who they are: a job title in a list of people.

Found are, for a name, label or address in full: what is in brackets behind it (``Ben Okoro (CFO)``); the rest of an
entry in a list (``- Ben Okoro, Chief Financial Officer``, ``| Ben Okoro | CFO |``), where it is short and no sentence;
and fields beside it that say so (``"title": "CFO"``, ``Role: CFO``, ``role="CFO"``), up to the next person, blank line
or bracket.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from proxy.model import Span

_FIELDS = (
    r"(?:job[ _-]?)?title|role|position|function|department|dept|occupation|designation|headline|company"
    r"|organi[sz]ation|titel|rolle|funktion|abteilung|firma|rôle|fonction|poste|cargo|puesto|función|departamento"
    r"|functie|afdeling"
)
_FIELD = re.compile(
    rf"(?<!\w)(?:{_FIELDS})[\\\"'*]{{0,3}}[ \t]*[:=][ \t]*\\?(?P<quote>[\"'])?"
    r"(?P<value>(?(quote)[^\"'\\\r\n]{1,120}|[^\"'\\,;|<>(){}\r\n]{1,120}))",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[\"'*_]{0,3}[ \t]{0,2}[(\[](?P<inner>[^()\[\]\r\n]{1,120})[)\]]")
_OPENING = re.compile(r"(?:^|[\r\n;])(?:[^\r\n;:]{0,30}:)?[\s\-*•–|#>\d.)(\"'_]*$")
_ENTRY = re.compile(
    r"[\"'*_]{0,3}[ \t]*(?:<[^<>\r\n]{0,100}>[ \t]*(?:[,|–—/:-][ \t]*)?|[,|–—/:\t][ \t]*|-[ \t]+)"
    r"(?P<rest>[^\r\n;{}<>=\"]{1,120}?)[ \t|]*(?=[\r\n;]|$)"
)
_SENTENCE = re.compile(r"[.?!](?:\s|$)")
_TIME = re.compile(r"[\d:.\s]+")
_MOST_WORDS = 8
_AROUND = 200
_ENDS = re.compile(r"[{}<>\[\]]|\n[ \t\r]*\n")


def titles(text: str, silent: Sequence[Span], named: Sequence[Span], *, listed: bool) -> list[Span]:
    """Spans that tell who the `silent` are, sorted. `named` are all people's, sorted; `listed`: it may be a list.

    In what somebody says, the rest of a line is their words, and only brackets and fields are read.
    """
    found = [span for name in silent for span in _beside(text, name, named, listed)]
    return sorted(span for span in found if any(map(str.isalpha, text[span.start : span.end])))


def _beside(text: str, name: Span, named: Sequence[Span], listed: bool) -> Iterator[Span]:
    brackets = _BRACKETS.match(text, name.end)
    if brackets is not None and not _TIME.fullmatch(brackets["inner"]):
        yield Span(*brackets.span("inner"))
    if listed and _OPENING.search(text[max(0, name.start - _AROUND) : name.start]):
        entry = _ENTRY.match(text, name.end)
        if entry is not None and len(entry["rest"].split()) <= _MOST_WORDS and not _SENTENCE.search(entry["rest"]):
            yield from _without(Span(*entry.span("rest")), named)
    before, behind = _reach(text, name, named)
    for start, end in (before, behind):
        yield from (Span(*field.span("value")) for field in _FIELD.finditer(text, start, end))


def _reach(text: str, name: Span, named: Sequence[Span]) -> tuple[Span, Span]:
    """How far before and behind a name fields are this person's."""
    above, below = bisect_left(named, name) - 1, bisect_right(named, name)
    start = max(0, name.start - _AROUND, named[above].end if above >= 0 else 0)
    end = min(len(text), name.end + _AROUND, named[below].start if below < len(named) else len(text))
    last = max((edge.end() for edge in _ENDS.finditer(text, start, name.start)), default=start)
    first = _ENDS.search(text, name.end, end)
    return Span(last, name.start), Span(name.end, first.start() if first else end)


def _without(span: Span, named: Sequence[Span]) -> Iterator[Span]:
    """The parts of a span that name nobody: names have replacements of their own."""
    at = span.start
    for name in named[bisect_left(named, Span(span.start, 0)) : bisect_left(named, Span(span.end, 0))]:
        yield Span(at, max(at, name.start))
        at = min(name.end, span.end)
    yield Span(at, span.end)
