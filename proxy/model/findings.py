"""Detected personal data, what it is found in, and what is done with it."""

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
"""Kinds for what GDPR Articles 9 and 10 protect more than other personal data."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A detected span of personal data. `kind` is a Presidio entity name, `score` in 0..1, `source` what found it."""

    start: int
    end: int
    kind: str
    score: float
    source: str = ""
    entity: int | None = None
    """The number of the entity that was said in several pieces, of which this is one; equal with equal `kind`."""
    again: bool = False
    """Whether the piece adds nothing to its entity and repeats (a part of) it, as when a listener reads it back."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by place; at one place by kind, the surest first."""
    return sorted(
        findings,
        key=lambda f: (f.start, f.end, f.kind, -f.score, f.source, not f.again, -1 if f.entity is None else f.entity),
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """How a text is searched: by the settings of which route, and for which languages beside English."""

    route: str = ""
    languages: tuple[str, ...] = ()


class TextLanguage(NamedTuple):
    """The language of a text, as its ISO 639-1 code (``und``: none can be named), and whether that is sure."""

    language: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a slot's text that may leave; what detection reads. `owner` is who said it, if known.

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
