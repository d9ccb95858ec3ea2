"""Time stamps of checkpoints (RFC 3161): what is asked of an authority, and what its answers prove.

What is stamped is the SHA-256 of a checkpoint's text, which origin, size and root give. So an answer proves that the
log had this root at that time, and nothing but the log is needed to check it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from proxy.audit.dating import StampUnreadable

__all__ = ["Question", "StampAuthority", "StampUnreadable", "question"]

_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class Question(NamedTuple):
    """What to send to an authority, and the number that its answer repeats."""

    body: bytes
    nonce: int


def question(text: str) -> Question:
    """Ask for a stamp of this text."""
    request = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    return Question(request.as_bytes(), request.nonce or 0)


class StampAuthority:
    """An authority that is called `name`, whose certificates lead to one of `roots`."""

    def __init__(self, name: str, roots: Sequence[x509.Certificate]):
        self.name, self._roots = name, list(roots)

    def dated(self, answer: bytes, text: str, nonce: int | None = None) -> int | None:
        """When the authority stamped this text, in seconds since 1970; None if it stamped another.

        Raises `StampUnreadable`. The authority's certificate has to have been valid at that time.
        """
        try:
            found = decode_timestamp_response(answer)
            imprint = found.tst_info.message_imprint
            VerifierBuilder(roots=self._roots, nonce=nonce).build().verify(found, imprint.message)
        except (ValueError, VerificationError):
            raise StampUnreadable from None
        if imprint.hash_algorithm != _SHA256 or imprint.message != hashlib.sha256(text.encode()).digest():
            return None
        return _seconds(found)


def _seconds(found: TimeStampResponse) -> int:
    return int(found.tst_info.gen_time.timestamp())
