"""Runs a Presidio recognizer only where its matches can be, so that its cost is linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from presidio_analyzer import LocalRecognizer, RecognizerResult

from proxy.redaction.recognizers.table import Trigger

_WORD = re.compile(r"\w")
_WHOLE_WORDS = frozenset({"URL", "CRYPTO", "MEDICAL_LICENSE"})
"""Kinds whose Presidio patterns match the inside of a word ("maya.ch" in "maya.chen"); they all have triggers."""


class Bounded(LocalRecognizer):
    """A recognizer under our name, run where its trigger is."""

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
        """Nothing to load."""

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
    """The score from which on matches of this kind count: the recognizer's own, for the kind or all, or `otherwise`."""
    own: Mapping[str, float] = recognizer.score_thresholds
    return own.get(kind, own.get("default", otherwise))


def _inside_word(text: str, start: int, end: int, kind: str) -> bool:
    if kind not in _WHOLE_WORDS or "://" in text[start:end]:
        return False
    before, after = text[start - 1 : start], text[end : end + 1]
    return bool(
        (_WORD.match(before) and _WORD.match(text[start])) or (_WORD.match(after) and _WORD.match(text[end - 1]))
    )
