"""Carry out actions of the policy: the refusal of a kind, tidy removal, and coarser words for dates and ages.

A date is generalized to month and year, else to the year, else to ``a date``; an age to its decade. A finding of any
other kind has no coarser words and becomes a pseudonym.
"""

from __future__ import annotations

import re

from proxy.errors import SpokenRefusal
from proxy.model import Span

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH = re.compile(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b\.?", re.I)
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d,])")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.]\d{1,2})?(?!\d)")
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d)+|\b\d{1,2}\s*[ap]\.?m\b|o'clock|\b(?:noon|midnight)\b", re.I)
_NUMBER = re.compile(r"\d{1,3}")
_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
    **dict.fromkeys(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
        10,
    ),
}
_OLDEST = 90
"""From this age on, even the decade would point to few people."""


def refuse(kind: str, where: str, passages: frozenset[tuple[int, int]]) -> SpokenRefusal:
    """The refusal for a kind that the policy refuses; `passages` are all that hold a refused kind."""
    return SpokenRefusal(
        "kind_refused",
        f"the text holds a finding of kind {kind}, and policy refuses these; take it out of the text, "
        f"or set another action for redaction.{kind}",
        passages,
        where=where,
    )


def tidied(text: str, span: Span, low: int) -> Span:
    """The span to cut so that white space stays tidy where text is removed without a replacement.

    One space beside the removed text goes with it: the one after it, or before punctuation the one before it, which
    must not lie before `low`.
    """
    start, end = span
    before = text[start - 1] if start > low else ("" if start == 0 else text[start - 1])
    after = text[end : end + 1]
    if after == " " and (start == 0 or before in " \n\t"):
        end += 1
    elif start > low and before == " " and (after == "" or after in ".,;:!?)\n"):
        start -= 1
    return Span(start, end)


def generalizations(kind: str, text: str) -> tuple[str, ...]:
    """Coarser words for a finding, from finer to coarser; empty if there are none."""
    if kind == "AGE":
        return _decade(text)
    if kind != "DATE_TIME":
        return ()
    year = _YEAR.search(text)
    iso = _ISO.search(text)
    if iso and 1 <= int(iso[2]) <= len(MONTHS):
        return (f"{MONTHS[int(iso[2]) - 1]} {iso[1]}", iso[1], "a date")
    month = _MONTH.search(text)
    if month and year:
        name = next(name for name in MONTHS if name[:3].lower() == month[1].lower())
        return (f"{name} {year[0]}", year[0], "a date")
    if year:
        return (year[0], "a date")
    return ("a time",) if _CLOCK.search(text) and not month else ("a date",)


def _decade(text: str) -> tuple[str, ...]:
    number = _NUMBER.search(text)
    words = re.findall(r"[a-z]+", text.lower())
    age = int(number[0]) if number else next((_TENS[word] for word in words if word in _TENS), None)
    if age is None:
        return ()
    if age >= _OLDEST:
        return (f"{_OLDEST} or older",)
    return (f"{age // 10 * 10}s",) if age >= 10 else ("under 10",)
