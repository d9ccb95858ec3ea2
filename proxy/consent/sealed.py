"""Short texts that only this proxy could have written: a body in base64url, signed by itsdangerous.

``BODY.MAC``, without padding, in the one spelling that base64url gives; any other spelling is malformed, so that
a text has exactly one form (itsdangerous takes several for one signature). The kind of text is the salt that the key
of the MAC is derived with: a form is never taken for an invitation. HMAC-SHA256 (RFC 2104) with one secret, because the
same program writes and reads them; there is no public key to hand out, and links stay short.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm

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
    return _signer(secret, kind).sign(base64_encode(body)).decode("ascii")


def unseal(secret: str, kind: str, text: str) -> bytes:
    """The body of a text that `seal` wrote with this secret and kind, in this version or the first; `SealBroken`."""
    if len(text) > MAX_LENGTH or not _SHAPE.fullmatch(text):
        raise SealBroken("malformed")
    written, mac = text.encode("ascii").split(b".")
    try:
        body, given = base64_decode(written), base64_decode(mac)
    except BadData:
        raise SealBroken("malformed") from None
    if base64_encode(body) != written or base64_encode(given) != mac:
        raise SealBroken("malformed")
    if not any(signer.validate(text) for signer in (_signer(secret, kind), _first(secret, kind))):
        raise SealBroken("forged")
    return body


def _signer(secret: str, kind: str) -> Signer:
    salt = f"meeting-proxy {kind} 2"
    return Signer(secret, salt=salt, key_derivation="hmac", digest_method=hashlib.sha256)


class _OverBody(SigningAlgorithm):
    """The MAC of the first version: over the body and its kind, with the secret itself."""

    def __init__(self, kind: str) -> None:
        self._before = f"meeting-proxy {kind} 1\n".encode()

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, self._before + base64_decode(value), hashlib.sha256)


def _first(secret: str, kind: str) -> Signer:
    """Reads what the first version sealed: by a link that was sent then, a yes that still counts can be taken back."""
    return Signer(secret, key_derivation="none", algorithm=_OverBody(kind))
