"""What a check of the ledger reports: problems with their places, counts, one verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What is wrong."""

    CHANGED = "changed"
    BAD_SIGNATURE = "bad_signature"
    DROPPED = "dropped"
    SWAPPED = "swapped"
    ADDED = "added"
    BROKEN_LINK = "broken_link"
    MISNAMED = "misnamed"
    BEHIND_CHECKPOINT = "behind_checkpoint"
    CHECKPOINT_MISMATCH = "checkpoint_mismatch"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    UNKNOWN_ORIGIN = "unknown_origin"
    NOT_AN_EVENT = "not_an_event"
    TORN_TAIL = "torn_tail"
    NO_CHECKPOINT = "no_checkpoint"
    EMPTY = "empty"


INCOMPLETE = frozenset({Kind.TORN_TAIL, Kind.NO_CHECKPOINT, Kind.EMPTY})
"""What a crash or a missing file explains; all else is tampering (or a broken disk)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `line` counts from 1 in its segment, `offset` is where that line begins, in bytes."""

    kind: Kind
    segment: str
    line: int
    offset: int
    detail: str
    sequence: int | None = None


@dataclass(slots=True)
class Report:
    """What a check found. `unanswered` are exchanges whose intent has no outcome: treat them as sent."""

    origin: str
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    records: int = 0
    segments: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    checkpoint: int | None = None
    first_time: int | None = None
    last_time: int | None = None

    @property
    def verdict(self) -> Literal["ok", "tampered", "incomplete"]:
        """The worst of all problems."""
        if any(problem.kind not in INCOMPLETE for problem in self.problems):
            return "tampered"
        return "incomplete" if self.problems else "ok"
