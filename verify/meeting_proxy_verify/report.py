"""Checks the report of a person or of a month: that each exchange in it is proven, and is told as it was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.merkle import EMPTY_ROOT
from meeting_proxy_verify.notes import Checkpoint, Key
from meeting_proxy_verify.proof import ProofResult, check_proof
from meeting_proxy_verify.tiles import Tiles
from meeting_proxy_verify.words import in_utc, looked_up

LISTS = ("exchanges", "withheld", "repeated")
"""The lists of exchanges in a report: that carried words, that left words out, that repeated what came of them."""

_TOLD = (
    ("exchange", "metadata.correlation_uid"),
    ("recipient", "api.service.name"),
    ("recipient.name", "api.service.name"),
    ("recipient.region", "unmapped.ledger.region"),
    ("purpose", "unmapped.ledger.purpose"),
    ("terms_version", "unmapped.ledger.terms_version"),
    ("sequence", "metadata.sequence"),
)
"""What a report says of an exchange under these names is to be what the proven event says there."""


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
    try:
        report = json.loads(data)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict) or not isinstance(report.get("exchanges"), list):
        result.findings.add("unreadable", 'not a report: a JSON object with a list "exchanges"', Place(name))
        return result
    seen: dict[tuple[int, bytes], bool] = {}
    for place, exchange in _exchanges(report, name):
        result.exchanges += 1
        proofs = _proofs(exchange)
        result.proofs += len(proofs)
        if not proofs:
            result.findings.add("proof_missing", "an exchange without a proof", place)
        before = len(result.findings)
        for proof in proofs:
            checked = check_proof(proof.encode("utf-8", "surrogatepass"), keys, witnesses)
            for finding in checked.findings.kept:
                result.findings.add(finding.code, finding.text, place)
            _told_rightly(exchange, checked, result.findings, place)
            if directory is not None and checked.checkpoint is not None:
                _of_the_log(checked.checkpoint, directory, seen, result.findings, place)
        result.proven += bool(proofs) and len(result.findings) == before
    return result


def _exchanges(report: Mapping[str, object], name: str) -> Iterator[tuple[Place, object]]:
    for kind in LISTS:
        held = report.get(kind)
        for number, exchange in enumerate(held if isinstance(held, list) else [], 1):
            yield Place(f"{name}, {kind}, number {number}"), exchange


def _proofs(exchange: object) -> list[str]:
    """The proofs of one exchange: `proof`, or `proofs` where several records belong to it."""
    if not isinstance(exchange, Mapping):
        return []
    found: list[object] = [exchange.get("proof")]
    more = exchange.get("proofs")
    found += more.values() if isinstance(more, Mapping) else more if isinstance(more, list) else []
    return [proof for proof in found if isinstance(proof, str)]


def _told_rightly(exchange: object, checked: ProofResult, findings: Findings, place: Place) -> None:
    if checked.event is None:
        return
    for name, path in _TOLD:
        told = looked_up(exchange, name)
        recorded = looked_up(checked.event, path)
        if isinstance(told, str | int) and recorded is not None and told != recorded:
            findings.add("report_differs", f"the report says {name} {told!r}, the record {recorded!r}", place)

    at, time = looked_up(exchange, "at"), checked.event.get("time")
    if isinstance(at, str) and isinstance(time, int) and not _same_second(at, time // 1000):
        findings.add("report_differs", f"the report says {at}, the record {in_utc(time // 1000)}", place)


def _same_second(told: str, seconds: int) -> bool:
    try:
        return int(datetime.fromisoformat(told).timestamp()) == seconds
    except (ValueError, OverflowError):
        return False


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
