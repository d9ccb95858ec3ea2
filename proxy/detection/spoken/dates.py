"""Find spoken dates: "the twenty fifth of july twenty twelve", "March third 1987", "dreiundzwanzigster März"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from proxy.detection.spoken.tables import Tables
from proxy.detection.spoken.view import Rewriting
from proxy.detection.spoken.words import Words
from proxy.model import Span

_LAST_DAY = 31
_CENTURIES = ("19", "20")
_BETWEEN = 2
"""How many words may stand between a day and its month: "of the", a full stop."""


class Day(NamedTuple):
    """The words ``first:last`` that name a day of a month, perhaps with a `year` (four digits, else None)."""

    first: int
    last: int
    day: int
    month: int
    year: str | None


def dates(words: Words, tables: Tables, figures: bool = False) -> Iterator[Rewriting]:
    """Every date with day, month and year, written as ``YYYY-MM-DD``; with `figures`, also one without other words."""
    for named in days(words, tables):
        said = words.words[named.first : named.last]
        in_words = any(not word.isdecimal() and word not in tables.months for word in said)
        if named.year is not None and (in_words or figures):
            low, high = words.starts[named.first], words.ends[named.last - 1]
            yield Rewriting(low, high, ((f"{named.year}-{named.month:02}-{named.day:02}", Span(low, high)),))


def days(words: Words, tables: Tables) -> Iterator[Day]:
    """Every day of a month, in order, disjoint."""
    done = 0
    for at, word in enumerate(words.words):
        month = tables.months.get(word)
        if month is None:
            continue
        first, day = _day_before(words, tables, at, done)
        after = at + 1
        if day is None:
            after, day = _day_after(words, tables, after)
            first = at
        if day is None or not 1 <= day <= _LAST_DAY:
            continue
        last, year = _year(words, tables, after)
        done = last if year is not None else after
        yield Day(first, done, day, month, year)


def _day_before(words: Words, tables: Tables, at: int, done: int) -> tuple[int, int | None]:
    end = at
    while (
        end > done and at - end < _BETWEEN and (words.words[end - 1] in tables.words["of"] or _closes(words, end - 1))
    ):
        end -= 1
    for count in (4, 3, 2, 1):
        start = end - count
        if start >= done and all(words.near[start + 1 : at + 1]):
            day = _day(words.words[start:end], tables)
            if day is not None:
                return start, day
    return at, None


def _closes(words: Words, at: int) -> bool:
    """Whether this is a full stop or an ending of an ordinal, right after a figure: "3. März", "1er mars"."""
    return at > 0 and words.words[at - 1].isdecimal() and words.tight(at) and len(words.words[at]) <= _BETWEEN


def _day_after(words: Words, tables: Tables, at: int) -> tuple[int, int | None]:
    while at < len(words) and words.words[at] in tables.words["of"]:
        at += 1
    for count in (2, 1):
        end = at + count
        if end <= len(words) and all(words.near[at:end]):
            day = _day(words.words[at:end], tables)
            if day is not None:
                return end + (end < len(words) and words.words[end] in ("st", "nd", "rd", "th")), day
    return at, None


def _day(said: list[str], tables: Tables) -> int | None:
    digits = tables.ordinals.get(" ".join(said))
    if digits is None and len(said) == 1 and said[0].isdecimal():
        digits = said[0]
    if digits is None and (number := tables.number_at(said, 0)) is not None and number[0] == len(said):
        digits = number[1]
    return int(digits) if digits is not None and len(digits) <= 2 else None


def _year(words: Words, tables: Tables, at: int) -> tuple[int, str | None]:
    """The index after a year that begins at `at`, and its digits."""
    at += at < len(words) and words.near[at] and words.words[at] in tables.words["of"]
    told = tables.year_at(words.words, at) if at < len(words) and words.near[at] else None
    if told is not None:
        return at + told[0], told[1]
    figures, end, thousands = "", at, False
    while end < len(words) and words.near[end] and len(figures) < 4:
        word = words.words[end]
        number = tables.number_at(words.words, end)
        if word.isdecimal():
            figures, end = figures + str(int(word)).zfill(len(word)), end + 1
        elif number is not None:
            figures, end = figures + (number[1].zfill(2) if thousands else number[1]), end + number[0]
        elif word in tables.words["thousand"] and len(figures) == 1:
            figures, end, thousands = figures + "0", end + 1, True
        elif thousands and word in tables.words["joints"]:
            end += 1
        else:
            break
    if thousands and len(figures) == 2:
        figures += "00"
    return (end, figures) if len(figures) == 4 and figures[:2] in _CENTURIES else (at, None)
