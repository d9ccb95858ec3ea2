"""What a start and ``check`` say of a configuration that cannot serve here, or leaves something open."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.consent_page import page_settings
from harness.forks import Ran, ran
from harness.process import Proxy

STRONG = "d41f5e0a9c8b7d6e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c"


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    made = Proxy(tmp_path, page_settings(tmp_path, "http://127.0.0.1:9/v1"))
    for key in tmp_path.glob("*.key"):
        key.chmod(0o600)
    return made


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def command(proxy: Proxy, *words: str) -> Ran:
    return ran((*words, "--config", str(proxy.config)), proxy.directory)


def check(proxy: Proxy) -> dict[str, Any]:
    return json.loads(command(proxy, "check", "--json").out)


@pytest.mark.parametrize("listener", ["listen", "admin", "consent_pages"])
def test_a_port_that_is_taken_is_named_with_its_listener(proxy: Proxy, taken: int, listener: str) -> None:
    proxy.document[listener]["port"] = taken
    ended = command(proxy, "serve")
    assert ended.code == 3
    (line,) = (line for line in ended.err.splitlines() if not line.startswith("{"))
    assert line.startswith(f"meeting-proxy: address_in_use: {listener}: 127.0.0.1 port {taken} is taken by another")
    assert f"change {listener}.port" in line
    assert "Traceback" not in ended.err


def test_an_address_that_is_not_of_this_host_is_named(proxy: Proxy) -> None:
    proxy.document["listen"]["host"] = "192.0.2.1"
    ended = command(proxy, "serve")
    assert ended.code == 3
    assert "meeting-proxy: address_unusable: listen: 192.0.2.1 port" in ended.err


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_two_listeners_with_one_port_are_a_problem(proxy: Proxy, host: str) -> None:
    proxy.document["admin"] = {"host": host, "port": proxy.document["listen"]["port"]}
    found = check(proxy)
    assert not found["valid"]
    assert "admin.port: has the same address and port as 'listen'; remedy: give each" in found["problems"][0]


def test_a_ledger_below_a_file_is_a_problem(proxy: Proxy) -> None:
    (proxy.directory / "file").write_text("")
    proxy.document["ledger"]["directory"] = str(proxy.directory / "file" / "ledger")
    (problem,) = check(proxy)["problems"]
    assert re.match(r"\S+/proxy\.yaml:\d+: ledger\.directory: ", problem)
    assert "is no directory" in problem


@pytest.mark.parametrize("field", ["certificate", "key"])
def test_a_file_of_a_certificate_that_is_not_there_is_named(proxy: Proxy, field: str) -> None:
    there = {"certificate": "there.pem", "key": "there.pem"}
    (proxy.directory / "there.pem").write_text("")
    proxy.document["listen"]["tls"] = {**there, field: "absent.pem"}
    (problem,) = check(proxy)["problems"]
    told = f"listen.tls.{field}: absent.pem cannot be read (No such file or directory); remedy: name a file"
    assert re.match(rf"\S+/proxy\.yaml:\d+: {re.escape(told)}", problem)


def doubt(proxy: Proxy) -> str:
    """The one warning, which `check` ends well with, and `check --strict` does not."""
    found = check(proxy)
    assert (found["valid"], len(found["warnings"])) == (True, 1), found
    assert command(proxy, "check").code == 0
    assert command(proxy, "check", "--strict").code == 1
    return found["warnings"][0]


def test_a_sound_configuration_is_strictly_valid(proxy: Proxy) -> None:
    found = check(proxy)
    hints = found.pop("hints")
    assert found == {"valid": True, "problems": [], "warnings": []}
    assert [each.partition(": ")[0] for each in hints] == [
        "recipients.acme-llm",
        "redaction",
        "ledger.retain_days, retention.meetings_days, retention.people_days",
    ]
    assert "hint: redaction: what is said about HEALTH, RELIGION" in command(proxy, "check").err
    assert command(proxy, "check", "--strict").code == 0


def secret(proxy: Proxy, text: str, mode: int = 0o600) -> dict[str, str]:
    file = proxy.directory / "secret"
    file.write_text(text)
    file.chmod(mode)
    return {"file": str(file)}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda proxy: {"admin": {"host": "0.0.0.0", "port": 9}}, "admin.host: health and metrics"),
        (
            lambda proxy: {"admin": {"host": "192.0.2.1", "port": 9, "token": secret(proxy, STRONG)}},
            "admin.host: tokens and rosters",
        ),
        (
            lambda proxy: {"recipients": {"acme-llm": {"base_url": "http://llm.example", "terms": {"version": "1"}}}},
            "recipients.acme-llm.base_url: ",
        ),
        (
            lambda proxy: {"admin": {**proxy.document["admin"], "token": secret(proxy, "hunter2")}},
            "admin.token: the secret is short",
        ),
        (
            lambda proxy: {
                "admin": {**proxy.document["admin"], "tokens": [{"name": "hr", "token": secret(proxy, "a" * 64)}]}
            },
            "admin.tokens[0].token: the secret is short",
        ),
        (
            lambda proxy: {"webhooks": {"zoom": {"secret": secret(proxy, "zoom-secret")}}},
            "webhooks.zoom.secret: the secret is short",
        ),
        (
            lambda proxy: {"admin": {**proxy.document["admin"], "token": secret(proxy, STRONG, 0o644)}},
            "admin.token.file: every user of this host can read",
        ),
    ],
    ids=["open-admin", "plain-admin", "plain-recipient", "weak-token", "even-token", "weak-webhook", "readable-secret"],
)
def test_what_is_left_open_is_a_warning(proxy: Proxy, change: Callable[[Proxy], dict[str, Any]], place: str) -> None:
    proxy.document.update(change(proxy))
    found = doubt(proxy)
    assert found.startswith(place)
    assert "; remedy: " in found
    assert not any(word in found for word in (STRONG, "hunter2", "zoom-secret"))


def test_a_readable_signing_key_is_a_warning(proxy: Proxy) -> None:
    key = Path(proxy.document["ledger"]["signing_key"])
    key.write_text("")
    key.chmod(0o644)
    assert doubt(proxy).startswith("ledger.signing_key: every user of this host can read")
