"""What acts of operators look like as events, and what cannot get into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from audit.ledger_samples import AT, NAMES, refusal, stamp
from harness.invented import invented
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.audit.acts import (
    PROXY,
    Act,
    Acts,
    Operator,
    OperatorKind,
    act_event,
    facts_within,
    is_act,
    operators_of,
)
from proxy.audit.log import canonical
from proxy.audit.ocsf import Event, lifecycle_event, numbered, refusal_event
from proxy.audit.pseudonyms import Pseudonyms, pseudonym
from proxy.audit.query import EventFilter, Subject

KEY = b"k" * 32
ANN = NAMES.participants["p-ann"]
ALICE = Operator(OperatorKind.ACCOUNT, "alice")
YES = Act(
    "a-1", AT, Acts.CONSENT_RECORDED, ALICE, ("p-ann",), meeting="standup@fjord",
    facts={"state": "granted", "scope": "meeting", "purpose": "summary", "recipient": "acme-llm", "count": 1},
)  # fmt: skip


def made(act: Act, names: Pseudonyms = NAMES) -> Event:
    return act_event(stamp(act.uid), act, names, KEY, AT + timedelta(seconds=3))


def test_a_change_of_consent_says_who_recorded_what_about_whom():
    event = made(YES)

    assert (event["category_uid"], event["class_uid"], event["type_uid"]) == (3, 3004, 300401)
    assert event["actor"] == {"user": {"name": "alice", "type_id": 1}}
    assert event["entity"] == {"type": "consent", "name": "consent"}
    assert (event["metadata"]["uid"], event["metadata"]["event_code"]) == ("a-1", "consent.recorded")
    assert event["metadata"]["logged_time"] - event["time"] == 3000
    assert event["unmapped"]["ledger"] == {
        "schema": "acts.v1", "operator_kind": "os", "people": [ANN], "meeting": NAMES.meeting, "state": "granted",
        "scope": "meeting", "purpose": "summary", "recipient": "acme-llm", "count": 1,
    }  # fmt: skip


def test_the_one_person_or_meeting_that_was_acted_upon_is_the_entity():
    assert made(replace(YES, code=Acts.PERSON_REPORTED))["entity"]["uid"] == ANN
    assert made(replace(YES, code=Acts.MEETING_CHANGED))["entity"]["uid"] == NAMES.meeting
    assert "uid" not in made(replace(YES, code=Acts.PERSON_CHANGED, people=("p-ann", "p-ben")))["entity"]


def test_acts_are_found_by_their_whole_code_alone():
    refused, exchanges = made(replace(YES, code=Acts.REFUSED)), refusal_event(stamp(), refusal(), NAMES)

    assert [EventFilter(event="refused").fits(event) for event in (refused, exchanges)] == [False, True]
    assert [EventFilter(event="operator.refused").fits(event) for event in (refused, exchanges)] == [True, False]


@pytest.mark.parametrize("code", list(Acts))
def test_every_act_has_what_its_class_requires(code: Acts):
    """Required attributes of OCSF 1.9, by class; `service` is one of the two that class 3002 wants at least one of."""
    event = made(replace(YES, code=code))
    required = {3004: {"entity"}, 3002: {"user", "service", "actor"}, 6002: {"app"}}[event["class_uid"]]

    assert required <= event.keys()
    assert event["category_uid"] == event["class_uid"] // 1000
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert (event["status_id"] == 2) == (code is Acts.REFUSED)
    assert is_act(event)
    assert canonical(numbered(event, 5)) == rfc8785.dumps(numbered(event, 5))


def test_a_sign_in_is_an_authentication_from_a_peer_without_its_address():
    signed_in = Act("a-2", AT, Acts.SIGNED_IN, Operator(OperatorKind.TOKEN, "hr"), facts={"peer": "192.0.2.7"})
    event, again = made(signed_in), made(replace(signed_in, uid="a-3"))
    other = made(replace(signed_in, facts={"peer": "192.0.2.8"}))

    assert (event["class_uid"], event["activity_name"], event["user"]["name"]) == (3002, "Logon", "hr")
    assert event["src_endpoint"] == again["src_endpoint"] != other["src_endpoint"]
    assert b"192.0.2" not in canonical(event)


def test_a_participant_acts_under_their_pseudonym():
    event = made(replace(YES, operator=Operator(OperatorKind.PERSON, "p-ann")))

    assert event["actor"]["user"] == {"uid": ANN, "type_id": 1}
    assert b"p-ann" not in canonical(event)


def test_with_sudo_both_the_account_and_the_login_are_told_and_found():
    event = made(replace(YES, operator=Operator(OperatorKind.ACCOUNT, "root", "alice")))

    assert operators_of(event) == ("root", "alice")
    assert operators_of(lifecycle_event(stamp(), "ledger.opened", {})) == ()
    assert [EventFilter(operator=name).fits(event) for name in ("root", "alice", "bob")] == [True, True, False]


def test_acts_are_found_by_the_people_and_the_meeting_that_they_concerned():
    keys = {"p-ann": b"a" * 32, "p-ben": b"b" * 32}
    names = Pseudonyms({who: pseudonym("ptc", key, "2026", "fjord") for who, key in keys.items()})
    own = replace(YES, people=(), operator=Operator(OperatorKind.PERSON, "p-ann"))
    for event in (made(YES, names), made(own, names)):
        found = [EventFilter(participant=(Subject(key, "fjord"),)).fits(event) for key in keys.values()]
        assert found == [True, False]


def test_somebody_forgotten_is_shown_by_the_pseudonym_made_before():
    own = replace(YES, operator=Operator(OperatorKind.PERSON, "p-ann")).without("p-ann", ANN)

    assert own.participants == frozenset()
    event = made(own, Pseudonyms())
    assert (event["actor"]["user"]["uid"], event["unmapped"]["ledger"]["people"]) == (ANN, [ANN])
    assert made(replace(YES, shown=("Annika Solberg",)))["unmapped"]["ledger"]["people"] == [ANN, "ptc:unavailable"]


def test_purposes_and_recipients_that_nobody_configured_are_not_shown():
    given = {"purpose": "x-annika", "recipient": "annika", "state": "granted"}

    assert facts_within(given, frozenset({"summary"}), frozenset({"acme"})) == {
        "purpose": "other", "recipient": "other", "state": "granted",
    }  # fmt: skip
    assert facts_within({"recipient": "*"}, frozenset(), frozenset()) == {"recipient": "*"}


TEXT = st.text(min_size=1, max_size=80)


@settings(max_examples=invented(300))
@given(TEXT, TEXT, TEXT, st.dictionaries(st.sampled_from(["state", "version", "purpose", "peer", "text", "x"]), TEXT))
def test_any_act_becomes_an_event_and_no_text_gets_in(code: str, name: str, login: str, facts: dict[str, str]):
    """Whatever stands in the store: an event that could not be made would keep all others waiting."""
    operator = Operator(OperatorKind.ACCOUNT, name, login)
    event = made(Act("a-1", datetime(2026, 1, 1, tzinfo=UTC), code, operator, ("p-ann",), (name,), None, facts))

    assert canonical(numbered(event, 1))
    shown = set(strings(event))
    for text in (code, name, login, *facts.values()):
        # Letters, digits and the signs of names; signs alone hold no text.
        bare = text.translate(dict.fromkeys(map(ord, "-_.")))
        plain = text.isascii() and (bare.isalnum() or not bare)
        assert plain or text == "*" or text not in shown


def strings(value: object) -> Iterator[str]:
    """All texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from (*strings(key), *strings(held))
    elif isinstance(value, list):
        for held in value:
            yield from strings(held)


