"""Detected personal data, what it is found in, and what is done with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    """A detected span of personal data. `kind` is a Presidio entity name, `score` in 0..1."""

    start: int
    end: int
    kind: str
    score: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a slot's text that may leave; what detection reads. `owner` is who said it, if known."""

    slot: int
    start: int
    text: str
    owner: str | None = None

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
