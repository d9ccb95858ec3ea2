"""What a check of a log finds: problems with their places, counts, what confirms it, and one verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from proxy.audit.log import Place

MAX_PROBLEMS = 1000


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
    BEHIND_TILES = "behind_tiles"
    CHECKPOINT_MISMATCH = "checkpoint_mismatch"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    UNKNOWN_ORIGIN = "unknown_origin"
    NOT_AN_EVENT = "not_an_event"
    TORN_TAIL = "torn_tail"
    NO_CHECKPOINT = "no_checkpoint"
    TILE_CHANGED = "tile_changed"
    TILES_MISSING = "tiles_missing"
    KEY_CHANGED = "key_changed"
    HANDOVER_CHANGED = "handover_changed"
    KEY_BEHIND = "key_behind"
    KEPT_NOT_COMPARABLE = "kept_not_comparable"
    STAMP_MISMATCH = "stamp_mismatch"
    STAMP_UNREADABLE = "stamp_unreadable"
    EMPTY = "empty"


Verdict = Literal["ok", "tampered", "incomplete", "unanchored"]

INCOMPLETE = frozenset(
    {
        Kind.TORN_TAIL,
        Kind.NO_CHECKPOINT,
        Kind.TILES_MISSING,
        Kind.KEY_BEHIND,
        Kind.KEPT_NOT_COMPARABLE,
        Kind.STAMP_UNREADABLE,
        Kind.EMPTY,
    }
)
"""What a crash or a missing file explains. Everything else is tampering (or a broken disk)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `line` counts from 1 in its segment. `offset` is where that line begins, in bytes."""

    kind: Kind
    segment: str
    line: int
    offset: int
    detail: str
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """What the stamps of one authority prove of a log. Instants are in seconds since 1970."""

    authority: str
    stamps: int
    """How many there are."""
    records: int
    """So many of the first records were there `at`."""
    at: int
    since: int
    """The number of the first record that was recorded after the first stamp."""
    slowest: int | None
    """The most seconds that one of those waited for a stamp, by its own time; None if none has."""
    ahead: int
    """By how many seconds a record says to be younger than a stamp of it; 0 if none does."""


@dataclass(slots=True)
class Report:
    """The findings of a check."""

    origin: str
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    records: int = 0
    segments: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    unanswered: list[str] = field(default_factory=list)
    """Exchanges whose intent has no outcome. Treat them as sent."""
    checkpoint: int | None = None
    """How many records the newest checkpoint vouches for."""
    confirmed: dict[str, int] = field(default_factory=dict)
    """Who outside of the log confirms it (kept checkpoints, witnesses), and up to which number of records."""
    dated: list[Dated] = field(default_factory=list)
    """What stamps of authorities prove."""
    undated: dict[str, int] = field(default_factory=dict)
    """How many stamps were not checked, by authority: nobody said whom to trust, or the records are not certain."""
    pruned: int = 0
    """How many of the oldest records have been pruned: their commitments are there, their events are not."""
    without_checkpoint: int = 0
    """How often a proxy found records without a checkpoint when it started."""
    losses_accepted: int = 0
    """How often a proxy was started although an anchor knew more, or another history."""
    first_time: int | None = None
    last_time: int | None = None
    last_code: str | None = None
    """The event code of the last record."""

    @property
    def verdict(self) -> Verdict:
        """The verdict on all problems together. Tampering outweighs incompleteness, and that a lack of confirmation."""
        if any(problem.kind not in INCOMPLETE for problem in self.problems):
            return "tampered"
        if self.problems:
            return "incomplete"
        return "ok" if self.confirmed else "unanchored"

    def note(self, kind: Kind, place: Place, detail: str, sequence: int | None = None) -> None:
        """Add a problem. Those after the first `MAX_PROBLEMS` are counted."""
        if len(self.problems) >= MAX_PROBLEMS:
            self.more_problems += 1
        else:
            self.problems.append(Problem(kind, place.segment, place.line, place.offset, detail, sequence))


def at_file(name: str) -> Place:
    """The place of a problem that is a whole file's."""
    return Place(name, 0, 0)
