"""Calls the logs of all proxies on one store: which are whole, and which are missing, silent, forked or behind.

Each proxy has a log of its own, and the store remembers the newest checkpoint of each. A proxy that has nothing to
record says that it is there, so that a log from which nothing comes for longer than its interval was stopped, cut off
or lost, unless it was closed in good order. A log that will not come back is retired by an operator; its end is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, parse_checkpoint
from proxy.audit.findings import INCOMPLETE, Kind, Problem, Report, Verdict
from proxy.audit.ocsf import CLOSED

WITHIN_SECONDS = 310.0
"""The interval of a log whose proxy did not tell it: the defaults of heartbeat and checkpoint."""
GRACE_SECONDS = 60.0
"""How much later than its interval a sign may come: a store that was away for a moment, clocks that differ."""


class KnownLog(NamedTuple):
    """What a store knows of a log. `checkpoint` is the newest, which came `at`; the next comes `within` seconds.

    `closed`: when it was closed in good order, which holds until another checkpoint comes. `end` is the checkpoint with
    which a retired log ended.
    """

    origin: str
    size: int
    checkpoint: bytes
    at: datetime
    within: float | None = None
    closed: datetime | None = None
    retired: datetime | None = None
    end: bytes | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing came since it was closed."""
        return self.closed is not None and self.closed >= self.at


Copy = tuple[str, bytes]
"""A checkpoint file of a log, and the name of the anchor that has it."""


class Stated(NamedTuple):
    """What an anchor states of a log."""

    anchor: str
    checkpoint: Checkpoint
    file: bytes


def known_copies(known: KnownLog, copies: Sequence[Copy]) -> list[Stated]:
    """What the store and other anchors state of a log, the store first. What is no checkpoint of it says nothing."""
    found = []
    for name, file in (("store", known.checkpoint), *copies):
        try:
            stated = parse_checkpoint(file)
        except CheckpointFault:
            continue
        if stated.origin == known.origin:
            found.append(Stated(name, stated, file))
    return found


class State(StrEnum):
    """How a log is."""

    IN_ORDER = "in_order"
    RETIRED = "retired"
    UNANCHORED = "unanchored"
    SILENT = "silent"
    MISSING = "missing"
    INCOMPLETE = "incomplete"
    BEHIND = "behind"
    FORKED = "forked"
    GREW = "grew"
    GONE = "gone"
    TAMPERED = "tampered"

    @property
    def verdict(self) -> Verdict:
        """What it means for all logs together."""
        return _VERDICTS.get(self, "tampered")


_VERDICTS: dict[State, Verdict] = {
    State.IN_ORDER: "ok",
    State.RETIRED: "ok",
    State.UNANCHORED: "unanchored",
    State.SILENT: "incomplete",
    State.MISSING: "incomplete",
    State.INCOMPLETE: "incomplete",
}
_WORST_FIRST: tuple[Verdict, ...] = ("tampered", "incomplete", "unanchored", "ok")


@dataclass(frozen=True, slots=True)
class Called:
    """What one log answered. `detail` says why, for people. `records`: how many are known of, wherever that is.

    `last_sign` is the newest sign of life. `report` is of its directory; None if that was not read.
    """

    origin: str
    state: State
    detail: str
    records: int | None = None
    last_sign: datetime | None = None
    report: Report | None = None


def verdict(logs: Iterable[Called]) -> Verdict:
    """The verdict on all logs: the worst."""
    return min((log.state.verdict for log in logs), key=_WORST_FIRST.index, default="ok")


def called(known: KnownLog, copies: Sequence[Copy], report: Report | None, now: datetime) -> Called:
    """How a log is that the store knows.

    `copies` are checkpoints of it from other anchors. `report` is that of its directory, checked with them and with the
    checkpoint of the store.
    """
    stated = known_copies(known, copies)
    state, detail = _state(known, stated, report, now)
    records = max(each.checkpoint.size for each in stated)
    if report is not None:
        records = max(records, report.pruned + report.records)
    return Called(known.origin, state, detail, records, _last_sign(known, report), report)


def called_unknown(report: Report) -> Called:
    """How a log is whose directory was read, and that the store does not know."""
    state, detail = _checked(report)
    detail = f"the store does not know it{'; ' * bool(detail)}{detail}"
    time = None if report.last_time is None else _at(report.last_time)
    return Called(report.origin, state, detail, report.pruned + report.records, time, report)


