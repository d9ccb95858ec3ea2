"""Whether a certificate of a time stamp authority leads to one that is trusted (RFC 5280, section 6.1, in part).

Each certificate has to be valid at the time of the stamp. What restricts names is not understood: a chain that has a
critical extension of that kind, or any other that is unknown here, is refused. Revocation is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

MOST = 64
"""Most certificates of an answer that are looked at."""
_KNOWN = (ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE)
"""Extensions that may be critical."""


def dates(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether this certificate may sign time stamps, and nothing else, at this time (RFC 3161, section 2.3)."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        usage = _key_usage(certificate)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    only = list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    signs = usage is None or usage.digital_signature or usage.content_commitment
    return only and extension.critical and signs and _usable(certificate, at)


def leads(
    certificate: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether a certificate leads to one of `roots`, through any of `others`, all of them valid at this time."""
    if certificate in roots:
        return True
    reached, unused = [certificate], [each for each in others[:MOST] if each != certificate]
    between = 0
    while reached:
        if any(_issues(root, each, at, between) for root in roots for each in reached):
            return True
        reached = [each for each in unused if any(_issues(each, below, at, between) for below in reached)]
        unused = [each for each in unused if each not in reached]
        between += 1
    return False


def _issues(issuer: x509.Certificate, certificate: x509.Certificate, at: datetime, between: int) -> bool:
    """Whether one certificate issued another, below which there are so many of other authorities."""
    try:
        certificate.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = _key_usage(issuer)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    longest = constraints.path_length
    may = constraints.ca and (usage is None or usage.key_cert_sign) and (longest is None or between <= longest)
    return may and _usable(issuer, at)


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _usable(certificate: x509.Certificate, at: datetime) -> bool:
    known = all(each.oid in _KNOWN for each in certificate.extensions if each.critical)
    return known and certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
