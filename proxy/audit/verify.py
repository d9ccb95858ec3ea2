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
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson

from proxy.audit.checkpoint_check import Checkpoints, Evidence
from proxy.audit.dating import Dating
from proxy.audit.findings import Kind, Report
from proxy.audit.log import GENESIS, SEGMENT_NAME, Line, Place, RawLine, lines_of, parse
from proxy.audit.ocsf import INTENT, LOSS_ACCEPTED, OUTCOME, PRUNED, RECOVERED
from proxy.audit.query import ledger_part
from proxy.audit.signing import KeyHistory
from proxy.audit.tree import leaf_hash

MAX_UNSIGNED = 4096
"""Most lines without a signature that stand between two signed ones. A writer's groups are smaller."""

Segment = tuple[str, Iterable[bytes]]
"""A segment's file name and its bytes, in pieces of any size."""


def verify(segments: Iterable[Segment], keys: KeyHistory, evidence: Evidence) -> Report:
    """Check a log, given its segments in the order of their names."""
    report = Report(keys.origin)
    dating = Dating(keys.origin, evidence.stamps, evidence.authorities, report)
    walk = _Walk(keys, report, Checkpoints(keys, report, evidence), dating)
    for name, pieces in segments:
        walk.segment(name, pieces)
    walk.end()
    return report


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

    def __init__(self, keys: KeyHistory, report: Report, checkpoints: Checkpoints, dating: Dating):
        self.keys, self.report, self.checkpoints, self.dating = keys, report, checkpoints, dating
        self.expected = 0
        self.head: bytes | None = GENESIS
        self.last: tuple[Line, Place] | None = None
        self.signed: tuple[Line, Place] | None = None
        """The last genuine line that has a signature."""
        self.unsigned: set[int] = set()
        """Records of which it was told that their signature is not the key holder's."""
        self.waiting: list[_Waiting] = []
        self.doubtful: list[_Waiting] = []
        self.gaps: list[_Gap] = []
        self.open: Counter[str] = Counter()
        self.pruned = 0
        self.torn: tuple[Place, int] | None = None
        self.bare: Place | None = None
        """Where the last segment begins, if it has no whole line."""
        self.place = Place("", 0, 0)

    def problem(self, kind: Kind, place: Place, detail: str, sequence: int | None = None) -> None:
        self.report.note(kind, place, detail, sequence)

    def segment(self, name: str, pieces: Iterable[bytes]) -> None:
        if self.torn is not None:  # it was not the last segment after all
            self.wait(_Waiting(self.torn[0], None, Kind.CHANGED, "the line has no end"))
            self.torn = None
        if not SEGMENT_NAME.fullmatch(name):
            self.problem(Kind.ADDED, Place(name, 0, 0), "no segment of this log has such a name")
            return
        self.report.segments += 1
        if self.bare is not None:
            self.problem(Kind.MISNAMED, self.bare, "a segment without a record stands before another")
        self.bare = Place(name, 1, 0)
        for raw in lines_of(name, pieces):
            self.place = raw.place
            if raw.whole:
                self.bare = None
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
            self._signed_last(place.segment)
            self.signed = self.last if line.signature else self.signed
        self.checkpoints.passes(line, link)
        if place.line == 1 and line.sequence != int(place.segment[:20]):
            self.problem(Kind.MISNAMED, place, f"the segment begins with record {line.sequence}", line.sequence)
        if line.version == 1 and self.checkpoints.tiles.leaf(line.sequence) is not None and not self._is_signed(line):
            self._tell_unsigned(line, place)
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
            self._tell_unsigned(*self.last)
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
        self.dating.passes(line.sequence, time)
        if code == INTENT:
            self.open[exchange] += 1
        elif code == OUTCOME and self.open[exchange] > 0:
            self.open[exchange] -= 1
        elif code == PRUNED:
            self.pruned = max(self.pruned, int(facts.get("before_sequence") or 0))
        elif code == LOSS_ACCEPTED:
            self.report.losses_accepted += 1
            found = 0 if facts.get("forked") else int(facts.get("found") or 0)
            self.checkpoints.accepts(found, int(facts.get("anchored") or 0))
        elif code == RECOVERED and facts.get("checkpoint_missing"):
            self.report.without_checkpoint += 1

    def end(self) -> None:
        unfinished, begun = self.waiting, 0
        if unfinished and self._chained(unfinished) == len(unfinished):
            self.waiting, begun = [], len(unfinished)
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
        self._signed_last("")
        self._check_end()
        if self.bare is not None and int(self.bare.segment[:20]) != self.expected + begun:
            detail = f"the segment begins where record {self.expected + begun} comes next"
            self.problem(Kind.MISNAMED, self.bare, detail)
        if self.torn is not None:
            self.problem(Kind.TORN_TAIL, self.torn[0], f"{self.torn[1]} bytes of records that were never finished")
        self.checkpoints.end(self.expected, self.place)
        self.dating.end(self.expected, self.place, self.checkpoints.root)
        self.report.unanswered = sorted(self.open.elements())
        if not self.report.records and not self.report.problems:
            self.problem(Kind.EMPTY, self.place, "the log holds no record")

    def _check_end(self) -> None:
        """The last line ends a group, so it is signed; no link of a next one would show a change of its signature."""
        if self.last is None or self._is_signed(self.last[0]):
            return
        line, place = self.last
        if line.sequence + 1 == max(self.expected, self.report.checkpoint or 0):
            self._tell_unsigned(line, place)

    def _signed_last(self, segment: str) -> None:
        """Check the last signature of the segment before this one: links vouch for those before it."""
        if self.signed is not None and self.signed[1].segment != segment and not self._is_signed(self.signed[0]):
            self._tell_unsigned(*self.signed)

    def _tell_unsigned(self, line: Line, place: Place) -> None:
        if line.sequence not in self.unsigned:
            self.unsigned.add(line.sequence)
            self.problem(Kind.CHANGED, place, f"the signature of record {line.sequence} was changed", line.sequence)

    def _missing(self) -> None:
        """Tell what is missing, but for the records that the log itself says were pruned, and whose tiles are whole.

        Without the log's own checkpoint, nobody knows which these are, and that it is not there is told.
        """
        for gap in self.gaps:
            safe = not self.checkpoints.has_own or self.checkpoints.covers(gap.end)
            if not gap.start and gap.end <= self.pruned and safe:
                self.report.pruned = gap.end
                continue
            which = f"record {gap.start}" if gap.end - gap.start == 1 else f"records {gap.start} to {gap.end - 1}"
            self.problem(Kind.DROPPED, gap.place, f"missing before this line: {which}", gap.start)
