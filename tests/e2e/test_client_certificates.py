"""Meeting clients that are known by a certificate: alone, beside a key, and every way in which one does not count."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from harness.certificates import DAY, Authority
from harness.forks import ran
from harness.patience import PATIENCE
from harness.process import KEY, Proxy, settings
from harness.recorder import Recorder

BOT = x509.UniformResourceIdentifier("spiffe://acme.example/minutes-bot")
BOTH = x509.DNSName("both.acme.example")
KEY_OF_BOTH = "key-of-both-0123456789"


class Stand:
    """A proxy with its clients' authority."""

    def __init__(self, proxy: Proxy, authority: Authority, server_authority: Path) -> None:
        self.proxy, self.authority, self._server_authority = proxy, authority, server_authority

    def status(self, certificate: Path | None = None, key: str | None = None) -> int:
        """What a request with this certificate and key is answered with. Raises `OSError` for a failed handshake."""
        context = ssl.create_default_context(cafile=self._server_authority)
        if certificate is not None:
            context.load_cert_chain(certificate)
        port = self.proxy.document["listen"]["port"]
        client = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
        body = {"model": "m", "messages": [{"role": "user", "content": "Annika Solberg: The budget is late.\n"}]}
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            client.request("POST", "/m/m1/v1/chat/completions", json.dumps(body).encode(), headers)
            return client.getresponse().status
        finally:
            client.close()


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("mtls")
    servers = Authority(folder / "servers")
    authority = Authority(folder / "clients")
    with Recorder() as recorder:
        document = settings(folder, recorder.base_url)
        document["listen"]["tls"] = {
            "certificate": str(servers.server()),
            "client_authorities": str(authority.file),
        }
        routes = document["clients"][0]["routes"]
        digest = hashlib.sha256(KEY_OF_BOTH.encode()).hexdigest()
        document["clients"] += [
            {"name": "minutes", "certificate": BOT.value, "routes": routes},
            {"name": "both", "certificate": BOTH.value, "key_sha256": digest, "routes": routes},
        ]
        proxy = Proxy(folder, document)
        proxy.meeting()
        proxy.consent("grant", "p-ann")
        proxy.start()
        yield Stand(proxy, authority, servers.file)
        proxy.kill()


def test_a_certificate_stands_for_a_key(stand: Stand) -> None:
    assert stand.status(stand.authority.signed(BOT)) == 200


def test_a_key_that_an_sdk_sends_in_any_case_does_not_count_against_it(stand: Stand) -> None:
    assert stand.status(stand.authority.signed(BOT), "none") == 200


def test_a_key_still_needs_no_certificate(stand: Stand) -> None:
    assert stand.status(None, KEY) == 200


def test_an_entry_with_both_needs_both(stand: Stand) -> None:
    certificate = stand.authority.signed(BOTH)
    assert stand.status(certificate, KEY_OF_BOTH) == 200
    assert stand.status(None, KEY_OF_BOTH) == 401
    assert stand.status(certificate) == 401
    assert stand.status(stand.authority.signed(BOT), KEY_OF_BOTH) == 401


@pytest.mark.parametrize(
    "names",
    [(), (x509.DNSName("other.example"),), (x509.DNSName("spiffe"),), (x509.DirectoryName(x509.Name([])),)],
    ids=["none", "other", "part", "directory"],
)
def test_a_certificate_for_another_name_is_nobodys(stand: Stand, names: tuple[x509.GeneralName, ...]) -> None:
    assert stand.status(stand.authority.signed(*names)) == 401
    assert stand.status() == 401


def test_one_that_has_ended_or_is_for_servers_or_of_another_authority_ends_the_handshake(
    stand: Stand, tmp_path: Path
) -> None:
    ended = stand.authority.signed(BOT, valid=-DAY)
    server = stand.authority.signed(BOT, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    strange = Authority(tmp_path).signed(BOT)
    for certificate in (ended, server, strange):
        with pytest.raises(OSError):
            stand.status(certificate)


def test_the_ledger_names_the_client_by_its_name(stand: Stand) -> None:
    assert stand.status(stand.authority.signed(BOT)) == 200
    told = ran(["ledger", "query", "--client", "minutes", "--json", "--config", str(stand.proxy.config)], Path.cwd())
    assert told.code == 0
    assert BOT.value not in told.out
    assert '"client:minutes"' in told.out


def test_a_changed_authority_counts_after_a_reload(stand: Stand, tmp_path: Path) -> None:
    former = stand.authority.file.read_bytes()
    certificate, fresh = stand.authority.signed(BOT), Authority(tmp_path)
    try:
        stand.authority.file.write_bytes(fresh.file.read_bytes())
        assert stand.proxy.reload() == []
        assert stand.status(fresh.signed(BOT)) == 200
        with pytest.raises(OSError):
            stand.status(certificate)
    finally:
        stand.authority.file.write_bytes(former)
        stand.proxy.reload()
    assert stand.status(certificate) == 200
