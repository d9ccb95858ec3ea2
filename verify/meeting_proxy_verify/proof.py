"""Proofs of single records (C2SP tlog-proof): an event, its way to the root, and the checkpoint that names the root.

The extra data are 16 bytes of salt and the event's bytes as they stand in the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from meeting_proxy_verify.findings import IN_ORDER, UNCONFIRMED, Findings
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.merkle import leaf_hash, root_by_inclusion
from meeting_proxy_verify.notes import Checkpoint, Key, NoteError, decoded, read_checkpoint

HEADER = b"c2sp.org/tlog-proof@v1\n"
SALT = 16
MOST_BYTES = 1 << 22
"""No proof is longer: a record, 63 hashes and a checkpoint."""

_INDEX = re.compile(rb"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """What the file of a proof holds."""

    extra: bytes
    """Salt and event; empty if the file has none."""
    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint


@dataclass
class ProofResult:
    """What is known after a proof was checked."""

    findings: Findings = field(default_factory=Findings)
    origin: str = ""
    index: int = 0
    size: int = 0
    event: dict[str, object] | None = None
    """The event that was proven, None if it was not."""
    checkpoint: Checkpoint | None = None
    cosigned: list[tuple[str, int]] = field(default_factory=list)
    """Witnesses, and when they cosigned, in seconds since 1970."""
    witnesses: int = 0
    """How many witnesses were asked for."""

    @property
    def exit_code(self) -> int:
        """0 proven, 1 not proven, 2 incomplete, 3 proven, but no witness that was named cosigned."""
        code = self.findings.exit_code
        return UNCONFIRMED if code == IN_ORDER and self.witnesses and not self.cosigned else code


def read_proof(data: bytes) -> Proof:
    """Read a proof; NoteError if it is none. Nothing is checked here but its form."""
    if len(data) > MOST_BYTES:
        raise NoteError("too long for a proof")
    if not data.startswith(HEADER):
        raise NoteError("not a proof: its first line is not c2sp.org/tlog-proof@v1")
    end = data.find(b"\n\n")
    if end < 0:
        raise NoteError("no empty line between the proof and its checkpoint")
    lines = data[len(HEADER) : end].split(b"\n")
    extra = b""
    if lines[0].startswith(b"extra "):
        extra = decoded(lines.pop(0).removeprefix(b"extra "))
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if index is None:
        raise NoteError("no line with the index of the record")
    path = tuple(decoded(line) for line in lines[1:])
    if len(path) > 63 or any(len(step) != 32 for step in path):
        raise NoteError("not a way to the root: at most 63 hashes of 32 bytes")
    return Proof(extra, int(index.group(1)), path, read_checkpoint(data[end + 2 :]))


def check_proof(data: bytes, keys: Keys, witnesses: Sequence[Key] = (), event: bytes | None = None) -> ProofResult:
    """Check a proof. `event` are the bytes that it is to be about, if they came apart from it."""
    result = ProofResult(witnesses=len(witnesses))
    try:
        proof = read_proof(data)
        result.origin, result.index, result.size = proof.checkpoint.origin, proof.index, proof.checkpoint.size
        result.checkpoint = proof.checkpoint
        _check_checkpoint(proof.checkpoint, keys)
        result.event = _check_inclusion(proof, event)
        for witness in witnesses:
            time = proof.checkpoint.note.cosigned_at(witness)
            if time is not None:
                result.cosigned.append((witness.name, time))
    except NoteError as error:
        result.findings.add("proof_invalid", str(error))
        result.event = None
    return result


def _check_checkpoint(checkpoint: Checkpoint, keys: Keys) -> None:
    if checkpoint.origin != keys.origin:
        raise NoteError(f"of another log, {checkpoint.origin}")
    if checkpoint.note.signed_by(keys.of_checkpoint(checkpoint.size)) is None:
        raise NoteError("its checkpoint is not signed by a key of the log")


def _check_inclusion(proof: Proof, event: bytes | None) -> dict[str, object]:
    salt, held = proof.extra[:SALT], proof.extra[SALT:]
    if len(salt) < SALT or not held:
        raise NoteError("the proof has no salt and event: what it is about cannot be told")
    if event is not None and event not in {held, held + b"\n"}:
        raise NoteError("the proof is about another event than the one that was given")
    root = root_by_inclusion(leaf_hash(sha256(salt + held).digest()), proof.index, proof.checkpoint.size, proof.path)
    if root is None:
        raise NoteError("the way to the root does not have the length that index and size ask for")
    if root != proof.checkpoint.head:
        raise NoteError("the event is not the record of the checkpoint's tree in this place")
    try:
        found = json.loads(held)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NoteError("the record is proven, but is not an event")
    metadata = found.get("metadata")
    number = metadata.get("sequence") if isinstance(metadata, dict) else None
    if number not in {None, proof.index}:
        raise NoteError(f"the event says that it is record {number}, and is record {proof.index}")
    return found
