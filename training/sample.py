"""A training text as pieces, each with the kind that it is of; and how recognizers of speech write such texts."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

from training.sets import Document, Span

Piece = tuple[str, str | None]
"""Text, and its kind where it is an entity."""

_PUNCTUATION = re.compile(r"(?<!\d)[.,;:!?\"“”()\[\]…]+(?!\d)|[.,;:!?\"“”()\[\]…]+$")
_SLOT = re.compile(r"\{(\w+)\}")
_SPACES = re.compile(r"[ \t]+")


def fill(template: str, slots: Callable[[str], Iterable[Piece]]) -> list[Piece]:
    """The template with ``{name}`` filled by what `slots` gives for the name."""
    pieces: list[Piece] = []
    at = 0
    for match in _SLOT.finditer(template):
        pieces.append((template[at : match.start()], None))
        pieces += slots(match[1])
        at = match.end()
    pieces.append((template[at:], None))
    return [piece for piece in pieces if piece[0]]


def document(pieces: Iterable[Piece], source: str) -> Document:
    """Pieces joined to a document."""
    text, spans = "", []
    for said, label in pieces:
        if label:
            spans.append(Span(len(text), len(text) + len(said), label))
        text += said
    return Document(text, tuple(spans), source)


def pieces_of(found: Document) -> list[Piece]:
    """A document cut into pieces; spans must not overlap, of overlapping ones the first stays."""
    pieces: list[Piece] = []
    at = 0
    for span in found.spans:
        if span.start < at:
            continue
        if span.start > at:
            pieces.append((found.text[at : span.start], None))
        pieces.append((found.text[span.start : span.end], span.label))
        at = span.end
    if at < len(found.text):
        pieces.append((found.text[at:], None))
    return pieces


def spoken(pieces: Iterable[Piece], rng: random.Random, fillers: bool = True) -> list[Piece]:
    """As a recognizer writes that knows neither case nor punctuation; now and then with an English filler."""
    written: list[Piece] = []
    for said, label in pieces:
        bare = _PUNCTUATION.sub("", said).lower() if label not in ("EMAIL_ADDRESS", "CREDIT_CARD") else said.lower()
        if fillers and label is None and bare.count(" ") > 2 and rng.random() < 0.08:
            words = bare.split(" ")
            words.insert(rng.randrange(len(words) + 1), rng.choice("um uh like you know i mean so okay yeah".split()))
            bare = " ".join(words)
        written.append((_SPACES.sub(" ", bare), label))
    return written


def restyle(pieces: list[Piece], rng: random.Random) -> list[Piece]:
    """One of the ways in which transcripts are written; most stay as they are, many lose case and punctuation."""
    chance = rng.random()
    if chance < 0.40:
        return pieces
    if chance < 0.75:
        return spoken(pieces, rng)
    if chance < 0.86:
        return [(said.lower(), label) for said, label in pieces]
    if chance < 0.89:
        return [(said.upper(), label) for said, label in pieces]
    if chance < 0.92:
        return [
            (said.upper() if label in ("PERSON", "LOCATION", "ORGANIZATION") else said, label) for said, label in pieces
        ]
    if chance < 0.96:
        return [
            (said.title() if label in ("PERSON", "LOCATION", "ORGANIZATION") else said, label) for said, label in pieces
        ]
    return [(_PUNCTUATION.sub("", said), label) for said, label in pieces]
