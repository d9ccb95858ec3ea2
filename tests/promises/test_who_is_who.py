"""Promise 2: consent is the person's own. Nobody speaks, joins, leaves or says yes as somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from harness.process import PEOPLE, Proxy, Response, fetch
from promises.conftest import Stand

TOKEN = "admin-token-of-the-tests"
JSON = "application/json"
OTHER_FORMS = [
    "annika  solberg",
    "ANNIKA SOLBERG",
    "Annika\u00a0Solberg",
    "Ａｎｎｉｋａ Solberg",
    "Annika\u200b Solberg",
]


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_two_people_whose_names_differ_in_form_alone_are_nobody(alone, form: str) -> None:
    """A tool that writes names in one form would give the words of one to the other."""
    people = [
        {"id": "p-ann", "name": "Annika Solberg", "class": "employee"},
        {"id": "p-eve", "name": form, "class": "guest"},
    ]
    alone.proxy.meeting(people)
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    mark = alone.mark()
    for label in ("Annika Solberg", form):
        alone.proxy.chat(f"{label}: My canary must stay here.\n")
    assert b"canary" not in b"".join(received.raw for received in alone.since(mark))


def test_a_label_in_another_form_is_its_persons(stand) -> None:
    mark = stand.mark()
    stand.proxy.chat("ANNIKA  SOLBERG: The harbour opens in May.\nBENEDIKT\u00a0OYELARAN: My canary must stay here.\n")
    (received,) = stand.since(mark)
    assert b"harbour opens" in received.body
    assert b"canary" not in received.raw


def ask(proxy: Proxy, path: str, body: dict[str, Any]) -> Response:
    """A call of the admin API, by whoever holds its token."""
    url = f"http://127.0.0.1:{proxy.document['admin']['port']}{path}"
    return fetch(url, json.dumps(body).encode(), {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON})


@pytest.fixture
def asked(alone) -> Stand:
    """With the admin API. Annika granted; Benedikt said no for the whole organization; Caller 1 was never asked."""
    alone.proxy.document["admin"]["token"] = {"env": "TEST_ADMIN_TOKEN"}
    alone.proxy.environment["TEST_ADMIN_TOKEN"] = TOKEN
    alone.proxy.meeting([*PEOPLE, {"id": "p-tel", "name": "Caller 1", "class": "phone"}])
    alone.proxy.consent("grant", "p-ann")
    alone.proxy.start()
    no = {"participant": "p-ben", "scope": "org", "purpose": "summary", "state": "denied",
          "method": "written", "affirmative": True}  # fmt: skip
    assert ask(alone.proxy, "/v1/consent-events", no | {"scope_id": alone.proxy.document["organization"]}).status == 201
    return alone


def pressed(digit: str, **whom: str) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"meeting": "m1", "purpose": "summary", "recipient": "acme-llm", "digit": digit, "call": "call-1",
            "pressed_at": at, "covers_earlier": True, **whom}  # fmt: skip


@pytest.mark.parametrize(
    "whom",
    [{"label": "Benedikt Oyelaran"}, {"participant": "p-ben"}, {"label": "Chiara Montefusco"}],
    ids=["who refused", "by id", "who was never asked"],
)
def test_no_key_says_yes_for_whoever_is_no_phone(asked, whom: dict[str, str]) -> None:
    """A caller's display name is what the caller wrote."""
    reply = ask(asked.proxy, "/v1/dtmf", pressed("1", **whom))
    assert (reply.status, reply.json["error"]["code"]) == (409, "not_a_phone")
    mark = asked.mark()
    asked.proxy.chat("Benedikt Oyelaran: My canary-ben.\nChiara Montefusco: My canary-chiara.\n")
    assert b"canary" not in b"".join(received.raw for received in asked.since(mark))


def test_no_key_takes_back_the_yes_of_whoever_is_no_phone(asked) -> None:
    assert ask(asked.proxy, "/v1/dtmf", pressed("2", label="Annika Solberg")).status == 409
    mark = asked.mark()
    asked.proxy.chat("Annika Solberg: The harbour opens in May.\n")
    assert b"harbour opens" in asked.since(mark)[0].body


def test_a_key_gets_not_past_a_no_that_was_given_by_other_means(asked) -> None:
    no = {"participant": "p-tel", "scope": "meeting", "scope_id": "m1", "purpose": "summary", "state": "denied",
          "method": "verbal", "affirmative": True}  # fmt: skip
    assert ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1")).status == 201
    assert ask(asked.proxy, "/v1/consent-events", no).status == 201
    reply = ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1") | {"call": "call-2"})
    assert (reply.status, reply.json["error"]["code"]) == (409, "answer_outweighed")
    mark = asked.mark()
    asked.proxy.chat("Caller 1: My canary must stay here.\n")
    assert b"canary" not in b"".join(received.raw for received in asked.since(mark))
    yes = ask(asked.proxy, "/v1/consent-events", no | {"state": "granted"})
    assert yes.status == 201
    assert ask(asked.proxy, "/v1/dtmf", pressed("1", label="Caller 1") | {"call": "call-3"}).status == 201
