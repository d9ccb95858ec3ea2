"""The keys that sign and check a log, and its signed checkpoints, in the forms of C2SP signed-note.

A checking key is written as ``<origin>+<8 hex: key id>+<base64: 0x01 ‖ Ed25519 public key>``. The key id is the first
four bytes of SHA-256(origin ‖ LF ‖ 0x01 ‖ public key).

A checkpoint is a signed statement of the log's length and its last record. Its form is C2SP tlog-checkpoint over
signed-note: three lines (origin, size, base64 of a hash), an empty line, and signature lines ``— <origin> <base64: key
id ‖ signature>``. The hash is the link hash of the last record (`log.Line.link`), or `log.GENESIS` for an empty log.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ED25519 = b"\x01"
_ORIGIN = re.compile(r"[^\s+]{1,200}")


@dataclass(frozen=True, slots=True)
class CheckingKey:
    """The key that checks the signatures of the log with this origin."""

    origin: str
    public: Ed25519PublicKey

    @property
    def raw(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.public.public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys apart. They prove nothing."""
        return hashlib.sha256(self.origin.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def checks(self, signature: bytes, message: bytes) -> bool:
        """Whether the key holder made this signature of the message."""
        try:
            self.public.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def render(self) -> str:
        """The key as one line of text, without a line end."""
        return f"{self.origin}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs for the log with this origin."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def checking(self) -> CheckingKey:
        """The public half."""
        return CheckingKey(self.origin, self.private.public_key())

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes. It is the same for the same message."""
        return self.private.sign(message)

    def digest_key(self) -> bytes:
        """32 bytes for keyed digests of bodies (HKDF-SHA-256, RFC 5869). Derived, so no second key file is needed."""
        hkdf = HKDF(hashes.SHA256(), 32, salt=None, info=b"meeting-privacy-proxy ledger body digest v1")
        return hkdf.derive(self.private.private_bytes_raw())

    def to_pem(self) -> bytes:
        """The private key as unencrypted PKCS #8 in PEM."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def new_signing_key(origin: str) -> SigningKey:
    """A new key from the operating system's randomness."""
    return SigningKey(origin, Ed25519PrivateKey.generate())


def read_signing_key(origin: str, pem: bytes) -> SigningKey | None:
    """The key in a PEM file. None if it holds no Ed25519 private key."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        return None
    return SigningKey(origin, private) if isinstance(private, Ed25519PrivateKey) else None


def read_checking_key(text: str) -> CheckingKey | None:
    """The key in one line of text (a line end may follow). None unless the text is exactly such a line."""
    origin, _, rest = text.removesuffix("\n").partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
        if not _ORIGIN.fullmatch(origin) or raw[:1] != ED25519:
            return None
        key = CheckingKey(origin, Ed25519PublicKey.from_public_bytes(raw[1:]))
    except (ValueError, binascii.Error):
        return None
    return key if f"{origin}+{key_id}+{encoded}" == key.render() else None


_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The statement that the log `origin` has `size` records and the last one's link hash is `head` (32 bytes)."""

    origin: str
    size: int
    head: bytes

    def text(self) -> str:
        """The text to sign."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.head).decode()}\n"

    def signed(self, key: SigningKey) -> bytes:
        """The whole checkpoint file."""
        text = self.text()
        return f"{text}\n{_signature_line(key.checking, key.sign(text.encode()))}".encode()


class CheckpointFault(Exception):
    """A checkpoint proves nothing: it is broken, belongs to another log, or is not signed by the given key."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse_checkpoint(file: bytes) -> Checkpoint:
    """The checkpoint in a file, whoever signed it. Raises `CheckpointFault` (unreadable)."""
    return _read(file)[0]


def read_checkpoint(file: bytes, key: CheckingKey) -> Checkpoint:
    """The checkpoint in a file that the key holder signed.

    Raises `CheckpointFault` with one of the reasons unreadable, unknown_origin and bad_signature. Signature lines of
    other keys (witnesses) are allowed and not checked.
    """
    checkpoint, text, signatures = _read(file)
    if checkpoint.origin != key.origin:
        raise CheckpointFault("unknown_origin")
    ours = [line for line in signatures if line.startswith(f"{_DASH}{key.origin} ")]
    if not any(_is_signature(line, text.encode(), key) for line in ours):
        raise CheckpointFault("bad_signature")
    return checkpoint


def _read(file: bytes) -> tuple[Checkpoint, str, list[str]]:
    """A checkpoint, its text and its signature lines. Raises `CheckpointFault` (unreadable)."""
    try:
        note = file.decode()
        text, signatures = _parted(note)
        origin, size, head = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(head, validate=True))
    except (ValueError, binascii.Error):
        raise CheckpointFault("unreadable") from None
    if checkpoint.text() != text or len(checkpoint.head) != 32 or checkpoint.size < 0:
        raise CheckpointFault("unreadable")
    return checkpoint, text, signatures


def _parted(note: str) -> tuple[str, list[str]]:
    text, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not lines or not all(line.startswith(_DASH) for line in lines):
        raise ValueError
    return text + "\n", lines


def _signature_line(key: CheckingKey, signature: bytes) -> str:
    return f"{_DASH}{key.origin} {base64.b64encode(key.key_id + signature).decode()}\n"


def _is_signature(line: str, text: bytes, key: CheckingKey) -> bool:
    """Whether the line is, byte for byte, this key's signature line (the spare bits of base64 must be 0)."""
    try:
        stated = base64.b64decode(line.rpartition(" ")[2], validate=True)
    except (ValueError, binascii.Error):
        return False
    return line + "\n" == _signature_line(key, stated[4:]) and key.checks(stated[4:], text)
