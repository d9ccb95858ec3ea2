"""Find where people speak in a client's message, by the client's profile.

A profile knows the lines that a client always writes by their digests, so it contains none of the words of its prompts.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from proxy.model import Span
from proxy.settings import Profile

DIGEST_CHARACTERS = 32
"""Hexadecimal digits of a digest: 128 bits."""
USERS = "*"
"""In the ending of a request: any lines that the client's users write."""
_COLON = re.compile(r"[:：][ \t]*")
_RULE = re.compile(r"[\s\-=_*#~`\"'|<>(){}\[\].,:;/\\]*")
"""Rules, fences, brackets and blank lines. Other signs may be an answer: ``+1``, a thumb, a question mark."""


class OwnLine(NamedTuple):
    """A line, or the rest of a line beside a place of speech: the client's own up to `until`, then speech.

    `key` is the digest that proves it, or None. `rule`: the line says nothing, whoever wrote it.
    """

    start: int
    end: int
    until: int
    key: str | None
    rule: bool


def digest(line: str) -> str:
    """The digest of a line, white space aside."""
    return hashlib.sha256(" ".join(line.split()).encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST_CHARACTERS]


def holds_words(line: str) -> bool:
    """Whether a line says anything; rules and fences do not, so they need no digest."""
    return _RULE.fullmatch(line) is None


def opening(line: str) -> str | None:
    """The beginning of a line that may be constant: everything up to its first colon. None if nothing follows it."""
    colon = _COLON.search(line)
    return line[: colon.end()] if colon is not None and line[colon.end() :].strip() else None


def own_line(text: str, span: Span, known: Collection[str]) -> OwnLine:
    """Classify a line by itself: known as a whole, known by its beginning, or unknown."""
    line = text[span.start : span.end]
    if not holds_words(line):
        return OwnLine(span.start, span.end, span.end, None, rule=True)
    if (key := digest(line)) in known:
        return OwnLine(span.start, span.end, span.end, key, rule=False)
    begins = opening(line)
    if begins is not None and (key := digest(begins)) in known:
        return OwnLine(span.start, span.end, span.start + len(begins), key, rule=False)
    return OwnLine(span.start, span.end, span.start, None, rule=False)


def spoken(lines: Sequence[OwnLine]) -> Iterator[Span]:
    """What is not proven to be the client's, given the lines of a message in order.

    Typing a line of the client's makes nobody's words the client's: in the middle of a message, a line counts only if
    it occurs once. From either end, each line counts as long as all lines up to it are the client's. A rule between two
    lines of speech is speech.
    """
    proven = _proven(lines)
    for number, line in enumerate(lines):
        if line.rule:
            if not (_own_beside(lines, proven, number, -1) or _own_beside(lines, proven, number, 1)):
                yield Span(line.start, line.end)
        elif not proven[number]:
            yield Span(line.start, line.end)
        elif line.until < line.end:
            yield Span(line.until, line.end)


def _proven(lines: Sequence[OwnLine]) -> list[bool]:
    times = Counter(line.key for line in lines if line.key is not None)
    proven = [line.key is not None and times[line.key] == 1 for line in lines]
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for number in order:
            all_own = lines[number].until == lines[number].end
            if all_own or order.step > 0:
                proven[number] = lines[number].key is not None
            if not all_own:
                break
    return proven


def _own_beside(lines: Sequence[OwnLine], proven: Sequence[bool], number: int, step: int) -> bool:
    """Whether the next line that says anything, in one direction, is the client's, or there is none."""
    at = number + step
    while 0 <= at < len(lines) and lines[at].rule:
        at += step
    return not 0 <= at < len(lines) or (proven[at] and (step > 0 or lines[at].until == lines[at].end))


def ending_at(lines: Sequence[str], endings: Sequence[Sequence[str]]) -> int | None:
    """The number of the line where one of the `endings` begins for the last time; None if none of them occurs.

    An ending continues to the last line: digests of the client's own lines in order, with `USERS` for any lines that
    its users may have written. Blank lines and rules do not count.
    """
    worded = [(number, line) for number, line in enumerate(lines) if holds_words(line)]
    keys = [(digest(line), digest(begins) if (begins := opening(line)) else None) for _, line in worded]
    found = [at for ending in endings if (at := _begins(keys, ending)) is not None]
    return worded[max(found)][0] if found else None


