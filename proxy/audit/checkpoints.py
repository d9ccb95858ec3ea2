"""Signed statements of a log's length and content (C2SP tlog-checkpoint), and cosignatures of witnesses.

A checkpoint has three lines: the origin, the number of records, and the base64 of a hash. The hash is the root of the
Merkle tree (`tree`). Checkpoints that version 1 of the log wrote have the link of the last record instead
(`log.Line.link`), or 32 zeros for an empty log.

A witness signs a checkpoint together with the time (C2SP tlog-cosignature, Ed25519): it has seen no other history.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from proxy.audit import notes
from proxy.audit.notes import NAME, Note, NoteSignature
from proxy.audit.signing import KeyHistory, SigningKey

COSIGNATURE = b"\x04"
"""The kind of key (C2SP tlog-cosignature: Ed25519)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The statement that the log `origin` has `size` records under the hash `head` (32 bytes)."""

    origin: str
    size: int
    head: bytes

    def text(self) -> str:
        """The text to sign."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.head).decode()}\n"

    def signed(self, key: SigningKey) -> bytes:
        """The whole checkpoint file."""
        text = self.text()
        return notes.signed(text, key.origin, key.checking.key_id + key.sign(text.encode()))


class CheckpointFault(Exception):
    """A checkpoint proves nothing: it is broken, belongs to another log, or is not signed by the given key."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse_checkpoint(file: bytes) -> Checkpoint:
    """The checkpoint in a file, whoever signed it. Raises `CheckpointFault` (unreadable)."""
    return _of(_note(file))


def is_of(origin: str, file: bytes) -> bool:
    """Whether a file is a checkpoint of the log with this origin, whoever signed it."""
    try:
        return parse_checkpoint(file).origin == origin
    except CheckpointFault:
        return False


def parse_head(file: bytes) -> tuple[int, bytes]:
    """The number of records and the hash that a checkpoint states, which may say more in lines of its own after them.

    Raises `CheckpointFault` (unreadable).
    """
    lines = _note(file).text.split("\n")
    stated = _of(Note("\n".join(lines[:3]) + "\n", ()))
    return stated.size, stated.head


def read_checkpoint(file: bytes, keys: KeyHistory) -> Checkpoint:
    """The checkpoint in a file that a holder of the log's keys signed while that key was in force.

    Raises `CheckpointFault` with one of the reasons unreadable, unknown_origin and bad_signature; the last one also if
    a signature of such a key that is not valid stands beside one that is. Signature lines of other keys (witnesses) are
    allowed and not checked.
    """
    note = _note(file)
    checkpoint = _of(note)
    if checkpoint.origin != keys.origin:
        raise CheckpointFault("unknown_origin")
    allowed = keys.of_checkpoint(checkpoint.size)
    named = [key for key in allowed if any(key.names(each) for each in note.signatures)]
    if not named or not all(key.signed(note) for key in named):
        raise CheckpointFault("bad_signature")
    return checkpoint


def with_cosignatures(file: bytes, lines: tuple[NoteSignature, ...]) -> bytes:
    """A checkpoint file with more signature lines. Raises `CheckpointFault` (unreadable)."""
    note = _note(file)
    return Note(note.text, (*note.signatures, *lines)).render()


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """The key that checks a witness's cosignatures. Written like a log's key, with the kind 0x04."""

    name: str
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + COSIGNATURE + self.public.public_bytes_raw()).digest()[:4]

    def render(self) -> str:
        """The key as one line of text, without a line end."""
        raw = base64.b64encode(COSIGNATURE + self.public.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{raw}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The key in a line of text. None unless the text is exactly such a line."""
        name, _, rest = text.strip().partition("+")
        encoded = rest.partition("+")[2]
        try:
            raw = base64.b64decode(encoded, validate=True)
            if not NAME.fullmatch(name) or raw[:1] != COSIGNATURE:
                return None
            key = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except (ValueError, binascii.Error):
            return None
        return key if key.render() == text.strip() else None

    def cosigned(self, file: bytes) -> int | None:
        """The time, in seconds since 1970, at which this witness cosigned a checkpoint file. None if it did not.

        Raises `CheckpointFault` (unreadable; bad_signature if a cosignature under its name is not valid).
        """
        note = _note(file)
        ours = [each.content for each in note.signatures if each.name == self.name and each.content[:4] == self.key_id]
        return max((self._time_of(content, note.text) for content in ours), default=None)

    def _time_of(self, content: bytes, text: str) -> int:
        time = int.from_bytes(content[4:12], "big")
        try:
            if len(content) != 76 or time >= 1 << 63:
                raise CheckpointFault("bad_signature")
            self.public.verify(content[12:], _cosigned_text(time, text))
        except InvalidSignature:
            raise CheckpointFault("bad_signature") from None
        return time


def cosign(file: bytes, name: str, key: Ed25519PrivateKey, seconds: int) -> NoteSignature:
    """A witness's signature of a checkpoint at a time, in seconds since 1970. The caller has checked the checkpoint."""
    signature = key.sign(_cosigned_text(seconds, _note(file).text))
    witness = WitnessKey(name, key.public_key())
    return NoteSignature(name, witness.key_id + seconds.to_bytes(8, "big") + signature)


def _cosigned_text(seconds: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _note(file: bytes) -> Note:
    note = notes.parse(file)
    if note is None:
        raise CheckpointFault("unreadable")
    return note


def _of(note: Note) -> Checkpoint:
    try:
        origin, size, head = note.text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(head, validate=True))
    except (ValueError, binascii.Error):
        raise CheckpointFault("unreadable") from None
    if checkpoint.text() != note.text or len(checkpoint.head) != 32 or checkpoint.size < 0:
        raise CheckpointFault("unreadable")
    return checkpoint
