"""One line of a segment: a record, with what its signature and its link cover."""

from __future__ import annotations

import re
from binascii import unhexlify
from hashlib import sha256
from typing import NamedTuple

FIRST_PREV = b"0" * 64
"""`prev` of record 0."""

LONGEST = 1 << 20
"""No line is longer; records of the product are far below."""

_LINE = re.compile(
    rb'\{("v":2,)?"seq":(0|[1-9][0-9]{0,18}),"prev":"([0-9a-f]{64})","commitment":"([0-9a-f]{64})",'
    rb'(?:"sig":"([0-9a-f]{128})",)?"salt":"([0-9a-f]{32})","event":(\{.*\})\}\n',
    re.DOTALL,
)


class Line(NamedTuple):
    """A record as its line gives it. Digests that lead to other lines are in hexadecimal, as they stand there."""

    old: bool
    """Version 1: signed by itself, and its link does not cover the signature."""
    number: int
    prev: bytes
    commitment: bytes
    committed: bool
    """Whether the commitment is that of the salt and the event."""
    signature: bytes | None
    message: bytes
    link: bytes
    event: bytes

    def signature_bytes(self) -> bytes:
        """The signature, b"" if there is none."""
        return unhexlify(self.signature or b"")


class Reader:
    """Reads the lines of one log."""

    def __init__(self, origin: str) -> None:
        self._old = b"meeting-privacy-proxy/ledger/v1\n" + origin.encode() + b"\n"
        self._new = b"meeting-privacy-proxy/ledger/v2\n" + origin.encode() + b"\n"

    def line(self, raw: bytes) -> Line | None:
        """Read a line with its end; None if it does not have the one form of a record."""
        match = _LINE.fullmatch(raw)
        if match is None:
            return None
        version, number, prev, commitment, signature, salt, event = match.groups()
        committed = unhexlify(commitment)
        right = sha256(unhexlify(salt) + event).digest() == committed
        rest = number + b"\n" + prev + b"\n" + commitment + b"\n"
        if version is not None:
            message = self._new + rest
            link = sha256(message + (signature or b"") + b"\n").hexdigest().encode()
            return Line(False, int(number), prev, committed, right, signature, message, link, event)
        if signature is None:
            return None
        message = self._old + rest
        link = sha256(message).hexdigest().encode()
        return Line(True, int(number), prev, committed, right, signature, message, link, event)
