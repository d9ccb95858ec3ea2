"""Adapters to Presidio for what reads a text as a whole: our own model as its NLP engine, and context words.

The engine returns only entities: no parser, part-of-speech tagger or lemmatizer runs. Context words match at the start
of a word, so no lemma is needed. `STOP_WORDS`, which say nothing about what stands beside them, is spaCy's English list
(MIT); Presidio skips these words when it counts how far a context word is away.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from presidio_analyzer import LocalRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from proxy.detection.blocks import word_end, word_start
from proxy.detection.tagger.decode import NUMBERS
from proxy.detection.tagger.model import Tagger, multilingual, scripts, shipped
from proxy.detection.tongues import Part, Tell, parts
from proxy.languages import words
from proxy.model import Excerpt, Span
from proxy.wording.spellings import SURE_OF_ACRONYM, encodable, tidy

STOP_WORDS = words("stop", "words")


CONTEXT_REACH = 5
"""How many words before a match may support it, as in Presidio."""
CONTEXT_BOOST = 0.35
CONTEXT_FLOOR = 0.4

FEWEST_FIGURES = 4

MODEL_AROUND = 48
"""How many characters around an excerpt the model reads: more words than its own windows have in common."""

_CONTEXT_CHARS = 320
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Entity(NamedTuple):
    """An entity in the form in which Presidio's recognizers read it from an NLP engine."""

    start_char: int
    end_char: int
    label_: str
    score: float


class Artifacts(NlpArtifacts):
    """The entities of a text; `foreign` are the parts that the English model did not read, `doubted` those of both."""

    def __init__(
        self, entities: Sequence[Entity], language: str, foreign: Sequence[Span] = (), doubted: Sequence[Span] = ()
    ) -> None:
        # Presidio expects spaCy's types. Its recognizers read three attributes of an entity; ours read no tokens.
        found: Any = entities
        none: Any = []
        super().__init__(found, none, [], [], None, language)
        self.foreign = foreign
        self.doubted = doubted

    def is_foreign(self, start: int, end: int) -> bool:
        """Whether something lies where English word lists say nothing."""
        return any(span.start <= start and end <= span.end for span in self.foreign)

    def may_be_foreign(self, start: int, end: int) -> bool:
        """Whether the multilingual model read something, alone or beside the English one."""
        return any(span.start <= start and end <= span.end for span in (*self.foreign, *self.doubted))

    def beside(self, start: int, end: int) -> list[Entity]:
        """The entities with one sign, as a space, between them and what lies there."""
        found = cast(Sequence[Entity], self.entities)
        at = bisect_left(found, start, key=lambda each: each.start_char)
        near = found[max(0, at - 1) : at + 2]
        return [each for each in near if start - each.end_char == 1 or each.start_char - end == 1]


class TaggerEngine(NlpEngine):
    """A Presidio NLP engine over our own models; artifacts hold entities, no tokens and no lemmas."""

    def __init__(self, language: str, tell: Tell) -> None:
        """`tell` identifies the language of texts, which decides which of the models reads them."""
        self.language = language
        self.model: Tagger | None = None
        self._tell = tell

    def load(self) -> None:
        """Load the English model, or take the one already loaded. The others are loaded when a text needs them."""
        self.model = shipped()

    def is_loaded(self) -> bool:
        """Whether `load` was called."""
        return self.model is not None

    def process_text(self, text: str, language: str) -> Artifacts:  # noqa: ARG002 - the signature of Presidio
        """Artifacts of one text in the language of the engine."""
        return self.read(text, ())

    def read(self, text: str, languages: Collection[str]) -> Artifacts:
        """Artifacts of a text that is in one of these languages, or in English, or in several of them."""
        if self.model is None:
            raise ValueError("load the engine first")
        cut = parts(text, languages, self._tell)
        found = sorted(each for part in cut for each in self._entities(text, part))
        foreign = [Span(each.start, each.end) for each in cut if not each.english]
        doubted = [Span(each.start, each.end) for each in cut if each.english and each.multilingual]
        return Artifacts(found, self.language, foreign, doubted)

    def _entities(self, text: str, part: Part) -> Iterator[Entity]:
        piece = encodable(text[part.start : part.end])
        readers = (
            (self.model if part.english else None, False),
            (multilingual() if part.multilingual else None, False),
            (scripts() if part.scripts else None, True),
        )
        for model, of_scripts in readers:
            for found in model.find(piece) if model else ():
                if part.counts(piece[found.start : found.end], of_scripts):
                    yield Entity(found.start + part.start, found.end + part.start, found.kind, found.score)

    def process_excerpt(self, excerpt: Excerpt, languages: Collection[str] = ()) -> Artifacts:
        """Artifacts of an excerpt, in coordinates of its text. The model, which costs most, reads little around it."""
        start = word_start(excerpt.text, excerpt.start - MODEL_AROUND, excerpt.start)
        end = word_end(excerpt.text, excerpt.end, excerpt.end + MODEL_AROUND)
        read = self.read(excerpt.text[start:end], languages)
        found = cast(Sequence[Entity], read.entities)
        return Artifacts(
            [each._replace(start_char=each.start_char + start, end_char=each.end_char + start) for each in found],
            self.language,
            *([Span(each.start + start, each.end + start) for each in spans] for spans in (read.foreign, read.doubted)),
        )

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002 - Presidio's signature
        n_process: int = 1,  # noqa: ARG002
        **_: object,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Each text with its artifacts, in order; each text is read on its own."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Whether `word` is too common to be a context word."""
        return word.lower() in STOP_WORDS

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Whether `word` is punctuation."""
        return not any(map(str.isalnum, word))

    def get_supported_entities(self) -> list[str]:
        """No kinds: `NamedEntities` reports them."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The language that the model knows."""
        return [self.language]


