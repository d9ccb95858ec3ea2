"""Run Presidio recognizers only where a match is possible, and define shapes of personal data that Presidio lacks.

`BoundedRecognizer` searches only around a trigger, so that the cost is linear in the text. `Ips` and `Urls` find device
addresses and links without what only resembles them in code and prose. `Phones` finds written telephone numbers in the
notation of any of the listed countries.

`AGE` and `ADDRESS` hold shapes of ages, street addresses and coordinates. Each shape is (name, regular expression,
score). Repetitions are bounded, so that time is linear in the text. Case is ignored unless an expression says
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import phonenumbers
from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import IpRecognizer, PhoneRecognizer, UrlRecognizer

from proxy.detection.recognizers.table import PHONE_DIGITS, PHONE_REGIONS, Trigger

_WORD = re.compile(r"\w")
_WHOLE_WORDS = frozenset({"URL", "CRYPTO", "MEDICAL_LICENSE"})
"""Kinds whose Presidio patterns match inside a word ("maya.ch" in "maya.chen"); all of them have triggers."""


class BoundedRecognizer(LocalRecognizer):
    """A recognizer under our name that runs only near its trigger."""

    def __init__(self, inner: Any, name: str, trigger: Trigger | None):
        self.name: str = name
        self.inner = inner
        self.trigger = trigger
        super().__init__(
            supported_entities=list(inner.supported_entities),
            name=name,
            context=list(inner.context or ()),
        )

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """The inner recognizer's matches, in coordinates of `text`."""
        marks = {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id}
        results: list[RecognizerResult] = []
        for left, right in self._windows(text):
            for match in self.inner.analyze(text[left:right], entities, nlp_artifacts):
                start, end = match.start + left, match.end + left
                cut = (match.start == 0 and left > 0) or (end == right and right < len(text))
                inside = self.trigger is not None and _inside_word(text, start, end, match.entity_type)
                if not (cut or inside):
                    results.append(
                        RecognizerResult(match.entity_type, start, end, match.score, recognition_metadata=dict(marks))
                    )
        return results

    def _windows(self, text: str) -> Iterator[tuple[int, int]]:
        if self.trigger is None:
            yield 0, len(text)
            return
        pattern, reach = self.trigger
        if reach is None:
            if pattern.search(text):
                yield 0, len(text)
            return
        left, right = 0, -1
        for match in pattern.finditer(text):
            begin, finish = max(0, match.start() - reach), min(len(text), match.end() + reach)
            if right < 0:
                left, right = begin, finish
            elif begin <= right:
                right = finish
            else:
                yield left, right
                left, right = begin, finish
        if right >= 0:
            yield left, right


def threshold_of(recognizer: Any, kind: str, otherwise: float) -> float:
    """The least score of a match of this kind: the recognizer's own, for the kind or for all, else `otherwise`."""
    own: Mapping[str, float] = recognizer.score_thresholds
    return own.get(kind, own.get("default", otherwise))


def _inside_word(text: str, start: int, end: int, kind: str) -> bool:
    if kind not in _WHOLE_WORDS or "://" in text[start:end]:
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(
        (_WORD.match(before) and _WORD.match(text[start])) or (_WORD.match(after) and _WORD.match(text[end - 1]))
    )


_QUOTES = "\"'`\\"
_RELEASE = re.compile(
    r"(?:\b(?:versions?|ver\.?|releases?|builds?|revision|firmware)\s{1,2}(?:is\s)?|\bv\.?\s?)$", re.I
)
_BEFORE = 20


class Ips(IpRecognizer):
    """IP addresses, but neither scopes in code (``b::c``) nor versions (``version 1.2.3.4``)."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's matches that are neither."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        return [result for result in found if not _is_code(text, result.start, result.end)]


class Urls(UrlRecognizer):
    """Links without the quotes around them, which belong to the text."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Presidio's matches, each from after an opening quote to before a closing one."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in found:
            link = text[result.start : result.end]
            result.start += len(link) - len(link.lstrip(_QUOTES))
            result.end -= len(link) - len(link.rstrip(_QUOTES))
        return [result for result in found if result.start < result.end]


