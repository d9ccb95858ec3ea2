"""A directory puts its users on file by SCIM: a checker of others, what Entra ID and Okta send, and what is refused."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import urllib.parse
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from harness.consent_page import invite, page_settings
from harness.patience import PATIENCE
from harness.process import STARTED, Proxy, Response, settings
from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server
from typer.testing import CliRunner

from proxy.audit.ocsf import Event
from proxy.cli.main import app
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.edge.store.store import Store
from proxy.model import Meeting, Participant, ParticipantClass, Roster

TOKENS = {role: f"token-of-the-{role}-in-these-tests" for role in ("directory", "operator", "viewer", "admin")}
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    directory = tmp_path_factory.mktemp("scim")
    document = page_settings(directory, "http://127.0.0.1:9/v1")
    document["admin"]["tokens"] = [
        {"name": f"the-{role}", "role": role, "token": {"env": f"TOKEN_{role.upper()}"}} for role in TOKENS
    ]
    document["people"] = {"domains": {"fjord.example": "employee"}}
    running = Proxy(directory, document, {f"TOKEN_{role.upper()}": token for role, token in TOKENS.items()}).start()
    yield running
    running.stop()


def ask(
    proxy: Proxy, method: str, path: str, body: object = None, *, role: str | None = "directory", **headers: str
) -> Response:
    sent = {"Content-Type": "application/scim+json", **{name.replace("_", "-"): each for name, each in headers.items()}}
    if role is not None:
        sent["Authorization"] = f"Bearer {TOKENS[role]}"
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection("127.0.0.1", proxy.document["admin"]["port"], timeout=PATIENCE)
    try:
        connection.request(method, f"/scim/v2{path}", raw, sent)
        reply = connection.getresponse()
        return Response(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    finally:
        connection.close()


def stored(proxy: Proxy, work: Callable[[Store], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with await Store.open(proxy.document["store"]) as store:
            return await work(store)

    return asyncio.run(run())


def person(proxy: Proxy, person_id: str) -> Participant:
    found = stored(proxy, lambda store: store.people.by_id(person_id))
    assert isinstance(found, Participant)
    return found


def somebody(**changes: Any) -> dict[str, Any]:
    """A user whom nobody else is."""
    number = next(NUMBERS)
    return {
        "schemas": [USER],
        "userName": f"user{number}@fjord.example",
        "externalId": f"e-{number}",
        "displayName": f"User {number} Lund",
        "active": True,
        **changes,
    }


def made(proxy: Proxy, **changes: Any) -> dict[str, Any]:
    reply = ask(proxy, "POST", "/Users", somebody(**changes))
    assert reply.status == 201, reply.body
    return dict(json.loads(reply.body))


def patch(proxy: Proxy, user: str, *operations: dict[str, Any]) -> Response:
    return ask(proxy, "PATCH", f"/Users/{user}", {"schemas": [PATCH], "Operations": list(operations)})


def found(proxy: Proxy, written: str, **query: str) -> list[dict[str, Any]]:
    reply = ask(proxy, "GET", "/Users?" + urllib.parse.urlencode({"filter": written, **query}))
    assert reply.status == 200, reply.body
    return list(json.loads(reply.body)["Resources"])


def error(reply: Response) -> tuple[int, str | None]:
    told = json.loads(reply.body)
    assert told["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert told["status"] == str(reply.status)
    assert reply.headers["content-type"].startswith("application/scim+json")
    return reply.status, told.get("scimType")


def changes(proxy: Proxy) -> list[tuple[str, str]]:
    """What the ledger tells of people who were changed: by whom, and what happened, oldest first."""
    until = time.monotonic() + PATIENCE
    while stored(proxy, lambda store: store.acts.waiting()).count:
        assert time.monotonic() < until, "no ledger takes what was done"
        time.sleep(0.05)
    told = proxy.cli("ledger", "query", "--config", str(proxy.config), "--operator", "the-directory", "--json")
    events: list[Event] = [json.loads(line)["event"] for line in told.splitlines()]
    changed = [each for each in events if each["metadata"]["event_code"] == "person.changed"]
    return [(each["actor"]["user"]["name"], each["unmapped"]["ledger"]["change"]) for each in changed]


def test_a_checker_of_others_finds_nothing_wrong(proxy: Proxy) -> None:
    client = Client(
        base_url=f"http://127.0.0.1:{proxy.document['admin']['port']}/scim/v2",
        headers={"Authorization": f"Bearer {TOKENS['directory']}"},
        timeout=PATIENCE,
    )
    with client:
        results = check_server(SyncSCIMClient(client))
    wrong = [(each.title, each.reason) for each in results if each.status.name not in ("SUCCESS", "SKIPPED")]
    assert wrong == []
    assert {each.title for each in results if each.status.name == "SKIPPED"} == {"search_with_attributes"}
    assert len(results) > 40


# --- what directories do -------------------------------------------------------------------------------


def test_entra_brings_changes_and_ends_somebody(proxy: Proxy) -> None:
    """In the order and the wording of its provisioning service."""
    assert found(proxy, 'userName eq "Test_User_ab6490ee@fjord.example"') == []
    reply = ask(proxy, "POST", "/Users", {
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef", "userName": "Test_User_ab6490ee@fjord.example",
        "active": True, "displayName": "Test Uber", "title": "Engineer",
        "emails": [{"primary": True, "type": "work", "value": "test.uber@fjord.example"}],
        "meta": {"resourceType": "User"}, "name": {"formatted": "Test Uber", "familyName": "Uber", "givenName": "Test"},
        "roles": [], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Research"},
    })  # fmt: skip
    assert reply.status == 201, reply.body
    user = json.loads(reply.body)
    assert reply.headers["location"].endswith(f"/scim/v2/Users/{user['id']}") == (user["meta"]["location"] != "")
    assert b"Research" not in reply.body
    on_file = person(proxy, user["id"])
    assert (on_file.name, on_file.participant_class) == ("Test Uber", ParticipantClass.EMPLOYEE)
    assert on_file.emails == ("test.uber@fjord.example", "Test_User_ab6490ee@fjord.example")
    assert on_file.vouched == ()

    assert [each["id"] for each in found(proxy, 'externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"')] == [user["id"]]
    done = patch(
        proxy, user["id"],
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "t.uber@fjord.example"},
        {"op": "Replace", "path": "name.familyName", "value": "Ueber"},
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", "value": "Sales"},
    )  # fmt: skip
    assert done.status == 200, done.body
    assert person(proxy, user["id"]).emails[0] == "t.uber@fjord.example"
    ended = patch(proxy, user["id"], {"op": "Replace", "path": "active", "value": "False"})
    assert json.loads(ended.body)["active"] is False
    assert ask(proxy, "DELETE", f"/Users/{user['id']}").status == 204
    assert error(ask(proxy, "GET", f"/Users/{user['id']}")) == (404, None)
    assert found(proxy, 'userName eq "test_user_ab6490ee@fjord.example"') == []
    assert person(proxy, user["id"]).name == "Test Uber"


def test_okta_brings_replaces_and_ends_somebody(proxy: Proxy) -> None:
    assert json.loads(ask(proxy, "GET", "/Users?startIndex=1&count=2").body)["startIndex"] == 1
    sent = {
        "schemas": [USER], "userName": "maria.okafor@skerry.example", "externalId": "00ujl29u0le5T6Aj10h7",
        "name": {"givenName": "Maria", "familyName": "Okafor"}, "locale": "en-US", "groups": [], "password": "1mz050nq",
        "emails": [{"primary": True, "value": "maria.okafor@skerry.example", "type": "work"}], "active": True,
        "displayName": "Maria Okafor",
    }  # fmt: skip
    reply = ask(proxy, "POST", "/Users", sent, Content_Type="application/scim+json; charset=utf-8")
    assert reply.status == 201, reply.body
    user = json.loads(reply.body)
    assert b"1mz050nq" not in reply.body
    replaced = ask(proxy, "PUT", f"/Users/{user['id']}", {**sent, "id": user["id"], "displayName": "Maria O. Okafor",
                                                         "nickName": "Mary"})  # fmt: skip
    assert replaced.status == 200, replaced.body
    assert (person(proxy, user["id"]).name, person(proxy, user["id"]).aliases) == ("Maria O. Okafor", ("Mary",))
    ended = ask(proxy, "PATCH", f"/Users/{user['id']}", {
        "schemas": [PATCH], "Operations": [{"op": "replace", "value": {"active": False}}]})  # fmt: skip
    assert (ended.status, json.loads(ended.body)["active"]) == (200, False)
    again = ask(proxy, "PUT", f"/Users/{user['id']}", {**sent, "active": True})
    assert (again.status, json.loads(again.body)["active"]) == (200, True)
    assert person(proxy, user["id"]).aliases == ()
    assert [what for who, what in changes(proxy) if who == "the-directory"][-4:] == [
        "provisioned", "directory", "deactivated", "activated",
    ]  # fmt: skip


def test_somebody_on_file_is_found_by_their_address_and_taken_over(proxy: Proxy) -> None:
    known = Participant("p-known", "Kim Berg", ("Kimmy",), ("Kim.Berg@fjord.example",), minor=True)
    stored(proxy, lambda store: store.people.put(known))
    (user,) = found(proxy, 'userName eq "kim.berg@fjord.example"')
    assert (user["id"], user["displayName"]) == ("p-known", "Kim Berg")
    assert found(proxy, 'displayName eq "Kim Berg"') == []
    assert error(ask(proxy, "POST", "/Users", somebody(userName="kim.berg@fjord.example"))) == (409, "uniqueness")
    assert patch(proxy, "p-known", {"op": "add", "path": "externalId", "value": "e-known"}).status == 200
    assert found(proxy, 'externalId eq "e-known"')[0]["userName"] == "Kim.Berg@fjord.example"
    now = person(proxy, "p-known")
    assert (now.aliases, now.minor, now.emails) == (known.aliases, True, known.emails)


def test_whom_no_directory_brought_are_not_listed(proxy: Proxy) -> None:
    stored(proxy, lambda store: store.people.put(Participant("p-guest", "Gus Guest", emails=("gus@guest.example",))))
    stored(proxy, lambda store: store.people.put(Participant("b-bot", "Bot", participant_class=ParticipantClass.BOT,
                                                             emails=("bot@fjord.example",))))  # fmt: skip
    made(proxy)
    everybody = json.loads(ask(proxy, "GET", "/Users?count=200").body)
    assert everybody["totalResults"] == len(everybody["Resources"]) > 0
    assert not {"p-guest", "b-bot"} & {each["id"] for each in everybody["Resources"]}
    assert error(ask(proxy, "GET", "/Users/b-bot")) == (404, None)
    assert found(proxy, 'userName eq "bot@fjord.example"') == []


def test_pages_and_parts_of_users(proxy: Proxy) -> None:
    ids = [made(proxy)["id"] for _ in range(3)]
    total = json.loads(ask(proxy, "GET", "/Users?count=0").body)
    assert (total["itemsPerPage"], total["Resources"]) == (0, [])
    seen: list[str] = []
    for start in range(1, total["totalResults"] + 1, 2):
        page = json.loads(ask(proxy, "GET", f"/Users?startIndex={start}&count=2").body)
        seen += [each["id"] for each in page["Resources"]]
    assert len(seen) == len(set(seen)) == total["totalResults"]
    assert set(ids) <= set(seen)
    one = json.loads(ask(proxy, "GET", f"/Users/{ids[0]}?attributes=userName,meta.location").body)
    assert set(one) == {"schemas", "id", "userName", "meta"}
    assert set(one["meta"]) == {"location"}
    less = json.loads(ask(proxy, "GET", f"/Users/{ids[0]}?excludedAttributes=emails,meta.created").body)
    assert "emails" not in less
    assert "created" not in less["meta"]
    assert error(ask(proxy, "GET", "/Users?count=many")) == (400, "invalidValue")
    assert error(ask(proxy, "GET", "/Users?filter=userName%20sw%20%22a%22")) == (400, "invalidFilter")


# --- what is somebody else's ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [{"userName": "BEN@fjord.example"}, {"emails": [{"value": "Ben.Home@fjord.example"}]},
     {"displayName": "ben  okoro"}, {"displayName": None, "name": {"givenName": "Ben", "familyName": "Okoro"}},
     {"nickName": "BENNY"}],
    ids=["user_name", "address", "name", "parts_of_the_name", "alias"],
)  # fmt: skip
def test_nobody_gets_what_is_somebody_else_s(proxy: Proxy, changed: dict[str, Any]) -> None:
    ben = somebody(userName="ben@fjord.example", displayName="Ben Okoro", nickName="Benny",
                   emails=[{"value": "ben.home@fjord.example"}], externalId="e-ben")  # fmt: skip
    ask(proxy, "POST", "/Users", ben)
    mine = made(proxy)
    before = person(proxy, mine["id"])
    sent = {name: each for name, each in somebody(**changed).items() if each is not None}
    assert error(ask(proxy, "POST", "/Users", sent)) == (409, "uniqueness")
    assert error(ask(proxy, "PUT", f"/Users/{mine['id']}", sent)) == (409, "uniqueness")
    operation = {"op": "replace", "value": {"displayName": None, **changed}}
    assert error(patch(proxy, mine["id"], operation)) == (409, "uniqueness")
    assert person(proxy, mine["id"]) == before


def test_a_name_that_two_share_keeps_nobody_from_being_made_inactive(proxy: Proxy) -> None:
    one = made(proxy, displayName="Nora Vik")
    stored(proxy, lambda store: store.people.put(Participant("p-nora-2", "Nora Vik", emails=(one["userName"],))))
    assert patch(proxy, one["id"], {"op": "replace", "path": "active", "value": False}).status == 200


def test_a_directory_vouches_for_no_name(proxy: Proxy) -> None:
    """In many directories people write their own: such a name names nobody until the operator says so."""
    user = made(proxy, displayName="Speaker 7")
    assert person(proxy, user["id"]).unconfirmed == ("Speaker 7",)


def test_an_address_that_was_given_to_somebody_new_does_not_make_them_who_left(proxy: Proxy) -> None:
    first = made(proxy, userName="desk@fjord.example", externalId="e-first")
    ask(proxy, "DELETE", f"/Users/{first['id']}")
    new = somebody(userName="desk@fjord.example", externalId="e-second")
    assert error(ask(proxy, "POST", "/Users", new)) == (409, "uniqueness")
    assert error(ask(proxy, "POST", "/Users", {**new, "externalId": None})) == (409, "uniqueness")
    back = ask(proxy, "POST", "/Users", {**new, "externalId": "e-first"})
    assert (back.status, json.loads(back.body)["id"]) == (201, first["id"])


# --- what it means for consent -----------------------------------------------------------------------------


def test_who_left_is_not_invited_and_what_they_said_stays(proxy: Proxy) -> None:
    users = [made(proxy) for _ in range(3)]
    people = tuple(person(proxy, each["id"]) for each in users)
    held = Meeting("m-left", datetime.fromisoformat(STARTED), roster=Roster(people))
    stored(proxy, lambda store: store.meetings.put(held))
    no = ConsentRecord("cr-no", users[0]["id"], Scope.ORG, "fjord", "summary", "acme-llm", "2023-08-07",
                       ConsentState.DENIED, datetime.now(UTC), None, "verbal", True, users[0]["id"],
                       datetime.now(UTC))  # fmt: skip
    stored(proxy, lambda store: store.consents.record(no))
    before = invite(proxy, "--purpose", "summary", meeting="m-left")
    assert set(before) == {each["id"] for each in users}
    patch(proxy, users[0]["id"], {"op": "replace", "path": "active", "value": "false"})
    ask(proxy, "DELETE", f"/Users/{users[1]['id']}")

    for words in (("--purpose", "summary"), ("--unanswered",)):
        assert set(invite(proxy, *words, meeting="m-left")) == {users[2]["id"]}
    words = ["consent", "invite", "--meeting", "m-left", "--purpose", "summary", "--participant", users[0]["id"]]
    done = CliRunner().invoke(app, [*words, "--config", str(proxy.config)])
    assert "left_directory" in str(done.exception)
    assert stored(proxy, lambda store: store.consents.grants([users[0]["id"]])) == [no]
    assert {each.id for each in stored(proxy, lambda store: store.meetings.by_id("m-left")).roster.participants} == {
        each["id"] for each in users
    }
    patch(proxy, users[0]["id"], {"op": "replace", "path": "active", "value": "True"})
    assert set(invite(proxy, "--purpose", "summary", meeting="m-left")) == {users[0]["id"], users[2]["id"]}


def test_who_is_forgotten_is_no_user_any_more(proxy: Proxy) -> None:
    user = made(proxy)
    proxy.cli("subject", "forget", "--config", str(proxy.config), user["id"], "--yes", "--accept-unknown")
    assert error(ask(proxy, "GET", f"/Users/{user['id']}")) == (404, None)
    assert found(proxy, f'externalId eq "{user["externalId"]}"') == []
    again = ask(proxy, "POST", "/Users", {name: user[name] for name in ("userName", "externalId", "displayName")})
    assert (again.status, json.loads(again.body)["id"] != user["id"]) == (201, True)


def test_two_ids_of_one_person_are_one_user(proxy: Proxy) -> None:
    kept, gone = made(proxy), made(proxy)
    words = ("people", "confirm", gone["id"], "--same-as", kept["id"], "--config", str(proxy.config))
    proxy.cli(*words)
    assert error(ask(proxy, "GET", f"/Users/{gone['id']}")) == (404, None)
    assert ask(proxy, "GET", f"/Users/{kept['id']}").status == 200
    assert found(proxy, f'userName eq "{gone["userName"]}"') == []


# --- who may, and what is no request ---------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("operator", 403), (None, 401), ("admin", 200)])
def test_only_the_directory_and_admins_may(proxy: Proxy, role: str | None, status: int) -> None:
    reply = ask(proxy, "GET", "/Users", role=role)
    assert reply.status == status
    if status != 200:
        assert error(reply) == (status, None)
    assert ask(proxy, "GET", "/../../v1/people").status != 200


def test_a_directory_sees_nothing_else(proxy: Proxy) -> None:
    for path in (
        "/v1/people",
        "/v1/meetings",
        "/v1/consent-events?participant=p-known",
        "/v1/session",
        "/v1/incidents",
    ):
        url = f"http://127.0.0.1:{proxy.document['admin']['port']}"
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
        connection.request("GET", path, headers={"Authorization": f"Bearer {TOKENS['directory']}"})
        assert connection.getresponse().status == 403
        connection.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 400), (b'{"userName": "a", "userName": "b"}', 400), (b'{"userName": 7}', 400),
     (b'{"userName": "a\\ud800"}', 400), (b"\xff", 400), (b'{"userName": "a"}' + b" " * (64 << 10), 413),
     (b'{"displayName": "Nobody"}', 400), (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", 400), (b"1" * 5000, 400)],
    ids=["empty", "cut", "list", "twice", "number", "half", "bytes", "large", "nameless", "deep", "digits"],
)  # fmt: skip
def test_what_is_no_user_changes_nothing(proxy: Proxy, body: bytes, status: int) -> None:
    before = json.loads(ask(proxy, "GET", "/Users?count=0").body)["totalResults"]
    assert error(ask(proxy, "POST", "/Users", body))[0] == status
    assert json.loads(ask(proxy, "GET", "/Users?count=0").body)["totalResults"] == before


def test_what_is_not_offered_says_so(proxy: Proxy) -> None:
    assert error(ask(proxy, "POST", "/Users", somebody(), Content_Type="text/plain")) == (415, None)
    assert error(ask(proxy, "GET", "/Groups")) == (404, None)
    assert error(ask(proxy, "POST", "/Bulk", {})) == (501, None)
    assert error(ask(proxy, "DELETE", "/Users")) == (405, None)
    config = json.loads(ask(proxy, "GET", "/ServiceProviderConfig").body)
    supported = {
        name: each["supported"] for name, each in config.items() if isinstance(each, dict) and "supported" in each
    }
    assert {name for name, each in supported.items() if each} == {"patch", "filter"}


def test_a_token_with_that_role_is_made_by_command(tmp_path: Path) -> None:
    other = Proxy(tmp_path, settings(tmp_path, "http://127.0.0.1:9/v1"))
    other.document["admin"]["tokens_file"] = str(tmp_path / "tokens.yaml")
    other.config.write_text(json.dumps(other.document))
    config = ("--config", str(other.config))
    assert len(other.cli("token", "add", "okta", "--role", "directory", "--expires", "90d", *config).strip()) >= 32
    (listed,) = map(json.loads, other.cli("token", "list", "--json", *config).splitlines())
    assert (listed["name"], listed["role"]) == ("okta", "directory")
