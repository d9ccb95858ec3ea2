"""What the multilingual model learns from: windows of annotated sets, of made speech, and of English documents."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from proxy.detection.tagger.pieces import Pieces
from proxy.detection.tagger.windows import WINDOW
from training.dataset import Example
from training.generator import Generator
from training.invent import Inventor
from training.multilingual import sets
from training.multilingual.generator import REGIONS, Speech
from training.multilingual.windows import Made, Source, Sources, window
from training.sample import Piece, document, pieces_of, spoken
from training.sets import NEWS, PRESIDIO, Document, handles_unlearnt, read_spans
from training.varied import Varied

ANNOTATED, SPEECH, ENGLISH = 0.52, 0.36, 0.12
"""Shares of the windows: annotated sets, made speech of all languages, English."""
_POWER = 0.7
"""Sets count by their words to this power, so that large ones do not drown small ones."""
_OTHERS, _KEPT = 0.3, 0.5
"""In how many annotated documents names are exchanged for others, and how many of their names stay."""
_COUNT = {"norne_parliament": 4.0, "kpwr_stenogram": 4.0, "meddocan": 0.4, "ronec": 1.4}
"""How much more sets of speech count, and sets of no speech less."""
_BROKEN = 0.2
"""In how many documents a sentence ends and begins where it does not, so that any word opens one."""
_SHORT = 330
"""Letters up to which further documents are joined to a window."""

_INNER_WORD = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{2,}")
"""A word behind another one."""


def restyled(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Two of five windows lose case or punctuation or both, as recognizers of speech write."""
    chance = rng.random()
    if chance < 0.56:
        return pieces
    if chance < 0.58:
        return [(said.upper() if label == "PERSON" else said, label) for said, label in pieces]
    if chance < 0.78:
        return [(said, label) for said, label in _unpunctuated(pieces, rng, lower=True) if said]
    if chance < 0.90:
        return [(said.lower(), label) for said, label in pieces]
    if chance < 0.96:
        return [(said, label) for said, label in _unpunctuated(pieces, rng, lower=False) if said]
    if chance < 0.98:
        return [(said.upper(), label) for said, label in pieces]
    return [(said.title() if label in {"PERSON", "LOCATION"} else said, label) for said, label in pieces]


def _unpunctuated(pieces: list[Piece], rng: random.Random, lower: bool) -> list[Piece]:
    bare = spoken(pieces, rng, fillers=False)
    return bare if lower else [(_cased(said, was), label) for (said, label), (was, _) in zip(bare, pieces, strict=True)]


def _cased(bare: str, was: str) -> str:
    """The letters of `bare`, which is `was` without signs and case, in the case that they had."""
    made, at = [], 0
    for letter in bare:
        while at < len(was) and was[at].lower() != letter:
            at += 1
        made.append(was[at] if at < len(was) else letter)
        at += at < len(was)
    return "".join(made)


