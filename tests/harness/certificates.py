"""An authority of tests: it signs certificates of servers on this host, and of meeting clients."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates; `file` has its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        made = self._certificate(self._name, self._key.public_key(), 3650 * DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def signed(
        self,
        *names: x509.GeneralName,
        valid: datetime.timedelta = 30 * DAY,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    ) -> Path:
        """A file with a certificate for these names and its key. A negative `valid` makes one that has ended."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._certificate(x509.Name([]), key.public_key(), valid)
        made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=True)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        pem = made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + key.private_bytes(*form)
        file = self._folder / f"signed-{len(list(self._folder.iterdir()))}.pem"
        file.touch(mode=0o600)
        file.write_bytes(pem)
        return file

    def server(self, host: str = "127.0.0.1") -> Path:
        """A file with a certificate for a server at this address, and its key."""
        return self.signed(x509.IPAddress(ipaddress.ip_address(host)), usage=ExtendedKeyUsageOID.SERVER_AUTH)

    def server_context(self, host: str = "127.0.0.1") -> ssl.SSLContext:
        """The context of a server with such a certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server(host))
        return context

    def _certificate(
        self, subject: x509.Name, public_key: ec.EllipticCurvePublicKey, valid: datetime.timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(public_key)
        made = made.serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - 60 * DAY).not_valid_after(now + valid)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        made = made.add_extension(issuer, critical=False)
        return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
