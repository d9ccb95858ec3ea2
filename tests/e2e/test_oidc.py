"""Signing in to a running proxy as a browser does, at a provider that runs here; and what the ledger has of it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from harness.identity import CLIENT, SECRET, Identity
from harness.patience import PATIENCE
from harness.process import STARTED, Proxy, Response, settings
from harness.recorder import Recorder

MEETING = {"start": STARTED, "participants": [{"id": "p-ann", "name": "Annika Solberg"}]}
USERS: dict[str, dict[str, Any]] = {
    "ines": {"email": "ines@fjord.example", "groups": ["it"]},
    "dora": {"email": "dora@fjord.example", "groups": ["privacy", "everybody"]},
    "eve": {"email": "eve@fjord.example", "groups": ["everybody"]},
}
ROLES = {"it": "operator", "privacy": "auditor"}


@pytest.fixture
def identity() -> Iterator[Identity]:
    with Identity(USERS) as running:
        yield running


@pytest.fixture
def proxy(tmp_path: Path, identity: Identity) -> Iterator[Proxy]:
    with Recorder() as recipient:
        made = Proxy(tmp_path, settings(tmp_path, recipient.base_url), {"OIDC_SECRET": SECRET})
        base = f"http://127.0.0.1:{made.document['admin']['port']}"
        made.document["admin"]["oidc"] = {
            "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"env": "OIDC_SECRET"}, "base_url": base,
            "roles": ROLES,
        }  # fmt: skip
        identity.application.redirect = f"{base}/oidc/callback"
        made.meeting()
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.kill()


class Browser:
    """Keeps cookies, as a browser does, and follows nothing by itself."""

    def __init__(self, proxy: Proxy):
        self._proxy, self.cookies, self.set = proxy, dict[str, str](), list[str]()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        sent |= {} if body is None else {"content-type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self._proxy.document["admin"]["port"], timeout=PATIENCE)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            reply = connection.getresponse()
            self.set = [value for name, value in reply.getheaders() if name.lower() == "set-cookie"]
            for each in self.set:
                for name, morsel in SimpleCookie(each).items():
                    self.cookies.pop(name, None)
                    if morsel["max-age"] != "0":
                        self.cookies[name] = morsel.value
            return Response(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def sign_in(self, identity: Identity, user: str, goal: str = "/v1/meetings") -> Response:
        """All the way to the answer that leads on."""
        begun = self.ask("GET", f"/login?next={goal}")
        assert begun.status == 303, begun.body
        back = identity.sign_in(begun.headers["location"], user)
        return self.ask("GET", back.removeprefix(f"http://127.0.0.1:{self._proxy.document['admin']['port']}"))

    def csrf(self) -> dict[str, str]:
        return {"X_CSRF_Token": self.ask("GET", "/v1/session").json["csrf_token"]}


def recorded(proxy: Proxy, event: str, operator: str) -> list[dict[str, Any]]:
    words = ("ledger", "query", "--config", str(proxy.config), "--event", event, "--operator", operator, "--json")
    return [json.loads(line)["event"] for line in proxy.cli(*words).splitlines()]


def test_people_sign_in_act_by_role_and_are_in_the_ledger_by_name(proxy: Proxy, identity: Identity) -> None:
    ines, dora, eve = (Browser(proxy) for _ in range(3))
    assert ines.ask("GET", "/v1/meetings").status == 401
    led = ines.sign_in(identity, "ines")
    assert (led.status, led.headers["location"]) == (303, "/v1/meetings")
    (session,) = (each for each in ines.set if each.startswith("__Host-admin-session="))
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=28800"):
        assert flag in session.split("; ")
    assert "Domain" not in session
    assert ines.ask("GET", "/v1/session").json | {"csrf_token": ""} == {
        "name": "ines@fjord.example", "kind": "sso", "roles": ["operator"], "csrf_token": "",
    }  # fmt: skip
    dora.sign_in(identity, "dora")
    eve.sign_in(identity, "eve")

    for headers in ({}, dora.csrf(), {"X_CSRF_Token": "0" * 64}, {"X_CSRF_Token": "\xff\xfe"}):
        forged = ines.ask("PUT", "/v1/meetings/m2", MEETING, **headers)
        assert (forged.status, forged.json["error"]["code"]) == (403, "csrf_token_missing")
    assert ines.ask("PUT", "/v1/meetings/m2", MEETING, **ines.csrf()).status == 200
    assert ines.ask("GET", "/v1/people/p-ann/report").status == 403
    assert dora.ask("GET", "/v1/people/p-ann/report").status == 200
    assert dora.ask("PUT", "/v1/meetings/m2", MEETING, **dora.csrf()).status == 403
    assert eve.ask("GET", "/v1/meetings").json["error"]["code"] == "role_not_allowed"

    assert proxy.stop() == 0
    (change,) = recorded(proxy, "meeting.changed", "ines@fjord.example")
    assert change["unmapped"]["ledger"]["operator_kind"] == "sso"
    assert len(recorded(proxy, "person.reported", "dora@fjord.example")) == 1
    assert len(recorded(proxy, "operator.refused", "ines@fjord.example")) == 1
    for name in ("ines", "dora", "eve"):
        assert len(recorded(proxy, "operator.signed_in", f"{name}@fjord.example")) == 1
    assert "fjord.example" not in proxy.log.read_text()


def test_a_session_ends_when_somebody_signs_out_or_signs_in_anew(proxy: Proxy, identity: Identity) -> None:
    ines = Browser(proxy)
    ines.sign_in(identity, "ines")
    assert ines.ask("POST", "/logout").status == 403
    assert ines.ask("GET", "/v1/meetings").status == 200
    kept = dict(ines.cookies)
    assert ines.ask("POST", "/logout", **ines.csrf()).status == 204
    assert "__Host-admin-session" not in ines.cookies
    ines.cookies = kept
    assert ines.ask("GET", "/v1/meetings").status == 401

    ines.sign_in(identity, "ines")
    kept = dict(ines.cookies)
    ines.sign_in(identity, "dora")
    ines.cookies = kept
    assert ines.ask("GET", "/v1/meetings").status == 401


def test_an_answer_counts_in_the_browser_that_asked_and_once(proxy: Proxy, identity: Identity) -> None:
    ines, other = Browser(proxy), Browser(proxy)
    begun = ines.ask("GET", "/login")
    own = dict(ines.cookies)
    back = "/" + identity.sign_in(begun.headers["location"], "ines").split("/", 3)[3]
    assert other.ask("GET", back).json["error"]["code"] == "login_expired"
    other.ask("GET", "/login")
    assert other.ask("GET", back).json["error"]["code"] == "login_forged"
    assert other.ask("GET", "/oidc/callback?state=%ED%A0%80&code=x").json["error"]["code"] == "login_forged"
    assert ines.ask("GET", back + "&code=second").json["error"]["code"] == "invalid_query"
    assert ines.ask("GET", back).status == 303
    ines.cookies |= own
    assert ines.ask("GET", back).json["error"]["code"] == "login_replayed"
    assert other.ask("GET", "/login?next=//evil.example").json["error"]["code"] == "invalid_query"


def test_a_reload_takes_roles_away_and_keeps_sessions(proxy: Proxy, identity: Identity) -> None:
    ines = Browser(proxy)
    ines.sign_in(identity, "ines")
    proxy.document["admin"]["oidc"]["roles"] = {"it": "viewer"}
    assert proxy.reload() == []
    assert ines.ask("GET", "/v1/session").json["roles"] == ["viewer"]
    del proxy.document["admin"]["oidc"]
    assert proxy.reload() == []
    assert ines.ask("GET", "/v1/meetings").json["error"]["code"] == "admin_disabled"
    assert ines.ask("GET", "/login").json["error"]["code"] == "admin_disabled"


def test_a_provider_that_is_down_is_told_and_tokens_go_on(proxy: Proxy, identity: Identity) -> None:
    proxy.document["admin"]["tokens"] = [{"name": "hr", "token": {"env": "OIDC_SECRET"}, "role": "viewer"}]
    proxy.document["admin"]["oidc"]["issuer"] = "http://127.0.0.1:1"
    assert proxy.reload() == []
    reply = Browser(proxy).ask("GET", "/login")
    assert (reply.status, reply.json["error"]["code"]) == (502, "oidc_unavailable")
    assert Browser(proxy).ask("GET", "/v1/meetings", Authorization=f"Bearer {SECRET}").status == 200
