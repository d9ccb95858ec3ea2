"""Run the models, the English one and those of other languages: from a text to what they take for entities."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from proxy.detection.tagger.decode import LEAST, Entity, entities
from proxy.detection.tagger.pieces import Pieces, unpack
from proxy.detection.tagger.windows import Tokens, tokens_of, windows
from proxy.wording.vocabulary import read_lexicon

_WEIGHTS = "proxy.detection.tagger.weights"


class Layout(Protocol):
    """How a text is cut into the tokens of a model; `first` and `last` stand at the ends of what it reads at once."""

    @property
    def first(self) -> int:
        """The id of the token before a window."""

    @property
    def last(self) -> int:
        """The id of the token after a window, and at the end of a line."""

    def read(self, text: str, /) -> Tokens:
        """The tokens of a text."""


class WordPieces:
    """The layout of the English model: pieces of words without case, and features from word lists."""

    def __init__(self, tokenizer: str, lexicon: Mapping[str, int]) -> None:
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._lexicon = lexicon
        self.first = _id(self._tokenizer, "[CLS]")
        self.last = _id(self._tokenizer, "[SEP]")

    def read(self, text: str) -> Tokens:
        """The tokens of a text with their features."""
        return tokens_of(text, self._tokenizer, self._lexicon, self.last)


class Tagger:
    """A model with its layout. It uses one thread, and processes that fork later may share it.

    The model reads one window at a time. Several at once would be no faster on one core and would cost each worker
    sixty megabytes. Also, eight-bit activations are scaled by the largest among them, so the result for a window would
    depend on the others in its batch.
    """

    def __init__(
        self, weights: str, layout: Layout, least: Mapping[str, float] = LEAST, lowest: float | None = None
    ) -> None:
        """`least` is the least probability of each kind; with `lowest`, scores are spread from there to 1."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # Memory plans are kept for each window length, and hardly any length but the maximum occurs twice.
        options.enable_mem_pattern = False
        # By path: a session that is given bytes keeps them.
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._reads_features = len(self._session.get_inputs()) > 1
        self._layout = layout
        self._least = least
        self._lowest = lowest

    def find(self, text: str) -> list[Entity]:
        """Entities of one text, by start. They depend only on the text."""
        read = self._layout.read(text)
        found = entities(text, read, self._shares(read), self._least) if read.ids else []
        return [each._replace(score=self._score(each)) for each in found] if self._lowest is not None else found

    def _score(self, found: Entity) -> float:
        """How far the probability of an entity is above the least one of its kind, between `lowest` and 1."""
        least, lowest = self._least[found.kind], self._lowest or 0.0
        return round(lowest + max(0.0, found.score - least) / (1 - least) * (1 - lowest), 4)

    def _shares(self, read: Tokens) -> NDArray[np.float32]:
        """The probability of each label for each token."""
        answers: list[NDArray[np.float32]] = []
        for window in windows(len(read.ids)):
            ids = [self._layout.first, *read.ids[window.start : window.end], self._layout.last]
            asked = {"ids": np.array([ids], np.int64)}
            if self._reads_features:
                asked["features"] = np.array([[0, *read.features[window.start : window.end], 0]], np.int64)
            answer: Any = self._session.run(["scores"], asked)[0][0]
            answers.append(answer[window.first - window.start + 1 : window.last - window.start + 1])
        scores = np.concatenate(answers).astype(np.float32)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = scores / scores.sum(axis=1, keepdims=True)
        return shares


def _id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the vocabulary lacks {token}")
    return found


LEAST_MULTILINGUAL: Mapping[str, float] = {**LEAST, "PERSON": 0.22, "LOCATION": 0.18, "ORGANIZATION": 0.25}
"""Least probabilities for the multilingual model, chosen on the sets that it is measured on."""
LEAST_SCRIPTS: Mapping[str, float] = {**LEAST, "PERSON": 0.25, "LOCATION": 0.2, "ORGANIZATION": 0.35}
"""The same for the model of other scripts, chosen on what was held out of its sets for training."""
LOWEST = 0.35
"""The score of a finding of these models that is just probable enough: `detection.threshold` as shipped."""


@cache
def shipped() -> Tagger:
    """The English model that comes with the package, loaded once per process."""
    home = importlib.resources.files(_WEIGHTS)
    with importlib.resources.as_file(home / "tagger.onnx") as weights:
        return Tagger(
            str(weights),
            WordPieces(
                (home / "tokenizer.json").read_text(encoding="utf-8"),
                read_lexicon((home / "lexicon.xz").read_bytes()),
            ),
        )


@cache
def multilingual() -> Tagger:
    """The model of other languages of Latin script that comes with the package, loaded once per process when needed."""
    return _of_pieces("multilingual.onnx", pieces(), LEAST_MULTILINGUAL)


@cache
def scripts() -> Tagger:
    """The model of other scripts that comes with the package, loaded once per process when it is needed."""
    vocabulary = unpack((importlib.resources.files(_WEIGHTS) / "scripts.xz").read_bytes())
    return _of_pieces("scripts.onnx", vocabulary, LEAST_SCRIPTS)


def _of_pieces(network: str, vocabulary: Pieces, least: Mapping[str, float]) -> Tagger:
    home = importlib.resources.files(_WEIGHTS)
    with importlib.resources.as_file(home / network) as weights:
        return Tagger(str(weights), vocabulary, least, LOWEST)


@cache
def pieces() -> Pieces:
    """The vocabulary of the multilingual model, unpacked once per process."""
    return unpack((importlib.resources.files(_WEIGHTS) / "pieces.xz").read_bytes())
