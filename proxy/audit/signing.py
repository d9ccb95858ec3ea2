"""The keys that sign and check a log, in the forms of C2SP signed-note, and their history.

A checking key is written as ``<origin>+<8 hex: key id>+<base64: 0x01 ‖ Ed25519 public key>``. The key id is the first
four bytes of SHA-256(origin ‖ LF ‖ 0x01 ‖ public key).

When a log gets a new key, the old one signs a handover: a signed note of four lines, the domain, the number of the
first record that the new key signs for, and both checking keys. `KeyHistory` is the chain of all of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proxy.audit import notes
from proxy.audit.notes import NAME, Note, NoteSignature

ED25519 = b"\x01"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


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

    def names(self, signature: NoteSignature) -> bool:
        """Whether a signature of a note says that it is this key's."""
        return signature.name == self.origin and signature.content[:4] == self.key_id

    def signed(self, note: Note) -> bool:
        """Whether a note has a signature of this key's, and all that it has are valid (as C2SP signed-note asks)."""
        ours = [each for each in note.signatures if self.names(each)]
        return bool(ours) and all(self.checks(each.content[4:], note.text.encode()) for each in ours)

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
        if not NAME.fullmatch(origin) or raw[:1] != ED25519:
            return None
        key = CheckingKey(origin, Ed25519PublicKey.from_public_bytes(raw[1:]))
    except (ValueError, binascii.Error):
        return None
    return key if f"{origin}+{key_id}+{encoded}" == key.render() else None


_HANDOVER = "meeting-privacy-proxy/key/v1"


def hand_over(old: SigningKey, new: CheckingKey, since: int) -> bytes:
    """The note by which the old key's holder names the new key, which signs from record `since` on."""
    text = f"{_HANDOVER}\n{since}\n{old.checking.render()}\n{new.render()}\n"
    return notes.signed(text, old.origin, old.checking.key_id + old.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The keys of one log, oldest first, each with the number of the first record that it signs for."""

    periods: tuple[tuple[int, CheckingKey], ...]

    @classmethod
    def read(cls, kept: CheckingKey, handovers: bytes = b"") -> Self | None:
        """The history in a file of handovers, one after the other, if `kept` is one of its keys. None otherwise."""
        if not handovers:
            return cls(((0, kept),))
        history, whole = cls.as_far_as(handovers)
        return history if whole and history is not None and history.knows(kept) else None

    @classmethod
    def as_far_as(cls, handovers: bytes) -> tuple[Self | None, bool]:
        """The history up to the first handover that is none (None if that is the first), and whether all are ones."""
        periods: list[tuple[int, CheckingKey]] = []
        *earlier, last = handovers.split(b"\n\n\n")
        for file in (*(each + b"\n" for each in earlier), last):
            found = _handed_over(file)
            if found is None:
                break
            old, since, new = found
            if not periods:
                periods.append((0, old))
            if periods[-1][1] != old or since < periods[-1][0] or new.origin != old.origin:
                break
            periods.append((since, new))
        else:
            return cls(tuple(periods)), True
        return (cls(tuple(periods)) if periods else None), False

    def knows(self, key: CheckingKey) -> bool:
        """Whether it is one of these keys."""
        return any(each == key for _, each in self.periods)

    @property
    def origin(self) -> str:
        """The log whose keys they are."""
        return self.periods[0][1].origin

    @property
    def newest(self) -> CheckingKey:
        """The key that signs now."""
        return self.periods[-1][1]

    def at(self, sequence: int) -> CheckingKey:
        """The key that signs for the record with this number."""
        return next(key for since, key in reversed(self.periods) if since <= sequence or not since)

    def of_checkpoint(self, size: int) -> tuple[CheckingKey, ...]:
        """The keys that may have signed a checkpoint of this size, newest first."""
        first = self.at(max(size - 1, 0))
        started = [key for since, key in reversed(self.periods) if since == size]
        return (*started, first)


def join_handovers(earlier: bytes, note: bytes) -> bytes:
    """A file of handovers with one more at its end."""
    return earlier + b"\n\n" + note if earlier else note


def _handed_over(file: bytes) -> tuple[CheckingKey, int, CheckingKey] | None:
    note = notes.parse(file)
    lines = note.text.split("\n") if note is not None else []
    if note is None or len(lines) != 5 or lines[0] != _HANDOVER or not _NUMBER.fullmatch(lines[1]):
        return None
    old, new = read_checking_key(lines[2]), read_checking_key(lines[3])
    if old is None or new is None or len(note.signatures) != 1 or not old.signed(note):
        return None
    return old, int(lines[1]), new
