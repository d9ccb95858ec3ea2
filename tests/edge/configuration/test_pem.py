"""What is wrong with certificates and keys is told apart, with the field, the file and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate
from harness.certificates import Authority

from proxy.edge.configuration import credentials
from proxy.edge.http import tls
from proxy.settings import Settings


class Files:
    """Certificates and keys, right and wrong, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, authority = folder, Authority(folder / "made")
        pem, other = authority.server().read_bytes(), authority.server().read_bytes()
        self.chain, self.key = self._parted("host", pem)
        _, self.other_key = self._parted("other", other)
        self.der = self._file("host.der", load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER))
        secret = serialization.load_pem_private_key(pem, None)
        locked = serialization.BestAvailableEncryption(b"word")
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
        self.locked = self._file("locked.key", secret.private_bytes(*form))
        self.text, self.none = self._file("words.txt", b"canary"), str(folder / "none.pem")

    def _parted(self, name: str, pem: bytes) -> tuple[str, str]:
        chain, begin, key = pem.partition(b"-----BEGIN PRIVATE KEY-----")
        return self._file(f"{name}.pem", chain), self._file(f"{name}.key", begin + key)

    def _file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def settings(**sections: Any) -> Settings:
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://x", "terms": {"version": "1"}, **sections.pop("acme", {})}},
            "routes": [{"name": "r", "path": "/v1/x", "dialect": "transcript", "purpose": "qa", "recipient": "acme"}],
            "clients": [{"name": "c", "key_sha256": "a" * 64, "routes": ["r"]}],
            **sections,
        }
    )


@pytest.mark.parametrize(
    ("certificate", "key", "field", "what", "remedy"),
    [
        ("none", None, "certificate", "cannot be read (No such file", "name a file that this user may read"),
        ("chain", "none", "key", "cannot be read (No such file", "name a file that this user may read"),
        ("text", None, "certificate", "holds no certificate in PEM", "-----BEGIN CERTIFICATE-----"),
        ("der", "key", "certificate", "holds no certificate in PEM", "openssl x509 -inform DER"),
        ("key", "chain", "certificate", "holds no certificate in PEM", "it holds a key; name the certificate here"),
        ("chain", None, "certificate", "holds no private key", "name the file that has it in 'key'"),
        ("chain", "text", "key", "holds no private key", "name another one"),
        ("chain", "locked", "key", "has a password", "openssl pkey -in"),
        ("chain", "other_key", "certificate", "does not belong to the first certificate", "the host's certificate"),
    ],
)
def test_what_is_wrong_with_a_pair_is_told_apart(files, certificate, key, field, what, remedy):
    pair = {"certificate": getattr(files, certificate)} | ({"key": getattr(files, key)} if key else {})

    (problem,) = tls.problems(settings(listen={"tls": pair}))

    place, _, told = problem.partition(": ")[2].partition(": ")
    assert (place, what in told, remedy in told) == (f"listen.tls.{field}", True, True), problem
    assert "canary" not in problem


def test_a_pair_that_fits_is_taken(files):
    assert tls.problems(settings(listen={"tls": {"certificate": files.chain, "key": files.key}})) == []


@pytest.mark.parametrize(("file", "says"), [("text", "no certificates in PEM"), ("none", "does not exist")])
def test_authorities_are_read_before_anything_needs_them(files, file, says):
    pages = {
        "base_url": "http://127.0.0.1:8082",
        "signing_key": {"env": "KEY"},
        "mail": {"host": "smtp.example", "sender": "a@acme.example", "ca_file": getattr(files, file)},
    }
    found = credentials.problems(
        settings(acme={"ca_file": getattr(files, file)}, consent_pages=pages), {"KEY": "k" * 32}
    )

    assert [says in each for each in found] == [True, True]
    assert ["recipients.acme.ca_file" in found[0], "consent_pages.mail.ca_file" in found[1]] == [True, True]
