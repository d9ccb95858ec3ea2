"""Find what is said in languages other than English: numbers, addresses, spelled names. The engine reads English."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from proxy.detection.assembly import build
from proxy.detection.languages.table import COVERED
from proxy.detection.recognizers.shapes import threshold_of
from proxy.detection.recognizers.table import SPOKEN_EMAIL, SPOKEN_NUMBER
from proxy.detection.selection import allowed_words, caps, selected
from proxy.detection.spoken import SpokenReader
from proxy.detection.spoken.tables import LANGUAGES as TABLED
from proxy.model import Finding
from proxy.settings import Detection
from proxy.wording.folded import fold_name

SPOKEN: Final = tuple(code for code in TABLED if code not in COVERED[:1])
"""Languages that have tables of spoken forms, without the one that the engine reads."""


class Said:
    """The readers of spoken forms of all languages but English under these settings."""

    def __init__(self, detection: Detection, allowed: frozenset[str] | None = None):
        """`allowed` is the result of `allowed_words` for these settings, if it is known."""
        running = selected(detection)
        names = {builtin.name for builtin in running}
        models = {builtin.name for builtin in running if builtin.labels}
        email, number = SPOKEN_EMAIL in names, SPOKEN_NUMBER in names
        self._readers = (
            {code: SpokenReader(code, email, number, all_dates=True) for code in SPOKEN} if email or number else {}
        )
        self._recognizers = [each for each in build(detection) if each.name not in models]
        self._least = {
            each.name: {kind: threshold_of(each, kind, detection.threshold) for kind in each.supported_entities}
            for each in self._recognizers
        }
        self._caps = caps(detection)
        self._threshold = detection.threshold
        self._allow = allowed_words(detection) if allowed is None else allowed

    def find(self, text: str, languages: Collection[str]) -> list[Finding]:
        """What is said in these languages in one text; those without tables are left out. Linear in its length."""
        return [
            finding
            for code, reader in self._readers.items()
            if code in languages
            for finding in reader.findings(text, self._recognizers, self._caps)
            if self._counts(text, finding)
        ]

    def _counts(self, text: str, finding: Finding) -> bool:
        least = self._least.get(finding.source, {}).get(finding.kind, self._threshold)
        return finding.score >= least and not (
            self._allow and fold_name(text[finding.start : finding.end]) in self._allow
        )
