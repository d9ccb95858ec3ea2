"""Finds national numbers and telephone numbers of one language, beside what the engine finds in all text.

Context words are looked for in the text itself, so that this needs no language model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from presidio_analyzer import predefined_recognizers

from proxy.model import Finding
from proxy.redaction.chosen import allowed_words, national_selected, selected
from proxy.redaction.languages import checksums
from proxy.redaction.languages.table import LANGUAGES
from proxy.redaction.recognizers.bounded import Bounded
from proxy.redaction.recognizers.phones import Phones
from proxy.redaction.recognizers.table import BY_NAME
from proxy.redaction.wording.folded import fold_name
from proxy.settings import Detection

REACH = 60
"""How many characters before a number may hold a word that supports it."""
BOOST = 0.35
FLOOR = 0.4
"""What a context word makes of a score, as in Presidio."""


class National:
    """The recognizers of one language under these settings."""

    def __init__(self, detection: Detection, language: str, allowed: frozenset[str] | None = None):
        """`allowed` are the `allowed_words` of these settings, where many languages share them."""
        self._threshold = detection.threshold
        self._allow = allowed_words(detection) if allowed is None else allowed
        self._numbers = [
            (Bounded(_made(str(builtin.made_by)), builtin.name, builtin.trigger), builtin.alone)
            for builtin in national_selected(detection, language)
        ]
        self._context = {bounded.name: _any_of(bounded.context) for bounded, _ in self._numbers}
        regions = LANGUAGES[language].regions if language in LANGUAGES else ()
        reads_phones = regions and any(builtin.name == "phone" for builtin in selected(detection))
        self._phones = Bounded(Phones(regions), "phone", BY_NAME["phone"].trigger) if reads_phones else None

    def find(self, text: str) -> list[Finding]:
        """Findings in one text; linear in its length."""
        found: list[Finding] = []
        for bounded, alone in self._numbers:
            for match in bounded.analyze(text, bounded.supported_entities):
                supported = self._context[bounded.name].search(text, max(0, match.start - REACH), match.end)
                score = max(match.score + BOOST, FLOOR) if supported else min(match.score, alone or 1.0)
                found.append(_finding(match, min(score, 1.0), bounded.name))
        if self._phones is not None:
            matches = self._phones.analyze(text, self._phones.supported_entities)
            found += [_finding(match, match.score, self._phones.name) for match in matches]
        return [finding for finding in found if finding.score >= self._threshold and not self._allowed(text, finding)]

    def _allowed(self, text: str, finding: Finding) -> bool:
        return bool(self._allow) and fold_name(text[finding.start : finding.end]) in self._allow


def _finding(match: Any, score: float, source: str) -> Finding:
    return Finding(match.start, match.end, match.entity_type, round(score, 4), source)


def _made(name: str) -> Any:
    """The recognizer of this name: one of ours, or Presidio's."""
    own = getattr(checksums, name, None)
    return (own or getattr(predefined_recognizers, name))()


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the context words at the start of a word, in any case; words of up to three letters are whole words.

    Scripts without spaces have no starts of words: there a context word counts wherever it stands.
    """
    parts = []
    for word in sorted({word.strip().casefold() for word in words if word.strip()}):
        start = r"\b" if word.isascii() or word[0].islower() else ""
        parts.append(start + re.escape(word) + (r"\b" if len(word) <= 3 else ""))
    return re.compile("|".join(parts) or "(?!)", re.IGNORECASE)
