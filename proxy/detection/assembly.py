"""Build the recognizers that the table lists, and those that the operator defines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from presidio_analyzer import Pattern, PatternRecognizer, predefined_recognizers

from proxy.detection.languages.table import COVERED
from proxy.detection.nlp import NamedEntities
from proxy.detection.recognizers import forms, shapes
from proxy.detection.recognizers.categories import SpecialCategories
from proxy.detection.recognizers.checksums import CheckedNumber
from proxy.detection.recognizers.shapes import BoundedRecognizer, Ips, Phones, Urls
from proxy.detection.recognizers.table import Builtin, Own
from proxy.detection.recognizers.usernames import Usernames
from proxy.detection.secrets.pasted import Secrets
from proxy.detection.selection import FromFile, from_file, selected
from proxy.errors import OwnFault
from proxy.settings import Detection

_SHAPES = {Own.AGES: shapes.AGE, Own.ADDRESSES: shapes.ADDRESS}


def build(detection: Detection) -> list[Any]:
    """The Presidio recognizers that run on all text under these settings: built-in ones, then the operator's own.

    Raises `OwnFault` if the operator's file of recognizers was not read.
    """
    made: list[Any] = []
    for builtin in selected(detection):
        if builtin.labels:
            made.append(NamedEntities(builtin.name, builtin.kinds[0], frozenset(builtin.labels)))
        elif builtin.made_by is not None:
            made.append(bounded(builtin))
    for own in detection.patterns:
        shape = Pattern(own.name, own.regex, own.score)
        inner = PatternRecognizer(own.kind, patterns=[shape], context=list(own.context))
        made.append(BoundedRecognizer(inner, own.name, None))
    return [*made, *(each for code in COVERED for each in of_file(detection, code))]


def bounded(builtin: Builtin) -> BoundedRecognizer:
    """A recognizer that a class implements, under our name."""
    if builtin.made_by is None:
        raise ValueError(f"the recognizer {builtin.name} is made by no class")
    return BoundedRecognizer(_inner(builtin, builtin.made_by), builtin.name, builtin.trigger)


def of_file(detection: Detection, language: str) -> list[BoundedRecognizer]:
    """The recognizers of the operator's file for Presidio that run on text in this language.

    Raises `OwnFault` if the file was not read.
    """
    file = detection.presidio_recognizers
    if file is not None and file.registry is None:
        raise OwnFault("recognizers_not_read", "the file of recognizers was not read; this is a defect of the proxy")
    flags = file.registry.global_regex_flags if file is not None and file.registry is not None else 0
    return [_from_file(row, flags) for row in from_file(detection) if row.language == language]


def _from_file(row: FromFile, flags: int) -> BoundedRecognizer:
    entry = row.entry
    inner: Any
    if row.builtin is not None and row.builtin.made_by is not None:
        inner = _inner(row.builtin, row.builtin.made_by)
    else:
        inner = PatternRecognizer(
            row.kinds[0],
            patterns=[Pattern(each.name, each.regex, each.score) for each in entry.patterns or ()],
            deny_list=list(entry.deny_list or ()),
            deny_list_score=entry.deny_list_score,
        )
    if row.context is not None:
        inner.context = list(row.context)
    if isinstance(inner, PatternRecognizer):
        inner.global_regex_flags = flags
    made = BoundedRecognizer(inner, row.name, row.builtin.trigger if row.builtin is not None else None)
    made.score_thresholds = dict(entry.score_thresholds or {})
    return made


class AnyEmail(predefined_recognizers.EmailRecognizer):
    """E-mail addresses, including internal and reserved domains (``.corp``, ``.internal``), which Presidio drops."""

    def validate_result(self, pattern_text: str) -> bool | None:
        """True if the domain is public, else None, which keeps the pattern's own score."""
        return super().validate_result(pattern_text) or None


_OF_OUR_OWN: Mapping[str, Callable[[], Any]] = {
    Own.SECRETS: Secrets,
    Own.CATEGORIES: SpecialCategories,
    Own.USERNAMES: Usernames,
    Own.WRITTEN_DATES: lambda: forms.Forms(forms.DATE, forms.DATES),
    Own.TIMES: lambda: forms.Forms(forms.DATE, forms.TIMES),
    Own.LABELLED: lambda: forms.Forms(forms.NUMBER, forms.LABELLED, forms.is_assigned),
    "PhoneRecognizer": Phones,
    "EmailRecognizer": AnyEmail,
    "IpRecognizer": Ips,
    "UrlRecognizer": Urls,
}


def _inner(builtin: Builtin, made_by: str | Own) -> Any:
    if builtin.shape is not None:
        return CheckedNumber(builtin.kinds[0], builtin.shape)
    if made_by in _OF_OUR_OWN:
        return _OF_OUR_OWN[made_by]()
    if isinstance(made_by, Own):
        return PatternRecognizer(builtin.kinds[0], patterns=[Pattern(*shape) for shape in _SHAPES[made_by]])
    if made_by == "InPanRecognizer":
        # Presidio's third pattern takes quadratic time (12 s for 60,000 characters) and scores only 0.01.
        kept = [pattern for pattern in predefined_recognizers.InPanRecognizer.PATTERNS if pattern.score >= 0.1]
        return predefined_recognizers.InPanRecognizer(patterns=kept)
    return getattr(predefined_recognizers, made_by)()
