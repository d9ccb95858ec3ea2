"""Reads the segments of a log from the first line to the last, and sorts out lines that do not stand in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from meeting_proxy_verify.chain import Chain
from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.lines import LONGEST, Line, Reader

_scan = json.JSONDecoder().raw_decode
"""Reads the JSON value at the beginning of a text and tells where it ends."""

_NAME = re.compile(r"[0-9]{20}\.jsonl")

OnRecord = Callable[[Place, Line], None]
"""Is told each record that stands in its place, in the order of their numbers."""


class Segments:
    """One walk through all lines of a log."""

    def __init__(self, directory: Path, chain: Chain, size: int, on_record: OnRecord) -> None:
        self.directory = directory / "segments"
        self.reader = Reader(chain.keys.origin)
        self.chain = chain
        self.findings = chain.findings
        self.size = size
        """As far as the checkpoint goes: up to there no line may be unfinished."""
        self.on_record = on_record
        self.first = 0
        """Number of the first record whose line is there."""
        self.next = 0
        """Number of the record that comes next."""
        self.records = 0
        self.pruned_to = 0
        """What the log itself says: the lines of the records before this one were deleted."""
        self.torn: Place | None = None
        self._missing: list[range] = []
        self._odd: list[Place] = []

    def walk(self) -> None:
        """Read everything."""
        paths = self._paths()
        for at, path in enumerate(paths):
            first = int(path.stem)
            if at == 0:
                self.first = self.next = first
                self.chain.start_at(first)
            self._segment(path, first, at == len(paths) - 1)
            self.chain.end_of_segment()
        if self._odd:
            self._settle_odd(None)
        self.chain.end()
        self._tail()

    def _paths(self) -> list[Path]:
        try:
            found = sorted(self.directory.iterdir())
        except OSError:
            return []
        for path in found:
            if not _NAME.fullmatch(path.name) or not path.is_file() or path.is_symlink():
                self.findings.add("added", "not a segment of the log", Place(f"segments/{path.name}"))
        return [path for path in found if _NAME.fullmatch(path.name) and path.is_file()]

    def _segment(self, path: Path, first: int, last: bool) -> None:
        name = f"segments/{path.name}"
        number = 0
        for number, byte, raw in _lines(path, name, self.findings):
            line = self.reader.line(raw)
            if number == 1 and line is not None and line.number != first:
                self.findings.add("misnamed", f"begins with record {line.number}", Place(name, 1, 0, line.number))
            if line is not None:
                self._take(Place(name, number, byte, line.number), line)
            elif last and raw[-1:] != b"\n":
                self.torn = Place(name, number, byte)
                if number == 1 and first != self.next + len(self._odd):
                    self.findings.add("misnamed", f"begins where record {self.next} comes next", Place(name))
            else:
                self._odd.append(Place(name, number, byte))
        if number == 0 and first != self.next:
            self.findings.add("misnamed", f"an empty segment where record {self.next} comes next", Place(name))

    def _take(self, place: Place, line: Line) -> None:
        if self._odd:
            self._settle_odd(line.number)
        if line.number > self.next:
            text = f"records {self.next} to {line.number - 1} are missing before this line"
            self.findings.add("dropped", text, place)
            self._missing.append(range(self.next, line.number))
            self.chain.lost()
        elif line.number < self.next:
            late = any(line.number in gap for gap in self._missing)
            text = "the record stands in the wrong place" if late else "a record that is there already"
            self.findings.add("swapped" if late else "added", text, place)
            return
        self.next = line.number + 1
        self.records += 1
        self.chain.take(place, line)
        self._event(place, line)
        self.on_record(place, line)

    def _settle_odd(self, number: int | None) -> None:
        """Say of lines that are no records whether they stand in the place of some, now that the next is known."""
        if number is None or number != self.next:
            number = self.next + len(self._odd) if number is None else number
            replaced = max(0, min(len(self._odd), number - self.next))
            self.chain.lost()
        else:
            replaced = 0
        for at, odd in enumerate(self._odd):
            if at < replaced:
                place = Place(odd.file, odd.line, odd.byte, self.next + at)
                self.chain.blame("changed", "the line is not a record any more", place)
            else:
                self.findings.add("added", "a line that is no record", odd)
        self.next += replaced
        self._odd.clear()

    def _event(self, place: Place, line: Line) -> None:
        """Look into the event as far as the log itself goes."""
        if not line.committed:
            return
        try:
            text = line.event.decode("utf-8")
            event, end = _scan(text)
        except (ValueError, RecursionError):
            text, end = "", -1
        if end != len(text):
            self.chain.blame("not_an_event", "what was signed is not an event", place)
        elif b'"ledger.pruned"' in line.event:
            self.pruned_to = max(self.pruned_to, pruned_before(event))

    def _tail(self) -> None:
        """Lines behind the last signature were never finished, unless the checkpoint says that they were."""
        last = self.chain.last
        if last is not None and last.line.signature is None:
            if last.line.number + 1 == self.size:
                self.chain.blame("bad_signature", "the last record of the checkpoint is not signed", last.place)
            elif last.line.number >= self.size:
                text = "a group of records that was never finished: it is not signed"
                self.findings.add("torn_tail", text, last.place)
        if self.torn is not None:
            self.findings.add("torn_tail", "the last line was never finished", self.torn)


def pruned_before(event: object) -> int:
    """The record before which an event `ledger.pruned` says that lines were deleted; 0 if it is none."""
    if not isinstance(event, dict):
        return 0
    metadata, unmapped = event.get("metadata"), event.get("unmapped")
    if not isinstance(metadata, dict) or metadata.get("event_code") != "ledger.pruned":
        return 0
    facts = unmapped.get("ledger") if isinstance(unmapped, dict) else None
    before = facts.get("before_sequence") if isinstance(facts, dict) else None
    return before if isinstance(before, int) else 0


def _lines(path: Path, name: str, findings: Findings) -> Iterator[tuple[int, int, bytes]]:
    """Number, first byte and bytes of each line. A longer line than any record's comes in pieces."""
    byte = 0
    try:
        with path.open("rb", buffering=1 << 18) as file:
            for number, raw in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
                yield number, byte, raw
                byte += len(raw)
    except OSError as error:
        findings.add("unreadable", f"cannot be read: {error.strerror}", Place(name, byte=byte))