class NamedEntities(LocalRecognizer):
    """Entities of one kind that the model finds, trimmed to what a person would call the name."""

    def __init__(self, name: str, kind: str, labels: frozenset[str]):
        self.name: str = name
        self.kind = kind
        self.labels = labels
        super().__init__(supported_entities=[kind], name=name)

    def load(self) -> None:
        """Load nothing: the engine has the model."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:  # noqa: ARG002
        """Findings of this kind among the artifacts."""
        marks = {RecognizerResult.RECOGNIZER_NAME_KEY: self.name, RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id}
        return [
            RecognizerResult(self.kind, start, end, entity.score, recognition_metadata=dict(marks))
            for entity in cast(Sequence[Entity], nlp_artifacts.entities)
            if entity.label_ in self.labels
            for start, end in tidy(
                text, entity.start_char, entity.end_char, self.kind, _may_be_acronym(text, nlp_artifacts, entity)
            )
            if _is_enough(self.kind, text[start:end])
        ]


def _may_be_acronym(text: str, artifacts: NlpArtifacts, entity: Entity) -> bool:
    """Whether an organization may be an acronym: in other languages, or of letters and rather surely one."""
    start, end = entity.start_char, entity.end_char
    if isinstance(artifacts, Artifacts) and artifacts.is_foreign(start, end):
        return True
    return entity.score >= SURE_OF_ACRONYM and text[start:end].isalpha()


def _is_enough(kind: str, piece: str) -> bool:
    """Whether a number has at least four digits, said or written.

    Fewer say nothing alone, and a string that is replaced once is searched for everywhere.
    """
    figures = (max(1, sum(map(str.isdecimal, word))) for word in piece.split())
    return kind not in NUMBERS or sum(figures) >= FEWEST_FIGURES


class ContextWords(ContextAwareEnhancer):
    """Raises the score of a match that a context word precedes; caps a match that means nothing without one.

    It works like Presidio's enhancer, but is linear in the text, and a context word must begin a word of the text (or
    be the whole word, up to three letters): inside words, the "tin" in "meeting" would support a tax number. `alone`
    holds, by recognizer name, the highest score of a match that no context word supports.
    """

    def __init__(self, alone: Mapping[str, float]):
        super().__init__(CONTEXT_BOOST, CONTEXT_FLOOR, CONTEXT_REACH, 0)
        self.alone = alone
        self._context: dict[str, re.Pattern[str]] = {}

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - Presidio's signature
        recognizers: list[Any],
        context: list[str] | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """The results, with their scores changed in place."""
        by_id = {recognizer.id: recognizer for recognizer in recognizers}
        for result in raw_results:
            recognizer = by_id[result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]]
            if not recognizer.context:
                continue
            if self._pattern(recognizer).search(_words_before(text, result.start)):
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


def _words_before(text: str, start: int) -> str:
    """The match's first word and up to `CONTEXT_REACH` meaningful words before it, in lower case and in order."""
    left = max(0, start - _CONTEXT_CHARS)
    before = text[left:start].lower()
    if left and (cut := before.find(" ")) >= 0:
        before = before[cut:]
    words = [word for word in _WORD.findall(before) if word not in STOP_WORDS]
    first = _WORD.search(text, start)
    return " ".join([*words[-CONTEXT_REACH:], first[0].lower() if first else ""])
