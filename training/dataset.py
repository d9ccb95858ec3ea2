"""From documents to what the model learns from: token ids, features and labels, in batches of similar length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import islice

import torch
from tokenizers import Tokenizer
from torch import Tensor

from proxy.detection.tagger.decode import OUTSIDE, begins, goes_on
from proxy.detection.tagger.windows import LINE, LISTS, WINDOW, Tokens, tokens_of
from training.sets import Document

UNLEARNT = -100
Example = tuple[list[int], list[int], list[int]]
"""Token ids, features and labels of one window, its first and last token included."""


def labelled(read: Tokens, document: Document, outside: int) -> list[int]:
    """The label of each token of a document; `outside` is that of a token in no span."""
    labels = [outside] * len(read.ids)
    at = 0
    for span in document.spans:
        before = None
        while at < len(labels) and read.ends[at] <= span.start:
            at += 1
        for token in range(at, len(labels)):
            if read.starts[token] >= span.end:
                break
            if read.words[token] == LINE:
                labels[token] = OUTSIDE
            elif span.label == "?":
                labels[token] = UNLEARNT
            else:
                labels[token] = goes_on(span.label) if before == span else begins(span.label)
                before = span
    return labels


class Laying:
    """Lays documents out for the model, with features left out at random so that it does without them."""

    def __init__(self, tokenizer: Tokenizer, lexicon: Mapping[str, int]) -> None:
        self.tokenizer = tokenizer
        self.lexicon = lexicon
        self.first = tokenizer.token_to_id("[CLS]")
        self.last = tokenizer.token_to_id("[SEP]")

    def example(self, document: Document, rng: random.Random) -> Example:
        """One window of a document: all of it, or a random part where it is longer."""
        read = tokens_of(document.text, self.tokenizer, self.lexicon, self.last)
        labels = labelled(read, document, OUTSIDE)
        features = _forgetful(read.features, read.words, rng)
        room = WINDOW - 2
        start = rng.randrange(len(labels) - room + 1) if len(labels) > room else 0
        cut = slice(start, start + room)
        return (
            [self.first, *read.ids[cut], self.last],
            [0, *features[cut], 0],
            [UNLEARNT, *labels[cut], UNLEARNT],
        )


def _forgetful(features: list[int], words: list[int], rng: random.Random) -> list[int]:
    chance = rng.random()
    if chance < 0.10:
        return [feature - feature % LISTS for feature in features]
    if chance < 0.15:
        return [feature % LISTS for feature in features]
    lost = {word for word in set(words) if rng.random() < 0.12}
    return [
        feature - feature % LISTS if word in lost else feature for feature, word in zip(features, words, strict=True)
    ]


def batches(examples: Iterator[Example], tokens: int, pool: int = 2048) -> Iterator[tuple[Tensor, ...]]:
    """Batches of about `tokens` tokens: ids, features, mask, labels. Neighbours in length go together."""
    rng = random.Random(0)
    while True:
        ordered = sorted(islice(examples, pool), key=lambda example: len(example[0]))
        groups: list[list[Example]] = [[]]
        for example in ordered:
            if groups[-1] and (len(groups[-1]) + 1) * len(example[0]) > tokens:
                groups.append([])
            groups[-1].append(example)
        rng.shuffle(groups)
        yield from (_padded(group) for group in groups)


def _padded(group: list[Example]) -> tuple[Tensor, ...]:
    longest = max(len(ids) for ids, _, _ in group)

    def column(index: int, filling: int) -> Tensor:
        return torch.tensor([row[index] + [filling] * (longest - len(row[index])) for row in group])

    ids, features, labels = column(0, 0), column(1, 0), column(2, UNLEARNT)
    mask = torch.tensor([[1] * len(row[0]) + [0] * (longest - len(row[0])) for row in group])
    return ids, features, mask, labels
