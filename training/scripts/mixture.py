"""What the model of other scripts learns from: windows of annotated sets, of made speech, and of English documents."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from proxy.detection.tagger.pieces import Pieces
from proxy.detection.tagger.windows import WINDOW
from training.dataset import Example
from training.invent import Inventor
from training.multilingual import sets
from training.multilingual.mixture import english_sources
from training.multilingual.windows import Made, Source, Sources, window
from training.sample import Piece, document, pieces_of
from training.scripts.generator import REGIONS, ScriptSpeech
from training.scripts.names import CASES
from training.sets import Document

LANGUAGES = "ar hi ja ko ru zh".split()
"""Languages that have a set with a licence for training; Ukrainian has none."""
ANNOTATED, SPEECH, ENGLISH = 0.60, 0.36, 0.04
"""Shares of the documents: annotated sets, made speech of all languages, English."""
_POWER = 0.6
"""Sets count by their letters to this power, so that large ones do not drown small ones."""
_COUNT = {"weibo": 2.2, "klue_nsmc": 1.7, "aqmar": 0.75}
"""How much more sets of speech count; one takes peoples for people."""
_WEIGHTS = {"uk": 2.2, "ru": 1.2, "ar": 1.5, "hi": 1.2}
"""Languages without a set, or with one of few people, have more made speech than the others."""
_DENSER = {"ja": 3.0, "zh": 3.0, "ko": 2.0}
"""How much more a letter says than one of an alphabet does."""
_OTHERS, _KEPT = 0.3, 0.4
"""In how many annotated documents names are exchanged for others, and how many of their names stay."""
_LONG = 600
_SIGNS = re.compile(r"(?<!\d)[.,;:!?\"“”«»()\[\]…。、，！？；：（）「」『』《》،؟؛।]+(?!\d)|[.,;:!?…。，！？।]+$")
_SPACES = re.compile(r"[ \t]+")


def restyled(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """Two of five documents lose punctuation or case or both, as recognizers of speech write."""
    chance = rng.random()
    if chance < 0.6:
        return pieces
    if chance < 0.92:
        gap = rng.choice(("", " "))
        pieces = [(_SPACES.sub(" ", _SIGNS.sub(gap, said)), label) for said, label in pieces]
    if chance > 0.7:
        pieces = [(said.lower(), label) for said, label in pieces]
    return [piece for piece in pieces if piece[0]]


class Mixture(Sources):
    """Endless windows; all draws by one random generator."""

    def __init__(self, home: Path, english: Path, rng: random.Random, measured: bool = False) -> None:
        inventor = Inventor()
        self.rng = rng
        speech = {language: ScriptSpeech(language, inventor, rng, measured) for language in REGIONS}
        found = sets.read(home, measured, LANGUAGES)
        self.annotated: list[Source] = [
            (
                (sum(len(d.text) for d in documents) * _DENSER.get(language, 1.0)) ** _POWER * _COUNT.get(source, 1.0),
                _Drawn(documents, sets.lacking(source), speech[language], 0.0 if measured else _OTHERS),
            )
            for (language, source), documents in found.items()
        ]
        self.speech: list[Source] = [
            (_WEIGHTS.get(language, 1.0), lambda one=one: (one.made(), ())) for language, one in speech.items()
        ]
        self.english = english_sources(english, inventor, rng)

    def windows(self, pieces: Pieces) -> Iterator[Example]:
        """Ids, features and labels of one window after another; languages stand beside each other in some."""
        while True:
            yield window(self._styled, pieces, self.rng, WINDOW * 2 // 3, 0.8)

    def _styled(self) -> Made:
        groups = [self.annotated, self.speech, self.english]
        made, lacking = self.document(self.rng.choices(groups, (ANNOTATED, SPEECH, ENGLISH))[0])
        return document(restyled(pieces_of(made), self.rng), made.source), lacking


class _Drawn:
    """Documents of one set, long ones cut; in some, other names stand."""

    def __init__(self, documents: Sequence[Document], lacking: tuple[str, ...], speech: ScriptSpeech, others: float):
        self.documents, self.lacking, self.speech, self.others = documents, lacking, speech, others
        total = 0
        self.ends = [total := total + max(len(d.text), 60) for d in documents]

    def __call__(self) -> tuple[Document, tuple[str, ...]]:
        """One of them, and what the set does not annotate."""
        rng = self.speech.rng
        found = rng.choices(self.documents, cum_weights=self.ends)[0]
        pieces = pieces_of(found)
        if len(found.text) > _LONG:
            pieces = _part(pieces, rng)
        if rng.random() < self.others:
            pieces = [(self._other(said, label), label) for said, label in pieces]
        return document(pieces, found.source), self.lacking

    def _other(self, said: str, label: str | None) -> str:
        """Another name of the same kind, with a case where the language has cases."""
        if label not in {"PERSON", "LOCATION"} or self.speech.rng.random() < _KEPT or len(said) < 2:
            return said
        drawn = self.speech.slot("place" if label == "LOCATION" else "person")[0][0]
        if label == "PERSON" and self.speech.language in CASES and " " not in said:
            drawn = self.speech.slot("last")[0][0]
        return drawn


def _part(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """A run of pieces of a long document; texts without names are cut to what stands beside them."""
    start = rng.randrange(len(pieces))
    taken: list[Piece] = []
    for said, label in pieces[start:]:
        taken.append((said if label or len(said) < _LONG else said[:_LONG], label))
        if sum(len(text) for text, _ in taken) > _LONG:
            break
    return taken
