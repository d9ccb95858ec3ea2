"""What needs no model to be marked: days and years, peoples, products, organizations known or told by their form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from training.known import KNOWN
from training.patterns import NATIONS
from training.said import MONTHS
from training.sets import Document, Span
from training.things import PEOPLE, PRODUCTS, WEEKDAYS

_DAYS = "|".join(WEEKDAYS)
_MONTHS = "|".join(month.title() for month in MONTHS)
_SURE_MONTHS = "|".join(month.title() for month in MONTHS if month not in ("may", "march", "august", "april", "june"))
_FIGURES = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"\b(?:(?:{_MONTHS}) {_FIGURES}(?:,? {_YEAR})?|(?:the )?{_FIGURES} (?:of )?(?:{_MONTHS})(?:,? {_YEAR})?"
    rf"|(?:{_MONTHS}),? {_YEAR}|(?:{_DAYS})(?=s?\b)|(?:{_SURE_MONTHS}))\b"
)
_MONTH_AFTER = re.compile(r"\b(?:in|of|by|since|until) (April|May|March|June|August)\b(?! \w+ing\b)")
_YEARS = re.compile(
    rf"\b(?:in|of|by|since|until|before|after|from) (?:the year )?({_YEAR})\b(?![.,]\d)"
    rf"|\b({_YEAR})(?= (?:election|census|budget|season)\b)"
)
_TENS = "(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
_MAYBE_YEAR = re.compile(
    rf"\b{_YEAR}\b|\b(?:nineteen|twenty) (?:ten|eleven|twelve|\w+teen|oh \w+|{_TENS})"
    r"(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?\b",
    re.I,
)
_OFTEN_OTHERWISE = frozenset("Roman Latin Roma Orthodox".split())
_NATIONS = sorted({nation.title() for nation in NATIONS} - _OFTEN_OTHERWISE, key=len, reverse=True)
_PEOPLES = re.compile(rf"\b(?:{'|'.join((*_NATIONS, *PEOPLE))})s?\b")
_MAYBE_PEOPLES = re.compile(_PEOPLES.pattern, re.I)
_EVENTS = "COVID-19|COVID|Covid|Brexit|Watergate|Internet|Wi-Fi|T_V_|L_C_D_|L_E_D_|D_V_D_|V_C_R_|P_C_B_|R_S_I_"
_THINGS = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, PRODUCTS))}|{_EVENTS})(?![\w-])")
_CAPITAL = r"[A-Z][\w'’&-]*"
_HEADS = (
    "University|College|Institute|Foundation|Museum|Hospital|Association|Federation|Agency|Authority|Ministry|Academy"
    "|Department|Party|Bank|Inc|Corp|Ltd|GmbH|LLC|Airlines|Police|Commission|Corporation|Government|Church|Alliance"
)
_FORMED = re.compile(
    rf"\b(?!(?:The|A|An|This|That|Our|My|And|So|But|In|At|Of|Is|Madam|Mr|Yes|No|Okay|Well)\b){_CAPITAL}"
    rf"(?: (?:{_CAPITAL}|and|of|for|&)){{0,3}} (?:{_HEADS})(?: of (?:the )?{_CAPITAL}(?: {_CAPITAL})?)?\b"
    rf"|\b(?:University|Bank|Ministry|Department|Government|Institute|Office|House|Museum|Parliament|Association"
    rf"|Federation) of (?:the )?{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
)
# Words and names of people and places as well: what stands around them must tell, and here nothing asks it.
_DOUBTFUL = frozenset(
    "Target Gap Shell Ford Delta Visa Total Chase Subway Fox Vice Fortune Forbes Canon Universal Paramount Rice "
    "Brown Duke Howard Columbia Oxford Cambridge Berkeley Princeton Chelsea Liverpool Barcelona Arsenal Wellesley "
    "Vassar Eton Rotary Cornell Georgetown Northwestern Penguin Nirvana Apple Meta Oracle Amazon Southwest Dell "
    "Kraft Tyson Procter Robinhood Marvel Disney Hilton Ford Chrysler Mercedes Ferrari Porsche Bayer Merck "
    "Philips WHO ICE MET ABC LSE HP GE GM SEC Purdue Emory Vanderbilt Tulane Bloomberg Siemens Bosch Treasury Met "
    "Fed Times Giants Eagles Cowboys Bulls Mets Cubs Braves Warriors Guardian Economist Congress".split()
)


@cache
def _known() -> re.Pattern[str]:
    names = {name.removeprefix("the ") for name in KNOWN} - _DOUBTFUL
    names = {name for name in names if len(name) > 2}
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![\w-])")


def days(text: str) -> list[Span]:
    """Weekdays, dates and years; ``?`` where figures may be a year or an amount."""
    found = [
        Span(*match.span(match.lastindex or 0), "DATE_TIME")
        for pattern in (_DATES, _MONTH_AFTER, _YEARS)
        for match in pattern.finditer(text)
    ]
    return [*found, *(Span(*match.span(), "?") for match in _MAYBE_YEAR.finditer(text))]


def peoples(text: str) -> list[Span]:
    """Nationalities, languages and religions that begin with a capital."""
    return [Span(*match.span(), "NRP") for match in _PEOPLES.finditer(text)]


def things(text: str) -> list[Span]:
    """Products, diseases and events, which are none of our kinds: their label is empty."""
    return [Span(*match.span(), "") for match in _THINGS.finditer(text)]


def known_organizations(text: str) -> list[Span]:
    """Organizations that everybody knows, and those whose form tells: a university, a ministry, a bank."""
    return [Span(*match.span(), "ORGANIZATION") for pattern in (_FORMED, _known()) for match in pattern.finditer(text)]


def with_more(spans: Iterable[Span], more: Iterable[Span]) -> tuple[Span, ...]:
    """Spans by start, and of `more`, first come first served, what overlaps none."""
    kept = list(spans)
    for span in more:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def completed(documents: Iterable[Document]) -> list[Document]:
    """Documents whose annotators left days and peoples out, with them."""
    return [
        Document(d.text, with_more(d.spans, [*days(d.text), *peoples(d.text), *_maybe_peoples(d.text)]), d.source)
        for d in documents
    ]


def _maybe_peoples(text: str) -> list[Span]:
    return [Span(*match.span(), "?") for match in _MAYBE_PEOPLES.finditer(text)]
