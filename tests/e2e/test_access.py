"""Who may use the admin API of a running proxy, and what the ledger tells of it by name."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.forks import ran
from harness.process import STARTED, Proxy, Response, fetch, settings
from harness.recorder import Recorder

MEETING = {"start": STARTED, "participants": [{"id": "p-ann", "name": "Annika Solberg"}]}
ACCOUNT = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    with Recorder() as recipient:
        made = Proxy(tmp_path, settings(tmp_path, recipient.base_url))
        made.meeting()
        made.document["admin"]["tokens_file"] = str(tmp_path / "tokens.yaml")
        yield made
        if made.process is not None and made.process.poll() is None:
            made.kill()


def command(proxy: Proxy, *words: str, code: int = 0) -> str:
    """What a token command prints: the token alone, if it makes one."""
    ended = ran(("token", *words, "--config", str(proxy.config)), proxy.directory)
    assert ended.code == code, ended.err
    return ended.err if code else ended.out.strip()


def ask(proxy: Proxy, method: str, path: str, token: str | None = None, body: Any = None, **further: str) -> Response:
    address = f"http://127.0.0.1:{proxy.document['admin']['port']}{path}"
    headers = {"Content-Type": "application/json", **{name.replace("_", "-"): each for name, each in further.items()}}
    headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
    return fetch(address, None if body is None else json.dumps(body).encode(), headers, method)


def recorded(proxy: Proxy, event: str, operator: str) -> list[dict[str, Any]]:
    """The records of an event by one operator, as the ledger's own command finds them."""
    words = ("ledger", "query", "--config", str(proxy.config), "--event", event, "--operator", operator, "--json")
    return [json.loads(line)["event"] for line in proxy.cli(*words).splitlines()]


def test_tokens_are_made_used_by_role_and_taken_away_by_commands(proxy: Proxy) -> None:
    viewer = command(proxy, "add", "dashboard", "--role", "viewer")
    operator = command(proxy, "add", "hr-sync", "--role", "operator", "--expires", "90d")
    proxy.start()
    assert ask(proxy, "GET", "/v1/meetings", viewer).status == 200
    refused = ask(proxy, "PUT", "/v1/meetings/m2", viewer, MEETING)
    assert (refused.status, refused.json["error"]["code"]) == (403, "role_not_allowed")
    assert "operator or admin" in refused.json["error"]["message"]
    assert ask(proxy, "PUT", "/v1/meetings/m2", operator, MEETING).status == 200
    assert ask(proxy, "GET", "/v1/people/p-ann/report", operator).status == 403

    auditor = command(proxy, "add", "dpo", "--role", "auditor", "--expires", "2126-01-01T00:00:00Z")
    assert ask(proxy, "GET", "/v1/people/p-ann/report", auditor).status == 401
    assert proxy.reload() == []
    assert ask(proxy, "GET", "/v1/people/p-ann/report", auditor).status == 200
    command(proxy, "revoke", "dashboard")
    assert proxy.reload() == []
    assert ask(proxy, "GET", "/v1/meetings", viewer).status == 401

    shown = [json.loads(line) for line in command(proxy, "list", "--json").splitlines()]
    assert [(each["name"], each["role"], each["expired"]) for each in shown] == [
        ("hr-sync", "operator", False), ("dpo", "auditor", False),
    ]  # fmt: skip
    assert datetime.fromisoformat(shown[0]["expires"]) > datetime.now(UTC) + timedelta(days=89)
    written = (proxy.directory / "tokens.yaml").read_text()
    assert not any(token in written for token in (viewer, operator, auditor))

    assert proxy.stop() == 0
    assert [each["unmapped"]["ledger"]["change"] for each in recorded(proxy, "access.changed", ACCOUNT)] == [
        "token_added", "token_added", "token_added", "token_revoked",
    ]  # fmt: skip
    assert len(recorded(proxy, "meeting.changed", "hr-sync")) == len(recorded(proxy, "person.reported", "dpo")) == 1
    assert len(recorded(proxy, "operator.refused", "dashboard")) == 1
    told = proxy.cli("ledger", "tail", "--config", str(proxy.config), "-n", "50")
    assert f"{ACCOUNT} changed who may call: token dpo has the role auditor" in told


def test_a_token_that_has_expired_is_told_so(proxy: Proxy) -> None:
    token = command(proxy, "add", "old", "--role", "admin", "--expires", "1h")
    file = proxy.directory / "tokens.yaml"
    entries = yaml.safe_load(file.read_text())
    entries["tokens"][0]["expires"] = "2026-01-01T00:00:00Z"
    file.write_text(yaml.safe_dump(entries))
    proxy.start()
    reply = ask(proxy, "GET", "/v1/meetings", token)
    assert (reply.status, reply.json["error"]["code"]) == (401, "admin_token_expired")
    assert "token add" in reply.json["error"]["message"]


