"""Checkpoints: a signed statement of how long a log is and what its last record is.

The form is that of C2SP tlog-checkpoint over signed-note: three lines (origin, size, base64 of a hash), an empty
line, and signature lines ``— <origin> <base64: key id ‖ signature>``. The hash is the link hash of the last
record (`log.Line.link`); of an empty log it is `log.GENESIS`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from proxy.audit.keys import CheckingKey, SigningKey

_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` records, the last of which has the link hash `head` (32 bytes)."""

    origin: str
    size: int
    head: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.head).decode()}\n"

    def signed(self, key: SigningKey) -> bytes:
        """The whole file."""
        text = self.text()
        return f"{text}\n{_signature_line(key.checking, key.sign(text.encode()))}".encode()


class CheckpointFault(Exception):
    """A checkpoint says nothing, because it is broken, of another log, or not signed by the key at hand."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def read_checkpoint(file: bytes, key: CheckingKey) -> Checkpoint:
    """What the key holder stated; raises `CheckpointFault` with reason unreadable, unknown_origin, bad_signature.

    Signature lines of other keys (witnesses) are allowed and not judged.
    """
    try:
        note = file.decode()
        text, signatures = _parted(note)
        origin, size, head = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(head, validate=True))
    except (ValueError, binascii.Error):
        raise CheckpointFault("unreadable") from None
    if checkpoint.text() != text or len(checkpoint.head) != 32 or checkpoint.size < 0:
        raise CheckpointFault("unreadable")
    if checkpoint.origin != key.origin:
        raise CheckpointFault("unknown_origin")
    ours = [line for line in signatures if line.startswith(f"{_DASH}{key.origin} ")]
    if not any(_is_signature(line, text.encode(), key) for line in ours):
        raise CheckpointFault("bad_signature")
    return checkpoint


def _parted(note: str) -> tuple[str, list[str]]:
    text, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not lines or not all(line.startswith(_DASH) for line in lines):
        raise ValueError
    return text + "\n", lines


def _signature_line(key: CheckingKey, signature: bytes) -> str:
    return f"{_DASH}{key.origin} {base64.b64encode(key.key_id + signature).decode()}\n"


def _is_signature(line: str, text: bytes, key: CheckingKey) -> bool:
    """Whether the line is, byte for byte, this key's signature line (base64 leaves spare bits that must be 0)."""
    try:
        stated = base64.b64decode(line.rpartition(" ")[2], validate=True)
    except (ValueError, binascii.Error):
        return False
    return line + "\n" == _signature_line(key, stated[4:]) and key.checks(stated[4:], text)
