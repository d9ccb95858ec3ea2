"""Checks a statement of erasure: that the log has its digest, in a record that says that something was erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from meeting_proxy_verify.exchanges import INTENT
from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.lines import Line
from meeting_proxy_verify.notes import Key
from meeting_proxy_verify.proof import ProofResult, check_proof
from meeting_proxy_verify.words import looked_up

FORMAT = "meeting-proxy-erasure-1"
_CODES = {"person": "person.forgotten", "meeting": "meeting.changed"}
_CHANGES = (None, "removed", "expired")
"""What the record of a meeting has to say of it; that of a person says none."""


class Statement:
    """A statement of erasure, with the proof of its record where the file has one."""

    def __init__(self, data: bytes, name: str, findings: Findings) -> None:
        """Take what a file of this name holds; `findings` gets why it is no such statement."""
        self.place = Place(name)
        found = _read(data)
        said, proof = found.get("statement"), found.get("proof")
        self.said: Mapping[str, object] = said if isinstance(said, Mapping) else {}
        self.proof = proof if isinstance(proof, str) else None
        if self.said.get("format") != FORMAT:
            text = f"not a statement of erasure: no object with the format {FORMAT}"
            findings.add("unreadable", text, self.place)
        written = json.dumps(self.said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.digest = f"sha256:{hashlib.sha256(written.encode('utf-8', 'surrogatepass')).hexdigest()}"

    def is_of(self, event: object) -> bool:
        """Whether an event says that what this statement tells of was erased."""
        return (
            looked_up(event, "unmapped.ledger.text") == self.digest
            and looked_up(event, "metadata.event_code") == _CODES.get(str(self.said.get("of")))
            and looked_up(event, "unmapped.ledger.change") in _CHANGES
        )


def check_erasure(statement: Statement, keys: Keys, witnesses: Sequence[Key] = ()) -> ProofResult:
    """Check a statement by the proof in its file. Findings name what does not fit."""
    if statement.proof is None:
        result = ProofResult()
        text = "the file has no proof of its record: check it with a copy of the log (--directory)"
        result.findings.add("proof_missing", text, statement.place)
        return result
    result = check_proof(statement.proof.encode("utf-8", "surrogatepass"), keys, witnesses)
    if result.event is not None and not statement.is_of(result.event):
        result.findings.add(
            "erasure_differs", "the proven record has not the digest of this statement", statement.place
        )
    return result


class ErasureInLog:
    """Takes each record of a log, as it is read: which one a statement is of, and who is named after it."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._pseudonyms = frozenset[object]()
        self.index: int | None = None
        self.event: Mapping[str, object] | None = None
        self.named_later = 0
        """How many requests after that name a pseudonym of the erased person."""

    def take(self, _: Place, line: Line) -> None:
        """Look at one record. What is no event is a finding elsewhere."""
        try:
            event = json.loads(line.event)
        except (ValueError, RecursionError):
            return
        if self.index is None and self._statement.is_of(event):
            people = looked_up(event, "unmapped.ledger.people")
            shown = [each for each in people if isinstance(each, str)] if isinstance(people, list) else []
            self._pseudonyms = frozenset(each for each in shown if not each.endswith(":unavailable"))
            self.index, self.event = line.number, event
        elif self.index is not None and looked_up(event, "metadata.event_code") == INTENT:
            named = event.get("resources")
            found = [looked_up(each, "uid") for each in named] if isinstance(named, list) else []
            self.named_later += any(isinstance(each, str) and each in self._pseudonyms for each in found)

    def finish(self, findings: Findings) -> None:
        """Say so where the log has no such record."""
        if self.index is None:
            text = (
                "no record of this copy has its digest: the statement was changed, the copy is older than the erasure, "
                "or the line was deleted since"
            )
            findings.add("erasure_not_found", text, self._statement.place)


def _read(data: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