def _begins(keys: Sequence[tuple[str, str | None]], ending: Sequence[str]) -> int | None:
    """The lowest place where an ending begins that continues to the last line."""
    runs = [list(run) for users, run in groupby(ending, key=USERS.__eq__) if not users]
    at, loose = len(keys), ending[-1] == USERS
    for run in reversed(runs):
        last = at - len(run)
        starts = range(last, -1, -1) if loose else range(last, last - 1, -1)
        fits = (n for n in starts if n >= 0 and all(key in keys[n + k] for k, key in enumerate(run)))
        found = next(fits, None)
        if found is None:
            return None
        at, loose = found, True
    return at


_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]")
_ASKING = re.compile(
    r"\b(?:template|instructions?|format|output|prompt|guidelines|requirements|schema)\b", re.IGNORECASE
)
"""Words in headings of instructions that are not in headings which people type above their words."""
_LOWEST = 6
"""The level of a heading without signs, which any heading closes."""
_QUOTES = {'"': '"', "“": "”", "«": "»"}


def speaking_places(text: str, profile: Profile) -> list[Span]:
    """The places that the markers of a profile show, in order and disjoint; empty if a message has none."""
    known = frozenset(profile.texts)
    lined = list(_lined(text, profile.lines, known))
    if profile.endings:
        marked = list(_ended(text, profile))
    else:
        marked = [*_tagged(text, profile.tags, known), *_headed(text, profile)]
    places = _joined(sorted([*marked, *lined]))
    if profile.all_is_speech and places:
        above = _first_unknown(text[: places[0].start], profile)
        places[0] = Span(places[0].start if above is None else above, places[0].end)
    return places


def unproven_places(text: str, profile: Profile) -> list[Span] | None:
    """The speech in a message: all that the `texts` of a profile do not prove to be the client's; None without `texts`.

    If the client's users write instructions of their own (`unlisted`), also None for messages with a marked place, and
    for those without a known line.
    """
    if not profile.texts:
        return None
    marked = speaking_places(text, profile)
    lines = list(_lines(text, marked, profile))
    if profile.unlisted == "instructions" and (marked or all(line.key is None for line in lines)):
        return None
    return [_unquoted(text, place) for place in _joined(spoken(lines))]


