"""Makes the recognizers of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from presidio_analyzer import Pattern, PatternRecognizer, predefined_recognizers

from proxy.redaction.chosen import selected
from proxy.redaction.nlp import NamedEntities
from proxy.redaction.recognizers import patterns
from proxy.redaction.recognizers.bounded import Bounded
from proxy.redaction.recognizers.categories import SpecialCategories
from proxy.redaction.recognizers.network import Ips, Urls
from proxy.redaction.recognizers.phones import Phones
from proxy.redaction.recognizers.table import LANGUAGE, Builtin, Own
from proxy.redaction.secrets.recognizer import Secrets
from proxy.settings import Detection

_SHAPES = {Own.AGES: patterns.AGE, Own.ADDRESSES: patterns.ADDRESS}


def build(detection: Detection) -> list[Any]:
    """The Presidio recognizers that run under these settings: built-in ones, then the operator's patterns."""
    made: list[Any] = []
    for builtin in selected(detection):
        if builtin.labels:
            made.append(NamedEntities(builtin.name, builtin.kinds[0], frozenset(builtin.labels)))
        elif builtin.made_by is not None:
            made.append(Bounded(_inner(builtin, builtin.made_by), builtin.name, builtin.trigger))
    for own in detection.patterns:
        shape = Pattern(own.name, own.regex, own.score)
        inner = PatternRecognizer(own.kind, patterns=[shape], context=list(own.context), supported_language=LANGUAGE)
        made.append(Bounded(inner, own.name, None))
    return made


class AnyEmail(predefined_recognizers.EmailRecognizer):
    """Addresses under internal and reserved domains too (``.corp``, ``.internal``), which Presidio drops."""

    def validate_result(self, pattern_text: str) -> bool | None:
        """True where the domain is public; None, which keeps the pattern's own score, where it is not."""
        return super().validate_result(pattern_text) or None


_OF_OUR_OWN: Mapping[str, Callable[[], Any]] = {
    Own.SECRETS: Secrets,
    Own.CATEGORIES: SpecialCategories,
    "PhoneRecognizer": Phones,
    "EmailRecognizer": AnyEmail,
    "IpRecognizer": Ips,
    "UrlRecognizer": Urls,
}


def _inner(builtin: Builtin, made_by: str | Own) -> Any:
    if made_by in _OF_OUR_OWN:
        return _OF_OUR_OWN[made_by]()
    if isinstance(made_by, Own):
        return PatternRecognizer(builtin.kinds[0], patterns=[Pattern(*shape) for shape in _SHAPES[made_by]])
    if made_by == "InPanRecognizer":
        # The third of Presidio's patterns takes quadratic time (12 s for 60,000 characters) and scores 0.01.
        kept = [pattern for pattern in predefined_recognizers.InPanRecognizer.PATTERNS if pattern.score >= 0.1]
        return predefined_recognizers.InPanRecognizer(patterns=kept)
    return getattr(predefined_recognizers, made_by)()
