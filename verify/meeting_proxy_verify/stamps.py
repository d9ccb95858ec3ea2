"""Time stamps of an authority (RFC 3161): what an answer says, and whether the authority's certificate signed it.

An answer holds a signed message (CMS, RFC 5652) with exactly one signer, over the hash that was sent and the time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import new as new_hash
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from meeting_proxy_verify.certificates import dates, leads
from meeting_proxy_verify.der import INTEGER, OCTETS, SEQUENCE, SET, TIME, DerError, Value, context, read

_SIGNED_DATA, _TIME_STAMP = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE, _CERTIFICATE_2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA, _ECDSA = "1.2.840.113549.1.1.", "1.2.840.10045.4.3."
_OF_RSA = {f"{_RSA}11": "sha256", f"{_RSA}12": "sha384", f"{_RSA}13": "sha512"}
_OF_ECDSA = {f"{_ECDSA}2": "sha256", f"{_ECDSA}3": "sha384", f"{_ECDSA}4": "sha512"}
_INSTANT = re.compile(rb"[0-9]{14}(?:\.[0-9]{0,8}[1-9])?Z")


class StampError(Exception):
    """An answer is none, or not one of an authority that is trusted. Says why."""


class Stamp(NamedTuple):
    """What an authority signed: a hash, its kind, and when."""

    kind: str
    digest: bytes
    at: datetime


@dataclass(frozen=True)
class _Signer:
    """The one who signed a message."""

    named: _Named
    hash_kind: str
    attributes: Value
    algorithm: str
    signature: bytes


def check_stamp(answer: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """What an answer of an authority says, whose certificate leads to one of these. Raises `StampError`."""
    try:
        content, certificates, signer = _message(_token(read(answer)))
        stamp = _stated(read(content))
        own = _signing(signer, [*certificates, *roots])
        _check_attributes(signer, content, own)
        _check_signature(signer, own)
        allowed = dates(own, stamp.at) and leads(own, certificates, roots, stamp.at)
    except (DerError, ValueError, LookupError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise StampError("it is no answer of a time stamp authority") from None
    if not allowed:
        raise StampError("its certificate is not one for time stamps that leads to a trusted one")
    return stamp


def _token(answer: Value) -> Value:
    """The signed message in an answer that grants it."""
    status, *rest = answer.expect(SEQUENCE).parts()
    if status.expect(SEQUENCE).parts()[0].number() != 0 or len(rest) != 1:
        raise DerError
    kind, message = rest[0].expect(SEQUENCE).parts()
    if kind.oid() != _SIGNED_DATA:
        raise DerError
    return message.expect(context(0)).only().expect(SEQUENCE)


def _message(signed: Value) -> tuple[bytes, list[x509.Certificate], _Signer]:
    """The content of a signed message, the certificates in it, and its one signer."""
    _, _, encapsulated, *rest = signed.parts()
    kind, content = encapsulated.expect(SEQUENCE).parts()
    if kind.oid() != _TIME_STAMP:
        raise DerError
    certificates = [each for part in rest if part.tag == context(0) for each in part.parts()]
    signer = rest[-1].expect(SET).only()
    # RFC 5280 allows positive numbers alone.
    usual = [each for each in certificates if each.tag == SEQUENCE and _named(each.parts()[0]).serial > 0]
    loaded = [x509.load_der_x509_certificate(each.whole) for each in usual]
    return content.expect(context(0)).only().expect(OCTETS).content, loaded, _signer(signer)


def _signer(value: Value) -> _Signer:
    _, sid, digest, attributes, algorithm, signature, *_ = value.expect(SEQUENCE).parts()
    issuer, serial = sid.expect(SEQUENCE).parts()
    return _Signer(
        named=_Named(issuer.expect(SEQUENCE).whole, serial.number()),
        hash_kind=_hash_kind(digest),
        attributes=attributes.expect(context(0)),
        algorithm=algorithm.expect(SEQUENCE).parts()[0].oid(),
        signature=signature.expect(OCTETS).content,
    )


def _hash_kind(algorithm: Value) -> str:
    found = _HASHES.get(algorithm.expect(SEQUENCE).parts()[0].oid())
    if found is None:
        raise DerError
    return found


def _stated(info: Value) -> Stamp:
    """What the content of a time stamp says (TSTInfo)."""
    version, _, imprint, serial, instant, *_ = info.expect(SEQUENCE).parts()
    kind, digest = imprint.expect(SEQUENCE).parts()
    if version.number() != 1 or serial.tag != INTEGER or not _INSTANT.fullmatch(instant.expect(TIME).content):
        raise DerError
    whole, _, fraction = instant.content[:-1].decode().partition(".")
    at = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Stamp(_hash_kind(kind), digest.expect(OCTETS).content, at.replace(microsecond=int(f"{fraction:0<6.6}")))


class _Named(NamedTuple):
    """What tells a certificate from all others."""

    issuer: bytes
    serial: int


def _named(certificate: Value) -> _Named:
    """The issuer and number of a certificate (TBSCertificate)."""
    fields = certificate.expect(SEQUENCE).parts()
    serial, _, issuer = fields[1:4] if fields[0].tag == context(0) else fields[:3]
    return _Named(issuer.whole, serial.number())


def _signing(signer: _Signer, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that the signer names."""
    for each in certificates:
        if _named(read(each.tbs_certificate_bytes)) == signer.named:
            return each
    raise DerError


