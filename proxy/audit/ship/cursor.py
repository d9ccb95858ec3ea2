"""How far a target has come: the last record that it acknowledged, what failed since, and records it can never get.

A cursor is a small JSON file. `sequence`, `uid` and `log` say which record was acknowledged; a log that has another
record in that place is another log. Times are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

import orjson

from proxy.audit.ship.records import LoggedEvent

GAPS_KEPT = 100
"""Gaps that a cursor lists; of older ones only their number is kept."""
REASONS_KEPT = 50

GapReason = Literal["pruned", "missing", "skipped"]


class CursorInvalid(Exception):
    """A file that is no cursor."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Records `first` to `last` that were gone before they were shipped.

    ``pruned``: they are older than the oldest record in the ledger. ``missing``: they stood between others.
    ``skipped``: an operator gave them up.
    """

    first: int
    last: int
    reason: GapReason

    @property
    def records(self) -> int:
        """How many they are."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """The state of one target. `sequence` is -1 if nothing was acknowledged yet."""

    sequence: int = -1
    uid: str = ""
    log: str = ""
    acknowledged_at: int | None = None
    looked_at: int | None = None
    """When the shipper last looked for records."""
    waiting_since: int | None = None
    """When the oldest record happened that was read and not acknowledged. None: none was."""
    reason: str | None = None
    """Why the records that wait did not arrive at the last try. None: they did, or none wait."""
    stopped: bool = False
    """Whether nothing goes on until somebody changes something."""
    failures: Mapping[str, int] = field(default_factory=dict)
    """Failures by reason, since the cursor was made."""
    gap_records: int = 0
    gaps: Sequence[Gap] = ()

    def acknowledged(self, records: Sequence[LoggedEvent], gaps: Sequence[Gap], at: int, waiting: int | None) -> Cursor:
        """The cursor behind these records. `waiting` is when the oldest happened that is still to be shipped."""
        last = records[-1]
        return replace(
            self,
            sequence=last.sequence,
            uid=last.uid,
            log=last.log,
            acknowledged_at=at,
            looked_at=at,
            waiting_since=waiting,
            reason=None,
            stopped=False,
            gap_records=self.gap_records + sum(gap.records for gap in gaps),
            gaps=(*self.gaps, *gaps)[-GAPS_KEPT:],
        )

    def failed(self, reason: str, at: int, waiting: int | None, *, stopped: bool) -> Cursor:
        """The cursor after a failure. `waiting` is when the oldest record happened that waits, if it was read."""
        counted = dict(self.failures)
        name = reason if reason in counted or len(counted) < REASONS_KEPT else "other"
        counted[name] = counted.get(name, 0) + 1
        since = waiting if waiting is not None else self.waiting_since
        return replace(self, failures=counted, looked_at=at, waiting_since=since, reason=reason, stopped=stopped)

    def idle(self, at: int) -> Cursor:
        """The cursor when there is nothing to ship."""
        return replace(self, looked_at=at, waiting_since=None, reason=None, stopped=False)

    def render(self) -> bytes:
        """The cursor as a file."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def parse(file: bytes) -> Cursor:
    """The cursor in a file. Raises `CursorInvalid`."""
    try:
        stated = orjson.loads(file)
        gaps = tuple(Gap(int(gap["first"]), int(gap["last"]), gap["reason"]) for gap in stated.pop("gaps"))
        cursor = Cursor(gaps=gaps, **stated)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CursorInvalid from None
    numbers = (cursor.sequence, cursor.gap_records)
    times = (cursor.acknowledged_at, cursor.looked_at, cursor.waiting_since)
    sound = (
        all(isinstance(number, int) for number in numbers)
        and all(time is None or isinstance(time, int) for time in times)
        and isinstance(cursor.failures, dict)
        and (cursor.reason is None or isinstance(cursor.reason, str))
        and cursor.sequence >= -1
    )
    if not sound:
        raise CursorInvalid
    return cursor
