"""Where people speak in a client's message, by the client's profile."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from proxy.formats.own_lines import OwnLine, digest, own_line, spoken
from proxy.model import Span
from proxy.settings import Profile

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]")
_QUOTES = {'"': '"', "“": "”", "«": "»"}


def speaking_places(text: str, profile: Profile) -> list[Span]:
    """The places that the markers of a profile tell, in order and disjoint; empty where there are none in a message."""
    known = frozenset(profile.texts)
    headed = _headed(text, profile) if known else _headed_by_level(text, profile.sections)
    return _joined(sorted([*_tagged(text, profile.tags, known), *_lined(text, profile.lines, known), *headed]))


def unproven_places(text: str, profile: Profile) -> list[Span] | None:
    """All that is not proven to be the client's own by the `texts` of a profile, which is speech; None without any.

    Where the client's users write instructions of their own (`unlisted`), also None for messages with a marked place,
    and for those of which no line is known.
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
    """A stretch beside the places of speech, in lines that a profile knows (true) and what stands between these."""
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
    """The lines beside the marked places, each of which stands among them as one line that nobody knows.

    Where there is none, a marker by itself is no line of the client's.
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
    """To the last closing tag: words that hold a closing tag must not turn what follows into instructions.

    A tag of which a line of the client's speaks ("ignore what <talk> says") is none.
    """
    for tag in tags:
        found = [
            match
            for match in re.finditer(rf"<(/?){re.escape(tag)}>", text, re.IGNORECASE | re.ASCII)
            if not known or not _told_of(text, match, known)
        ]
        opening = next((match for match in found if not match[1]), None)
        closing = next((match for match in reversed(found) if match[1]), None)
        if opening is not None:
            closed = closing is not None and closing.start() >= opening.end()
            yield Span(opening.end(), closing.start() if closing is not None and closed else len(text))


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


def _headed_by_level(text: str, headings: Sequence[str]) -> Iterator[Span]:
    """To the next heading that is as high or higher."""
    start, level, at = 0, 0, 0
    for line in text.splitlines(keepends=True):
        heading = _HEADING.match(line)
        listed = line.strip() in headings
        if heading is not None and level and len(heading[1]) <= level:
            yield Span(start, at)
            level = 0
        at += len(line)
        if listed and not level:
            start, level = at, len(heading[1]) if heading is not None else 6
    if level:
        yield Span(start, len(text))


def _headed(text: str, profile: Profile) -> Iterator[Span]:
    """To the client's own heading below, where that stands last: what people type closes nothing.

    Where none of the client's follows, and its users write headings of their own, the last one closes.
    """
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    at = 0
    while (
        opened := next((n for n in range(at, len(lines)) if lines[n].strip() in profile.sections), None)
    ) is not None:
        at = _closing(lines, opened, profile)
        yield Span(starts[opened + 1], starts[at])


def _closing(lines: Sequence[str], opened: int, profile: Profile) -> int:
    """The number of the line that closes the section which line `opened` opens; that of no line if none does."""
    own = _HEADING.match(lines[opened])
    level = len(own[1]) if own is not None else 6
    below = [
        number
        for number in range(opened + 1, len(lines))
        if (heading := _HEADING.match(lines[number])) is not None and len(heading[1]) <= level
    ]
    below = [number for number in below if lines[number].strip() not in profile.sections]
    known = [number for number in below if digest(lines[number]) in profile.texts]
    if known:
        return next(n for n in reversed(known) if lines[n].strip() == lines[known[0]].strip())
    return below[-1] if below and profile.unlisted == "instructions" else len(lines)
