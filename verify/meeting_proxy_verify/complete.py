"""Checks that reports leave nothing out: every exchange in a log that names what one is about stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.lines import Line
from meeting_proxy_verify.report import read_report
from meeting_proxy_verify.told import LISTS
from meeting_proxy_verify.words import looked_up

_LISTS = (*LISTS, "refused")
"""A meeting's report has what was refused in a list of its own."""
_COUNTS = ("utterances", "characters", "withheld_utterances")


@dataclass
class Told:
    """What one report says, by what can be compared with a log."""

    name: str
    pseudonyms: frozenset[str]
    end: int
    """The number of the record that came next when the report was made: later ones are not told."""
    exchanges: dict[str, list[tuple[Place, Mapping[str, object]]]]
    acts: frozenset[str] | None
    """Numbers of the records of acts about a meeting; None in the report of a person, which tells none."""
    found: set[str] = field(default_factory=set)
    """The exchanges of it that the log has."""

    def names(self, shown: object) -> bool:
        """Whether a pseudonym is one that the report is about."""
        return isinstance(shown, str) and shown in self.pseudonyms

    def lacks_act(self, event: Mapping[str, object], number: int) -> bool:
        """Whether an act is about the meeting and is not told, though the report tells acts, and is not older."""
        tells = self.acts is not None and number < self.end and str(number) not in self.acts
        return tells and self.names(looked_up(event, "unmapped.ledger.meeting"))

    def is_about(self, event: Mapping[str, object]) -> bool:
        """Whether a request is of the meeting, or has words of the person, or some that were withheld."""
        counted = (one for one in _people(event) if any(looked_up(one, f"data.{name}") for name in _COUNTS))
        return self.names(looked_up(event, "message_context.uid")) or any(self.names(one.get("uid")) for one in counted)


class Completeness:
    """Compares each record of a log, as it is read, with what reports tell."""

    def __init__(self, reports: Sequence[Told], findings: Findings) -> None:
        self._reports, self._findings = reports, findings
        self._left: set[str] = set()
        self._told: set[str] = set()
        """Exchanges that left, and those of them that the reports are about."""
        self._next = 0

    def take(self, place: Place, line: Line) -> None:
        """Compare one record. What is no event is a finding elsewhere."""
        self._next = line.number + 1
        try:
            event = json.loads(line.event)
        except (ValueError, RecursionError):
            return
        code, exchange = (looked_up(event, f"metadata.{name}") for name in ("event_code", "correlation_uid"))
        begins = code in {"egress.intent", "egress.refused"}
        if code == "egress.intent":
            self._left.add(str(exchange))
        for report in self._reports:
            if begins:
                self._begun(report, place, event, line.number, str(exchange))
            elif report.lacks_act(event, line.number):
                self._findings.add("report_incomplete", f"{report.name} does not tell of this {code}", place)

    def _begun(self, report: Told, place: Place, event: Mapping[str, object], number: int, exchange: str) -> None:
        if not report.is_about(event):
            # A request that sends replies again, and has no words of the person itself, names only what it repeats.
            report.found |= {exchange} if looked_up(event, "unmapped.ledger.derived_from") else set()
            return
        report.found.add(exchange)
        self._told.add(exchange)
        entries = report.exchanges.get(exchange, [])
        if not entries and number < report.end:
            self._findings.add("report_incomplete", f"{report.name} does not tell of exchange {exchange!r}", place)
        for where, entry in entries:
            for text in _differences(entry, event, number):
                self._findings.add("report_differs", text, where)

    def finish(self, first: int) -> None:
        """Say of what is told that no record has it. Records before `first` were deleted."""
        for report in self._reports:
            for exchange, entries in report.exchanges.items():
                for place, entry in entries:
                    sequence = entry.get("sequence")
                    deleted = isinstance(sequence, int) and sequence < first
                    if exchange not in report.found and not deleted:
                        self._findings.add("report_differs", f"the log has no such exchange {exchange!r}", place)

    def in_words(self, first: int) -> list[str]:
        """What the reports cover of the log."""
        told = len(self._told & self._left)
        lines = [f"Of {len(self._left)} exchanges in the log that left, or may have, these reports are about {told}."]
        if first:
            lines.append(f"Nothing can say whether records 0 to {first - 1} named them: their lines were deleted.")
        for report in self._reports:
            if not report.pseudonyms:
                lines.append(f"{report.name} has no pseudonym: no record of the log can be of it.")
            if report.end < self._next:
                later = f"{report.end} to {self._next - 1}"
                lines.append(f"{report.name} does not tell of records {later}: they are later.")
        return lines

    @property
    def facts(self) -> dict[str, object]:
        """The same for scripts."""
        ends = {report.name: report.end for report in self._reports}
        return {
            "exchanges_that_left": len(self._left),
            "of_these_reports": len(self._told & self._left),
            "told_up_to_record": ends,
        }


def told_by(data: bytes, name: str, findings: Findings) -> Told:
    """Read a report from the file of this name."""
    report = read_report(data, findings, name)
    shown, acts = report.get("pseudonyms"), report.get("acts")
    first, records = (looked_up(report, f"log.{each}") for each in ("first", "records"))
    named = isinstance(shown, list) and all(isinstance(each, str) for each in shown)
    if report and not (named and isinstance(records, int)):
        text = "does not say its pseudonyms, or how much of the log it tells: that of a person is made with --proofs"
        findings.add("unreadable", text, Place(name))
    exchanges: dict[str, list[tuple[Place, Mapping[str, object]]]] = {}
    for place, entry in _entries(report, name):
        exchanges.setdefault(str(entry.get("exchange")), []).append((place, entry))
    return Told(
        name,
        frozenset(map(str, shown)) if isinstance(shown, list) else frozenset(),
        (first if isinstance(first, int) else 0) + (records if isinstance(records, int) else 0),
        exchanges,
        frozenset(str(looked_up(each, "sequence")) for each in acts) if isinstance(acts, list) else None,
    )


def _entries(report: Mapping[str, object], name: str) -> Iterator[tuple[Place, Mapping[str, object]]]:
    for kind in _LISTS:
        held = report.get(kind, [])
        for number, entry in enumerate(held if isinstance(held, list) else [], 1):
            yield Place(f"{name}, {kind}, number {number}"), entry if isinstance(entry, Mapping) else {}


def _people(event: Mapping[str, object]) -> list[Mapping[str, object]]:
    people = event.get("resources")
    return [each for each in people if isinstance(each, Mapping)] if isinstance(people, list) else []


def _differences(entry: Mapping[str, object], event: Mapping[str, object], number: int) -> Iterator[str]:
    """What a meeting's report says otherwise of whose words an exchange had. A person's report does not say it."""
    people = entry.get("people")
    if not isinstance(people, list) or entry.get("sequence") != number:
        return
    said = [{name: looked_up(each, name) for name in ("pseudonym", *_COUNTS)} for each in people]
    recorded = [
        {"pseudonym": each.get("uid")} | {name: looked_up(each, f"data.{name}") for name in _COUNTS}
        for each in _people(event)
    ]
    if said != recorded:
        yield f"the report says {said}, the record {recorded}"
