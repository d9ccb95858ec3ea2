"""What one report says of a meeting or a person, and what the log has of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.of_meeting import OfMeeting
from meeting_proxy_verify.of_person import OfPerson
from meeting_proxy_verify.report import read_report
from meeting_proxy_verify.words import looked_up

Entry = Mapping[str, object]


@dataclass
class Claims:
    """A report with what the log has for it. Records from `first` until before `end` are those that it read."""

    name: str
    report: Mapping[str, object]
    log: OfMeeting | OfPerson
    pseudonyms: frozenset[str]
    first: int
    end: int
    exchanges_that_left: int = 0
    """In the log, of any meeting, up to `end`."""
    log_first: int = 0
    """The first record that has a line in the log: those before were deleted."""

    @property
    def cut(self) -> bool:
        """Whether records that the report read were deleted since."""
        return self.first < self.log_first

    def was_deleted(self, sequence: object) -> bool:
        """Whether a record was there for the report, and is not any more."""
        return type(sequence) is int and self.first <= sequence < min(self.log_first, self.end)

    def is_beyond(self, sequence: object) -> bool:
        """Whether a record is later than those that the report says it read."""
        return type(sequence) is int and sequence >= self.end

    def held(self, part: str) -> Iterator[tuple[Place, Entry]]:
        """The entries of one list of the report, each with its place. What is no entry is an empty one."""
        held = self.report.get(part)
        for number, entry in enumerate(held if isinstance(held, list) else [], 1):
            yield Place(f"{self.name}, {part}, number {number}"), entry if isinstance(entry, Mapping) else {}

    def of_these(self) -> set[str]:
        """The exchanges that the report is to tell of."""
        return {str(each.facts["exchange"]) for _, each in self.log.entries(cut=False) if each.facts is not None}

    def beyond(self, sequence: int) -> str:
        """What is wrong with a report that tells of a record which it did not read, and what to do."""
        return f"it tells of record {sequence}, and says that it read those before {self.end} alone: have it made anew"


def claims_of(data: bytes, name: str, findings: Findings) -> Claims | None:
    """Read a report from the file of this name. None, and a finding, where it cannot be compared."""
    report = read_report(data, findings, name)
    if not report:
        return None
    shown = report.get("pseudonyms")
    first, records = (looked_up(report, f"log.{each}") for each in ("first", "records"))
    if first is None and records == 0:
        first = 0  # No record was there to be read.
    pseudonyms = [each for each in shown if isinstance(each, str)] if isinstance(shown, list) else []
    kinds = {each.partition(":")[0] for each in pseudonyms} or {"ptc" if "person" in report else "mtg"}
    named = isinstance(shown, list) and len(set(pseudonyms)) == len(shown) and kinds in ({"mtg"}, {"ptc"})
    if not (named and type(first) is int and type(records) is int and first >= 0 and records >= 0):
        text = "does not say its pseudonyms, or how much of the log it read: that of a person is made with --proofs"
        findings.add("unreadable", text, Place(name))
        return None
    of = frozenset(pseudonyms)
    return Claims(name, report, OfMeeting(of) if kinds == {"mtg"} else OfPerson(of), of, first, first + records)