def _check_attributes(signer: _Signer, content: bytes, own: x509.Certificate) -> None:
    """What is signed has to name the content, its kind, and the certificate, each once."""
    found: dict[str, Value] = {}
    for attribute in signer.attributes.parts():
        name, values = attribute.expect(SEQUENCE).parts()
        if name.oid() in found:
            raise DerError
        found[name.oid()] = values.expect(SET).only()
    digest = new_hash(signer.hash_kind, content).digest()
    named = _named_certificate(found, own.public_bytes(Encoding.DER))
    if not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= set(found) or not named:
        raise DerError
    if found[_CONTENT_TYPE].oid() != _TIME_STAMP or found[_MESSAGE_DIGEST].expect(OCTETS).content != digest:
        raise DerError


def _named_certificate(attributes: dict[str, Value], certificate: bytes) -> bool:
    """Whether the first certificate that is named by its hash is this one (RFC 5035; RFC 2634 names it by SHA-1)."""
    if (second := attributes.get(_CERTIFICATE_2)) is not None:
        first, *rest = second.expect(SEQUENCE).parts()[0].parts()[0].expect(SEQUENCE).parts()
        kind = _hash_kind(first) if first.tag == SEQUENCE else "sha256"
        hashed = rest[0] if first.tag == SEQUENCE else first
        return hashed.expect(OCTETS).content == new_hash(kind, certificate).digest()
    if (first_kind := attributes.get(_CERTIFICATE)) is not None:
        hashed = first_kind.expect(SEQUENCE).parts()[0].parts()[0].expect(SEQUENCE).parts()[0]
        return hashed.expect(OCTETS).content == new_hash("sha1", certificate, usedforsecurity=False).digest()
    return False


def _check_signature(signer: _Signer, own: x509.Certificate) -> None:
    """The signature is over the attributes as a set of their own (RFC 5652, section 5.4)."""
    signed, key = b"\x31" + signer.attributes.whole[1:], own.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            kind = signer.hash_kind if signer.algorithm == f"{_RSA}1" else _OF_RSA.get(signer.algorithm)
            key.verify(signer.signature, signed, padding.PKCS1v15(), _algorithm(kind))
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signer.signature, signed, ec.ECDSA(_algorithm(_OF_ECDSA.get(signer.algorithm))))
        else:
            raise DerError
    except InvalidSignature:
        raise DerError from None


def _algorithm(kind: str | None) -> hashes.HashAlgorithm:
    if kind is None:
        raise StampError("it is signed with an algorithm that this checker does not know")
    return _ALGORITHMS[kind]