def broken(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """The pieces with a sentence that begins at some word outside of entities; what precedes is left out or ends there.

    Models take words that open sentences for names, and in annotated text few words do.
    """
    places = [
        (number, match.start())
        for number, (said, label) in enumerate(pieces)
        if label is None
        for match in _INNER_WORD.finditer(said)
    ]
    if not places:
        return pieces
    number, at = rng.choice(places)
    said = pieces[number][0]
    rest = [(said[at].upper() + said[at + 1 :], None), *pieces[number + 1 :]]
    if rng.random() < 0.4:
        return rest
    end = rng.choice((".", ".", "?", "…", ":", "\n"))
    return [*pieces[:number], (said[:at].rstrip(" ,;:-–") + end + ("" if end == "\n" else " "), None), *rest]


class Mixture(Sources):
    """Endless windows; all draws by one random generator."""

    def __init__(self, home: Path, english: Path, rng: random.Random, measured: bool = False) -> None:
        inventor = Inventor()
        self.rng = rng
        speech = {language: Speech(language, inventor, rng, measured) for language in REGIONS}
        self.annotated = _annotated(sets.read(home, measured), speech, 0.0 if measured else _OTHERS)
        self.speech: list[Source] = [
            (_WEIGHTS.get(language, 1.0), lambda one=one: (one.made(), ())) for language, one in speech.items()
        ]
        self.english = english_sources(english, inventor, rng)

    def windows(self, pieces: Pieces) -> Iterator[Example]:
        """Ids, features and labels of one window after another; the documents of a window are of one group."""
        groups = [self.annotated, self.speech, self.english]
        while True:
            sources = self.rng.choices(groups, (ANNOTATED, SPEECH, ENGLISH))[0]
            yield window(lambda sources=sources: self._styled(sources), pieces, self.rng, WINDOW // 2, 0.7)

    def _styled(self, sources: Sequence[Source]) -> Made:
        made, lacking = self.document(sources)
        cut = pieces_of(made)
        if self.rng.random() < _BROKEN:
            cut = broken(cut, self.rng)
        return document(restyled(cut, self.rng), made.source), lacking


_WEIGHTS = {"de": 1.5, "fr": 2.2, "es": 1.8, "it": 2.2, "nl": 2.0, "pt": 1.4, "cs": 1.6}
"""Languages without a set, or with a set of no speech, have more made speech than the others."""


class _Drawn:
    """Documents of one set, a longer one as often as it is longer than a window; in some, other names stand."""

    def __init__(self, documents: Sequence[Document], lacking: tuple[str, ...], speech: Speech, others: float) -> None:
        self.documents, self.lacking, self.speech, self.others = documents, lacking, speech, others
        total = 0
        self.ends = [total := total + max(len(d.text), _SHORT) for d in documents]

    def __call__(self) -> tuple[Document, tuple[str, ...]]:
        """One of them, and what the set does not annotate."""
        rng = self.speech.rng
        found = rng.choices(self.documents, cum_weights=self.ends)[0]
        if rng.random() >= self.others:
            return found, self.lacking
        pieces = [(self._other(said, label), label) for said, label in pieces_of(found)]
        return document(pieces, found.source), self.lacking

    def _other(self, said: str, label: str | None) -> str:
        """Another name of the same kind and length, in one of two places."""
        if label not in {"PERSON", "LOCATION"} or self.speech.rng.random() < _KEPT:
            return said
        if label == "LOCATION":
            return self.speech.place() if said.isalpha() else said
        if " " in said:
            return f"{self.speech.first()} {self.speech.last()}"
        return self.speech.first() if self.speech.rng.random() < _KEPT else self.speech.last()


def _annotated(
    found: Mapping[tuple[str, str], list[Document]], speech: Mapping[str, Speech], others: float
) -> list[Source]:
    return [
        (
            sum(len(d.text.split()) for d in documents) ** _POWER * _COUNT.get(source, 1.0),
            _Drawn(documents, sets.lacking(source), speech[language], others),
        )
        for (language, source), documents in found.items()
    ]


def english_sources(home: Path, inventor: Inventor, rng: random.Random) -> list[Source]:
    """The English generator and sets, without the meetings."""
    generator = Generator(rng, inventor)
    synthetic = [d for i, d in enumerate(read_spans(home / "presidio_synth_v2.jsonl", PRESIDIO)) if i % 5]
    tweets = handles_unlearnt([d for i, d in enumerate(read_spans(home / "broad_twitter.jsonl", NEWS)) if i % 10])
    noisy = handles_unlearnt([d for i, d in enumerate(read_spans(home / "wnut17_dev.jsonl", NEWS)) if i % 5])
    news = ("NRP", "DATE_TIME")
    made: list[tuple[float, Callable[[], Document], tuple[str, ...]]] = [
        (0.5, generator.made, ()),
        (0.2, Varied(synthetic, generator, 0.8).made, ()),
        (0.2, Varied(tweets, generator, 0.3).made, news),
        (0.1, Varied(noisy, generator, 0.3).made, news),
    ]
    return [(weight, lambda make=make, lacking=lacking: (make(), lacking)) for weight, make, lacking in made]
