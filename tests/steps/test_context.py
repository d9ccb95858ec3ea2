"""What one request is judged with: what its route says goes before what holds for all."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from proxy import dialects
from proxy.model import Action, Inbound
from proxy.settings import Settings
from proxy.steps.call import Call
from proxy.steps.context import Context


def context(route: dict[str, Any], consent: dict[str, Any], **client: Any) -> Context:
    named = {"name": "s", "path": "/v1/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}
    settings = Settings.model_validate(
        {
            "version": 1,
            "recipients": {
                "acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}, "models": ["large"]}
            },
            "routes": [named | route],
            "clients": [{"name": "bot", "key_sha256": hashlib.sha256(b"k").hexdigest(), "routes": ["s"], **client}],
            "consent": consent,
        }
    )
    call = Call(settings.clients[0], settings.routes[0], settings.recipients["acme"])
    return Context(settings, call, dialects.dialect_of(call.route), Inbound("POST", "/v1/s", "", (), b""))


@pytest.mark.parametrize(
    ("route", "consent", "opaque", "listed"),
    [
        ({}, {}, False, False),
        ({}, {"unattributed": "instructions"}, True, False),
        ({}, {"instructions": "listed"}, False, True),
        ({"unattributed": "instructions"}, {}, True, False),
        ({"instructions": "listed"}, {}, False, True),
        ({"unattributed": "require_all_present"}, {"unattributed": "instructions"}, False, False),
        ({"instructions": "read"}, {"instructions": "listed"}, False, False),
    ],
)
def test_a_route_overrides_what_holds_for_all(
    route: dict[str, Any], consent: dict[str, Any], opaque: bool, listed: bool
) -> None:
    judged = context(route, consent)
    assert (judged.opaque_is_instruction, judged.only_listed) == (opaque, listed)


def test_what_the_operator_wrote_is_known_to_the_body_and_to_the_last_check() -> None:
    judged = context({"controls": ["top_k"], "redaction": {"URL": "keep"}}, {}, last_message="typed")

    assert judged.policy.models == ("large",)
    assert judged.policy.controls == {"top_k"}
    assert judged.configured == {"large", "https://llm.example/v1", "top_k"}
    assert judged.actions["URL"] is Action.KEEP
    assert judged.last_is_typed
    assert not judged.fetches
