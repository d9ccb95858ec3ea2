"""What is wrong with files in PEM: certificates with their keys, and authorities to trust. OpenSSL does not say."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import NamedTuple

_CERTIFICATE, _KEY = b"-----BEGIN CERTIFICATE-----", b"PRIVATE KEY-----"
_ENCRYPTED = (b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED")
_DER = b"\x30\x82"


class PemProblem(NamedTuple):
    """What is wrong, and what to do. `of_key`: with the key's file, and not the certificate's."""

    what: str
    remedy: str
    of_key: bool = False


def pair_problem(certificate: str, key: str | None, error: OSError) -> PemProblem:
    """Why OpenSSL did not take a certificate with its key, by its `error` and by what the two files hold."""
    beside = key or certificate
    try:
        chain = Path(certificate).read_bytes()
    except OSError as unread:
        return _unread(certificate, unread)
    try:
        secret = Path(beside).read_bytes()
    except OSError as unread:
        return _unread(beside, unread)._replace(of_key=True)
    return _of_contents(certificate, chain, key, secret, error)


def _of_contents(certificate: str, chain: bytes, key: str | None, secret: bytes, error: OSError) -> PemProblem:
    beside = key or certificate
    if _CERTIFICATE not in chain:
        return PemProblem(f"{certificate} holds no certificate in PEM", _remedy_of_chain(certificate, chain))
    if _KEY not in secret:
        into = "name the file that has it in 'key'" if key is None else "name another one, in PEM"
        return PemProblem(f"{beside} holds no private key", into, of_key=True)
    if any(mark in secret for mark in _ENCRYPTED):
        remedy = f"write it without: openssl pkey -in {beside} -out NEW; chmod 600 NEW"
        return PemProblem(f"the private key in {beside} has a password", remedy, of_key=True)
    if isinstance(error, ssl.SSLError) and error.reason == "KEY_VALUES_MISMATCH":
        what = f"the key in {beside} does not belong to the first certificate in {certificate}"
        return PemProblem(what, "name the key that it was asked for with; the host's certificate stands first")
    return PemProblem(f"OpenSSL does not take {certificate} with its key", "look into it: openssl x509 -text -in FILE")


def authorities_problem(file: str) -> PemProblem | None:
    """What is wrong with a file of authorities, or None."""
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        return PemProblem(f"{file} holds no certificates in PEM", _remedy_of_chain(file, Path(file).read_bytes()))
    except OSError as unread:
        return _unread(file, unread)
    return None


def _unread(file: str, error: OSError) -> PemProblem:
    return PemProblem(f"{file} cannot be read ({error.strerror})", "name a file that this user may read")


def _remedy_of_chain(file: str, content: bytes) -> str:
    if content.startswith(_DER):
        return f"it is DER; write it in PEM: openssl x509 -inform DER -in {file} -out NEW"
    if _KEY in content:
        return "it holds a key; name the certificate here"
    return "name a file that begins with -----BEGIN CERTIFICATE-----"
