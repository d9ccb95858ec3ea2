"""Verifies a log offline, with the public key alone: every changed, dropped, swapped or added byte is located.

A line is *genuine* if it parses and its signature is valid; then its sequence number is certain. Other lines between
two genuine ones are judged by the number of records missing there: as many lines as records are missing were changed,
the rest were added.

A `Report` holds the problems with their places, counts, and one verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import orjson

from proxy.audit.log import GENESIS, SEGMENT_NAME, Line, Place, RawLine, lines_of, parse
from proxy.audit.ocsf import INTENT, OUTCOME
from proxy.audit.signing import CheckingKey, Checkpoint, CheckpointFault, read_checkpoint


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


@dataclass(slots=True)
class Report:
    """The findings of a check. `unanswered`: exchanges whose intent has no outcome. Treat them as sent."""

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
        """The verdict on all problems together. Tampering outweighs incompleteness."""
        if any(problem.kind not in INCOMPLETE for problem in self.problems):
            return "tampered"
        return "incomplete" if self.problems else "ok"


MAX_PROBLEMS = 1000

Segment = tuple[str, Iterable[bytes]]
"""A segment's file name and its bytes, in pieces of any size."""


def verify(segments: Iterable[Segment], checkpoint: bytes | None, key: CheckingKey) -> Report:
    """Check a log with its public key, given its segments in the order of their names and its checkpoint file."""
    walk = _Walk(key, Report(key.origin))
    if checkpoint is None:
        walk.problem(Kind.NO_CHECKPOINT, Place("checkpoint", 0, 0), "there is no checkpoint: a cut tail cannot be seen")
    else:
        walk.read_checkpoint(checkpoint)
    for name, pieces in segments:
        walk.segment(name, pieces)
    walk.end()
    return walk.report


@dataclass(slots=True)
class _Gap:
    """The records from `start` up to `end` (exclusive) are missing before the line at `place`."""

    start: int
    end: int
    place: Place


