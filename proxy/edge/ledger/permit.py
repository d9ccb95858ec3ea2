"""The right to send one body once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from proxy.errors import OwnFault

PERMIT_SECONDS = 30.0


class LedgerPermit:
    """Given out when an intent is durable; bound to the SHA-256 of the body, valid once, for `PERMIT_SECONDS`."""

    def __init__(self, body_sha256: bytes, monotonic: Callable[[], float]):
        self._body_sha256, self._monotonic = body_sha256, monotonic
        self._expires = monotonic() + PERMIT_SECONDS
        self._used = False

    def redeem(self, body: bytes) -> None:
        """Use the permit for exactly these bytes; raises `OwnFault` on other bytes, a second use or expiry."""
        if self._used:
            raise OwnFault("permit_used", "a permit sends one body once")
        self._used = True
        if self._monotonic() >= self._expires:
            raise OwnFault("permit_expired", f"more than {PERMIT_SECONDS:.0f} s passed since the intent was recorded")
        if not hmac.compare_digest(hashlib.sha256(body).digest(), self._body_sha256):
            raise OwnFault("permit_mismatch", "the bytes to be sent are not those that were recorded")