def test_the_proxy_itself_is_a_service():
    event = made(Act("a-1", AT, Acts.SETTINGS_CHANGED, PROXY, facts={"old": "sha256:" + "0" * 64, "new": "no digest"}))

    assert (event["class_uid"], event["actor"]["user"]) == (6002, {"name": "proxy", "type_id": 4})
    assert event["unmapped"]["ledger"]["old"] == "sha256:" + "0" * 64
    assert event["unmapped"]["ledger"]["new"].startswith("dig:")


GIVEN = ("ann@fjord.example", "FJORD\\ann", "auth0|5f7c")


@pytest.mark.parametrize("kind", list(OperatorKind))
@pytest.mark.parametrize(
    "name",
    [*GIVEN, "=cmd", "Ann Berg", "a" * 255, "<b>"],
    ids=["mail", "domain", "subject", "formula", "space", "long", "markup"],
)
def test_names_that_others_give_are_shown_where_they_look_like_names(kind: OperatorKind, name: str):
    user = made(replace(YES, operator=Operator(kind, name)))["actor"]["user"]
    shown = kind in (OperatorKind.SSO, OperatorKind.HEADER) and name in (
        "ann@fjord.example",
        "FJORD\\ann",
        "auth0|5f7c",
    )
    assert (user.get("name") == name) is shown
    if not shown:
        assert name not in repr(user)


def test_who_has_access_is_told_by_the_name_of_the_client_or_token():
    act = Act(
        "a-1", AT, Acts.ACCESS_CHANGED, ALICE, facts={"change": "token_added", "holder": "hr-sync", "role": "viewer"}
    )
    event = made(act)
    assert (event["class_uid"], event["entity"]) == (3004, {"type": "access", "name": "access"})
    told = event["unmapped"]["ledger"]
    assert (told["change"], told["holder"], told["role"]) == ("token_added", "hr-sync", "viewer")
    forged = made(replace(act, facts=dict(act.facts) | {"holder": "Ann Berg"}))
    assert forged["unmapped"]["ledger"]["holder"].startswith("dig:")
