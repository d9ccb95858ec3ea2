"""Which directories are read where several are named: two with the same log are read as one, or not at all.

A log is told by its records: a commitment has a random salt, so that two logs have none in common. The link of a record
covers all before it, so that one comparison shows whether one directory begins as the other does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxy.audit.log import Line, lines_of, parse
from proxy.edge.ledger.files import Paths, pieces_of
from proxy.edge.ledger.reader import LogIncomplete, finished, stated
from proxy.errors import OwnFault


@dataclass(frozen=True, slots=True)
class _Held:
    """The records `begin` to before `end` of a log in a folder."""

    folder: Path
    files: Sequence[Path]
    begin: int
    end: int
    origin: str

    def line(self, sequence: int) -> Line:
        """One of its records. Raises `LogIncomplete` if it cannot be read."""
        path = next(each for each in reversed(self.files) if int(each.name[:20]) <= sequence)
        for raw in lines_of(path.name, pieces_of(path)):
            line = parse(raw.content) if raw.whole else None
            if line is not None and line.sequence == sequence:
                return line
        raise LogIncomplete(f"record {sequence} is missing or damaged in {self.folder}")


def each_log_once(folders: Sequence[Path]) -> tuple[Path, ...]:
    """The folders without those whose log another one has in full, in their order.

    Raises ``ledger_forked`` where two have the same log with different records, and `LogIncomplete` where neither of
    two has all of it, or a folder has no checkpoint.
    """
    kept: list[_Held] = []
    for held in map(_held, folders if len(folders) > 1 else ()):
        fuller = held
        for other in list(kept):
            if _is_same(fuller, other):
                kept.remove(other)
                fuller = _fuller(other, fuller)
        kept.append(fuller)
    wanted = {each.folder for each in kept}
    return tuple(folder for folder in dict.fromkeys(folders) if len(folders) == 1 or folder in wanted)


def _held(folder: Path) -> _Held:
    paths = Paths(folder)
    checkpoint, files = stated(paths.checkpoint), paths.segment_files()
    begin = end = int(files[0].name[:20]) if files else 0
    for path in reversed(files):
        lines = (line for _, line in finished(lines_of(path.name, pieces_of(path)), checkpoint.size))
        last = max((line.sequence for line in lines if line is not None), default=None)
        if last is not None:
            end = last + 1
            break
    return _Held(folder, files, begin, end, checkpoint.origin)


def _is_same(one: _Held, other: _Held) -> bool:
    """Whether the first record that both have is the same one."""
    first = max(one.begin, other.begin)
    return first < min(one.end, other.end) and one.line(first).commitment == other.line(first).commitment


def _fuller(one: _Held, other: _Held) -> _Held:
    """The one of two with the same log that has all of it; the first if both do."""
    last = min(one.end, other.end) - 1
    if one.line(last).link(one.origin) != other.line(last).link(other.origin):
        detail = (
            f"{one.folder} and {other.folder} have the same log with different records, so no list is shown: read each "
            "by itself with --directory, and find out with 'meeting-proxy ledger verify' which history was given out"
        )
        raise OwnFault("ledger_forked", detail)
    for fuller, less in ((one, other), (other, one)):
        if fuller.begin <= less.begin and fuller.end >= less.end:
            return fuller
    detail = f"neither {one.folder} nor {other.folder} has all records of their log: read each by itself"
    raise LogIncomplete(detail)