def test_a_token_command_that_fails_leaves_the_file_as_it_is_and_no_record(proxy: Proxy) -> None:
    file = proxy.directory / "tokens.yaml"
    command(proxy, "add", "hr-sync", "--role", "operator")
    written = file.read_bytes()
    assert "same name" in command(proxy, "add", "hr-sync", "--role", "viewer", code=1)
    assert "no valid name" in command(proxy, "add", "an address", "--role", "viewer", code=1)
    assert "token list" in command(proxy, "revoke", "nobody", code=1)
    ended = command(proxy, "add", "x", "--role", "viewer", "--expires", "2026-01-01T00:00:00Z", code=2)
    assert "is over already" in ended
    assert file.read_bytes() == written
    proxy.document["admin"]["tokens_file"] = str(proxy.directory / "absent" / "tokens.yaml")
    assert "No such file or directory" in command(proxy, "add", "other", "--role", "viewer", code=1)

    proxy.document["admin"]["tokens_file"] = str(file)
    proxy.start()
    assert proxy.stop() == 0
    assert [each["unmapped"]["ledger"]["holder"] for each in recorded(proxy, "access.changed", ACCOUNT)] == ["hr-sync"]


def test_without_a_file_of_tokens_a_command_prints_what_to_write(proxy: Proxy) -> None:
    del proxy.document["admin"]["tokens_file"]
    ended = ran(("token", "add", "dpo", "--role", "auditor", "--config", str(proxy.config)), proxy.directory)
    assert ended.code == 0
    (entry,) = yaml.safe_load(ended.err)
    proxy.document["admin"]["tokens"] = [entry]
    proxy.start()
    assert ask(proxy, "GET", "/v1/people/p-ann/report", ended.out.strip()).status == 200
    assert ended.out.strip() not in proxy.config.read_text()


def test_problems_of_the_file_of_tokens_name_it_and_its_line(proxy: Proxy) -> None:
    checked = ran(("check", "--config", str(proxy.config)), proxy.directory)
    assert "tokens.yaml: does not exist; remedy: make it with: meeting-proxy token add" in checked.err
    token = command(proxy, "add", "hr-sync", "--role", "operator")
    proxy.start()
    file = proxy.directory / "tokens.yaml"
    file.write_text(file.read_text().replace("role: operator", "role: king"))
    (problem,) = proxy.reload()
    assert problem.startswith(f"{file}:4: tokens[0].role: not one of the values to choose from")
    assert ask(proxy, "GET", "/v1/meetings", token).status == 200
    checked = ran(("check", "--config", str(proxy.config)), proxy.directory)
    assert f"{file}:4: tokens[0].role: not one of the values to choose from" in checked.err


FRONT = {"from": ["127.0.0.1"], "roles": {"it": "operator", "dpo": "auditor"}}


def by(user: str, groups: str) -> dict[str, str]:
    return {"X_Forwarded_User": user, "X_Forwarded_Groups": groups}


def test_a_proxy_in_front_says_who_calls_and_each_change_needs_its_token(proxy: Proxy) -> None:
    del proxy.document["admin"]["tokens_file"]
    proxy.document["admin"]["trusted_header"] = FRONT
    proxy.start()
    it, dpo = by("ines@fjord.example", "it,others"), by("dora@fjord.example", "dpo")
    session = ask(proxy, "GET", "/v1/session", **it)
    assert session.json | {"csrf_token": ""} == {
        "name": "ines@fjord.example", "kind": "header", "roles": ["operator"], "csrf_token": "",
    }  # fmt: skip
    others = ask(proxy, "GET", "/v1/session", **dpo).json["csrf_token"]
    for token in ({}, {"X_CSRF_Token": others}, {"X_CSRF_Token": ""}):
        forged = ask(proxy, "PUT", "/v1/meetings/m2", None, MEETING, **it, **token)
        assert (forged.status, forged.json["error"]["code"]) == (403, "csrf_token_missing")
    own = {"X_CSRF_Token": session.json["csrf_token"]}
    assert ask(proxy, "PUT", "/v1/meetings/m2", None, MEETING, **it, **own).status == 200
    assert ask(proxy, "GET", "/v1/people/p-ann/report", **dpo).status == 200
    nobody = ask(proxy, "GET", "/v1/meetings", **by("eve@fjord.example", "others"))
    assert (nobody.status, "groups" in nobody.json["error"]["message"]) == (403, True)
    assert ask(proxy, "GET", "/v1/meetings").status == 401

    assert proxy.stop() == 0
    (change,) = recorded(proxy, "meeting.changed", "ines@fjord.example")
    assert change["unmapped"]["ledger"]["operator_kind"] == "header"
    assert len(recorded(proxy, "person.reported", "dora@fjord.example")) == 1
    assert len(recorded(proxy, "operator.refused", "eve@fjord.example")) == 1
    told = proxy.cli("ledger", "tail", "--config", str(proxy.config), "-n", "50")
    assert "user ines@fjord.example changed a meeting: put it on file with its roster" in told


def test_the_header_from_anywhere_else_is_refused_and_logged_also_with_a_token(proxy: Proxy) -> None:
    token = command(proxy, "add", "hr-sync", "--role", "admin")
    proxy.document["admin"]["trusted_header"] = FRONT | {"from": ["192.0.2.1"]}
    proxy.start()
    reply = ask(proxy, "GET", "/v1/meetings", token, **by("ines@fjord.example", "it"))
    assert (reply.status, reply.json["error"]["code"]) == (401, "header_not_trusted")
    assert ask(proxy, "GET", "/v1/meetings", token).status == 200
    lines = [json.loads(line) for line in proxy.log.read_text().splitlines() if line.startswith("{")]
    assert [line["host"] for line in lines if line["event"] == "header_not_trusted"] == ["127.0.0.1"]
    assert "ines" not in proxy.log.read_text()
