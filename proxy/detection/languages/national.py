"""Find national numbers and telephone numbers of one language, in addition to what the engine finds in all text.

Context words are searched for in the text itself, so this needs no language model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from proxy.detection.assembly import bounded, of_file
from proxy.detection.languages.table import LANGUAGES
from proxy.detection.recognizers.shapes import BoundedRecognizer, Phones, threshold_of
from proxy.detection.recognizers.table import BY_NAME
from proxy.detection.selection import allowed_words, national_selected, selected
from proxy.model import Finding
from proxy.settings import Detection
from proxy.wording.folded import fold_name

REACH = 60
"""How many characters before a number may hold a context word that supports it."""
BOOST = 0.35
FLOOR = 0.4
"""A context word adds `BOOST` to a score and raises it to at least `FLOOR`, as in Presidio."""


class National:
    """The recognizers of one language under these settings."""

    def __init__(self, detection: Detection, language: str, allowed: frozenset[str] | None = None):
        """`allowed` is the result of `allowed_words` for these settings; pass it to share it between languages."""
        self._threshold = detection.threshold
        self._allow = allowed_words(detection) if allowed is None else allowed
        self._numbers: list[tuple[BoundedRecognizer, float | None]] = [
            *((bounded(builtin), builtin.alone) for builtin in national_selected(detection, language)),
            *((recognizer, None) for recognizer in of_file(detection, language)),
        ]
        self._context = {recognizer.id: _any_of(recognizer.context) for recognizer, _ in self._numbers}
        regions = LANGUAGES[language].regions if language in LANGUAGES else ()
        reads_phones = regions and any(builtin.name == "phone" for builtin in selected(detection))
        self._phones = BoundedRecognizer(Phones(regions), "phone", BY_NAME["phone"].trigger) if reads_phones else None

    def find(self, text: str) -> list[Finding]:
        """Findings in one text; linear in its length."""
        found: list[Finding] = []
        for recognizer, alone in self._numbers:
            for match in recognizer.analyze(text, recognizer.supported_entities):
                supported = self._context[recognizer.id].search(text, max(0, match.start - REACH), match.end)
                score = max(match.score + BOOST, FLOOR) if supported else min(match.score, alone or 1.0)
                if score >= threshold_of(recognizer, match.entity_type, self._threshold):
                    found.append(_finding(match, min(score, 1.0), recognizer.name))
        if self._phones is not None:
            matches = self._phones.analyze(text, self._phones.supported_entities)
            found += [_finding(m, m.score, self._phones.name) for m in matches if m.score >= self._threshold]
        return [finding for finding in found if not self._allowed(text, finding)]

    def _allowed(self, text: str, finding: Finding) -> bool:
        return bool(self._allow) and fold_name(text[finding.start : finding.end]) in self._allow


def _finding(match: Any, score: float, source: str) -> Finding:
    return Finding(match.start, match.end, match.entity_type, round(score, 4), source)


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    """Any of the context words at the start of a word, in any case; words of up to three letters as whole words.

    Scripts without spaces have no word starts, so there a context word counts wherever it stands.
    """
    parts = []
    for word in sorted({word.strip().casefold() for word in words if word.strip()}):
        start = r"\b" if word.isascii() or word[0].islower() else ""
        parts.append(start + re.escape(word) + (r"\b" if len(word) <= 3 else ""))
    return re.compile("|".join(parts) or "(?!)", re.IGNORECASE)
