"""Who calls, and for which meeting."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from proxy.errors import ClientFault, Fault, Refusal
from proxy.model import Inbound, Meeting, Participant, Roster
from proxy.settings import Settings
from proxy.steps.call import (
    admit_call,
    admit_meeting,
    author_of,
    known_author,
    known_facts,
    named_meeting,
    presented_key,
)

KEY = "k-1"
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}, "region": "eu"}},
        "routes": [
            {"name": "summary", "path": "/v1/a", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"},
            {
                "name": "off",
                "path": "/v1/b",
                "dialect": "openai-chat",
                "purpose": "qa",
                "recipient": "acme",
                "enabled": False,
            },
            {"name": "other", "path": "/v1/c", "dialect": "openai-chat", "purpose": "qa", "recipient": "acme"},
            {
                "name": "model",
                "path": "/v1/models/{model}",
                "parameters": {"model": ["large"]},
                "dialect": "content-free",
                "recipient": "acme",
            },
        ],
        "clients": [
            {
                "name": "bot",
                "key_sha256": hashlib.sha256(KEY.encode()).hexdigest(),
                "routes": ["summary", "off", "model"],
            },
            {
                "name": "web",
                "key_sha256": hashlib.sha256(b"k-2").hexdigest(),
                "routes": ["summary"],
                "acts_for_header": True,
            },
        ],
    }
)


def call(path: str = "/v1/a", method: str = "POST", **headers: str) -> Inbound:
    given = {"authorization": f"Bearer {KEY}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Inbound(method, path, "", tuple(given.items()), b"")


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ((("authorization", "Bearer a"),), "a"),
        ((("authorization", "bearer  a "),), "a"),
        ((("authorization", "Basic a"), ("x-api-key", "b")), None),
        ((("authorization", "Bearer "),), None),
        ((("x-api-key", "b"), ("api-key", "c")), "b"),
        ((("api-key", "c"),), "c"),
        ((), None),
    ],
)
def test_the_key_is_read_from_the_places_where_clients_put_it(headers, key) -> None:
    assert presented_key(Inbound("POST", "/", "", headers, b"")) == key


@pytest.mark.parametrize(
    ("inbound", "kind", "reason", "status"),
    [
        (call(authorization="Bearer wrong"), ClientFault, "unauthenticated", 401),
        (call(path="/nowhere", authorization="Bearer wrong"), ClientFault, "unauthenticated", 401),
        (call(path="/nowhere"), ClientFault, "unknown_route", 404),
        (call(path="/v1/a/"), ClientFault, "unknown_route", 404),
        (call(method="GET"), ClientFault, "method_not_allowed", 405),
        (call(path="/v1/c"), Refusal, "route_not_allowed", 403),
        (call(path="/v1/b"), Refusal, "route_disabled", 403),
    ],
)
def test_a_call_that_is_not_listed_is_refused(inbound: Inbound, kind: type[Fault], reason: str, status: int) -> None:
    with pytest.raises(kind) as refused:
        admit_call(SETTINGS, inbound)

    assert (refused.value.reason, refused.value.status) == (reason, status)


def test_a_listed_call_has_its_one_recipient() -> None:
    admitted = admit_call(SETTINGS, call())

    assert (admitted.client.name, admitted.route.name) == ("bot", "summary")
    assert admitted.recipient is SETTINGS.recipients["acme"]


def test_facts_say_what_is_known_and_nothing_that_the_client_wrote() -> None:
    known = known_facts(SETTINGS, "sha256:1", call(), "x1")
    unknown = known_facts(SETTINGS, "sha256:1", call(path="/canary", authorization="Bearer canary"), "x2")

    assert (known.client, known.route, known.recipient_host, known.recipient_port) == (
        "bot",
        "summary",
        "llm.example",
        443,
    )
    assert "canary" not in repr(unknown)
    assert unknown.client is None


def test_a_call_without_words_is_admitted_by_its_listed_path_and_method_and_told_as_it_is() -> None:
    inbound = call(path="/v1/models/large", method="GET")
    facts = known_facts(SETTINGS, "sha256:1", inbound, "x1")

    assert admit_call(SETTINGS, inbound).route.name == "model"
    assert (facts.operation, facts.purpose) == ("GET /v1/models/large", None)
    for path, method, reason in (
        ("/v1/models/large", "POST", "method_not_allowed"),
        ("/v1/models/large", "CANARY", "method_not_allowed"),
        ("/v1/models/canary", "GET", "unknown_route"),
        ("/v1/models/{model}", "GET", "unknown_route"),
    ):
        with pytest.raises(ClientFault) as refused:
            admit_call(SETTINGS, call(path=path, method=method))
        assert refused.value.reason == reason
        assert "canary" not in repr(known_facts(SETTINGS, "sha256:1", call(path=path, method=method), "x2")).lower()


@pytest.mark.parametrize(
    ("header", "prefix", "meeting"), [(None, None, None), ("m1", None, "m1"), (None, "m1", "m1"), ("m1", "m1", "m1")]
)
def test_a_meeting_is_named_by_header_or_prefix(header, prefix, meeting) -> None:
    inbound = call(**({"x_meeting_id": header} if header else {}))

    assert named_meeting(inbound, prefix) == meeting


@pytest.mark.parametrize(
    ("header", "prefix", "reason"),
    [
        ("m1", "m2", "meeting_ambiguous"),
        ("m 1", None, "meeting_id_malformed"),
        (None, "x" * 201, "meeting_id_malformed"),
    ],
)
def test_a_doubtful_name_of_a_meeting_is_refused(header, prefix, reason) -> None:
    inbound = call(**({"x_meeting_id": header} if header else {}))

    with pytest.raises(ClientFault) as refused:
        named_meeting(inbound, prefix)

    assert refused.value.reason == reason


def test_only_a_client_that_may_names_for_whom_it_acts() -> None:
    bot, web = admit_call(SETTINGS, call()), admit_call(SETTINGS, call(authorization="Bearer k-2"))

    assert author_of(web, call(x_acts_for="p1")) == "p1"
    assert author_of(bot, call()) is None
    with pytest.raises(Refusal) as refused:
        author_of(bot, call(x_acts_for="p1"))
    assert refused.value.reason == "acts_for_not_allowed"


def test_an_author_must_be_on_the_roster() -> None:
    meeting = Meeting("m", datetime(2026, 1, 1, tzinfo=UTC), roster=Roster((Participant("p1", "Ann"),)))

    assert known_author("p1", meeting) == "p1"
    assert known_author("p2", meeting) is None
    assert known_author("p1", None) is None


def test_a_client_with_a_series_may_name_meetings_of_that_series_alone() -> None:
    free, bound = SETTINGS.clients[0], SETTINGS.clients[0].model_copy(update={"series": "weekly"})
    weekly, other = (Meeting(name, datetime(2026, 1, 1, tzinfo=UTC), series=name) for name in ("weekly", "monthly"))
    alone = Meeting("alone", datetime(2026, 1, 1, tzinfo=UTC))

    assert [admit_meeting(free, meeting) for meeting in (weekly, other, alone)] == [weekly, other, alone]
    assert admit_meeting(bound, weekly) is weekly
    told = set()
    for meeting in (other, alone, None):
        with pytest.raises(Refusal) as refused:
            admit_meeting(bound, meeting)
        assert refused.value.reason == "meeting_outside_series"
        told.add((refused.value.status, str(refused.value), refused.value.headers))
    assert len(told) == 1, "whether an id that is not its own is on file is nothing for this client to know"
    with pytest.raises(Refusal) as refused:
        admit_meeting(free, None)
    assert refused.value.reason == "unknown_meeting"


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ((), "present a client key as 'Authorization: Bearer KEY'"),
        ((("authorization", "k-1"),), "present a client key as 'Authorization: Bearer KEY'"),
        ((("authorization", "Bearer key-of-the-recipient"),), "no client has this key: present the one that"),
        ((("x-api-key", "key-of-the-recipient"),), "no client has this key: present the one that"),
    ],
    ids=["none", "no scheme", "another key", "another header"],
)
def test_whoever_is_no_client_is_told_whether_a_key_was_read(headers, says):
    with pytest.raises(ClientFault) as caught:
        admit_call(SETTINGS, Inbound("POST", "/v1/a", "", headers, b""))
    assert (caught.value.status, caught.value.detail.startswith(says)) == (401, True)
    assert "key-of-the-recipient" not in caught.value.detail


@pytest.mark.parametrize("path", ["/v1/v1/a", "/a", "/"])
def test_a_client_that_calls_no_route_is_told_its_own_and_no_others(path):
    with pytest.raises(ClientFault) as caught:
        admit_call(SETTINGS, Inbound("POST", path, "", (("authorization", f"Bearer {KEY}"),), b""))
    assert caught.value.detail == (
        "no route has this path; this client may call /v1/a, /v1/models/{model}, each also below /m/MEETING"
    )
