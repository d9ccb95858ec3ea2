"""Promise 1, recorded, for the admin API: each change and each read of a person's report is in the ledger by name.

Whoever calls may be known by a token, by a proxy in front or by an identity provider; commands tell the account.
"""

from __future__ import annotations

import http.client
import json
import os
import pwd
from collections import Counter
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from harness.forks import ran
from harness.identity import CLIENT, SECRET, Identity
from harness.patience import PATIENCE
from harness.process import STARTED, Proxy, Response, settings
from harness.recorder import Recorder

from proxy.edge.admin.api import PATHS
from proxy.settings import Right

TOKEN = "token-of-the-hr-sync-in-these-tests"
PEOPLE = [
    {"id": "p-tel", "name": "Caller 1", "class": "phone"},
    {"id": "p-kim", "name": "Kim Lee"},
    {"id": "p-kim-2", "name": "Kim Lee"},
]


class Call(NamedTuple):
    """What a path is called with, and the event that it makes. {n} is the number of the caller."""

    path: str
    event: str
    body: dict[str, Any] | None = None


MEETING = {"start": STARTED, "participants": PEOPLE}
CONSENT = {
    "participant": "p-new-{n}", "scope": "org", "purpose": "summary", "recipient": "acme-llm", "method": "verbal",
    "affirmative": True, "state": "granted",
}  # fmt: skip
CALLS = {
    ("PUT", "/v1/meetings/{id}"): Call("/v1/meetings/m-{n}", "meeting.changed", MEETING),
    ("GET", "/v1/meetings/{id}/report"): Call("/v1/meetings/m-{n}/report", "person.reported"),
    ("POST", "/v1/meetings/{id}/presence"): Call("/v1/meetings/m-{n}/presence", "meeting.changed", {
        "label": "Somebody {n}", "event": "joined", "at": STARTED}),
    ("PUT", "/v1/people/{id}"): Call("/v1/people/p-new-{n}", "person.changed", {"name": "Nora Berg {n}"}),
    ("POST", "/v1/people/{id}/confirm"): Call("/v1/people/p-kim/confirm", "person.changed", {
        "distinct_from": "p-kim-2"}),
    ("POST", "/v1/consent-events"): Call("/v1/consent-events", "consent.recorded", CONSENT),
    ("POST", "/v1/dtmf"): Call("/v1/dtmf", "consent.recorded", {
        "meeting": "m-{n}", "participant": "p-tel", "purpose": "summary", "recipient": "acme-llm", "digit": "2",
        "call": "CA-{n}", "pressed_at": STARTED}),
    ("POST", "/v1/chat-answers"): Call("/v1/chat-answers", "consent.recorded", {
        "meeting": "m-{n}", "label": "Caller 1", "text": "NO summary", "message": "M-{n}", "written_at": STARTED}),
    ("POST", "/v1/preferences"): Call("/v1/preferences", "consent.recorded", {
        "meeting": "m-{n}", "participant": "p-tel", "preference": "train-ai=n", "signalled_at": STARTED,
        "source": "S-{n}"}),
    ("GET", "/v1/people/{id}/report"): Call("/v1/people/p-new-{n}/report", "person.reported"),
    ("GET", "/v1/people/{id}/exchanges"): Call("/v1/people/p-new-{n}/exchanges", "person.reported"),
    ("DELETE", "/v1/people/{id}"): Call("/v1/people/p-new-{n}", "person.forgotten"),
}  # fmt: skip
"""The last one forgets whom the others are about."""


def test_each_path_that_changes_or_reports_is_called_here() -> None:
    assert set(CALLS) == {(path.method, path.path) for path in PATHS if path.needs is not Right.READ}


@pytest.fixture
def identity() -> Iterator[Identity]:
    with Identity({"sam": {"email": "sam@fjord.example", "groups": ["chiefs"]}}) as running:
        yield running


@pytest.fixture
def proxy(tmp_path: Path, identity: Identity) -> Iterator[Proxy]:
    with Recorder() as recipient:
        made = Proxy(tmp_path, settings(tmp_path, recipient.base_url), {"OIDC_SECRET": SECRET, "HR_TOKEN": TOKEN})
        base = f"http://127.0.0.1:{made.document['admin']['port']}"
        identity.application.redirect = f"{base}/oidc/callback"
        roles = {"chiefs": "admin"}
        made.document["clients_file"] = str(tmp_path / "clients.yaml")
        (tmp_path / "clients.yaml").write_text("clients: []\n")
        made.document["admin"] |= {
            "tokens": [{"name": "hr-sync", "token": {"env": "HR_TOKEN"}}],
            "trusted_header": {"from": ["127.0.0.1"], "roles": roles},
            "oidc": {
                "issuer": identity.issuer, "client_id": CLIENT, "client_secret": {"env": "OIDC_SECRET"},
                "base_url": base, "roles": roles,
            },
        }  # fmt: skip
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.kill()


