"""What time stamps prove of a log: that its first records, as they are, were there at a time.

An authority signs the hash of a checkpoint's text, which origin, size and root give, together with the time. So a stamp
that does not fit shows that the records were written anew since. It does not show that others are missing after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from proxy.audit.checkpoints import Checkpoint
from proxy.audit.findings import Dated, Kind, Report, at_file
from proxy.audit.log import Place


class StampUnreadable(Exception):
    """What should be an authority's answer is none, or none of this authority."""


class Stamp(NamedTuple):
    """The answer of an authority, by name; how many records it dates, as its file is called; and that file."""

    authority: str
    size: int
    place: str
    answer: bytes


class Authority(Protocol):
    """A time stamp authority."""

    def dated(self, answer: bytes, text: str) -> int | None:
        """When it stamped this text, in seconds since 1970; None if it stamped another. Raises `StampUnreadable`."""


class _Proven(NamedTuple):
    """So many records were there at this time, in seconds since 1970."""

    size: int
    at: int


class Dating:
    """Compares the stamps of a log with the records that pass."""

    def __init__(self, origin: str, stamps: Sequence[Stamp], authorities: Mapping[str, Authority], report: Report):
        self._origin, self._stamps, self._authorities, self._report = origin, stamps, authorities, report
        self._wanted = {each for stamp in stamps for each in (stamp.size - 1, stamp.size)}
        self._times: dict[int, int] = {}
        """When records say that they were made, in milliseconds since 1970, by number."""

    def passes(self, sequence: int, time: int) -> None:
        """Take note of a record's time."""
        if sequence in self._wanted:
            self._times[sequence] = time

    def end(self, known: int, place: Place, root: Callable[[int], bytes | None]) -> None:
        """Check all stamps of a log of `known` records that ends at `place`. `root` is that of its first records."""
        proven: defaultdict[str, list[_Proven]] = defaultdict(list)
        for stamp in self._stamps:
            head = root(stamp.size)
            if stamp.size > known:
                detail = f"the tail was cut; {stamp.place} dates {stamp.size} records, and there are {known}"
                self._report.note(Kind.BEHIND_CHECKPOINT, place, detail)
            elif stamp.authority not in self._authorities or head is None:
                self._report.undated[stamp.authority] = self._report.undated.get(stamp.authority, 0) + 1
            elif (at := self._dated(stamp, head)) is not None:
                proven[stamp.authority].append(_Proven(stamp.size, at))
        self._report.dated += [self._told(name, sorted(found)) for name, found in sorted(proven.items())]

    def _dated(self, stamp: Stamp, head: bytes) -> int | None:
        text = Checkpoint(self._origin, stamp.size, head).text()
        try:
            at = self._authorities[stamp.authority].dated(stamp.answer, text)
        except StampUnreadable:
            detail = f"it is no answer of '{stamp.authority}', whose certificates were given"
            self._report.note(Kind.STAMP_UNREADABLE, at_file(stamp.place), detail)
            return None
        if at is None:
            detail = f"'{stamp.authority}' stamped another history of the first {stamp.size} records"
            self._report.note(Kind.STAMP_MISMATCH, at_file(stamp.place), detail)
        return at

    def _told(self, authority: str, found: list[_Proven]) -> Dated:
        proven = _earliest(found)
        waits = [
            after.at - self._times[before.size] // 1000
            for before, after in pairwise(proven)
            if before.size in self._times
        ]
        ahead = [self._times[each.size - 1] // 1000 - each.at for each in proven if each.size - 1 in self._times]
        first, last = proven[0], proven[-1]
        return Dated(
            authority=authority,
            stamps=len(proven),
            records=last.size,
            at=last.at,
            since=first.size,
            slowest=max(waits, default=None),
            ahead=max([0, *ahead]),
        )


def _earliest(found: Sequence[_Proven]) -> list[_Proven]:
    """When each was there at the latest: whoever dates more records dates these as well."""
    proven: list[_Proven] = []
    for each in reversed(found):
        proven.append(_Proven(each.size, min(each.at, proven[-1].at) if proven else each.at))
    return proven[::-1]
