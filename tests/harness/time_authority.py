"""A time stamp authority (RFC 3161) on 127.0.0.1: it signs the hash that it is sent, and a time, with a key of its own.

Its answers are signed messages (CMS, RFC 5652) in DER (X.690), written here value by value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AT = datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)
"""When its first answer is given; each one after that is a second later."""

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
KINDS = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
}
"""Kinds of keys that it may have."""

_BOOLEAN, _INTEGER, _OCTETS, _OID, _SEQUENCE, _SET, _TIME = 0x01, 0x02, 0x04, 0x06, 0x30, 0x31, 0x18
_FIRST = 0xA0
"""The first byte of a value with the context-specific tag 0."""
_NULL = b"\x05\x00"


def _value(tag: int, *parts: bytes) -> bytes:
    """A value: its tag, its length, its content."""
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    digits = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def _number(number: int) -> bytes:
    return _value(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    coded = b""
    for arc in (40 * first + second, *rest):
        septets = [arc >> shift & 0x7F for shift in range(0, max(arc.bit_length(), 1), 7)][::-1]
        coded += bytes([*(each | 0x80 for each in septets[:-1]), septets[-1]])
    return _value(_OID, coded)


_SHA256 = _value(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"), _NULL)
_RSA_SHA256 = _value(_SEQUENCE, _oid("1.2.840.113549.1.1.11"), _NULL)
_ECDSA_SHA256 = _value(_SEQUENCE, _oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA, _TIME_STAMP = _oid("1.2.840.113549.1.7.2"), _oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE, _MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.3"), _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = _oid("1.2.840.113549.1.9.16.2.47")
_POLICY = _oid("1.2.3.4.1")


class _Query(NamedTuple):
    """What is asked for: what was hashed, as it stands there, and the number to repeat, if there is one."""

    imprint: bytes
    nonce: bytes


class TimeAuthority:
    """An authority under a root of its own. `folder` has the root's certificate, `ca`, and the authority's key."""

    def __init__(self, folder: Path, root: x509.Certificate, certificate: x509.Certificate, key: _Key):
        self.folder, self.ca = folder, folder / "ca.pem"
        self._certificate, self._key = certificate, key
        self._serials = count(1)
        folder.mkdir(parents=True)
        self.ca.write_bytes(root.public_bytes(Encoding.PEM))
        (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    @classmethod
    def made(cls, folder: Path, kind: str = "rsa") -> TimeAuthority:
        """A new authority whose own key is of one of the `KINDS`."""
        root_key, key = KINDS["rsa"](), KINDS[kind]()
        authority = x509.BasicConstraints(ca=True, path_length=None)
        root = _certificate("Root", "Root", root_key, root_key, [authority, _usage(signs_certificates=True)])
        stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        own = _certificate("TSA", "Root", key, root_key, [stamps, _usage(signs_certificates=False)])
        return cls(folder, root, own, key)

    def application(self) -> web.Application:
        """A server that answers."""
        app = web.Application()
        app.router.add_post("/", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        assert request.content_type == "application/timestamp-query"
        return web.Response(body=self.stamped(await request.read()), content_type="application/timestamp-reply")

    def stamped(self, query: bytes) -> bytes:
        """The answer to a request."""
        asked, serial = _read(query), next(self._serials)
        at = (AT + timedelta(seconds=serial - 1)).strftime("%Y%m%d%H%M%SZ").encode()
        told = [_number(1), _POLICY, asked.imprint, _number(serial), _value(_TIME, at), asked.nonce]
        granted = _value(_SEQUENCE, _number(0))
        return _value(_SEQUENCE, granted, self._message(_value(_SEQUENCE, *told)))

    def _message(self, content: bytes) -> bytes:
        """A signed message with this content, and the authority's certificate."""
        certificate = self._certificate.public_bytes(Encoding.DER)
        named = _value(_SEQUENCE, _value(_SEQUENCE, _value(_SEQUENCE, _value(_OCTETS, sha256(certificate).digest()))))
        attributes = _set(
            _value(_SEQUENCE, _CONTENT_TYPE, _value(_SET, _TIME_STAMP)),
            _value(_SEQUENCE, _MESSAGE_DIGEST, _value(_SET, _value(_OCTETS, sha256(content).digest()))),
            _value(_SEQUENCE, _SIGNING_CERTIFICATE, _value(_SET, named)),
        )
        # What is signed is a set of its own; in the message, its tag is that of its place (RFC 5652, section 5.4).
        algorithm, signature = self._signed(_value(_SET, attributes))
        issuer = _value(_SEQUENCE, self._certificate.issuer.public_bytes(), _number(self._certificate.serial_number))
        signer = [_number(1), issuer, _SHA256, _value(_FIRST, attributes), algorithm, _value(_OCTETS, signature)]
        encapsulated = _value(_SEQUENCE, _TIME_STAMP, _value(_FIRST, _value(_OCTETS, content)))
        signers = _value(_SET, _value(_SEQUENCE, *signer))
        parts = [_number(3), _value(_SET, _SHA256), encapsulated, _value(_FIRST, certificate), signers]
        return _value(_SEQUENCE, _SIGNED_DATA, _value(_FIRST, _value(_SEQUENCE, *parts)))

    def _signed(self, message: bytes) -> tuple[bytes, bytes]:
        """Which algorithm signs, and its signature."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return _RSA_SHA256, self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return _ECDSA_SHA256, self._key.sign(message, ec.ECDSA(hashes.SHA256()))


def _set(*values: bytes) -> bytes:
    """The content of a set, in the one order that DER allows."""
    return b"".join(sorted(values))


def _certificate(
    name: str, issuer: str, key: _Key, signing: _Key, extensions: Iterable[x509.ExtensionType]
) -> x509.Certificate:
    """A certificate for a key, from a day before `AT` until a month after it."""
    builder = x509.CertificateBuilder(
        issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
        subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=AT - timedelta(days=1),
        not_valid_after=AT + timedelta(days=30),
    )
    for each in extensions:
        builder = builder.add_extension(each, critical=True)
    return builder.sign(signing, hashes.SHA256())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _read(query: bytes) -> _Query:
    """A request (TimeStampReq). It has to ask for the certificate, since that is sent."""
    [whole] = _parts(query)
    version, imprint, *rest = _parts(_content(whole))
    assert version == _number(1)
    assert _value(_BOOLEAN, b"\xff") in rest, "the certificate is not asked for"
    return _Query(imprint, next((each for each in rest if each[0] == _INTEGER), b""))


def _start(value: bytes) -> tuple[int, int]:
    """Where the content of a value begins, and where it ends."""
    first, start = value[1], 2
    if first & 0x80:
        start += first & 0x7F
        return start, start + int.from_bytes(value[2:start], "big")
    return start, start + first


def _content(value: bytes) -> bytes:
    start, end = _start(value)
    return value[start:end]


def _parts(content: bytes) -> list[bytes]:
    """The values that follow each other there."""
    found = []
    while content:
        _, end = _start(content)
        found.append(content[:end])
        content = content[end:]
    return found
