"""Short texts that only this proxy could have written: a body and its HMAC, both in base64url.

``BODY.MAC``, without padding, in the one spelling that base64url gives; any other spelling is malformed, so that
a text has exactly one form. The kind of text is under the MAC too: a form is never taken for an invitation.
HMAC-SHA256 (RFC 2104) with one secret, because the same program writes and reads them; there is no public key to
hand out, and links stay short.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

MIN_SECRET = 32
"""Shortest secret that is taken, in characters (RFC 2104 §3: no shorter than the hash, 32 bytes)."""

MAX_LENGTH = 3000
"""Longest text that is looked at; proxies and mail programs cut longer links."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")


class SealBroken(Exception):
    """A text that cannot be trusted; `reason` is ``malformed`` or ``forged``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def seal(secret: str, kind: str, body: bytes) -> str:
    """The text that carries `body`; the same body gives the same text."""
    return f"{_encode(body)}.{_encode(_mac(secret, kind, body))}"


def unseal(secret: str, kind: str, text: str) -> bytes:
    """The body of a text that `seal` wrote with this secret and kind; raises `SealBroken`."""
    if len(text) > MAX_LENGTH or not _SHAPE.fullmatch(text):
        raise SealBroken("malformed")
    written, mac = text.split(".")
    try:
        body, given = _decode(written), _decode(mac)
    except (binascii.Error, ValueError):
        raise SealBroken("malformed") from None
    if _encode(body) != written or _encode(given) != mac:
        raise SealBroken("malformed")
    if not hmac.compare_digest(_mac(secret, kind, body), given):
        raise SealBroken("forged")
    return body


def _mac(secret: str, kind: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), f"meeting-proxy {kind} 1\n".encode() + body, hashlib.sha256)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
