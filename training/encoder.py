"""The detection model in PyTorch: a BERT-style encoder with word features, and one label for each token.

Same arithmetic as BERT (Devlin et al. 2019, arXiv:1810.04805): post-norm layers, GELU, learned positions. The
token-type table, which BERT spends on sentence pairs, holds the word features of `proxy.redaction.names_model`
instead. Written out here so that training needs PyTorch alone and the exported graph holds nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

HIDDEN = 384
HEADS = 12
INNER = 1536
POSITIONS = 512
EPSILON = 1e-12


class Layer(nn.Module):
    """Self-attention and a feed-forward part, each with its residual and norm after it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.attended = nn.Linear(HIDDEN, HIDDEN)
        self.norm_attended = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm_out = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """`x` is (batch, tokens, HIDDEN); `bias` (batch, 1, 1, tokens) is very negative where there is padding."""
        batch, tokens, _ = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2)

        query, key, value = heads(self.query(x)), heads(self.key(x)), heads(self.value(x))
        fitting = query @ key.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS)
        weights = torch.softmax(fitting if bias is None else fitting + bias, dim=-1)
        mixed = (weights @ value).transpose(1, 2).reshape(batch, tokens, HIDDEN)
        x = self.norm_attended(x + self.dropout(self.attended(mixed)))
        return self.norm_out(x + self.dropout(self.down(nn.functional.gelu(self.up(x)))))


class Tagger(nn.Module):
    """Token ids and word features to a score for each label."""

    def __init__(self, vocabulary: int, features: int, labels: int, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.places = nn.Embedding(POSITIONS, HIDDEN)
        self.features = nn.Embedding(features, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.head = nn.Linear(HIDDEN, labels)

    def forward(self, ids: Tensor, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """Scores (batch, tokens, labels); all inputs are (batch, tokens), `mask` is 0 where there is padding.

        The proxy lays out windows of one length and needs no mask, so the exported graph has none.
        """
        return self.read(self.words(ids), self.features(features), mask)

    def read(self, words: Tensor, features: Tensor, mask: Tensor | None = None) -> Tensor:
        """The same from the vectors of words and features: (batch, tokens, HIDDEN)."""
        x = words + self.places.weight[: words.shape[1]].unsqueeze(0) + features
        x = self.dropout(self.norm(x))
        bias = None if mask is None else (1.0 - mask.to(x.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        scores: Tensor = self.head(x)
        return scores


_PARTS = {
    "attention.self.query": "query",
    "attention.self.key": "key",
    "attention.self.value": "value",
    "attention.output.dense": "attended",
    "attention.output.LayerNorm": "norm_attended",
    "intermediate.dense": "up",
    "output.dense": "down",
    "output.LayerNorm": "norm_out",
}


def load_pretrained(tagger: Tagger, weights: Mapping[str, Tensor], keep: Sequence[int]) -> None:
    """Take a pretrained encoder's weights; layer `i` of the tagger is its layer ``keep[i]``.

    Every feature starts as the pretrained token type, so that the encoder begins with what it knows.
    """
    state = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "places.weight": weights["embeddings.position_embeddings.weight"],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for own, theirs in enumerate(keep):
        for name, part in _PARTS.items():
            for kind in ("weight", "bias"):
                state[f"layers.{own}.{part}.{kind}"] = weights[f"encoder.layer.{theirs}.{name}.{kind}"]
    missing, unexpected = tagger.load_state_dict(state, strict=False)
    if unexpected or set(missing) != {"features.weight", "head.weight", "head.bias"}:
        raise ValueError(f"the weights do not fit: missing {missing}, unexpected {unexpected}")
    with torch.no_grad():
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        tagger.features.weight.copy_(kind.expand_as(tagger.features.weight))
