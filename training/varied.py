"""Annotated documents with their values exchanged for others of the same kind."""

from __future__ import annotations

from collections.abc import Sequence

from training import identities, said
from training.generator import Generator
from training.sample import Piece, document, pieces_of, restyle
from training.sets import Document


class Varied:
    """Annotated documents with their values exchanged for others of the same kind."""

    def __init__(self, documents: Sequence[Document], generator: Generator, share: float) -> None:
        self.documents = documents
        self.generator = generator
        self.share = share

    def made(self) -> Document:
        """One document."""
        rng = self.generator.rng
        found = rng.choice(self.documents)
        pieces: list[Piece] = []
        for text, label in pieces_of(found):
            pieces.append((self._other(text, label), label) if label and rng.random() < self.share else (text, label))
        return document(restyle(pieces, rng), found.source)

    def _other(self, text: str, label: str) -> str:
        rng, generator = self.generator.rng, self.generator
        inventor, words = generator.inventor, len(text.split())
        if label == "PERSON":
            if text.startswith("@"):
                return text
            if words == 1:
                return inventor.first(rng) if rng.random() < 0.7 else inventor.last(rng)
            return " ".join(inventor.full(rng)) if words == 2 else text
        if label == "LOCATION":
            if any(map(str.isdecimal, text)):
                return identities.address(rng, inventor.word(rng), inventor.place(rng)) if words > 2 else text
            return inventor.place(rng)
        made = {
            "ORGANIZATION": generator.organization,
            "PHONE_NUMBER": lambda: said.phone(rng),
            "CREDIT_CARD": lambda: said.card(rng),
            "DATE_TIME": lambda: said.date(rng),
            "ID_NUMBER": lambda: identities.identity(rng),
        }
        if label == "EMAIL_ADDRESS":
            return said.email(rng, *inventor.full(rng))
        return made[label]() if label in made else text
