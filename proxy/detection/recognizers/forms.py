"""What stands in forms and records beside its label: dates and times as written, and numbers that an office assigns.

`DATES` and `TIMES` are shapes. Hours and minutes count where they are a time of day ("at 13:44", "10:17 pm"), not where
they may be a position in a recording. `LABELLED` finds what follows a label: "passport no. X1234567", "MRN: 77-812",
"employee ID E1042". The value needs a digit, and a label that is also an everyday word ("order") needs "number", "ID",
"no." or a colon behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from proxy.detection.recognizers.shapes import Shape

DATE, NUMBER = "DATE_TIME", "ID_NUMBER"
_FEWEST_DIGITS, _FEWEST_SIGNS = 3, 4


class Forms(LocalRecognizer):
    """Shapes of one kind. Where a shape has a group ``value``, the group is the finding."""

    def __init__(self, kind: str, shapes: Sequence[Shape], accepts: Callable[[str], bool] = bool) -> None:
        """`accepts` says of the text of a finding whether it counts."""
        self._kind, self._accepts = kind, accepts
        self._shapes = [(re.compile(pattern, re.I), score) for _, pattern, score in shapes]
        super().__init__(supported_entities=[kind], name="forms")

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Findings in coordinates of `text`."""
        found: dict[tuple[int, int], float] = {}
        for pattern, score in self._shapes:
            for match in pattern.finditer(text):
                span = match.span("value" if "value" in match.re.groupindex else 0)
                if self._accepts(text[slice(*span)]):
                    found[span] = max(score, found.get(span, 0))
        return [RecognizerResult(self._kind, start, end, score) for (start, end), score in sorted(found.items())]


def is_assigned(said: str) -> bool:
    """Whether what follows a label is long enough to be a number that somebody was given."""
    digits, capitals = sum(map(str.isdecimal, said)), sum(map(str.isupper, said))
    long = sum(map(str.isalnum, said)) >= _FEWEST_SIGNS
    return long and (digits >= _FEWEST_DIGITS or (digits > 1 and capitals >= _FEWEST_DIGITS))


_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_TH = "(?:st|nd|rd|th)"
_YEAR = r"(?:19|20)\d{2}"
_CLOCK = r"(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:[:.][0-5]\d(?:\.\d{1,6})?)?"
_ZONE = r"(?: ?Z\b| ?[+-]\d{2}:?\d{2}\b)?"
_HALF = r"(?: ?[ap]\.?m\b\.?)"
_NO_MORE = r"(?![\d:.]\d|\w|%)"
"""What no time goes on with: further figures, letters, a percent sign."""

DATES: tuple[Shape, ...] = (
    (
        "date and time",
        rf"\b(?:{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]{_YEAR})(?:T|,? )"
        rf"{_CLOCK}{_HALF}?{_ZONE}(?!\d)",
        0.7,
    ),
    (
        "day, month and year",
        rf"\b{_DAY}{_TH}?[ /-]?(?:of )?{_MONTH}\.?,?[ /-]?(?:{_YEAR}|'?\d{{2}}\b)",
        0.7,
    ),
    ("month, day and year", rf"\b{_MONTH}\.? {_DAY}{_TH}?,? {_YEAR}\b", 0.7),
    ("year, month and day", rf"\b{_YEAR}[ /-]{_MONTH}[ /-]{_DAY}\b", 0.7),
    ("day and month", rf"\b{_DAY}{_TH} (?:of )?{_MONTH}\b|\b{_DAY} (?:of )?(?!may\b|mar\b){_MONTH}\b", 0.5),
    ("month and day", rf"\b(?!may\b){_MONTH}\.? {_DAY}{_TH}?\b(?![:.,]?\d| ?%)", 0.5),
    ("month and year", rf"\b{_MONTH}\.?[ /-]{_YEAR}\b|\b{_MONTH}/\d{{2}}\b|\b(?:0[1-9]|1[0-2])/{_YEAR}\b", 0.6),
)

