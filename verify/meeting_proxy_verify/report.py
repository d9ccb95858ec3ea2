"""Checks the report of a person or of a month: that each exchange in it is proven, and is told as it was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.merkle import EMPTY_ROOT
from meeting_proxy_verify.notes import Checkpoint, Key
from meeting_proxy_verify.proof import ProofResult, check_proof
from meeting_proxy_verify.tiles import Tiles
from meeting_proxy_verify.told import LISTS, differences, of_exchange, says_never_sent


@dataclass
class ReportResult:
    """What is known after a report was checked."""

    findings: Findings = field(default_factory=Findings)
    exchanges: int = 0
    proven: int = 0
    proofs: int = 0

    @property
    def exit_code(self) -> int:
        """0 all proven, 1 some proof is not valid, 2 something has no proof."""
        return self.findings.exit_code


def check_report(
    data: bytes, name: str, keys: Keys, directory: Path | None = None, witnesses: Sequence[Key] = ()
) -> ReportResult:
    """Check a report. With the log's directory, the proofs' checkpoints are compared with its tree, too."""
    result = ReportResult()
    report = read_report(data, result.findings, name)
    seen: dict[tuple[int, bytes], bool] = {}
    told: set[tuple[str, str]] = set()
    for kind, place, entry in _entries(report, result.findings, name):
        result.exchanges += 1
        before = len(result.findings)
        exchange = entry.get("exchange")
        if isinstance(exchange, str) and (kind, exchange) in told:
            result.findings.add("report_differs", f"exchange {exchange!r} stands here a second time", place)
        told |= {(kind, exchange)} if isinstance(exchange, str) else set()
        checked = []
        for proof in _proofs(entry, result.findings, place):
            checked.append(check_proof(proof.encode("utf-8", "surrogatepass"), keys, witnesses))
            for finding in checked[-1].findings.kept:
                result.findings.add(finding.code, finding.text, place)
            if directory is not None and checked[-1].checkpoint is not None:
                _of_the_log(checked[-1].checkpoint, directory, seen, result.findings, place)
        result.proofs += len(checked)
        if not checked:
            result.findings.add("proof_missing", "an exchange without a proof", place)
        _told_rightly(entry, kind, checked, result.findings, place)
        result.proven += len(result.findings) == before
    return result


class _ToldTwice(ValueError):
    """A key that stands twice in one object, of which readers take one or the other."""


def read_report(data: bytes, findings: Findings, name: str) -> Mapping[str, object]:
    """The report of a person or a meeting; an empty one, and a finding, where it is none."""
    report: object = None
    try:
        report = json.loads(data, object_pairs_hook=_once)
    except _ToldTwice as error:
        findings.add("report_differs", f"the key {error.args[0]!r} stands twice in one object", Place(name))
        return {}
    except (ValueError, RecursionError):
        pass
    if isinstance(report, dict) and isinstance(report.get("exchanges"), list):
        return report
    findings.add("unreadable", 'not a report: a JSON object with a list "exchanges"', Place(name))
    return {}


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _ToldTwice(key)
        found[key] = value
    return found


def _entries(
    report: Mapping[str, object], findings: Findings, name: str
) -> Iterator[tuple[str, Place, Mapping[str, object]]]:
    """Each entry with the list it stands in. What is no list, or no entry, is a finding."""
    for kind in LISTS:
        held = report.get(kind, [])
        if not isinstance(held, list):
            findings.add("report_differs", "not a list of exchanges", Place(f"{name}, {kind}"))
            continue
        for number, entry in enumerate(held, 1):
            place = Place(f"{name}, {kind}, number {number}")
            if not isinstance(entry, Mapping):
                findings.add("report_differs", "not an exchange", place)
            yield kind, place, entry if isinstance(entry, Mapping) else {}


def _proofs(entry: Mapping[str, object], findings: Findings, place: Place) -> list[str]:
    """The proofs of one exchange: `proof`, and `proofs` where several records belong to it."""
    more = entry.get("proofs")
    listed = list(more.values()) if isinstance(more, Mapping) else more if isinstance(more, list) else []
    if more is not None and not isinstance(more, Mapping | list):
        findings.add("report_differs", "proofs are neither a list nor an object", place)
    found = [each for each in (entry.get("proof"), *listed) if each is not None]
    if not all(isinstance(each, str) for each in found):
        findings.add("report_differs", "a proof is no text", place)
    return [each for each in found if isinstance(each, str)]


def _told_rightly(
    entry: Mapping[str, object], kind: str, checked: Sequence[ProofResult], findings: Findings, place: Place
) -> None:
    """The first record of an exchange has what is told of it; the others only have to be of the same exchange."""
    proven = sorted(
        ((each.index, each.event) for each in checked if each.event is not None), key=lambda found: found[0]
    )
    sent = not any(says_never_sent(event) for _, event in proven[1:])
    for number, (index, event) in enumerate(proven):
        wrong = of_exchange(entry, event) if number else differences(entry, event, index, kind, sent=sent)
        for text in wrong:
            findings.add("report_differs", text, place)


def _of_the_log(
    checkpoint: Checkpoint, directory: Path, seen: dict[tuple[int, bytes], bool], findings: Findings, place: Place
) -> None:
    """Compare a checkpoint with the root that the tiles have at its size."""
    key = checkpoint.size, checkpoint.head
    if key not in seen:
        try:
            seen[key] = (Tiles(directory).subtree(0, key[0]) if key[0] else EMPTY_ROOT) == key[1]
        except LookupError as error:
            findings.add("tile_missing", "a tile that the check needs is missing", Place(str(error.args[0])))
            seen[key] = True
    if not seen[key]:
        findings.add("checkpoint_mismatch", "the proof's checkpoint is not of the log in the directory", place)
