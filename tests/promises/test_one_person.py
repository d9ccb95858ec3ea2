"""Promise 2: who was on file twice is one person for good. No yes of the other id counts, and no no is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.process import PEOPLE, Response
from promises.conftest import Stand
from promises.test_names_brought import agrees, by_calendar, desk, invited, left_under, put
from promises.test_who_is_who import ask

__all__ = ["desk"]
_, BEN, _ = PEOPLE
OTHER = "ben@partner.example"


def says(stand: Stand, person: str, state: str) -> Response:
    said = {"participant": person, "scope": "org", "purpose": "summary", "state": state, "method": "written",
            "affirmative": True, "valid_from": "2026-03-01T00:00:00Z"}  # fmt: skip
    return ask(stand.proxy, "/v1/consent-events", said)


def cli(stand: Stand, *words: str, code: int = 0) -> str:
    return stand.proxy.cli(*words, "--config", str(stand.proxy.config), code=code)


@pytest.fixture
def once(desk: Stand) -> Iterator[tuple[Stand, str, list[dict[str, Any]]]]:
    """Another Benedikt, who agreed, is confirmed to be the one on file. The other id, and the roster before that."""
    by_calendar(desk, BEN["name"], OTHER)
    before = invited(desk)
    gone = str(before[0]["id"])
    agrees(desk, gone)
    assert ask(desk.proxy, f"/v1/people/{gone}/confirm", {"same_as": "p-ben"}).status == 200
    yield desk, gone, [{name: value for name, value in each.items() if value is not None} for each in before]


@pytest.mark.parametrize("way", ["our answer", "another name", "beside the one kept", "a file", "a room"])
def test_the_id_that_went_never_comes_back_with_its_yes(once, way: str) -> None:
    stand, gone, before = once
    assert says(stand, "p-ben", "denied").status == 201
    entry = {"id": gone, "name": "Ben Whitcombe", "emails": ["whitcombe@partner.example"], "aliases": ["Whit"]}
    if way == "our answer":
        put(stand, before)
    elif way == "a file":
        stand.proxy.meeting([entry], "m1")
    else:
        room = {"id": "r-1", "name": "Fjord 1", "class": "room", "members": [gone]}
        put(stand, {"another name": [entry], "a room": [entry, room]}.get(way, [entry, {"id": "p-ben"}]))
    assert "p-ben" in [person["id"] for person in invited(stand)]
    assert gone not in json.dumps(invited(stand))
    known = ask(stand.proxy, "/v1/people/p-ben").json
    assert (known["name"], known["aliases"]) == (BEN["name"], ["Benno"])
    assert known["emails"] == [*BEN["emails"], OTHER]
    assert ask(stand.proxy, f"/v1/people/{gone}").status == 404
    assert b"canary" not in left_under(stand, BEN["name"], "Ben Whitcombe", "Whit", "Fjord 1")


@pytest.mark.parametrize("way", ["api", "cli", "cli, not yet on file", "import"])
def test_a_no_for_the_id_that_went_is_the_persons(once, way: str, tmp_path) -> None:
    stand, gone, _ = once
    agrees(stand, "p-ben")
    assert b"canary" in left_under(stand, BEN["name"])
    if way == "api":
        assert says(stand, gone, "denied").json["remarks"] == []
    elif way == "import":
        file = tmp_path / "noes.csv"
        file.write_text(
            "participant,scope,scope_id,purpose,recipient,terms_version,state,valid_from,valid_until,method,affirmative\n"
            f"{gone},org,fjord,summary,*,2026-01,denied,2026-03-01T00:00:00Z,,written,true\n"
        )
        cli(stand, "consent", "import", str(file), "--format", "csv")
    else:
        more = ("--not-yet-on-file",) if "not" in way else ()
        cli(stand, "consent", "deny", "--participant", gone, "--scope", "org", "--purpose", "summary",
            "--recipient", "acme-llm", "--method", "written", *more)  # fmt: skip
    assert b"canary" not in left_under(stand, BEN["name"])
    listed = ask(stand.proxy, "/v1/consent-events?participant=p-ben").json["events"]
    assert [event["state"] for event in listed] == ["granted", "denied"]


def test_a_yes_for_the_id_that_went_is_refused_and_names_the_other(once) -> None:
    """A program that sends all its records every night would bring it back."""
    stand, gone, _ = once
    assert says(stand, "p-ben", "denied").status == 201
    refused = says(stand, gone, "granted")
    assert (refused.status, refused.json["error"]["code"]) == (409, "merged_person")
    assert "p-ben" in refused.json["error"]["message"]
    key = {"meeting": "m1", "purpose": "summary", "recipient": "acme-llm", "digit": "1", "call": "c",
           "participant": gone, "pressed_at": "2026-03-02T10:10:00Z"}  # fmt: skip
    assert ask(stand.proxy, "/v1/dtmf", key).json["error"]["code"] == "merged_person"
    cli(stand, "consent", "grant", "--participant", gone, "--scope", "org", "--purpose", "summary",
        "--recipient", "acme-llm", "--method", "written", code=1)  # fmt: skip
    assert b"canary" not in left_under(stand, BEN["name"])


def test_what_is_said_of_the_person_under_the_id_that_went(once) -> None:
    stand, gone, _ = once
    refused = ask(stand.proxy, f"/v1/people/{gone}", {"name": "Ben Whitcombe"}, "PUT")
    assert (refused.status, refused.json["error"]["code"]) == (409, "merged_person")
    put(stand, [{"id": "p-ben"}])
    came = {"label": "Room 4", "participant": gone, "event": "joined", "at": "2026-03-02T10:10:00Z"}
    assert ask(stand.proxy, "/v1/meetings/m1/presence", came).json == {"noted": True, "participant": "p-ben"}
    by_calendar(stand, BEN["name"], OTHER)
    assert [person["id"] for person in invited(stand)] == ["p-ben"]


def test_whoever_is_kept_may_turn_out_to_be_somebody_else_in_turn(once) -> None:
    stand, gone, _ = once
    by_calendar(stand, BEN["name"], "third@partner.example")
    (third,) = invited(stand)
    assert ask(stand.proxy, "/v1/people/p-ben/confirm", {"same_as": third["id"]}).status == 200
    agrees(stand, str(third["id"]))
    assert b"canary" in left_under(stand, BEN["name"])
    assert says(stand, gone, "denied").status == 201
    put(stand, [{"id": gone}])
    assert [person["id"] for person in invited(stand)] == [third["id"]]
    assert b"canary" not in left_under(stand, BEN["name"])