class _Walk:
    """One pass over a log."""

    def __init__(self, key: CheckingKey, report: Report):
        self.key, self.report = key, report
        self.checkpoint: Checkpoint | None = None
        self.expected = 0
        self.head: bytes | None = GENESIS
        self.at_checkpoint: bytes | None = GENESIS
        self.doubtful: list[tuple[Place, Kind, str]] = []
        self.gaps: list[_Gap] = []
        self.open: Counter[str] = Counter()
        self.torn: tuple[Place, int] | None = None
        self.place = Place("", 0, 0)

    def problem(self, kind: Kind, place: Place, detail: str, sequence: int | None = None) -> None:
        if len(self.report.problems) >= MAX_PROBLEMS:
            self.report.more_problems += 1
        else:
            self.report.problems.append(Problem(kind, place.segment, place.line, place.offset, detail, sequence))

    def read_checkpoint(self, file: bytes) -> None:
        place = Place("checkpoint", 0, 0)
        try:
            self.checkpoint = read_checkpoint(file, self.key)
        except CheckpointFault as fault:
            kinds = {"unknown_origin": Kind.UNKNOWN_ORIGIN, "bad_signature": Kind.BAD_SIGNATURE}
            kind = kinds.get(fault.reason, Kind.CHECKPOINT_UNREADABLE)
            self.problem(kind, place, "the checkpoint is not one that this key signed for this log")
            return
        self.report.checkpoint = self.checkpoint.size
        self.at_checkpoint = GENESIS if self.checkpoint.size == 0 else None

    def segment(self, name: str, pieces: Iterable[bytes]) -> None:
        if self.torn is not None:  # it was not the last segment after all
            self.doubt(self.torn[0], Kind.CHANGED, "the line has no end")
            self.torn = None
        if not SEGMENT_NAME.fullmatch(name):
            self.problem(Kind.ADDED, Place(name, 0, 0), "no segment of this log has such a name")
            return
        self.report.segments += 1
        for raw in lines_of(name, pieces):
            self.place = raw.place
            if raw.whole:
                self.line(raw)
            else:
                self.torn = (raw.place, len(raw.content))

    def line(self, raw: RawLine) -> None:
        self.report.records += 1
        line = parse(raw.content)
        if line is None:
            self.doubt(raw.place, Kind.CHANGED, "the line is not of the ledger's layout")
        elif not self.key.checks(line.signature, line.message(self.key.origin)):
            kind = Kind.BAD_SIGNATURE if line.intact else Kind.CHANGED
            self.doubt(raw.place, kind, f"the line says it is record {line.sequence}, and the key did not sign that")
        elif line.sequence < self.expected and not self._fills(line, raw.place):
            self.problem(Kind.ADDED, raw.place, f"a repetition of record {line.sequence}", line.sequence)
        else:
            self._genuine(line, raw.place)

    def doubt(self, place: Place, kind: Kind, detail: str) -> None:
        self.doubtful.append((place, kind, detail))

    def _genuine(self, line: Line, place: Place) -> None:
        if line.sequence >= self.expected:
            self._settle(line.sequence, place)
            if self.head is not None and line.previous != self.head:
                self.problem(
                    Kind.BROKEN_LINK, place, f"record {line.sequence} does not follow the one before it", line.sequence
                )
            self.head, self.expected = line.link(self.key.origin), line.sequence + 1
        if place.line == 1 and line.sequence != int(place.segment[:20]):
            self.problem(Kind.MISNAMED, place, f"the segment begins with record {line.sequence}", line.sequence)
        if not line.intact:
            self.problem(Kind.CHANGED, place, f"the event of record {line.sequence} was changed", line.sequence)
        if self.checkpoint is not None:
            if line.sequence == self.checkpoint.size - 1:
                self.at_checkpoint = line.link(self.key.origin)
            elif line.sequence == self.checkpoint.size:
                self.at_checkpoint = line.previous
        if line.intact:
            self._count(line, place)

    def _settle(self, upto: int, place: Place) -> None:
        """Judge the doubtful lines before record `upto`, which is at `place`."""
        gap = upto - self.expected
        for i, (spot, kind, detail) in enumerate(self.doubtful):
            if i < gap:
                self.problem(kind, spot, f"{detail}; record {self.expected + i} should stand here", self.expected + i)
            else:
                self.problem(Kind.ADDED, spot, f"{detail}; no record is missing here")
        if gap > len(self.doubtful):
            self.gaps.append(_Gap(self.expected + len(self.doubtful), upto, place))
        if gap:
            self.head = None
        self.doubtful.clear()

    def _fills(self, line: Line, place: Place) -> bool:
        """Whether this record was missing earlier, so that it is in the wrong place."""
        for gap in self.gaps:
            if gap.start <= line.sequence < gap.end:
                where = f"line {gap.place.line} of {gap.place.segment}"
                self.problem(Kind.SWAPPED, place, f"record {line.sequence} should stand before {where}", line.sequence)
                self.gaps.remove(gap)
                halves = (_Gap(gap.start, line.sequence, gap.place), _Gap(line.sequence + 1, gap.end, gap.place))
                self.gaps += [half for half in halves if half.start < half.end]
                return True
        return False

    def _count(self, line: Line, place: Place) -> None:
        try:
            event = orjson.loads(line.event)
            code, exchange = str(event["metadata"]["event_code"]), str(event["metadata"].get("correlation_uid"))
            time = int(event["time"])
        except (ValueError, KeyError, TypeError, AttributeError):
            self.problem(Kind.NOT_AN_EVENT, place, "what was signed is no event of this ledger", line.sequence)
            return
        self.report.codes[code] += 1
        self.report.first_time = time if self.report.first_time is None else self.report.first_time
        self.report.last_time = time
        if code == INTENT:
            self.open[exchange] += 1
        elif code == OUTCOME and self.open[exchange] > 0:
            self.open[exchange] -= 1

    def end(self) -> None:
        size = self.checkpoint.size if self.checkpoint else None
        known = max(size if size is not None else 0, self.expected)
        upto = max(self.expected, min(known, self.expected + len(self.doubtful)))
        for spot, kind, detail in self.doubtful[upto - self.expected :]:
            self.problem(kind, spot, f"{detail}; it stands after the last record that is certain")
        del self.doubtful[upto - self.expected :]
        self._settle(upto, self.place)
        self.expected = upto
        for gap in self.gaps:
            which = f"record {gap.start}" if gap.end - gap.start == 1 else f"records {gap.start} to {gap.end - 1}"
            self.problem(Kind.DROPPED, gap.place, f"missing before this line: {which}", gap.start)
        if self.torn is not None:
            self.problem(Kind.TORN_TAIL, self.torn[0], f"{self.torn[1]} bytes of a record that was never finished")
        self._against_checkpoint()
        self.report.unanswered = sorted(self.open.elements())
        if not self.report.records and not self.report.problems:
            self.problem(Kind.EMPTY, self.place, "the log holds no record")

    def _against_checkpoint(self) -> None:
        if self.checkpoint is None:
            return
        missing = self.checkpoint.size - self.expected
        if missing > 0:
            self.problem(
                Kind.BEHIND_CHECKPOINT,
                self.place,
                f"the tail was cut; records missing after this line: {missing}",
            )
        elif self.at_checkpoint is not None and self.at_checkpoint != self.checkpoint.head:
            self.problem(Kind.CHECKPOINT_MISMATCH, self.place, "the checkpoint names another record as the last one")
