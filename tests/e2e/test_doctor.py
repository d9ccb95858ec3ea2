"""``doctor`` on a real host: what it finds of ports, store, disk, recipients and the model, and what it says to do."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from harness.certificates import Authority
from harness.consent_page import page_settings
from harness.forks import ran
from harness.identity import CLIENT, Identity
from harness.mail_server import PASSWORD, USER, MailServer
from harness.process import Proxy, settings

Findings = dict[str, dict[str, str]]


@contextmanager
def recipient(
    context: ssl.SSLContext | None = None, *, behind: timedelta = timedelta()
) -> Iterator[tuple[int, list[str]]]:
    """A recipient with a clock that is `behind`: its port, and the heads of requests that it got."""
    heads: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            heads.append(f"{self.command} {self.path} {self.headers.get('authorization')}")
            self.send_response(404)
            self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            return format_datetime(datetime.now(UTC) - behind, usegmt=True)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], heads
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    return Proxy(tmp_path, settings(tmp_path, "http://127.0.0.1:9/v1"))


def examined(proxy: Proxy, *words: str, code: int = 0) -> Findings:
    ended = ran(("doctor", "--json", "--config", str(proxy.config), *words), proxy.directory)
    assert ended.code == code, (ended.out, ended.err)
    return {each["what"]: each for each in json.loads(ended.out)}


def test_what_is_in_order_is_said_to_be(proxy: Proxy) -> None:
    with recipient() as (port, heads):
        address, key = f"http://127.0.0.1:{port}/v1", {"file": str(secret(proxy))}
        proxy.document["recipients"]["acme-llm"] |= {"base_url": address, "credential": key}
        found = examined(proxy)
        assert {each["state"] for each in found.values()} == {"ok"}
        assert list(found) == [
            "configuration", "told to people", "listen.port", "admin.port", "store", "ledger.directory",
            "recipients.acme-llm", "clock", "detection",
        ]  # fmt: skip
        assert heads == ["HEAD /v1 None"]
        assert not Path(proxy.document["ledger"]["directory"]).exists()

        proxy.start()
        try:
            assert "a proxy runs" in examined(proxy, "--offline")["listen.port"]["told"]
        finally:
            proxy.stop()
        assert len(heads) == 1


def secret(proxy: Proxy) -> Path:
    file = proxy.directory / "key"
    file.write_text("key-of-the-recipient")
    file.chmod(0o600)
    return file


def test_a_taken_port_has_failed(proxy: Proxy) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", proxy.document["listen"]["port"]))
        other.listen()
        found = examined(proxy, "--offline", code=1)
    assert found["listen.port"]["state"] == "failed"
    assert "ss -ltnp" in found["listen.port"]["remedy"]
    assert found["admin.port"]["state"] == "ok"


def test_an_address_of_another_host_has_failed(proxy: Proxy) -> None:
    proxy.document["listen"]["host"] = "192.0.2.77"
    found = examined(proxy, "--offline", code=1)
    assert found["listen.port"]["told"].endswith("is no address to listen on here")
    assert found["listen.port"]["remedy"] == "write an address of this host into listen.host"


def test_a_configuration_that_is_not_valid_is_all_that_is_told(proxy: Proxy) -> None:
    proxy.document["routes"][0]["recipient"] = "nobody"
    found = examined(proxy, code=1)
    assert list(found) == ["configuration"]
    assert "routes[0].recipient" in found["configuration"]["told"]
    assert found["configuration"]["remedy"]


def test_an_empty_store_is_made_at_the_first_start(proxy: Proxy) -> None:
    (proxy.directory / "proxy.db").unlink()
    assert "is not there yet" in examined(proxy, "--offline")["store"]["told"]
    assert not (proxy.directory / "proxy.db").exists()


def test_certificates_are_judged_by_the_authorities_of_the_recipient(proxy: Proxy) -> None:
    authority = Authority(proxy.directory / "certificates")
    ca_file, context = authority.file, authority.server_context()
    with recipient(context) as (port, _):
        proxy.document["recipients"]["acme-llm"]["base_url"] = f"https://127.0.0.1:{port}/v1"
        refused = examined(proxy, code=1)["recipients.acme-llm"]
        assert (refused["state"], "ca_file" in refused["remedy"]) == ("failed", True)
        proxy.document["recipients"]["acme-llm"]["ca_file"] = str(ca_file)
        assert "certificate is trusted" in examined(proxy)["recipients.acme-llm"]["told"]


@pytest.mark.parametrize(
    ("behind", "state", "code"),
    [(timedelta(seconds=60), "warning", 0), (timedelta(hours=1), "failed", 1), (-timedelta(hours=1), "failed", 1)],
    ids=["a-minute", "an-hour", "an-hour-ahead"],
)
def test_a_clock_that_goes_wrong_is_told(proxy: Proxy, behind: timedelta, state: str, code: int) -> None:
    with recipient(behind=behind) as (port, _):
        proxy.document["recipients"]["acme-llm"]["base_url"] = f"http://127.0.0.1:{port}/v1"
        found = examined(proxy, code=code)["clock"]
    assert (found["state"], "NTP" in found["remedy"]) == (state, True)


@pytest.mark.parametrize(
    ("address", "told"),
    [(lambda port: f"http://127.0.0.1:{port}", "no connection"), (lambda _: "http://a..example", "no address")],
    ids=["nobody-listens", "no-name"],
)
def test_a_recipient_that_cannot_be_reached_has_failed(proxy: Proxy, address: Callable[[int], str], told: str) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        proxy.document["recipients"]["acme-llm"]["base_url"] = address(unheard.getsockname()[1])
        found = examined(proxy, code=1)["recipients.acme-llm"]
    assert found["state"] == "failed"
    assert told in found["told"]


def test_an_identity_provider_is_asked_what_it_says_of_itself(proxy: Proxy) -> None:
    with recipient() as (port, _), Identity({}) as identity:
        proxy.document["recipients"]["acme-llm"]["base_url"] = f"http://127.0.0.1:{port}/v1"
        proxy.document["admin"]["oidc"] = {
            "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"file": str(secret(proxy))},
            "base_url": "https://admin.example", "roles": {"it": "viewer"},
        }  # fmt: skip
        assert examined(proxy)["admin.oidc"]["state"] == "ok"
        identity.metadata = {"issuer": "https://login.example"}
        found = examined(proxy, code=1)["admin.oidc"]
        assert (found["state"], "admin.oidc.issuer" in found["told"]) == ("failed", True)
        assert "admin.oidc" not in examined(proxy, "--offline")


def test_the_mail_server_is_signed_in_to_and_gets_no_mail(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    with recipient() as (port, _), MailServer(tmp_path) as server:
        mail = {
            "host": "127.0.0.1", "port": server.port, "sender": "consent@skerry.example", "user": USER,
            "password": {"file": str(tmp_path / "password")}, "ca_file": str(server.certificate),
        }  # fmt: skip
        proxy = Proxy(tmp_path, page_settings(tmp_path, f"http://127.0.0.1:{port}/v1", mail=mail))
        assert examined(proxy)["consent_pages.mail"]["told"] == "answers, and takes the sign-in"
        assert (server.signed_in, server.received) == ([USER], [])
        mail["user"] = "other"
        found = examined(proxy, code=1)["consent_pages.mail"]
        assert (found["state"], found["remedy"]) == ("failed", "correct user and password")
        del mail["ca_file"]
        found = examined(proxy, code=1)["consent_pages.mail"]
        assert "certificate that is not trusted" in found["told"]
        assert "ca_file" in found["remedy"]
        assert "consent_pages.mail" not in examined(proxy, "--offline")


def test_tokens_that_have_expired_are_warned_of(proxy: Proxy) -> None:
    token = {"name": "old", "token_sha256": "0" * 64, "role": "viewer", "expires": "2026-01-01T00:00:00Z"}
    proxy.document["admin"]["tokens"] = [token]
    found = examined(proxy, "--offline")["configuration"]
    assert (found["state"], "the token old has expired" in found["told"]) == ("warning", True)
