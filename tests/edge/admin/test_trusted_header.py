"""Callers whom a proxy in front names: from its addresses alone, each by one name, with the roles of their groups."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from pydantic import ValidationError

from proxy.audit.acts import Operator, OperatorKind
from proxy.edge.admin.callers import Caller
from proxy.edge.admin.trusted_header import HeaderNotTrusted, named_in
from proxy.errors import ClientFault
from proxy.settings import Role, TrustedHeader

WRITTEN: dict[str, Any] = {"from": ["10.0.0.5", "fd00::/64"], "roles": {"it": "operator", "dpo": "auditor"}}
HEADER = TrustedHeader.model_validate(WRITTEN)


def request(*headers: tuple[str, str]) -> web.Request:
    return make_mocked_request("GET", "/v1/people").clone(headers=list(headers))  # type: ignore[arg-type]


USER = ("X-Forwarded-User", "ann@fjord.example")


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ((), set()),
        ((("X-Forwarded-Groups", "it"),), {Role.OPERATOR}),
        ((("x-forwarded-groups", " it , dpo,others,,"),), {Role.OPERATOR, Role.AUDITOR}),
        ((("X-Forwarded-Groups", "IT,admin"),), set()),
    ],
    ids=["no-header", "one", "several", "others"],
)
def test_a_user_has_the_roles_of_their_groups(groups: tuple[tuple[str, str], ...], roles: set[Role]) -> None:
    for peer in ("10.0.0.5", "::ffff:10.0.0.5", "fd00::7"):
        found = named_in(HEADER, request(USER, *groups), peer)
        operator = Operator(OperatorKind.HEADER, "ann@fjord.example")
        assert found == Caller(operator, frozenset(roles), session="header ann@fjord.example")


def test_a_request_without_the_header_names_nobody() -> None:
    assert named_in(HEADER, request(("X-Forwarded-For", "10.0.0.5")), "10.0.0.5") is None
    assert named_in(HEADER, request(), "192.0.2.7") is None


@pytest.mark.parametrize("peer", ["10.0.0.6", "fd01::1", "::1", "unknown", ""])
@pytest.mark.parametrize("header", ["X-Forwarded-User", "x-forwarded-groups"])
def test_from_anywhere_else_the_header_is_refused(peer: str, header: str) -> None:
    with pytest.raises(HeaderNotTrusted, match=r"header_not_trusted: .*admin\.trusted_header\.from"):
        named_in(HEADER, request((header, "it")), peer)


@pytest.mark.parametrize(
    "headers",
    [
        (USER, USER),
        (USER, ("X-Forwarded-Groups", "it"), ("X-Forwarded-Groups", "dpo")),
        (("X-Forwarded-Groups", "it"),),
        (("X-Forwarded-User", ""),),
        (("X-Forwarded-User", "Ann Berg"),),
        (("X-Forwarded-User", "ann\u00e9"),),
        (("X-Forwarded-User", "a" * 255),),
        (("X-Forwarded-User", "<b>ann"),),
    ],
    ids=["two-users", "two-groups", "groups-alone", "empty", "space", "letters", "long", "signs"],
)
def test_what_names_nobody_or_several_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ClientFault, match="header_unclear"):
        named_in(HEADER, request(*headers), "10.0.0.5")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"from": []}, "at least 1"),
        ({"from": ["proxy.example"]}, "write it as 10.0.0.5 or 10.0.0.0/24"),
        ({"from": ["0.0.0.0/0"]}, "anybody could be anybody"),
        ({"from": ["::/0"]}, "anybody could be anybody"),
        ({"roles": {}}, "at least 1"),
        ({"roles": {"it": "king"}}, "viewer"),
        ({"user": "X Forwarded"}, "pattern"),
    ],
    ids=["nowhere", "name", "everywhere", "everywhere-6", "no-role", "unknown-role", "header"],
)
def test_settings_that_trust_everybody_or_nobody_are_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        TrustedHeader.model_validate(WRITTEN | changed)