def is_silent(known: KnownLog, report: Report | None, now: datetime) -> bool:
    """Whether a log should have given a sign by now, and was not closed."""
    return not _is_closed(known, report) and now > _due(known, report)


def _state(known: KnownLog, stated: Sequence[Stated], report: Report | None, now: datetime) -> tuple[State, str]:
    if known.retired is not None and known.end is not None:
        end = Stated("its end", parse_checkpoint(known.end), known.end)
        return _retired(known, known.retired, end, stated, report)
    if report is None and len(stated) == 1:
        since = f"its last sign came at {_shown(_last_sign(known, report))}"
        return State.MISSING, f"the store knows {known.size} records; no directory and no anchor has it; {since}"
    state, detail = _compared(stated) if report is None else _checked(report)
    if state in (State.IN_ORDER, State.UNANCHORED) and is_silent(known, report, now):
        due = f"the next was due at {_shown(_due(known, report))}"
        return State.SILENT, f"its last sign came at {_shown(_last_sign(known, report))}; {due}"
    if not detail and _is_closed(known, report):
        return state, "closed in good order"
    return state, detail


def _retired(
    known: KnownLog, retired: datetime, end: Stated, stated: Sequence[Stated], report: Report | None
) -> tuple[State, str]:
    when = f"it was retired at {_shown(retired)} with {end.checkpoint.size} records"
    later = [each.anchor for each in stated if each.checkpoint.size > end.checkpoint.size]
    if known.at > retired:
        later.append("store")
    if report is not None and report.last_time is not None and _at(report.last_time) > retired:
        later.append("directory")
    if later:
        return State.GREW, f"{when}, and {', '.join(dict.fromkeys(later))} knows of more that came later"
    state, detail = _compared([end, *stated]) if report is None else _checked(report)
    ended = state in (State.IN_ORDER, State.UNANCHORED)
    return (State.RETIRED, when) if ended else (state, detail)


def _compared(stated: Sequence[Stated]) -> tuple[State, str]:
    """Compare what is stated of a log whose directory was not read. The first is what the others are held against."""
    first, heads = stated[0], dict[int, Stated]()
    for each in stated:
        size = each.checkpoint.size
        if size > first.checkpoint.size:
            return State.BEHIND, f"'{first.anchor}' knows {first.checkpoint.size} records, and '{each.anchor}' {size}"
        other = heads.setdefault(size, each)
        if other.checkpoint.head != each.checkpoint.head:
            detail = f"'{other.anchor}' and '{each.anchor}' know different histories of the first {size} records"
            return State.FORKED, detail
    return State.IN_ORDER, "its directory was not read; its checkpoints were compared"


def _checked(report: Report) -> tuple[State, str]:
    """The state by the check of the directory, and the first problem that makes it so."""
    found = {_meaning(problem): f"{problem.kind}: {problem.detail}" for problem in reversed(report.problems)}
    for state in (State.TAMPERED, State.FORKED, State.BEHIND, State.INCOMPLETE):
        if state in found:
            return state, found[state]
    return (State.IN_ORDER, "") if report.verdict == "ok" else (State.UNANCHORED, "nothing outside confirms it")


def _meaning(problem: Problem) -> State:
    """What a problem says of a log. One of no line is of a checkpoint, such as that of the store."""
    if problem.kind in INCOMPLETE:
        return State.INCOMPLETE
    if problem.kind in (Kind.BEHIND_CHECKPOINT, Kind.BEHIND_TILES):
        return State.BEHIND
    if problem.kind is Kind.CHECKPOINT_MISMATCH or (problem.kind is Kind.BAD_SIGNATURE and not problem.line):
        return State.FORKED
    return State.TAMPERED


def _last_sign(known: KnownLog, report: Report | None) -> datetime:
    recorded = None if report is None or report.last_time is None else _at(report.last_time)
    return known.at if recorded is None else max(known.at, recorded)


def _due(known: KnownLog, report: Report | None) -> datetime:
    within = WITHIN_SECONDS if known.within is None else known.within
    return _last_sign(known, report) + timedelta(seconds=within + GRACE_SECONDS)


def _is_closed(known: KnownLog, report: Report | None) -> bool:
    if report is not None and report.last_code is not None:
        return report.last_code == CLOSED
    return known.is_closed


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
