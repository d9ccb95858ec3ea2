"""Where people speak in a client's message, by the client's profile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from proxy.model import Span
from proxy.settings import Profile

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]")


def speaking_places(text: str, profile: Profile) -> list[Span]:
    """The places of speech, in order and disjoint; empty where the profile knows none in this message."""
    found = sorted([*_tagged(text, profile.tags), *_lined(text, profile.lines), *_headed(text, profile.sections)])
    places: list[Span] = []
    for place in found:
        if places and place.start <= places[-1].end:
            places[-1] = Span(places[-1].start, max(places[-1].end, place.end))
        else:
            places.append(place)
    return places


def _tagged(text: str, tags: Sequence[str]) -> Iterator[Span]:
    """To the last closing tag: words that hold a closing tag must not turn what follows into instructions."""
    folded = text.lower()
    for tag in tags if len(folded) == len(text) else ():
        opening, end = folded.find(f"<{tag.lower()}>"), folded.rfind(f"</{tag.lower()}>")
        start = opening + len(tag) + 2
        if opening >= 0:
            yield Span(start, end if end >= start else len(text))


def _lined(text: str, openings: Sequence[str]) -> Iterator[Span]:
    start: int | None = None
    end = at = 0
    speaking = False
    for line in text.splitlines(keepends=True):
        opens = line.lstrip().startswith(tuple(openings))
        speaking = opens or (speaking and bool(line.strip()))
        if opens and start is None:
            start = at
        at += len(line)
        end = at if speaking else end
    if start is not None:
        yield Span(start, end)


def _headed(text: str, headings: Sequence[str]) -> Iterator[Span]:
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
