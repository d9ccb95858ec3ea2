"""Resolve overlapping claims on a passage, once, into disjoint spans.

The first rule that applies wins:

1. Quotes of withheld words are masked as they stand, with everything inside them.
2. A roster mention beats what the model says of the same characters, with two exceptions. Inside a longer span of
   another kind (a name in an e-mail address, ``June`` in ``5 June``) the longer span wins. A *part* of a name inside a
   longer PERSON yields if the rest looks like more of a name (``Jane`` in ``Jane Smith``), because that is somebody
   else. Names of withheld people yield only to addresses and longer names.
3. What these leave of the model's claims is still replaced, as a claim of its own.
4. Overlapping model claims become one span over all of them. Its kind is that of the longest claim, then of the most
   certain.

No letter or digit that any claim covers survives. Kinds that the policy keeps make no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from operator import attrgetter
from typing import Literal

from proxy.detection.precedence import PERSON
from proxy.model import Span
from proxy.wording.folded import has_alnum, in_run, word_runs
from proxy.wording.plain_words import FUNCTION_WORDS

EMAIL = "EMAIL_ADDRESS"
QUOTE = "WITHHELD_QUOTE"

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_JSON_SIGNS = re.compile(r"\\*\"\s{0,3}[,:\]}][\s,:\[\]{}]*(?:\\*\")?|[\[{]\s{0,3}\\*\"|^\\*\"|\\*\"$")
_ABBREVIATED = re.compile(r"(?:\b[^\W\d_]|\b(?:jr|sr|esq|phd|inc))\.$", re.I)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_WRITTEN_ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:]{1,64}@[^\W_](?:[\w.-]{0,250}\w)?")
_SENTENCE_BEHIND = re.compile(r"[.,;:!?)\"'”’]{1,3}(?:\s|$)")
_start = attrgetter("start")
_OUTER = " \t\u00a0\"'“”‘’()[]{}<>,;:!?*~|/\\`"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that ``text[start:end]`` is to be replaced, as `kind`.

    `people` are the roster ids that a mention may mean. `form` says how it names them: by a name, by an address, or by
    a longer word that holds the name (a handle). `whole`: it is more than a part of the name. `value` is the whole
    entity, if the span holds another spelling of it or only a `piece`. `base` is the form of the name that
    stands for all, if the span holds another.
    """

    start: int
    end: int
    kind: str
    score: float = 1.0
    people: frozenset[str] = frozenset()
    form: Literal["", "name", "email", "handle"] = ""
    whole: bool = False
    value: str | None = None
    piece: bool = False
    base: str | None = None


def prepare(text: str, claims: Iterable[Claim]) -> list[Claim]:
    """Claims cut at line ends, trimmed, and widened to whole words, sorted.

    Line ends stay, because lines carry structure. White space is trimmed; from a PERSON also outer punctuation and the
    possessive ending. A claim that ends inside a word covers the word: half a name still names somebody, and a
    pseudonym attached to letters could not be told from the text again. ``_Jane_`` keeps its marks of emphasis.
    """
    claims = list(claims)
    if not claims:
        return []
    runs: list[Span] = []
    prepared = []
    for claim in claims:
        for low, high in _lines(text, claim):
            start, end = trim(text, low, high, "" if claim.people else claim.kind)
            if start >= end:
                continue
            adjoins = in_run(text, start - 1) or in_run(text, end)
            runs = runs or (word_runs(text) if adjoins else [])
            wide = _widen(text, runs, start, end) if adjoins else Span(start, end)
            same = wide == (claim.start, claim.end)
            cut = claim if same else replace(claim, start=wide.start, end=wide.end)
            if wide != (start, end):
                cut = replace(cut, form="handle" if claim.people else claim.form, whole=False, value=None)
            if (low, high) != (claim.start, claim.end):
                cut = replace(cut, value=cut.value if claim.kind == PERSON else None, piece=True)
            prepared.append(cut)
    return sorted(prepared, key=lambda c: (c.start, -c.end))


def _lines(text: str, claim: Claim) -> Iterator[tuple[int, int]]:
    """The parts of a claim between line ends and JSON punctuation; in a secret, that may belong to the secret."""
    for line in _LINE.finditer(text, claim.start, claim.end):
        at = line.start()
        for sign in _JSON_SIGNS.finditer(text, *line.span()) if claim.kind != "SECRET" else ():
            yield at, sign.start()
            at = sign.end()
        yield at, line.end()


def trim(text: str, start: int, end: int, kind: str) -> Span:
    """``start..end`` without what does not belong to the entity at either end."""
    if kind == EMAIL:
        start, end = _address(text, start, end)
    outer = _OUTER if kind == PERSON and has_alnum(text[start:end]) else None
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip(outer))
    piece = text[start:end].rstrip(outer)
    if outer is not None:
        piece = _POSSESSIVE.sub("", piece)
        if piece.endswith(".") and not _ABBREVIATED.search(piece):
            piece = piece.rstrip(". ")
        piece = piece.lstrip(".")
        start = text.index(piece, start, end) if piece else end
    return Span(start, start + len(piece))


def _address(text: str, start: int, end: int) -> Span:
    """A written address without function words before it and a sentence end after it ("of ana@x.example. So")."""
    found = [match.span() for match in _WRITTEN_ADDRESS.finditer(text, start, end)]
    if len(found) != 1:
        return Span(start, end)
    (low, high), before = found[0], text[start : found[0][0]].lower().split()
    behind = text[high:end]
    start = low if before and FUNCTION_WORDS.issuperset(before) else start
    loose = _SENTENCE_BEHIND.match(behind) or FUNCTION_WORDS.issuperset(behind.lower().split())
    return Span(start, high if loose and "@" not in behind else end)


