"""Find personal data in a text: Presidio's recognizers and our own model, spoken forms, the operator's lists.

No I/O: nothing is fetched or logged. Findings may overlap; `proxy.redaction.spans` resolves that once per request.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, pattern_recognizer
from presidio_analyzer.analyzer_engine import logger as presidio_logger

from proxy.detection import readings
from proxy.detection import selection as recognizers
from proxy.detection.assembly import build
from proxy.detection.blocks import reaching, within_strings
from proxy.detection.capitals import lacks_capital, only_opens
from proxy.detection.dictionary import WordLists
from proxy.detection.languages.identify import told
from proxy.detection.languages.table import COVERED
from proxy.detection.nlp import Artifacts, ContextWords, TaggerEngine
from proxy.detection.precedence import PERSON, names_first
from proxy.detection.recognizers.shapes import threshold_of
from proxy.detection.recognizers.table import SPOKEN_EMAIL, SPOKEN_NUMBER
from proxy.detection.spoken import SpokenReader
from proxy.detection.tagger.model import pieces
from proxy.detection.tongues import Tell
from proxy.errors import OwnFault
from proxy.model import Excerpt, Finding, in_order
from proxy.settings import Detection
from proxy.wording.plain_words import is_plain
from proxy.wording.spellings import is_named_abbreviation
from proxy.wording.vocabulary import all_ordinary

NAMED_KINDS = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP"})
"""Kinds for which the model takes plain words with a capital for findings."""
SURE = 0.5
SURE_BESIDE_CAPITALS = 0.97
"""Least score of a name in lower case made of ordinary words; higher if other words of the text have capitals."""
WARM_UP = "Maya Chen moved to Oslo on 3 May; call 020 7946 0018, write to maya@example.com or see https://example.com."
"""A text that makes every part load what it loads lazily, but for the models of other languages."""
WARM_UP_NAMED = (
    ("Frau Petrović ist am Montag nach Köln gefahren, und wir haben noch nichts wieder von ihr gehört.", "de"),
    ("Оксана Петренко в понедельник уехала в Харьков.", "ru"),
)
"""Texts that make the models of other languages load, with their languages."""

# Presidio's e-mail recognizer uses the module's own extractor, which would fetch a list from the network and keep it on
# disk. This one reads the list that comes with the package.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
# Presidio would skip a pattern that takes too long, with a warning: a leak. Without a limit of its own, the pattern
# runs into the limit of the worker, which refuses the request.
pattern_recognizer.REGEX_TIMEOUT_SECONDS = None  # type: ignore[assignment]
# At debug level, Presidio logs words of the text.
presidio_logger.disabled = True

_DEFINES = re.compile(r"[ \t]*::=")
"""What follows the head of a rule in a grammar (BNF), which is nobody's name."""


class _Registry(RecognizerRegistry):
    """A fixed list of recognizers in a fixed order, so that equal input gives equal output in every process."""

    def get_recognizers(self, *_: object, **__: object) -> list[Any]:
        return list(self.recognizers)


