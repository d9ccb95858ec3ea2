"""TLS on each listener of a running proxy: what it takes, what it refuses, and certificates that change meanwhile."""

from __future__ import annotations

import http.client
import json
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.certificates import Authority
from harness.consent_page import page_settings
from harness.forks import ran
from harness.patience import PATIENCE
from harness.process import KEY, Proxy
from harness.recorder import Recorder

LISTENERS = ("listen", "admin", "consent_pages")


def installed(proxy: Proxy, authority: Authority) -> None:
    """Put a certificate of this authority where the proxy reads its own."""
    shutil.copy(authority.server(), proxy.directory / "tls.pem")


@pytest.fixture
def first(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "first")


@pytest.fixture
def proxy(tmp_path: Path, first: Authority) -> Iterator[Proxy]:
    with Recorder() as recorder:
        document = page_settings(tmp_path, recorder.base_url)
        for name in LISTENERS:
            document[name]["tls"] = {"certificate": str(tmp_path / "tls.pem")}
        made = Proxy(tmp_path, document)
        installed(made, first)
        made.meeting()
        made.consent("grant", "p-ann")
        made.start()
        yield made
        made.kill()


def connection(
    proxy: Proxy, listener: str, authority: Authority, **bounds: ssl.TLSVersion
) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=authority.file)
    for name, version in bounds.items():
        setattr(context, name, version)
    port = proxy.document[listener]["port"]
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)


def ask(client: http.client.HTTPSConnection) -> int:
    body = {"model": "m", "messages": [{"role": "user", "content": "Annika Solberg: The budget is late.\n"}]}
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    client.request("POST", "/m/m1/v1/chat/completions", json.dumps(body).encode(), headers)
    reply = client.getresponse()
    reply.read()
    return reply.status


def status(proxy: Proxy, listener: str, authority: Authority) -> int:
    client = connection(proxy, listener, authority)
    try:
        client.request("GET", {"listen": "/", "admin": "/healthz", "consent_pages": "/c/none"}[listener])
        return client.getresponse().status
    finally:
        client.close()


def test_each_listener_takes_tls_and_nothing_else(proxy: Proxy, first: Authority) -> None:
    assert [status(proxy, name, first) for name in LISTENERS] == [401, 200, 404]
    assert ask(connection(proxy, "listen", first)) == 200
    for name in LISTENERS:
        plain = http.client.HTTPConnection("127.0.0.1", proxy.document[name]["port"], timeout=PATIENCE)
        with pytest.raises((http.client.HTTPException, OSError)):
            plain.request("GET", "/")
            plain.getresponse()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_current_versions_are_spoken(proxy: Proxy, first: Authority, version: ssl.TLSVersion) -> None:
    client = connection(proxy, "listen", first, minimum_version=version, maximum_version=version)
    assert ask(client) == 200


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_old_version_is_refused(proxy: Proxy, first: Authority) -> None:
    old = ssl.TLSVersion.TLSv1_1
    client = connection(proxy, "listen", first, minimum_version=old, maximum_version=old)
    with pytest.raises(OSError):
        client.connect()


def test_a_changed_certificate_counts_for_new_connections_and_cuts_no_old_one(proxy: Proxy, first: Authority) -> None:
    second = Authority(proxy.directory / "second")
    old = connection(proxy, "listen", first)
    assert ask(old) == 200
    installed(proxy, second)
    assert status(proxy, "listen", first) == 401
    assert proxy.reload() == []
    assert [status(proxy, name, second) for name in LISTENERS] == [401, 200, 404]
    for name in LISTENERS:
        with pytest.raises(ssl.SSLCertVerificationError):
            connection(proxy, name, first).connect()
    assert ask(old) == 200


def test_a_broken_certificate_is_refused_and_the_old_one_stays(proxy: Proxy, first: Authority) -> None:
    (proxy.directory / "tls.pem").write_text("no certificate")
    found = proxy.reload()
    assert [problem.split(": ")[1] for problem in found] == [f"{name}.tls.certificate" for name in LISTENERS]
    assert [status(proxy, name, first) for name in LISTENERS] == [401, 200, 404]
    assert ran(("check", "--config", str(proxy.config)), proxy.directory).err.count("certificate in PEM") == 3


def test_the_doctor_says_how_long_certificates_are_valid(proxy: Proxy) -> None:
    ended = ran(("doctor", "--json", "--offline", "--config", str(proxy.config)), proxy.directory)
    found = {each["what"]: each for each in json.loads(ended.out)}
    assert ended.code == 0
    assert [found[f"{name}.tls"]["state"] for name in LISTENERS] == ["ok"] * 3
    assert all("a proxy runs" in found[f"{name}.port"]["told"] for name in LISTENERS)


def test_tls_can_neither_be_added_nor_removed_while_it_runs(proxy: Proxy, first: Authority) -> None:
    kept = proxy.document["listen"].pop("tls")
    (problem,) = proxy.reload()
    assert "listen.tls: cannot change while the proxy runs" in problem
    assert ask(connection(proxy, "listen", first)) == 200
    proxy.document["listen"]["tls"] = kept
    assert proxy.process is not None
    words = ("reload", "--config", str(proxy.config), "--pid", str(proxy.process.pid))
    assert ran(words, proxy.directory).code == 0