def ask(proxy: Proxy, method: str, path: str, headers: dict[str, str], body: Any = None) -> Response:
    sent = headers | ({} if body is None else {"content-type": "application/json"})
    connection = http.client.HTTPConnection("127.0.0.1", proxy.document["admin"]["port"], timeout=PATIENCE)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        reply = connection.getresponse()
        cookies = "\n".join(value for name, value in reply.getheaders() if name.lower() == "set-cookie")
        found = {name.lower(): value for name, value in reply.getheaders()} | {"set-cookie": cookies}
        return Response(reply.status, found, reply.read())
    finally:
        connection.close()


def cookie(reply: Response) -> dict[str, str]:
    """The cookie that a reply sets and does not take away, as a browser sends it back."""
    parsed = [each for line in reply.headers["set-cookie"].split("\n") for each in SimpleCookie(line).values()]
    (kept,) = (each for each in parsed if each["max-age"] != "0")
    return {"cookie": f"{kept.key}={kept.value}"}


def session(proxy: Proxy, identity: Identity) -> dict[str, str]:
    """The cookie of somebody who signed in at the provider."""
    begun = ask(proxy, "GET", "/login", {})
    back = identity.sign_in(begun.headers["location"], "sam")
    return cookie(ask(proxy, "GET", "/" + back.split("/", 3)[3], cookie(begun)))


def numbered(value: Any, number: int) -> Any:
    return json.loads(json.dumps(value).replace("{n}", str(number)))


def recorded(proxy: Proxy, operator: str) -> Counter[tuple[str, str]]:
    """The codes of the events by one operator, each with how they are known, as the ledger's own command finds them."""
    told = proxy.cli("ledger", "query", "--config", str(proxy.config), "--operator", operator, "--json")
    events = [json.loads(line)["event"] for line in told.splitlines()]
    codes = ((event["metadata"]["event_code"], event["unmapped"]["ledger"]["operator_kind"]) for event in events)
    return Counter(each for each in codes if each[0] != "operator.signed_in")


def test_whoever_changes_or_reads_is_in_the_ledger_by_name_in_each_way_of_calling(
    proxy: Proxy, identity: Identity
) -> None:
    callers = {
        ("token", "hr-sync"): {"Authorization": f"Bearer {TOKEN}"},
        ("header", "hanna@fjord.example"): {
            "X-Forwarded-User": "hanna@fjord.example", "X-Forwarded-Groups": "chiefs,all",
        },
        ("sso", "sam@fjord.example"): session(proxy, identity),
    }  # fmt: skip
    for number, ((kind, name), headers) in enumerate(callers.items()):
        known = ask(proxy, "GET", "/v1/session", headers).json
        assert (known["kind"], known["name"]) == (kind, name)
        token = {} if known["csrf_token"] is None else {"X-CSRF-Token": known["csrf_token"]}
        for (method, _), call in CALLS.items():
            body = None if call.body is None else numbered(call.body, number)
            reply = ask(proxy, method, numbered(call.path, number), headers | token, body)
            assert reply.status in (200, 201), (kind, method, call.path, reply.body)

    assert proxy.stop() == 0
    for kind, name in callers:
        # Forgetting somebody begins with their report: it says whom to tell.
        expected = [call.event for call in CALLS.values()] + ["person.reported"]
        assert recorded(proxy, name) == Counter((event, kind) for event in expected)


def test_commands_that_change_who_may_call_tell_the_account(proxy: Proxy) -> None:
    account = pwd.getpwuid(os.getuid()).pw_name
    for words in (
        ("client", "add", "minutes", "--route", "summary"),
        ("client", "rotate", "minutes"),
        ("client", "revoke", "minutes", "--former"),
        ("client", "revoke", "minutes"),
    ):
        ended = ran((*words, "--config", str(proxy.config)), proxy.directory)
        assert ended.code == 0, ended.err
    assert proxy.stop() == 0
    told = proxy.cli("ledger", "query", "--config", str(proxy.config), "--event", "access.changed", "--json")
    events = [json.loads(line)["event"] for line in told.splitlines()]
    assert [(each["actor"]["user"]["name"], each["unmapped"]["ledger"]["change"]) for each in events] == [
        (account, "client_added"), (account, "client_rotated"), (account, "client_key_revoked"),
        (account, "client_revoked"),
    ]  # fmt: skip
    assert {each["unmapped"]["ledger"]["holder"] for each in events} == {"minutes"}