def _widen(text: str, runs: Sequence[Span], start: int, end: int) -> Span:
    """``start..end`` with the words that it begins or ends in, or that adjoin it; `runs` are all words of the text."""
    at, until = (bisect_right(runs, place, key=_start) - 1 for place in (start, end - 1))
    before, after = (runs[number] if number >= 0 else None for number in (at, until))
    low = before.start if before and before.start < start < before.end else start
    high = after.end if after and after.start < end < after.end else end
    if start > 0 and low == start and before and before.end == start:
        low = before.start
    following = bisect_right(runs, end, key=_start) - 1
    if high == end and following >= 0 and runs[following].start == end:
        high = runs[following].end
    left, right = text[low:start], text[end:high]
    if left == right and left in ("_", "__"):
        return Span(start, end)
    return Span(low, high)


def resolve(
    text: str,
    quotes: Sequence[Claim],
    mentions: Sequence[Claim],
    found: Sequence[Claim],
    withheld_people: frozenset[str] = frozenset(),
) -> list[Claim]:
    """Disjoint claims in order. All inputs are prepared: within lines, at whole words, sorted by start.

    `withheld_people` are ids. Names of these people take precedence even inside longer claims of other kinds.
    """
    fixed = merge(quotes)
    around = _standing(text, mentions, found, fixed, withheld_people)
    standing = merge(sorted(around, key=lambda c: (c.start, -c.end)))
    fixed = sorted([*fixed, *subtract(text, standing, fixed)], key=lambda c: c.start)
    return sorted([*fixed, *merge(subtract(text, found, fixed))], key=lambda c: c.start)


def subtract(text: str, claims: Iterable[Claim], holes: Sequence[Claim]) -> list[Claim]:
    """What `claims` cover outside the disjoint, sorted `holes`; pieces without a letter or digit are dropped."""
    ends = [hole.end for hole in holes]
    pieces: list[Claim] = []
    for claim in claims:
        at = claim.start
        index = bisect_right(ends, at)
        if index == len(holes) or holes[index].start >= claim.end:
            pieces.append(claim)
            continue
        while at < claim.end:
            hole = holes[index] if index < len(holes) else None
            until = min(hole.start, claim.end) if hole else claim.end
            span = trim(text, at, until, claim.kind) if until > at else Span(at, at)
            if span.start < span.end and has_alnum(text[span.start : span.end]):
                pieces.append(Claim(span.start, span.end, claim.kind, claim.score))
            at = max(hole.end, until) if hole else claim.end
            index += 1
    return sorted(pieces, key=lambda c: (c.start, -c.end))


def _standing(
    text: str,
    mentions: Sequence[Claim],
    found: Sequence[Claim],
    fixed: Sequence[Claim],
    withheld_people: frozenset[str],
) -> list[Claim]:
    """Roster mentions that do not yield to a longer claim around them.

    A mention yields only to a claim that is replaced as a whole. If another mention or a quote is cut out of the claims
    there, the rest would stand for a name that nobody recognized.
    """
    starts = [claim.start for claim in found]
    reach = _farthest(found)
    named: dict[int, bool] = {}
    standing: list[Claim] = []
    yielding: list[Claim] = []
    for mention in mentions:
        index = bisect_right(starts, mention.start) - 1
        around = found[reach[index]] if index >= 0 else None
        if around is None or around.end < mention.end or around.end - around.start <= mention.end - mention.start:
            standing.append(mention)
            continue
        if around.kind == PERSON:
            if reach[index] not in named:
                named[reach[index]] = _has_other_names(text, around, mentions)
            stands = mention.whole or (text[mention.start].isupper() and not named[reach[index]])
        else:
            stands = around.kind != EMAIL and bool(mention.people & withheld_people)
        if stands:
            standing.append(mention)
        else:
            yielding.append(mention)
    cuts = merge(sorted([*standing, *fixed], key=lambda c: (c.start, -c.end)))
    clusters = merge(found)
    whole = [subtract(text, [cluster], cuts) == [cluster] for cluster in clusters]
    ends = [cluster.end for cluster in clusters]
    return standing + [mention for mention in yielding if not whole[bisect_right(ends, mention.start)]]


def _farthest(found: Sequence[Claim]) -> list[int]:
    """For each claim, the index of the claim up to it that ends last."""
    farthest: list[int] = []
    for index, claim in enumerate(found):
        best = farthest[-1] if farthest else index
        farthest.append(index if claim.end > found[best].end else best)
    return farthest


def _has_other_names(text: str, around: Claim, mentions: Sequence[Claim]) -> bool:
    """Whether a PERSON claim holds capitalized words beside the roster mentions in it."""
    first = bisect_left(mentions, around.start, key=lambda m: m.start)
    inside = takewhile(lambda m: m.start < around.end, islice(mentions, first, None))
    rest = subtract(text, [around], merge(inside))
    return any(word[0].isupper() for piece in rest for word in text[piece.start : piece.end].split())


def merge(claims: Iterable[Claim]) -> list[Claim]:
    """Overlapping claims as one over all their characters, of the kind of the longest, then most certain."""
    merged: list[Claim] = []
    best: list[Claim] = []
    for claim in claims:
        last = merged[-1] if merged else None
        if last is None or claim.start >= last.end:
            merged.append(claim)
            best.append(claim)
            continue
        best[-1] = max(best[-1], claim, key=lambda c: (c.end - c.start, c.score, c.kind))
        end = max(last.end, claim.end)
        if (best[-1].start, best[-1].end) == (last.start, end):
            merged[-1] = best[-1]
        else:
            people = last.people | claim.people
            merged[-1] = Claim(last.start, end, best[-1].kind, best[-1].score, people, form="handle" if people else "")
    return merged
