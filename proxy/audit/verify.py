"""Verifies a log offline, with its public key alone: every changed, dropped, swapped or added byte is located.

A line is *genuine* if it is certain that the key holder laid it; then its sequence number is certain. That is so if its
commitment is the one that the tiles have, where these lead to the root of a signed checkpoint. Beyond the checkpoint,
and where there are no tiles, a line is genuine if it is signed, or if a signed line refers to it through its links.
Other lines between two genuine ones are judged by the number of records missing there: as many lines as records are
missing were changed, the rest were added.

A `Report` holds the problems with their places, counts, and one verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, NamedTuple

import orjson

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, WitnessKey, read_checkpoint
from proxy.audit.log import GENESIS, SEGMENT_NAME, Line, Place, RawLine, lines_of, parse
from proxy.audit.ocsf import INTENT, OUTCOME, PRUNED, RECOVERED
from proxy.audit.query import ledger_part
from proxy.audit.signing import KeyHistory
from proxy.audit.tile_check import CheckedTiles, TileFiles, check_tiles
from proxy.audit.tree import EMPTY_ROOT, HASH_BYTES, Tree, leaf_hash


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
    TILE_CHANGED = "tile_changed"
    TILES_MISSING = "tiles_missing"
    EMPTY = "empty"


Verdict = Literal["ok", "tampered", "incomplete", "unanchored"]

INCOMPLETE = frozenset({Kind.TORN_TAIL, Kind.NO_CHECKPOINT, Kind.TILES_MISSING, Kind.EMPTY})
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
    pruned: int = 0
    """How many of the oldest records have been pruned: their commitments are there, their events are not."""
    without_checkpoint: int = 0
    """How often a proxy found records without a checkpoint when it started."""
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


MAX_PROBLEMS = 1000
MAX_UNSIGNED = 4096
"""Most lines without a signature that stand between two signed ones. A writer's groups are smaller."""

Segment = tuple[str, Iterable[bytes]]
"""A segment's file name and its bytes, in pieces of any size."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a log besides its segments."""

    checkpoint: bytes | None
    """The log's own."""
    tiles: TileFiles | None = None
    kept: Sequence[tuple[str, bytes]] = ()
    """Checkpoints that were kept elsewhere, each with the name of its place."""
    witnesses: Sequence[WitnessKey] = ()
    cosigned: Sequence[tuple[str, bytes]] = ()
    """Checkpoints beside the log that count only for the witnesses that cosigned them."""


def verify(segments: Iterable[Segment], keys: KeyHistory, evidence: Evidence) -> Report:
    """Check a log, given its segments in the order of their names."""
    report = Report(keys.origin)
    walk = _Walk(keys, report, _Checkpoints(keys, report, evidence))
    for name, pieces in segments:
        walk.segment(name, pieces)
    walk.end()
    return report


def _note(report: Report, kind: Kind, place: Place, detail: str, sequence: int | None = None) -> None:
    if len(report.problems) >= MAX_PROBLEMS:
        report.more_problems += 1
    else:
        report.problems.append(Problem(kind, place.segment, place.line, place.offset, detail, sequence))


def _at(name: str) -> Place:
    return Place(name, 0, 0)


