"""What is found wrong with a log: a code, words, and the place: file, line, byte, record."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

IN_ORDER, TAMPERED, INCOMPLETE, UNCONFIRMED = range(4)
"""Exit codes: in order and confirmed from outside; tampered with; incomplete; in order, but nothing outside of the
directory confirms it."""

CODES = {
    "changed": TAMPERED,
    "bad_signature": TAMPERED,
    "dropped": TAMPERED,
    "swapped": TAMPERED,
    "added": TAMPERED,
    "broken_link": TAMPERED,
    "behind_checkpoint": TAMPERED,
    "checkpoint_mismatch": TAMPERED,
    "checkpoint_unreadable": TAMPERED,
    "unknown_origin": TAMPERED,
    "misnamed": TAMPERED,
    "not_an_event": TAMPERED,
    "tile_changed": TAMPERED,
    "key_changed": TAMPERED,
    "handover_changed": TAMPERED,
    "proof_invalid": TAMPERED,
    "erasure_differs": TAMPERED,
    "report_differs": TAMPERED,
    "report_incomplete": TAMPERED,
    "stamp_mismatch": TAMPERED,
    "tile_missing": INCOMPLETE,
    "key_behind": INCOMPLETE,
    "no_key": INCOMPLETE,
    "no_checkpoint": INCOMPLETE,
    "empty": INCOMPLETE,
    "torn_tail": INCOMPLETE,
    "kept_not_comparable": INCOMPLETE,
    "proof_missing": INCOMPLETE,
    "report_behind": INCOMPLETE,
    "log_behind": INCOMPLETE,
    "erasure_not_found": INCOMPLETE,
    "stamp_unreadable": INCOMPLETE,
    "unreadable": INCOMPLETE,
}
"""Every code, with the exit code that it leads to."""

MOST = 1000
"""So many findings are kept with their places; the others are counted."""


class Place(NamedTuple):
    """Where something lies: a file of the directory, its line from 1 on, its byte from 0 on, the record's number."""

    file: str
    line: int | None = None
    byte: int | None = None
    record: int | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    code: str
    text: str
    place: Place | None = None

    def line(self) -> str:
        """One line for people."""
        where = ""
        if self.place is not None:
            at = self.place
            parts = [at.file]
            parts += [f"line {at.line}"] * (at.line is not None) + [f"byte {at.byte}"] * (at.byte is not None)
            parts += [f"record {at.record}"] * (at.record is not None)
            where = ", ".join(parts) + ": "
        return f"{self.code}: {where}{self.text}"

    def plain(self) -> dict[str, object]:
        """The same for `--json`."""
        place = {} if self.place is None else {k: v for k, v in self.place._asdict().items() if v is not None}
        return {"code": self.code, "text": self.text, **place}


class Findings:
    """All findings of one check, the first `MOST` with their places."""

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.counts: Counter[str] = Counter()

    def add(self, code: str, text: str, place: Place | None = None) -> None:
        """Record one."""
        self.take(Finding(code, text, place))

    def take(self, finding: Finding) -> None:
        """Record one that is made already."""
        self.counts[finding.code] += 1
        if len(self.kept) < MOST:
            self.kept.append(finding)

    def take_all(self, others: Findings) -> None:
        """Record those of another check, with the ones that it only counted."""
        self.kept += others.kept[: MOST - len(self.kept)]
        self.counts += others.counts

    def __len__(self) -> int:
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """Tampered if anything is, else incomplete if anything is, else in order."""
        kinds = {CODES[code] for code in self.counts}
        return TAMPERED if TAMPERED in kinds else INCOMPLETE if kinds else IN_ORDER