_SAID_HOUR = "(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_BEFORE_A_TIME = "at|by|from|until|till|before|after|around|about|since|between|time"
_TIME_LABEL = "time|start|end|begins?|ends?|arrival|departure"
TIMES: tuple[Shape, ...] = (
    ("half of the day", rf"\b(?:{_CLOCK}|1[0-2]|0?[1-9]){_HALF}(?!\w)", 0.6),
    (
        "at a time",
        rf"\b(?:{_BEFORE_A_TIME}) (?P<value>{_CLOCK}{_NO_MORE}(?: ?(?:-|–|to|and|until) ?{_CLOCK}{_NO_MORE})?)",
        0.6,
    ),
    ("a labelled time", rf"\b(?:{_TIME_LABEL})\s?[:=]\s?(?P<value>{_CLOCK}){_NO_MORE}", 0.6),
    ("o'clock", rf"\b(?:\d{{1,2}}|{_SAID_HOUR}) ?o['’]clock\b", 0.6),
    ("part of an hour", rf"\b(?:half|(?:a )?quarter) (?:past|to) (?:{_SAID_HOUR}|\d{{1,2}})\b", 0.6),
    ("hours with a letter", r"\b(?:[01]?\d|2[0-3])h[0-5]\d\b", 0.5),
)

_OFFICIAL = (
    r"passport|driv(?:er|ing)['’]?s?[ -]licen[cs]e|(?:(?:licen[cs]e|number|registration)[ -])?plate|mrn|"
    r"medical[ -]record|health[ -]record|imei|imsi|iccid|vin|vehicle identification|vrm|ssn|social[ -]security|"
    r"social[ -]insurance|national[ -]insurance|nino|tin|itin|ein|tax(?:payer)?[ -]?(?:id|number|file)|vat|"
    r"(?:national|state|personal|photo)[ -]id|id[ -]card|identity[ -]card|identification|nhs|medicare|medicaid|"
    r"bank[ -]account|routing|sort[ -]code|residence[ -]permit|visa"
)
_EVERYDAY = (
    r"account|acct|licen[cs]e|patient|employee|staff|personnel|payroll|badge|member(?:ship)?|customer|client|student|"
    r"enrol?lment|order|invoice|policy|claim|case|reference|ref|booking|reservation|confirmation|tracking|serial|device|"
    r"registration|insurance|permit|voter|beneficiary|subscriber|application|applicant|certificate|file|record|docket|"
    r"transaction|user|contract|asset|chart|hospital|citizen|resident|alien|identity|fiscal|matriculation|roll|emp|"
    r"cust|acc|dl|dln|doc(?:ument)?|cert|appl|loan|mortgage|meter|sim|donor|visitor|tenant|cardholder|sample|"
    r"prescription|admission|enrolment|pension|union|crew|pilot|faculty"
)
_NUMBER = r"(?:numbers?|num|no|nr|id|ids|code|card|identifier|#|№)"
_LINKING = "is|was|are|reads?|with|under|as|of|for|the|his|her|my|their|applicant|holder|-|–"
_JOIN = rf"(?:['\"]?\s?[:=#]\s?|\s?\(|,? (?:{_LINKING})(?= )|\.?(?= ))"
_VALUE = (
    r"(?=[\w./-]{0,30}\d|[A-Z]{1,5}[ -]\d)(?!\d{1,2}(?![\w./-]| \d{2})|(?:19|20)\d\d(?![\w./-]))"
    r"[A-Za-z0-9]{1,24}(?:[-./][A-Za-z0-9]{1,24}){0,6}(?: (?:\d[\w-]{0,14}|(?-i:[A-Z]{1,3}\d*)\b)){0,5}"
)
LABELLED: tuple[Shape, ...] = (
    ("vehicle", r"\b(?=(?:[A-Z]{0,16}\d){3})(?=\d{0,16}[A-Z])(?-i:[A-HJ-NPR-Z\d]{17})\b", 0.6),
    ("IMEI with dashes", r"\b\d{2}-\d{6}-\d{6}-\d{1,2}\b", 0.7),
    (
        "behind a label",
        rf"\b(?:(?:{_OFFICIAL})(?:[ -]{_NUMBER}\.?)?|(?:{_EVERYDAY})(?:['’]s)?(?:[ -]{_NUMBER}\.?|(?=\s?[:#]))|"
        rf"(?-i:ID|Id)(?:[ -]{_NUMBER}\.?)?){_JOIN}{{1,6}} ?(?P<value>{_VALUE})",
        0.6,
    ),
)