class _Checkpoints:
    """The checkpoints of a log, and what its tiles and its records say of them."""

    def __init__(self, keys: KeyHistory, report: Report, evidence: Evidence):
        self._keys, self._report = keys, report
        self._stated: list[tuple[str, Checkpoint]] = []
        files = [("checkpoint", evidence.checkpoint), *evidence.kept, *evidence.cosigned]
        self._outside = {name for name, _ in evidence.kept}
        if all(file is None for _, file in files):
            _note(report, Kind.NO_CHECKPOINT, _at("checkpoint"), "there is no checkpoint: a cut tail cannot be seen")
        for name, file in files:
            if file is not None:
                self._read(name, file, evidence.witnesses)
        newest = max((checkpoint for _, checkpoint in self._stated), key=lambda c: c.size, default=None)
        report.checkpoint = None if newest is None else newest.size
        self.tiles = CheckedTiles()
        self._none = evidence.tiles is None or not any(True for _ in evidence.tiles.paths())
        if newest is not None and evidence.tiles is not None and not self._none:
            self.tiles = check_tiles(newest.size, newest.head, evidence.tiles)
        self._tree: Tree | None = None if self.tiles.leaves is not None else Tree()
        self._heads: dict[int, set[bytes]] = {checkpoint.size: set() for _, checkpoint in self._stated}
        self._links: dict[int, bytes] = {0: GENESIS}
        if 0 in self._heads:
            self._heads[0].add(EMPTY_ROOT)
        if self.tiles.leaves is not None:
            self._heads |= {size: {_root_of(self.tiles.leaves, size)} for size in self._heads}

    def passes(self, line: Line, link: bytes) -> None:
        """Take note of the next genuine line."""
        size = line.sequence + 1
        if line.sequence in self._heads:
            self._links.setdefault(line.sequence, line.previous)
        if self._tree is not None and self._tree.size == line.sequence:
            self._tree.append(line.commitment)
            if size in self._heads:
                self._heads[size].add(self._tree.root())
        if size in self._heads:
            self._links[size] = link

    def end(self, known: int, place: Place) -> None:
        """Compare all checkpoints, and the tiles, with a log of `known` records that ends at `place`."""
        linked = False
        for name, checkpoint in self._stated:
            if checkpoint.size > known:
                missing = checkpoint.size - known
                detail = f"the tail was cut; records missing after this line that {name} states: {missing}"
                _note(self._report, Kind.BEHIND_CHECKPOINT, place, detail)
                self._report.confirmed.pop(name, None)
                continue
            heads, link = self._heads[checkpoint.size], self._links.get(checkpoint.size)
            linked |= checkpoint.head == link and checkpoint.head not in heads
            certain = bool(heads) or (link is not None and self.tiles.leaves is None and self._none)
            if certain and checkpoint.head not in heads and checkpoint.head != link:
                detail = f"{name} states another history of the first {checkpoint.size} records"
                _note(self._report, Kind.CHECKPOINT_MISMATCH, place, detail)
                self._report.confirmed.pop(name, None)
        if linked and self.tiles.leaves is None:
            return  # The checkpoint is of version 1, which had no tiles.
        for path, detail in self.tiles.damaged.items():
            _note(self._report, Kind.TILE_CHANGED, _at(path if path == "tile" else f"tile/{path}"), detail)
        missing = self.tiles.missing or (self._none and bool(self._report.checkpoint))
        if missing:
            detail = "tiles or entry bundles are missing; the proxy makes them anew when it starts"
            _note(self._report, Kind.TILES_MISSING, _at("tile"), detail)

    def _read(self, name: str, file: bytes, witnesses: Sequence[WitnessKey]) -> None:
        try:
            checkpoint = read_checkpoint(file, self._keys)
        except CheckpointFault as fault:
            kinds = {"unknown_origin": Kind.UNKNOWN_ORIGIN, "bad_signature": Kind.BAD_SIGNATURE}
            kind = kinds.get(fault.reason, Kind.CHECKPOINT_UNREADABLE)
            _note(self._report, kind, _at(name), "the checkpoint is not one that this key signed for this log")
            return
        self._stated.append((name, checkpoint))
        if name in self._outside:
            self._report.confirmed[name] = checkpoint.size
        for witness in witnesses:
            if witness.cosigned(file) is not None:
                known = self._report.confirmed.get(witness.name, 0)
                self._report.confirmed[witness.name] = max(known, checkpoint.size)


def _root_of(leaves: bytes, size: int) -> bytes:
    tree = Tree()
    for start in range(0, size * HASH_BYTES, HASH_BYTES):
        tree.append_hash(leaves[start : start + HASH_BYTES])
        tree.take_full()
    return tree.root()


@dataclass(slots=True)
class _Gap:
    """The records from `start` up to `end` (exclusive) are missing before the line at `place`."""

    start: int
    end: int
    place: Place


class _Waiting(NamedTuple):
    """A line that is not certain until a signed line refers to it. `line` is None if nothing can."""

    place: Place
    line: Line | None
    kind: Kind
    detail: str