def _is_code(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    if "::" in said and not any(map(str.isdecimal, said)):
        return True
    return ":" not in said and _RELEASE.search(text[max(0, start - _BEFORE) : start]) is not None


_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_AGE = rf"(?:1?\d{{1,2}}|(?:{_TENS})(?:[ -](?:{_ONES}))?|{_TEENS}|{_ONES})"

Shape = tuple[str, str, float]

AGE: tuple[Shape, ...] = (
    ("years old", rf"\b{_AGE}(?:[ -]and[ -]a[ -]half)?[ -](?:years?|months?|weeks?|yrs?)[ -](?:old|of age)\b", 0.8),
    ("aged", rf"\b(?:aged?|age of|age is|turn(?:s|ed|ing)) {_AGE}\b(?! (?:out|into|of|percent|degrees|points))", 0.5),
)

_STREET = (
    "street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|highway|hwy"
    "|parkway|pkwy|crescent|close|circle|trail|mews|row"
)
_STATE = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)

_SIGN = r"[-+\u2212]?"
_SIDE = r"(?:\s?°)?(?:\s?[NSEWO]\b)?"

ADDRESS: tuple[Shape, ...] = (
    (
        "coordinates",  # four decimals identify a house
        rf"(?<![\d.]){_SIGN}(?:[1-8]?\d|90)\.\d{{4,15}}{_SIDE}\s{{0,2}}[,;/]\s{{0,2}}"
        rf"{_SIGN}1?\d{{1,2}}\.\d{{4,15}}{_SIDE}(?![\d]|\.\d)",
        0.7,
    ),
    (
        "coordinates in minutes",
        r"\b\d{1,2}\s?°\s?\d{1,2}(?:\.\d{1,6})?\s?['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?\s?(?:[\"″”]|'')\s?)?[NS][,;]?\s{0,2}"
        r"\d{1,3}\s?°\s?\d{1,2}(?:\.\d{1,6})?\s?['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?\s?(?:[\"″”]|'')\s?)?[EWO]\b",
        0.7,
    ),
    (
        "house and street",
        r"\b\d{1,5}[a-z]?,? (?:(?:north|south|east|west|[nsew])\.? )?"
        rf"(?:[^\W\d_][\w'’.-]{{0,24}} ){{1,3}}(?:{_STREET})\b"
        r"(?:,? (?:apt|apartment|suite|ste|unit|flat|floor|#)\.? ?\w{1,5}\b)?",
        0.6,
    ),
    ("post office box", r"\bP\.? ?O\.? ?Box \d{1,7}\b", 0.7),
    ("apartment", r"\b(?:apt|apartment|suite|ste)\b\.? ?(?:#|no\.? ?)?\d{1,5}[a-z]?\b", 0.6),
    ("military mail", r"\b(?:(?:PSC|unit) \d{1,5},? Box \d{1,5}|(?-i:[AFD]PO,? A[AEP]) \d{5})\b", 0.7),
    ("state and ZIP", rf"\b(?-i:{_STATE}),? \d{{5}}(?:-\d{{4}})?\b", 0.6),
)


KIND = "PHONE_NUMBER"


class Phones(LocalRecognizer):
    """Presidio's recognizer, except that a number that one country accepts whole is not tried for the others.

    Whether a number that begins with ``+`` is valid does not depend on the country, so it is tried once.
    """

    def __init__(self, regions: Sequence[str] = PHONE_REGIONS) -> None:
        self._regions = tuple(regions)
        super().__init__(supported_entities=[KIND], context=PhoneRecognizer.CONTEXT)

    def load(self) -> None:
        """Load nothing."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002
        """Numbers in `text`; if several readings overlap, all of them."""
        open_runs = [match.span() for match in PHONE_DIGITS.finditer(text)]
        spans: set[tuple[int, int]] = set()
        for region in self._regions:
            for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID):
                spans.add((match.start, match.end))
            open_runs = [(low, high) for low, high in open_runs if not any(a <= low and high <= b for a, b in spans)]
            if not open_runs:
                break
        return [RecognizerResult(KIND, start, end, PhoneRecognizer.SCORE) for start, end in sorted(spans)]
