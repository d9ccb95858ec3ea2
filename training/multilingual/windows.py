"""Windows to learn from: documents beside each other, as tokens with labels, drawn from weighted sources."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from proxy.detection.tagger.decode import KINDS, LABELS, OUTSIDE
from proxy.detection.tagger.pieces import FIRST, LAST, Pieces
from proxy.detection.tagger.windows import WINDOW, Tokens
from training.dataset import UNLEARNT, Example, labelled
from training.sets import Document

Made = tuple[Document, tuple[str, ...]]
"""A document, and the kinds that it does not annotate."""
Source = tuple[float, Callable[[], Made]]
"""How often a source is drawn from, and its next document."""
_OPEN = 1000
"""A label that is none: outside, or any of the kinds whose bits are added."""


class Sources:
    """Annotated sets, made speech and English; all draws by one random generator."""

    annotated: list[Source]
    speech: list[Source]
    english: list[Source]
    rng: random.Random

    def document(self, sources: Sequence[Source]) -> Made:
        """A document of one of the sources."""
        return self.rng.choices([make for _, make in sources], [weight for weight, _ in sources])[0]()

    def texts(self, count: int) -> Iterator[str]:
        """Every annotated text, and some made ones: what pieces are needed for."""
        for _, make in self.annotated:
            for found in make.documents:  # type: ignore[attr-defined]
                yield found.text
        for sources in (self.speech, self.english):
            for _ in range(count):
                yield self.document(sources)[0].text


def window(draw: Callable[[], Made], pieces: Pieces, rng: random.Random, enough: int, more: float) -> Example:
    """Ids, features and labels of a window. Below `enough` tokens, another document joins in `more` of the cases."""
    read: list[int] = []
    labels: list[int] = []
    while not read or (len(read) < enough and rng.random() < more):
        styled, lacking = draw()
        tokens, told = laid_out(styled, pieces, lacking)
        if read:
            read.append(LAST)
            labels.append(OUTSIDE)
        start, room = 0, WINDOW - 2 - len(read)
        if len(tokens.ids) > room:
            start = rng.randrange(len(tokens.ids) - room + 1)
        read += tokens.ids[start : start + room]
        labels += told[start : start + room]
    ids = [FIRST, *read[: WINDOW - 2], LAST]
    return ids, [0] * len(ids), [UNLEARNT, *labels[: WINDOW - 2], UNLEARNT]


def laid_out(found: Document, pieces: Pieces, lacking: Sequence[str]) -> tuple[Tokens, list[int]]:
    """The tokens of a document with their labels."""
    read = pieces.read(found.text)
    return read, labelled(read, found, open_label(lacking))


def open_label(lacking: Sequence[str]) -> int:
    """The label of a token that is outside, or of a kind that its set does not annotate."""
    return _OPEN + sum(1 << KINDS.index(kind) for kind in lacking) if lacking else OUTSIDE


def allowed(label: int) -> list[bool]:
    """Which labels of the model are right for a token with this label."""
    if label < _OPEN:
        return [at == label for at in range(LABELS)]
    bits = label - _OPEN
    return [at == OUTSIDE or bool(bits >> (at - 1) // 2 & 1) for at in range(LABELS)]
