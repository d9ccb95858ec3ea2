"""Runs the model: from a text to the stretches that it takes for entities."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from proxy.redaction.tagger.decode import Entity, entities
from proxy.redaction.tagger.features import read_lexicon
from proxy.redaction.tagger.windows import Tokens, tokens_of, windows

_WEIGHTS = "proxy.redaction.tagger.weights"
_BATCH = 16
"""Windows that the model is given at once."""


class Tagger:
    """The model with its tokenizer and word lists. One thread; a process that forks later may share it."""

    def __init__(self, weights: bytes, tokenizer: str, lexicon: Mapping[str, int]) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._lexicon = lexicon
        self._first = _id(self._tokenizer, "[CLS]")
        self._last = _id(self._tokenizer, "[SEP]")

    def find(self, text: str) -> list[Entity]:
        """Entities of one text, by start. Depends on nothing but the text: no other text shares its batch."""
        read = tokens_of(text, self._tokenizer, self._lexicon, self._last)
        return entities(text, read, self._shares(read)) if read.ids else []

    def _shares(self, read: Tokens) -> NDArray[np.float32]:
        """For each token the probability of each label."""
        laid = list(windows(len(read.ids)))
        answers: list[NDArray[np.float32]] = []
        for at in range(0, len(laid), _BATCH):
            group = laid[at : at + _BATCH]
            # All windows of a text are equally long, so there is no padding.
            length = group[0].end - group[0].start + 2
            ids, features = np.zeros((len(group), length), np.int64), np.zeros((len(group), length), np.int64)
            ids[:, 0], ids[:, -1] = self._first, self._last
            for row, window in enumerate(group):
                ids[row, 1:-1] = read.ids[window.start : window.end]
                features[row, 1:-1] = read.features[window.start : window.end]
            scores: Any = self._session.run(["scores"], {"ids": ids, "features": features})[0]
            for row, window in enumerate(group):
                answers.append(scores[row, window.first - window.start + 1 : window.last - window.start + 1])
        scores = np.concatenate(answers).astype(np.float32)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = scores / scores.sum(axis=1, keepdims=True)
        return shares


def _id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the vocabulary lacks {token}")
    return found


@cache
def shipped() -> Tagger:
    """The model that comes with the package, loaded once a process."""
    home = importlib.resources.files(_WEIGHTS)
    return Tagger(
        (home / "tagger.onnx").read_bytes(),
        (home / "tokenizer.json").read_text(encoding="utf-8"),
        read_lexicon((home / "lexicon.xz").read_bytes()),
    )
