"""Checks that reports leave nothing out: all that a log has of their meeting or person stands in them, as recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence

from meeting_proxy_verify.claims import Claims
from meeting_proxy_verify.compared_answers import compare_answers
from meeting_proxy_verify.compared_entries import compare_entries
from meeting_proxy_verify.compared_meeting import compare_meeting
from meeting_proxy_verify.exchanges import INTENT, Record
from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.lines import Line
from meeting_proxy_verify.of_meeting import OfMeeting
from meeting_proxy_verify.words import looked_up


class Completeness:
    """Takes each record of a log, as it is read, and compares with what reports tell once all were."""

    def __init__(self, reports: Sequence[Claims], findings: Findings) -> None:
        self._reports, self._findings = reports, findings
        self._left: set[str] = set()
        """Exchanges that left, or may have."""
        self._organizations = set[str]()
        self._next = 0

    def take(self, place: Place, line: Line) -> None:
        """Keep what reports have to tell of one record. What is no event is a finding elsewhere."""
        self._next = line.number + 1
        try:
            event = json.loads(line.event)
        except (ValueError, RecursionError):
            return
        record = Record(line.number, place, event)
        organization = looked_up(event, "metadata.tenant_uid")
        self._organizations |= {organization} if isinstance(organization, str) else set()
        if record.code == INTENT:
            self._left.add(str(looked_up(event, "metadata.correlation_uid")))
        for report in self._reports:
            if line.number < report.end:
                report.exchanges_that_left = len(self._left)
                report.log.take(record)

    def finish(self, first: int, confirmed: int) -> None:
        """Compare the reports, once the log was read.

        Records before `first` were deleted; so many as `confirmed` are known from outside of the log's directory.
        """
        for report in self._reports:
            report.log_first = first
            self._whole(report, confirmed)
            if report.end > self._next:
                # What ended, or is told, in records that the copy does not have cannot be compared.
                text = f"it read records before {report.end}, and the copy of the log ends before {self._next}"
                self._findings.add("log_behind", f"{text}: take a newer copy", Place(report.name))
                continue
            self._pseudonyms(report)
            compare_entries(report, self._findings)
            if isinstance(report.log, OfMeeting):
                compare_meeting(report, report.log, self._findings)
            else:
                compare_answers(report, report.log, self._findings)

    def _whole(self, report: Claims, confirmed: int) -> None:
        """Whether a report has all its parts, and was made from all records that are to be compared."""
        findings, place = self._findings, Place(report.name)
        if report.report.get("ledger_read") is not True:
            findings.add("report_incomplete", "it does not say that the ledger was read: have it made anew", place)
        for part in (*report.log.LISTS, *report.log.PARTS):
            if not isinstance(report.report.get(part), list):
                findings.add("report_incomplete", f"it has no list {part!r}", place)
        if any(report.report.get(bound, "") is not None for bound in report.log.BOUNDS):
            text = "it is of a period alone, or does not say that it is not: have it made without --since and --until"
            findings.add("report_incomplete", text, place)
        if report.first > report.log_first:
            text = f"it tells nothing of records {report.log_first} to {report.first - 1}, which the log has"
            findings.add("report_incomplete", f"{text}: have it made anew", place)
        if report.end < confirmed:
            text = f"it read no records from {report.end} to {confirmed - 1}, which are confirmed from outside"
            findings.add("report_behind", f"{text}: have it made anew, and then copy the log", place)
        told = report.report.get("organization")
        if self._organizations and not (isinstance(told, str) and told in self._organizations):
            text = f"the report says {told!r}, the log {' and '.join(map(repr, sorted(self._organizations)))}"
            findings.add("report_differs", text, Place(f"{report.name}, organization"))

    def _pseudonyms(self, report: Claims) -> None:
        """Whether the log has all pseudonyms of a report. Those of deleted records it need not have any more."""
        if not report.cut and (unknown := report.pseudonyms - report.log.seen):
            text = f"the log names nobody and no meeting {sorted(unknown)!r}"
            self._findings.add("report_differs", text, Place(f"{report.name}, pseudonyms"))

    def in_words(self, first: int) -> list[str]:
        """What the reports cover of the log."""
        told = len(self._told & self._left)
        lines = [f"Of {len(self._left)} exchanges in the log that left, or may have, these reports are about {told}."]
        if first:
            lines.append(f"Nothing can say whether records 0 to {first - 1} named them: their lines were deleted.")
        for report in self._reports:
            if not report.pseudonyms:
                lines.append(f"{report.name} has no pseudonym: no record of the log can be of it.")
            deleted = [report.was_deleted(e.get("sequence")) for p in report.log.LISTS for _, e in report.held(p)]
            if any(deleted):
                what = f"{sum(deleted)} entries of {report.name} tell of these records"
                lines.append(f"{what}: they are compared with what later ones say of the same exchange, if any do.")
            if report.end < self._next:
                later = f"{report.end} to {self._next - 1}"
                lines.append(f"{report.name} does not tell of records {later}: they are later.")
        return lines

    @property
    def _told(self) -> set[str]:
        return {exchange for report in self._reports for exchange in report.of_these()}

    @property
    def facts(self) -> dict[str, object]:
        """The same for scripts."""
        ends = {report.name: report.end for report in self._reports}
        return {
            "exchanges_that_left": len(self._left),
            "of_these_reports": len(self._told & self._left),
            "told_up_to_record": ends,
        }
