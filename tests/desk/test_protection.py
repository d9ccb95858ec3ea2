"""What is promised to be taken out before words leave: only what every route does that serves what is asked."""

from __future__ import annotations

from typing import Any

import pytest

from proxy.consent.invitations import Offer
from proxy.desk.protection import Replaced, replaced, special_kept
from proxy.model import SPECIAL_CATEGORIES
from proxy.settings import Settings

ALL = tuple(Replaced)
SUMMARY, COMPOSE = Offer("summary", "acme"), Offer("compose", "acme")


def settings(*, dialect: str = "openai-chat", **changes: Any) -> Settings:
    routes = [
        {"name": "s", "path": "/s", "dialect": dialect, "purpose": "summary", "recipient": "acme"},
        {"name": "c", "path": "/c", "dialect": "openai-chat", "purpose": "compose", "recipient": "acme",
         "redaction": {"PERSON": "keep"}},
    ]  # fmt: skip
    return Settings.model_validate(
        {
            "version": 1,
            "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
            "routes": routes,
            "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("redaction", "found"),
    [
        ({}, ALL),
        ({"SECRET": "refuse"}, ALL),
        ({"PERSON": "keep"}, ALL[1:]),
        ({"IBAN_CODE": "keep"}, (Replaced.NAMES, Replaced.ADDRESSES, Replaced.SECRETS)),
        ({"default": "keep"}, ()),
        ({"default": "keep", "SECRET": "remove"}, (Replaced.SECRETS,)),
    ],
)
def test_what_policy_keeps_is_not_promised(redaction: dict[str, str], found: tuple[Replaced, ...]) -> None:
    assert replaced(settings(redaction=redaction), [SUMMARY]) == found


def test_of_several_routes_only_what_all_of_them_take_out() -> None:
    assert replaced(settings(), [SUMMARY, COMPOSE]) == ALL[1:]
    assert replaced(settings(), [Offer("model_training", "acme")]) == ALL


@pytest.mark.parametrize(
    ("redaction", "kept"),
    [
        ({}, SPECIAL_CATEGORIES),
        ({"HEALTH": "remove", "TRADE_UNION": "refuse"}, tuple({*SPECIAL_CATEGORIES} - {"HEALTH", "TRADE_UNION"})),
        ({"default": "remove"}, ()),
        ({"default": "remove", "CRIMINAL": "keep"}, ("CRIMINAL",)),
    ],
)
def test_special_categories_that_leave_on_one_route_are_told(redaction: dict[str, str], kept: tuple[str, ...]) -> None:
    assert set(special_kept(settings(redaction=redaction), [SUMMARY, COMPOSE])) == set(kept)


def test_nothing_is_taken_out_of_sound() -> None:
    assert replaced(settings(dialect="openai-audio"), [SUMMARY]) is None
