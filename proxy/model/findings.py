"""Findings: detected personal data, the text it is found in, and the actions on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

SPECIAL_CATEGORIES = (
    "HEALTH",
    "RELIGION",
    "ETHNICITY",
    "POLITICS",
    "TRADE_UNION",
    "SEXUALITY",
    "GENETIC_BIOMETRIC",
    "CRIMINAL",
)
"""Kinds of data that GDPR Articles 9 and 10 protect more than other personal data."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A detected span of personal data. `kind` is a Presidio entity name, `score` in 0..1, `source` the detector."""

    start: int
    end: int
    kind: str
    score: float
    source: str = ""
    entity: int | None = None
    """The number of an entity said in several pieces, of which this is one; equal only with equal `kind`."""
    again: bool = False
    """Whether the piece only repeats its entity or a part of it, as when a listener reads it back."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by place; at one place by kind, the highest score first."""
    return sorted(
        findings,
        key=lambda f: (f.start, f.end, f.kind, -f.score, f.source, not f.again, -1 if f.entity is None else f.entity),
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """How a text is searched: with which route's settings, and for which languages besides English."""

    route: str = ""
    languages: tuple[str, ...] = ()


class TextLanguage(NamedTuple):
    """The language of a text, as its ISO 639-1 code (``und``: undetermined), and whether that is sure."""

    language: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a slot's text that may leave; the input of detection. `owner` is who said it, if known.

    `instructed`: the client's own words, which nobody said.
    """

    slot: int
    start: int
    text: str
    owner: str | None = None
    instructed: bool = False

    @property
    def end(self) -> int:
        """End of the passage in its slot."""
        return self.start + len(self.text)


class Action(StrEnum):
    """What policy does with a kind of finding."""

    PSEUDONYM = "pseudonym"
    MASK = "mask"
    REMOVE = "remove"
    GENERALIZE = "generalize"
    KEEP = "keep"
    REFUSE = "refuse"
