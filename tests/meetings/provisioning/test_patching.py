"""A user changed as directories change them: RFC 7644, and how Entra ID and Okta write it."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.errors import ClientFault
from proxy.meetings.provisioning.attributes import addresses_of, label_of, user_of
from proxy.meetings.provisioning.patching import patched

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
WORK = {"value": "ann@work.example", "type": "work"}
HOME = {"value": "ann@home.example", "type": "home"}
ANN: dict[str, Any] = {
    "userName": "ann@fjord.example",
    "displayName": "Ann Lund",
    "name": {"familyName": "Lund", "givenName": "Ann"},
    "emails": [{**WORK, "primary": True}, HOME],
    "active": True,
}


def after(*operations: dict[str, Any]) -> dict[str, Any]:
    return patched(user_of(ANN), {"schemas": ["x"], "Operations": list(operations)})


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "entra makes somebody inactive": ({"op": "Replace", "path": "active", "value": "False"}, {"active": False}),
    "okta makes somebody inactive": ({"op": "replace", "value": {"active": False}}, {"active": False}),
    "entra replaces an address": (
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "ann@new.example"},
        {"emails": [HOME, {"value": "ann@new.example", "type": "work", "primary": True}]},
    ),
    "entra adds an address of a kind that is not there": (
        {"op": "Add", "path": 'emails[type eq "other"].value', "value": "ann@other.example"},
        {"emails": [*ANN["emails"], {"type": "other", "value": "ann@other.example"}]},
    ),
    "keys that are paths": (
        {"op": "Add", "value": {"name.givenName": "Anna", 'emails[type eq "home"].value': "anna@home.example"}},
        {
            "name": {"familyName": "Lund", "givenName": "Anna"},
            "emails": [ANN["emails"][0], {"type": "home", "value": "anna@home.example"}],
        },
    ),
    "keys of a schema": (
        {"op": "replace", "value": {CORE: {"displayName": "A. Lund"}, f"{CORE}:nickName": "Annie"}},
        {"displayName": "A. Lund", "nickName": "Annie"},
    ),
    "a path of a schema": ({"op": "add", "path": f"{CORE}:nickName", "value": "Annie"}, {"nickName": "Annie"}),
    "a whole list": ({"op": "replace", "path": "emails", "value": [HOME]}, {"emails": [HOME]}),
    "one more": (
        {"op": "add", "path": "emails", "value": [{"value": "a@b.example", "primary": True}]},
        {"emails": [WORK, HOME, {"value": "a@b.example", "primary": True}]},
    ),
    "the same once more": ({"op": "add", "path": "emails", "value": [HOME]}, {"emails": ANN["emails"]}),
    "another primary one": (
        {"op": "replace", "path": 'emails[value eq "ANN@home.example"].primary', "value": "true"},
        {"emails": [WORK, {**HOME, "primary": True}]},
    ),
    "part of the name": ({"op": "replace", "path": "name", "value": {"formatted": "Ann L."}}, {
        "name": {"familyName": "Lund", "givenName": "Ann", "formatted": "Ann L."}}),
    "without an address": ({"op": "remove", "path": 'emails[type eq "work"]'}, {"emails": [HOME]}),
    "without a listed address": ({"op": "Remove", "path": "emails", "value": [HOME]}, {"emails": [ANN["emails"][0]]}),
    "without the kind of an address": (
        {"op": "remove", "path": 'emails[type eq "home"].type'},
        {"emails": [ANN["emails"][0], {"value": "ann@home.example"}]},
    ),
    "without addresses": ({"op": "remove", "path": "emails"}, {"emails": None}),
    "without a name": ({"op": "remove", "path": "displayName"}, {"displayName": None}),
    "without a part of the name": ({"op": "remove", "path": "name.givenName"}, {"name": {"familyName": "Lund"}}),
    "what is not there": ({"op": "remove", "path": 'emails[type eq "other"]'}, {}),
    "nothing": ({"op": "replace", "path": "displayName", "value": None}, {"displayName": None}),
    "empty": ({"op": "replace", "path": "nickName", "value": ""}, {}),
    "what is not kept": ({"op": "Add", "path": "title", "value": "Chair"}, {}),
    "a part that is not kept": ({"op": "Add", "path": "name.honorificPrefix", "value": "Dr"}, {}),
    "another schema": (
        {"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:division", "value": "A"}, {},
    ),
    "a manager": (
        {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", "value": "1"},
        {},
    ),
    "an id among others": ({"op": "replace", "value": {"id": "p-eve", "meta": {}, "active": True}}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_user_is_changed(case: str) -> None:
    operation, changes = CASES[case]
    expected = {name: value for name, value in (user_of(ANN) | changes).items() if value is not None}
    assert after(operation) == expected


def test_operations_follow_each_other_and_fail_together() -> None:
    user = user_of(ANN)
    with pytest.raises(ClientFault):
        patched(user, {"Operations": [
            {"op": "replace", "path": "displayName", "value": "Eve"},
            {"op": "remove", "path": "userName"},
        ]})  # fmt: skip
    assert user == user_of(ANN)
    assert after({"op": "remove", "path": "emails"}, {"op": "add", "path": "emails", "value": HOME})["emails"] == [HOME]


BAD: dict[str, tuple[object, str]] = {
    "no operations": ({}, "invalid_syntax"),
    "a list": ([], "invalid_syntax"),
    "none": ({"Operations": []}, "invalid_syntax"),
    "too many": ({"Operations": [{"op": "add", "value": {}}] * 101}, "invalid_syntax"),
    "an unknown one": ({"Operations": [{"op": "move", "path": "active"}]}, "invalid_syntax"),
    "no value": ({"Operations": [{"op": "add"}]}, "invalid_syntax"),
    "a path that is none": ({"Operations": [{"op": "add", "path": "emails[", "value": 1}]}, "invalid_path"),
    "a filter in a filter": ({"Operations": [{"op": "add", "path": "a[b[c eq 1]]", "value": 1}]}, "invalid_path"),
    "deep": ({"Operations": [{"op": "add", "path": "a[" * 499, "value": 1}]}, "invalid_path"),
    "long": ({"Operations": [{"op": "add", "path": "a" * 1001, "value": 1}]}, "invalid_path"),
    "an id": ({"Operations": [{"op": "replace", "path": "id", "value": "p-eve"}]}, "mutability"),
    "without a user name": ({"Operations": [{"op": "remove", "path": "userName"}]}, "mutability"),
    "an empty user name": ({"Operations": [{"op": "replace", "path": "userName", "value": ""}]}, "invalid_value"),
    "remove without a path": ({"Operations": [{"op": "remove", "value": {"active": True}}]}, "no_target"),
    "two primary ones": (
        {
            "Operations": [
                {
                    "op": "replace",
                    "path": "emails",
                    "value": [{"value": "a@b.example", "primary": True}, {"value": "c@d.example", "primary": True}],
                }
            ]
        },
        "invalid_value",
    ),
    "no truth": ({"Operations": [{"op": "replace", "path": "active", "value": "no"}]}, "invalid_value"),
    "a number": ({"Operations": [{"op": "replace", "path": "displayName", "value": 7}]}, "invalid_value"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_change_is_refused(case: str) -> None:
    sent, reason = BAD[case]
    with pytest.raises(ClientFault) as raised:
        patched(user_of(ANN), sent)
    assert raised.value.reason == reason


@pytest.mark.parametrize(
    ("field", "value"),
    [("displayName", "Ann\u202eLund"), ("displayName", "Ann\nLund"), ("nickName", "\x1b[2J"), ("userName", "a\x00b"),
     ("externalId", "\u2067x"), ("displayName", "A" * 201), ("emails", "ann@fjord.example, eve@x.example"),
     ("emails", [{"value": "ann@fjord.example\r\nBcc: eve@x.example"}]), ("emails", [{"value": "ann\u202e@x.example"}]),
     ("emails", [{"value": f"{number}@x.example"} for number in range(21)]), ("name", {"givenName": "Ann\u2028Lund"})],
    ids=["turned", "lines", "escape", "nul", "isolated", "long", "text", "head", "turned_address", "many", "separator"],
)  # fmt: skip
def test_hostile_values_are_refused_without_being_said_again(field: str, value: object) -> None:
    with pytest.raises(ClientFault) as raised:
        user_of(ANN | {field: value})
    assert raised.value.reason == "invalid_value"
    assert str(value) not in str(raised.value)


def test_what_goes_on_file() -> None:
    assert addresses_of(user_of(ANN)) == ("ann@work.example", "ann@home.example", "ann@fjord.example")
    assert addresses_of({"userName": "ann", "emails": [HOME, {"value": "ANN@home.example", "primary": True}]}) == (
        "ANN@home.example",
    )
    names = ({"displayName": "A"}, {"name": {"formatted": "F"}}, {"name": {"givenName": "G", "familyName": "H"}}, {})
    assert [label_of({"userName": "u"} | each) for each in names] == ["A", "F", "G H", "u"]