class _Walk:
    """One pass over a log."""

    def __init__(self, keys: KeyHistory, report: Report, checkpoints: _Checkpoints):
        self.keys, self.report, self.checkpoints = keys, report, checkpoints
        self.expected = 0
        self.head: bytes | None = GENESIS
        self.last: tuple[Line, Place] | None = None
        self.waiting: list[_Waiting] = []
        self.doubtful: list[_Waiting] = []
        self.gaps: list[_Gap] = []
        self.open: Counter[str] = Counter()
        self.pruned = 0
        self.torn: tuple[Place, int] | None = None
        self.place = Place("", 0, 0)

    def problem(self, kind: Kind, place: Place, detail: str, sequence: int | None = None) -> None:
        _note(self.report, kind, place, detail, sequence)

    def segment(self, name: str, pieces: Iterable[bytes]) -> None:
        if self.torn is not None:  # it was not the last segment after all
            self.wait(_Waiting(self.torn[0], None, Kind.CHANGED, "the line has no end"))
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
            self.wait(_Waiting(raw.place, None, Kind.CHANGED, "the line is not of the ledger's layout"))
            return
        says = f"the line says it is record {line.sequence}, and the key did not sign that"
        kind = Kind.BAD_SIGNATURE if line.intact else Kind.CHANGED
        waiting = _Waiting(raw.place, line, kind, says)
        leaf = self.checkpoints.tiles.leaf(line.sequence)
        if leaf is not None and leaf != leaf_hash(line.commitment):
            self.wait(waiting._replace(line=None))
        elif leaf is not None:
            self.settle_waiting(None)
            self.genuine(line, raw.place)
        elif self._is_signed(line):
            self.settle_waiting(line)
            self.genuine(line, raw.place)
        else:
            # The links of version 1 do not cover signatures.
            self.wait(waiting if line.version > 1 else waiting._replace(line=None))

    def _is_signed(self, line: Line) -> bool:
        key = self.keys.at(line.sequence)
        return bool(line.signature) and key.checks(line.signature, line.message(key.origin))

    def wait(self, waiting: _Waiting) -> None:
        self.waiting.append(waiting)
        if len(self.waiting) > MAX_UNSIGNED:
            self.settle_waiting(None)

    def settle_waiting(self, signed: Line | None) -> None:
        """Judge the lines that wait: those to which `signed` refers are genuine.

        Where the links break, the last line before the break, or the one behind it, was changed; lines before it that
        follow each other count as genuine, since a problem is told anyway.
        """
        waiting, self.waiting = self.waiting, []
        proven = len(waiting)
        after = signed
        while after is not None and proven and self._refers(after, waiting[proven - 1].line):
            proven -= 1
            after = waiting[proven].line
        plausible = 0 if signed is None else self._chained(waiting[:proven])
        if plausible == proven:
            plausible -= 1
        for number, each in enumerate(waiting):
            if each.line is not None and (number < plausible or number >= proven):
                self.genuine(each.line, each.place)
            else:
                self.doubtful.append(each)

    def _refers(self, line: Line, before: Line | None) -> bool:
        return before is not None and before.sequence + 1 == line.sequence and self._link(before) == line.previous

    def _chained(self, waiting: Sequence[_Waiting]) -> int:
        """How many of these lines follow the last genuine one and each other."""
        count, head, sequence = 0, self.head, self.expected
        for each in waiting:
            if each.line is None or each.line.sequence != sequence or each.line.previous != head:
                break
            count, head, sequence = count + 1, self._link(each.line), sequence + 1
        return count

    def _link(self, line: Line) -> bytes:
        return line.link(self.keys.origin)

    def genuine(self, line: Line, place: Place) -> None:
        if line.sequence < self.expected and not self._fills(line, place):
            self.problem(Kind.ADDED, place, f"a repetition of record {line.sequence}", line.sequence)
            return
        link = self._link(line)
        if line.sequence >= self.expected:
            self._settle(line.sequence, place)
            if self.head is not None and line.previous != self.head:
                link = self._link(self._broken(line, self.head, place))
            self.head, self.expected, self.last = link, line.sequence + 1, (line, place)
        self.checkpoints.passes(line, link)
        if place.line == 1 and line.sequence != int(place.segment[:20]):
            self.problem(Kind.MISNAMED, place, f"the segment begins with record {line.sequence}", line.sequence)
        if line.version == 1 and self.checkpoints.tiles.leaf(line.sequence) is not None and not self._is_signed(line):
            self.problem(Kind.CHANGED, place, f"the signature of record {line.sequence} was changed", line.sequence)
        if line.intact:
            self._count(line, place)
        else:
            self.problem(Kind.CHANGED, place, f"the event of record {line.sequence} was changed", line.sequence)

    def _broken(self, line: Line, head: bytes, place: Place) -> Line:
        """Say why a genuine line does not refer to the genuine one before it. Returns the line as it should be."""
        if self.checkpoints.tiles.leaf(line.sequence) is None:
            detail = f"record {line.sequence} does not follow the one before it"
            self.problem(Kind.BROKEN_LINK, place, detail, line.sequence)
            return line
        if self.last is not None and self.last[0].signature and not self._is_signed(self.last[0]):
            before, where = self.last
            detail = f"the signature of record {before.sequence} was changed"
            self.problem(Kind.CHANGED, where, detail, before.sequence)
            return line
        detail = f"what record {line.sequence} says of the one before it was changed"
        self.problem(Kind.CHANGED, place, detail, line.sequence)
        return replace(line, previous=head)

    def _settle(self, upto: int, place: Place) -> None:
        """Judge the doubtful lines before record `upto`, which is at `place`."""
        gap = upto - self.expected
        for i, each in enumerate(self.doubtful):
            if i < gap:
                sequence = self.expected + i
                self.problem(each.kind, each.place, f"{each.detail}; record {sequence} should stand here", sequence)
            else:
                self.problem(Kind.ADDED, each.place, f"{each.detail}; no record is missing here")
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
            facts = ledger_part(event)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.problem(Kind.NOT_AN_EVENT, place, "what was signed is no event of this ledger", line.sequence)
            return
        self.report.codes[code] += 1
        self.report.first_time = time if self.report.first_time is None else self.report.first_time
        self.report.last_time, self.report.last_code = time, code
        if code == INTENT:
            self.open[exchange] += 1
        elif code == OUTCOME and self.open[exchange] > 0:
            self.open[exchange] -= 1
        elif code == PRUNED:
            self.pruned = max(self.pruned, int(facts.get("before_sequence") or 0))
        elif code == RECOVERED and facts.get("checkpoint_missing"):
            self.report.without_checkpoint += 1

    def end(self) -> None:
        unfinished = self.waiting
        if unfinished and self._chained(unfinished) == len(unfinished):
            self.waiting = []
            spot, bytes_left = unfinished[0].place, self.torn[1] if self.torn else 0
            self.torn = (spot, sum(len(each.line.render()) for each in unfinished if each.line) + bytes_left)
        self.settle_waiting(None)
        known = max(self.report.checkpoint or 0, self.expected)
        upto = max(self.expected, min(known, self.expected + len(self.doubtful)))
        for each in self.doubtful[upto - self.expected :]:
            self.problem(each.kind, each.place, f"{each.detail}; it stands after the last record that is certain")
        del self.doubtful[upto - self.expected :]
        self._settle(upto, self.place)
        self.expected = upto
        self._missing()
        self._check_end()
        if self.torn is not None:
            self.problem(Kind.TORN_TAIL, self.torn[0], f"{self.torn[1]} bytes of records that were never finished")
        self.checkpoints.end(self.expected, self.place)
        self.report.unanswered = sorted(self.open.elements())
        if not self.report.records and not self.report.problems:
            self.problem(Kind.EMPTY, self.place, "the log holds no record")

    def _check_end(self) -> None:
        """The last line ends a group, so it is signed; no link of a next one would show a change of its signature."""
        if self.last is None or self._is_signed(self.last[0]):
            return
        line, place = self.last
        if line.sequence + 1 == max(self.expected, self.report.checkpoint or 0):
            detail = f"the signature of record {line.sequence} was changed"
            self.problem(Kind.CHANGED, place, detail, line.sequence)

    def _missing(self) -> None:
        """Tell what is missing, but for the records that the log itself says were pruned, and whose tiles are whole."""
        for gap in self.gaps:
            if not gap.start and gap.end <= self.pruned and self.checkpoints.tiles.leaf(gap.end) is not None:
                self.report.pruned = gap.end
                continue
            which = f"record {gap.start}" if gap.end - gap.start == 1 else f"records {gap.start} to {gap.end - 1}"
            self.problem(Kind.DROPPED, gap.place, f"missing before this line: {which}", gap.start)