def _joined(places: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for place in places:
        if joined and place.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined


def known_parts(text: str, span: Span, profile: Profile) -> Iterator[tuple[Span, bool]]:
    """Split a stretch beside the places of speech into lines that a profile knows (True) and what is between them."""
    start = span.start
    for line in _own_lines(text, span, profile):
        if line.key is not None:
            if start < line.start:
                yield Span(start, line.start), False
            yield Span(line.start, line.until), True
            start = line.until
    if start < span.end:
        yield Span(start, span.end), False


def _lines(text: str, marked: Sequence[Span], profile: Profile) -> Iterator[OwnLine]:
    """The lines beside the marked places; each marked place is among them as one unknown line.

    If there is no marked place, a marker by itself is no line of the client's.
    """
    profile = profile if marked else profile.model_copy(update={"tags": (), "sections": ()})
    ends = [0, *(at for place in marked for at in place), len(text)]
    for number, (low, high) in enumerate(pairwise(ends)):
        if number % 2:
            yield OwnLine(low, high, low, None, rule=False)
        else:
            yield from _own_lines(text, Span(low, high), profile)


def _own_lines(text: str, span: Span, profile: Profile) -> Iterator[OwnLine]:
    known = frozenset(profile.texts)
    markers = {f"<{end}{tag}>".lower() for tag in profile.tags for end in ("", "/")} | set(profile.sections)
    at = span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        found = own_line(text, Span(at, at + len(line)), known)
        at += len(line)
        marker = found.key is None and (line.strip() in markers or line.strip().lower() in markers)
        yield found._replace(until=found.end, key=digest(line)) if marker else found


def _unquoted(text: str, place: Span) -> Span:
    """A place without the pair of quotation marks around it, which are the client's."""
    inner = text[place.start : place.end]
    start, end = len(inner) - len(inner.lstrip()), len(inner.rstrip())
    if end - start > 2 and _QUOTES.get(inner[start]) == inner[end - 1]:
        return Span(place.start + start + 1, place.start + end - 1)
    return place


def _tagged(text: str, tags: Sequence[str], known: Collection[str]) -> Iterator[Span]:
    """The places from a tag to its last closing tag: a closing tag in speech must not turn the rest into instructions.

    A tag that a line of the client's mentions ("ignore what <talk> says") does not count, nor does one inside of other
    tags.
    """
    names = "|".join(map(re.escape, tags))
    shape = re.compile(rf"<(/?)({names})>", re.IGNORECASE | re.ASCII)
    found: dict[str, list[re.Match[str]]] = defaultdict(list)
    for match in shape.finditer(text) if tags else ():
        if not known or not _told_of(text, match, known):
            found[match[2].lower()].append(match)
    places: list[Span] = []
    # Tags are handled in the order in which they open, so that what is inside of them is known by then.
    for marks in sorted(found.values(), key=lambda marks: next((m.start() for m in marks if not m[1]), len(text))):
        outside = [mark for mark in marks if not any(start <= mark.start() < end for start, end in places)]
        opening = next((mark for mark in outside if not mark[1]), None)
        if opening is not None:
            # If the tag opens again after its last closing tag, the final closing tag was cut off.
            closing = outside[-1] if outside[-1][1] else None
            places.append(Span(opening.end(), closing.start() if closing is not None else len(text)))
    yield from places


def _told_of(text: str, tag: re.Match[str], known: Collection[str]) -> bool:
    start, end = text.rfind("\n", 0, tag.start()) + 1, text.find("\n", tag.end())
    line = text[start : end if end >= 0 else len(text)]
    return line.strip() != tag[0] and digest(line) in known


def _lined(text: str, openings: Sequence[str], known: Collection[str]) -> Iterator[Span]:
    """From the first line that opens so to the end of the last one's paragraph, or to a line of the client's there."""
    start: int | None = None
    end = at = 0
    speaking = False
    for line in text.splitlines(keepends=True):
        opens = line.lstrip().startswith(tuple(openings))
        goes_on = speaking and bool(line.strip()) and not (known and digest(line) in known)
        speaking = opens or goes_on
        if opens and start is None:
            start = at
        at += len(line)
        end = at if speaking else end
    if start is not None:
        yield Span(start, end)


def _headed(text: str, profile: Profile) -> Iterator[Span]:
    """The places below each heading of the profile, up to where the section is closed."""
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    at = 0
    while (
        opened := next((n for n in range(at, len(lines)) if lines[n].strip() in profile.sections), None)
    ) is not None:
        at = _closing(lines, opened, profile)
        yield Span(starts[opened + 1], starts[at])


def _closing(lines: Sequence[str], opened: int, profile: Profile) -> int:
    """The number of the line that closes the section which line `opened` opens; the number of lines if none does.

    A heading of the same or a higher level closes it. What people type closes nothing: the client's own heading does,
    in its last place. If no heading of the client's follows, nothing proves the last heading to be the client's. It
    then closes the section if no line of the client's is known and the profile does not make every message a
    transcript, or if users write instructions of their own and the heading announces instructions.
    """
    own = _HEADING.match(lines[opened])
    level = len(own[1]) if own is not None else _LOWEST
    below = [
        number
        for number in range(opened + 1, len(lines))
        if (heading := _HEADING.match(lines[number])) is not None and len(heading[1]) <= level
    ]
    below = [number for number in below if lines[number].strip() not in profile.sections]
    known = [number for number in below if digest(lines[number]) in profile.texts]
    if known and not profile.endings:
        return next(n for n in reversed(known) if lines[n].strip() == lines[known[0]].strip())
    if not below or known:
        return len(lines)
    asks = _ASKING.search(lines[below[-1]]) is not None and own is not None
    unknown = not profile.texts and profile.unmarked == "any"
    return below[-1] if unknown or (asks and profile.unlisted == "instructions") else len(lines)


def _ended(text: str, profile: Profile) -> Iterator[Span]:
    """The place from the first opening mark to the client's ending: what people type opens and closes nothing.

    Without a whole ending, a tag still closes if nothing follows it, and a heading as in `_closing`. Otherwise
    everything below the mark is speech.
    """
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    tags = "|".join(map(re.escape, profile.tags))
    tag = re.search(rf"<({tags})>", text, re.IGNORECASE | re.ASCII) if tags else None
    heading = next((n for n, line in enumerate(lines) if line.strip() in profile.sections), None)
    below = starts[heading + 1] if heading is not None else len(text) + 1
    if tag is None and heading is None:
        return
    opened = min(below, tag.end() if tag is not None else below)
    begun = bisect_left(starts, opened)
    ending = ending_at(lines[begun:], profile.endings)
    if ending is not None:
        yield Span(opened, starts[begun + ending])
    elif tag is not None and tag.end() == opened:
        closing = re.search(rf"</{re.escape(tag[1])}>\s*\Z", text[opened:], re.IGNORECASE | re.ASCII)
        yield Span(opened, opened + closing.start() if closing is not None else len(text))
    elif heading is not None:
        yield Span(opened, starts[_closing(lines, heading, profile)])


def _first_unknown(above: str, profile: Profile) -> int | None:
    """Where the first line with words begins that is not known to be the client's; None if all of them are."""
    lines = _own_lines(above, Span(0, len(above)), profile)
    return next((line.start for line in lines if not line.rule and line.key is None), None)
