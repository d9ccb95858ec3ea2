"""What a witness answers to a log (C2SP tlog-witness): the rules, as data in and data out.

A witness remembers of each log the newest checkpoint that it cosigned, and cosigns only what extends it. So whoever
sees its cosignature knows that nobody was shown another history.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from proxy.audit import notes
from proxy.audit.checkpoints import Checkpoint
from proxy.audit.notes import Note, NoteSignature
from proxy.audit.signing import KeyHistory
from proxy.audit.tree import EMPTY_ROOT, HASH_BYTES, consistent

MAX_PROOF = 63
"""Most hashes in a proof."""
MAX_SIZE = (1 << 63) - 1
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")

KnownLogs = Mapping[str, Sequence[KeyHistory]]
"""The logs that a witness cosigns for, by origin, and the keys that it trusts for each."""


class Refused(Exception):
    """The witness does not cosign. `status` is that of its answer, `body` what it says."""

    def __init__(self, status: int, body: str = ""):
        super().__init__(status)
        self.status, self.body = status, body


class Seen(NamedTuple):
    """A log's newest checkpoint that was cosigned: how many records, and the root."""

    size: int
    root: bytes


NOTHING_SEEN = Seen(0, EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint that a log submits, with the proof that it extends that of `old` records."""

    old: int
    proof: tuple[bytes, ...]
    stated: Checkpoint
    note: Note


def request_of(old: int, proof: Sequence[bytes], file: bytes) -> bytes:
    """The body of a request to cosign a checkpoint file."""
    lines = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
    return f"old {old}\n{lines}\n".encode() + file


def read_request(body: bytes) -> Submission:
    """The submission in the body of a request. Raises `Refused` (400)."""
    head, blank, file = body.partition(b"\n\n")
    note = notes.parse(file)
    try:
        first, *lines = head.decode("ascii").split("\n")
        proof = tuple(_hash(line) for line in lines)
    except (ValueError, binascii.Error):
        raise Refused(400) from None
    if not blank or note is None or not first.startswith("old ") or len(proof) > MAX_PROOF:
        raise Refused(400)
    old, stated = _number(first.removeprefix("old ")), _stated(note)
    return Submission(old, proof, stated, note)


def judged(submission: Submission, logs: KnownLogs) -> Note:
    """The checkpoint with the signatures of the log that were checked, and no others.

    Raises `Refused`: 404 for an unknown log, 403 unless a trusted key signed it and no line that names one is false.
    """
    stated, note = submission.stated, submission.note
    if stated.origin not in logs:
        raise Refused(404)
    trusted = [key for history in logs[stated.origin] for key in history.of_checkpoint(stated.size)]
    valid: list[NoteSignature] = []
    for signature in note.signatures:
        named = [key for key in trusted if key.names(signature)]
        if any(key.signed(note) for key in named):
            valid.append(signature)
        elif named:
            raise Refused(403)
    if not valid:
        raise Refused(403)
    return Note(note.text, tuple(dict.fromkeys(valid)))


def check_extends(submission: Submission, seen: Seen) -> None:
    """Raise `Refused` unless the checkpoint extends what was seen: 400, 409 with the size that was seen, or 422."""
    stated = submission.stated
    if submission.old > stated.size:
        raise Refused(400)
    if submission.old != seen.size:
        raise Refused(409, f"{seen.size}\n")
    if not stated.size and stated.head != EMPTY_ROOT:
        raise Refused(422)
    if not consistent(seen.size, seen.root, stated.size, stated.head, submission.proof):
        raise Refused(422)


def _hash(line: str) -> bytes:
    found = base64.b64decode(line, validate=True)
    if len(found) != HASH_BYTES or base64.b64encode(found).decode() != line:
        raise ValueError
    return found


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > MAX_SIZE:
        raise Refused(400)
    return int(text)


def _stated(note: Note) -> Checkpoint:
    """The checkpoint of a note. Lines after the third, which say more, are allowed. Raises `Refused` (400)."""
    lines = note.text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise Refused(400)
    try:
        return Checkpoint(lines[0], _number(lines[1]), _hash(lines[2]))
    except (ValueError, binascii.Error):
        raise Refused(400) from None
