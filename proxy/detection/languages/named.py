"""Find national numbers by their names in text of any language: "my BSN is 111222333", "Codice fiscale: …".

A name counts right before its number. A few numbers are so sure by their shape and their check digits that they are
looked for in all text. Everything else is looked for in text of its language alone (`national`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from proxy.detection.assembly import bounded
from proxy.detection.languages.table import NATIONAL
from proxy.detection.recognizers.shapes import BoundedRecognizer, threshold_of
from proxy.detection.selection import allowed_words, national_selected
from proxy.model import Finding
from proxy.settings import Detection
from proxy.wording.folded import fold_name

REACH = 60
"""How many characters after its name a number may begin."""
_LONGEST = 40
"""How many characters a number has at most, with its separators."""
_SCORE = 0.65
_DIGIT = re.compile(r"\d")
_LONG = re.compile(r"\d{2}(?:[A-Za-z]|[ .-]?\d{2}[ .-]?)\d{2}")
"""What every number holds that is looked for in all text; texts without it are not searched."""


class NamedNumbers:
    """The numbers of all languages that are known by their names, under these settings."""

    def __init__(self, detection: Detection, allowed: frozenset[str] | None = None):
        """`allowed` is the result of `allowed_words` for these settings, if it is known."""
        self._threshold = detection.threshold
        self._allow = allowed_words(detection) if allowed is None else allowed
        running = [builtin for code in NATIONAL for builtin in national_selected(detection, code)]
        self._sure = [bounded(builtin) for builtin in running if builtin.anywhere]
        self._by_name: dict[str, list[BoundedRecognizer]] = {}
        for builtin in running:
            for name in builtin.named:
                self._by_name.setdefault(name.casefold(), []).append(bounded(builtin))

    def find(self, text: str) -> list[Finding]:
        """Findings in one text; linear in its length."""
        if _DIGIT.search(text) is None:
            return []
        found = [
            Finding(match.start, match.end, match.entity_type, round(match.score, 4), recognizer.name)
            for recognizer in (self._sure if _LONG.search(text) else ())
            for match in recognizer.analyze(text, recognizer.supported_entities)
            if match.score >= threshold_of(recognizer, match.entity_type, self._threshold)
        ]
        if self._threshold <= _SCORE:
            found += {finding for name in self._called(text) for finding in self._after(text, name)}
        return [one for one in found if not self._allow or fold_name(text[one.start : one.end]) not in self._allow]

    def _called(self, text: str) -> Iterator[re.Match[str]]:
        """Where the text holds a name. Most texts hold none, which a search for each as a string tells fastest."""
        folded = text.casefold()
        names = [name for name in self._by_name if name in folded]
        return _any_of(names).finditer(text) if names else iter(())

    def _after(self, text: str, name: re.Match[str]) -> Iterable[Finding]:
        """The first number of each kind behind its name."""
        end = name.end()
        window = text[end : end + REACH + _LONGEST]
        if _DIGIT.search(window) is None:
            return
        for recognizer in self._by_name[name[0].casefold()]:
            matches = recognizer.analyze(window, recognizer.supported_entities)
            first = min((m for m in matches if m.start <= REACH), key=lambda m: m.start, default=None)
            if first is not None:
                yield Finding(end + first.start, end + first.end, first.entity_type, _SCORE, recognizer.name)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    parts = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, parts)) or '(?!)'})(?!\w)", re.I)
