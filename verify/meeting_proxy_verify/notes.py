"""Signed notes, their keys, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature).

What is read here is read strictly: each text has one form, and any other byte makes it another text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1
"""Type of a log's signature."""

COSIGNATURE = 4
"""Type of a witness's cosignature with its time, by Ed25519."""

MOST_BYTES = 1 << 20
"""No note of a log is longer."""

_NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(rb"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """A note, a key or a checkpoint that is not one, or that is not signed; says why."""


@dataclass(frozen=True)
class Key:
    """The public key of a log (signature type 1) or of a witness (type 4), as a vkey names it."""

    name: str
    id: bytes
    kind: int
    public: bytes

    @property
    def text(self) -> str:
        """The vkey."""
        packed = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{packed}"

    @cached_property
    def _verifier(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the key made this signature of the message."""
        try:
            self._verifier.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def read_key(text: str) -> Key:
    """Read a vkey; NoteError if it is none, or if its id does not belong to name and key."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise NoteError("not a verifier key: <name>+<8 hex digits>+<base64>")
    packed = decoded(parts[2].encode())
    if len(packed) != 33 or packed[0] not in {ED25519, COSIGNATURE}:
        raise NoteError("not an Ed25519 verifier key: its type is none that is known here")
    identity = sha256(parts[0].encode() + b"\n" + packed).digest()[:4]
    if identity.hex() != parts[1]:
        raise NoteError(f"the key's id is {identity.hex()}, not {parts[1]}")
    return Key(parts[0], identity, packed[0], packed[1:])


def decoded(text: bytes) -> bytes:
    """Decode base64 of the standard alphabet in its one canonical form; NoteError for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("not base64") from None
    if base64.b64encode(data) != text:
        raise NoteError("not the canonical form of base64")
    return data


@dataclass(frozen=True)
class Signature:
    """One signature line: the key's name and id, and what follows the id."""

    name: str
    id: bytes
    data: bytes


@dataclass(frozen=True)
class Note:
    """A text, with its last line end, and its signatures."""

    text: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, keys: Iterable[Key]) -> Key | None:
        """The first of the keys that signed the text; NoteError if a signature of one of them is not valid."""
        found = None
        for key in keys:
            for signature in self.signatures:
                if (signature.name, signature.id) != (key.name, key.id):
                    continue
                if key.kind != ED25519 or not key.signed(self.text, signature.data):
                    raise NoteError(f"the signature of {key.name} ({key.id.hex()}) is not valid")
                found = found or key
        return found

    def cosigned_at(self, witness: Key) -> int | None:
        """When the witness cosigned, in seconds since 1970; None if it did not.

        NoteError if a cosignature in its name is not valid.
        """
        times = []
        for signature in self.signatures:
            if (signature.name, signature.id) != (witness.name, witness.id):
                continue
            time = int.from_bytes(signature.data[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % time + self.text
            if len(signature.data) != 72 or time >= 1 << 63 or not witness.signed(message, signature.data[8:]):
                raise NoteError(f"the cosignature of {witness.name} is not valid")
            times.append(time)
        return max(times, default=None)


def read_note(data: bytes) -> Note:
    """Read a signed note; NoteError if it is none. Its signatures are not checked here."""
    if len(data) > MOST_BYTES:
        raise NoteError("too long for a signed note")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("not UTF-8") from None
    if _CONTROL.search(data):
        raise NoteError("a control character in a signed note")
    end = data.rfind(b"\n\n")
    if end < 0 or not data.endswith(b"\n") or end + 2 == len(data):
        raise NoteError("not a signed note: text, an empty line, signature lines")
    lines = data[end + 2 : -1].split(b"\n")
    return Note(data[: end + 1], tuple(_signature(line) for line in lines))


def _signature(line: bytes) -> Signature:
    parts = line.decode().split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise NoteError("not a signature line: em dash, name, base64")
    data = decoded(parts[2].encode())
    if len(data) < 5:
        raise NoteError("a signature without content")
    return Signature(parts[1], data[:4], data[4:])


@dataclass(frozen=True)
class Checkpoint:
    """How long a log was and what its tree's root was; `head` of the oldest logs is the link of the last record."""

    origin: str
    size: int
    head: bytes
    note: Note


def read_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint; NoteError if it is none. Its signatures are not checked here."""
    note = read_note(data)
    lines = note.text[:-1].split(b"\n")
    if len(lines) < 3 or not all(lines):
        raise NoteError("not a checkpoint: origin, size and root, one a line")
    if not _NUMBER.fullmatch(lines[1]):
        raise NoteError("the size in the checkpoint is not a number")
    head = decoded(lines[2])
    if len(head) != 32:
        raise NoteError("the root in the checkpoint is not 32 bytes long")
    return Checkpoint(lines[0].decode(), int(lines[1]), head, note)


def checkpoint_text(origin: str, size: int, root: bytes) -> bytes:
    """The text of a checkpoint, which is what is signed, cosigned and stamped."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