class Engine:
    """Detection under one snapshot of the settings. Loading takes a second or two; use one engine for many texts."""

    def __init__(self, detection: Detection, language: str = COVERED[0], tell: Tell = told):
        """`tell` identifies the languages of texts. Raises `OwnFault` for a language that is not covered whole."""
        if language not in COVERED:
            raise OwnFault("language_uncovered", f"detection covers: {', '.join(COVERED)}")
        self.language = language
        self._threshold = detection.threshold
        self._nlp = TaggerEngine(language, tell)
        self._nlp.load()
        made = build(detection)
        self._entities = sorted({kind for recognizer in made for kind in recognizer.supported_entities})
        self._analyzer = AnalyzerEngine(
            registry=_Registry(made, supported_languages=[language]),
            nlp_engine=self._nlp,
            log_decision_process=False,
            default_score_threshold=detection.threshold,
            supported_languages=[language],
            context_aware_enhancer=ContextWords(recognizers.caps(detection)),
        )
        names = {builtin.name for builtin in recognizers.selected(detection)}
        self._models = frozenset(builtin.name for builtin in recognizers.selected(detection) if builtin.labels)
        self._spoken = SpokenReader(language, SPOKEN_EMAIL in names, SPOKEN_NUMBER in names)
        self._made = {recognizer.name: [each for each in made if each.name == recognizer.name] for recognizer in made}
        self._readers = [recognizer for recognizer in made if recognizer.name not in self._models]
        self._caps = recognizers.caps(detection)
        self._words = WordLists(detection)

    def analyze(self, text: str, languages: Collection[str] = ()) -> list[Finding]:
        """Findings in one text, by start. They depend only on the text, its languages and the settings."""
        return self.find([Excerpt.whole(text)], languages)[0]

    def find(self, excerpts: Sequence[Excerpt], languages: Collection[str] = ()) -> list[list[Finding]]:
        """Findings of each excerpt, in coordinates of its text. Each is read independently of the others.

        `languages` are those that the texts may be in beside the engine's own.
        """
        return [self._read(excerpt, languages) for excerpt in excerpts]

    def _read(self, excerpt: Excerpt, languages: Collection[str]) -> list[Finding]:
        """Findings in a text as it stands, and in its other readings."""
        text = excerpt.text
        found = self._findings(text, self._nlp.process_excerpt(excerpt, languages))
        if (coded := readings.decoded(text)) is not None:
            view, places = coded
            again = self._findings(view.text, self._nlp.read(view.text, languages))
            found += readings.from_decoded(view, places, again)
        for row, lines in readings.apart(text):
            again = self._findings(row.text, self._nlp.read(row.text, languages))
            told = [f for f in again if f.kind == PERSON or f.source not in self._models]
            found += readings.from_apart(row, lines, told)
        if '"' in text:
            found = [part for finding in found for part in within_strings(text, finding)]
        return in_order(set(reaching(excerpt, found)))

    def _findings(self, text: str, artifacts: Artifacts) -> list[Finding]:
        results = self._analyzer.analyze(text, self.language, entities=self._entities, nlp_artifacts=artifacts)
        found = [
            Finding(r.start, r.end, r.entity_type, round(r.score, 4), r.recognition_metadata["recognizer_name"])
            for r in results
        ]
        found = [f for f in found if not self._plain(text, f, artifacts)]
        said = self._spoken.findings(text, self._readers, self._caps)
        found += [f for f in said if f.score >= self._least(f)]
        found = names_first([f for f in found if f.kind == PERSON], found)
        found = [*self._words.permitted(text, found), *self._words.denied(text)]
        return in_order(found)

    def _least(self, finding: Finding) -> float:
        """The least score of a finding in speech that counts."""
        makers = self._made.get(finding.source, ())
        return min((threshold_of(maker, finding.kind, self._threshold) for maker in makers), default=self._threshold)

    def _plain(self, text: str, finding: Finding, artifacts: Artifacts) -> bool:
        if finding.kind not in NAMED_KINDS or finding.source not in self._models:
            return False
        unsure = artifacts.may_be_foreign(finding.start, finding.end)
        if unsure and only_opens(text, finding, lambda word: pieces().is_rather_small(word)):
            return True
        piece = text[finding.start : finding.end]
        if artifacts.is_foreign(finding.start, finding.end):
            goes_on = any(
                not text[other.start_char : other.end_char].islower()
                for other in artifacts.beside(finding.start, finding.end)
            )
            return lacks_capital(text, finding, goes_on)
        if is_named_abbreviation(text, finding.start, finding.end):
            return False
        sure = SURE if text.islower() else SURE_BESIDE_CAPITALS
        return (
            is_plain(piece)
            or _DEFINES.match(text, finding.end) is not None
            or (finding.score < sure and all_ordinary(piece))
        )
