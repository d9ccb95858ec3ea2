"""The plan of one request: a value, or a refusal that tells how far it came."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_exchange import NOW, SETTINGS, World

from proxy import dialects
from proxy.errors import Cancelled, Refusal
from proxy.model import Inbound
from proxy.planning import Plan, Planner, Refused
from proxy.settings import Settings
from proxy.steps.consultation import Consultation

DECLARED = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}}},
        "routes": [
            {
                "name": "s",
                "path": "/v1/s",
                "dialect": "json",
                "shape": {"speech": ["/text"], "reply": {"text": ["/result"]}},
                "purpose": "summary",
                "recipient": "acme",
            }
        ],
        "clients": [{"name": "bot", "key_sha256": hashlib.sha256(b"k").hexdigest(), "routes": ["s"]}],
    }
)


def planner(world: World, settings: Settings = SETTINGS) -> Planner:
    consent = Consultation(settings, world, lambda: NOW)
    return Planner(settings, consent, world, lambda body: hashlib.sha256(body).digest())


def request(body: Any = None, text: str = "Ann Lund: Hello.") -> Inbound:
    body = body or {"model": "m", "messages": [{"role": "user", "content": text}]}
    headers = (("authorization", "Bearer k"), ("content-type", "application/json"))
    return Inbound("POST", "/v1/s", "", headers, json.dumps(body).encode())


async def test_a_plan_and_a_refusal_are_values() -> None:
    plan = await planner(World()).plan(request(), "m", "x1")
    refused = await planner(World()).plan(request(text="Ben: canary"), "m", "x1")

    assert isinstance(plan, Plan)
    assert isinstance(refused, Refused)
    for each in (plan, refused):
        with pytest.raises(FrozenInstanceError):
            each.unmatched = 7


@pytest.mark.parametrize(
    ("changes", "reason", "read", "judged"),
    [
        ({"path": "/other"}, "unknown_route", False, False),
        ({"body": b"{"}, "invalid_json", False, False),
        ({"meeting": "none"}, "unknown_meeting", True, False),
        ({"text": "Ben: canary"}, "consent_denied", True, True),
    ],
)
async def test_a_refusal_tells_how_far_the_request_came(
    changes: dict[str, Any], reason: str, read: bool, judged: bool
) -> None:
    inbound = request(text=changes.get("text", "Ann Lund: Hello."))
    inbound = Inbound("POST", changes.get("path", "/v1/s"), "", inbound.headers, changes.get("body", inbound.body))
    refused = await planner(World()).plan(inbound, changes.get("meeting", "m"), "x1")

    assert isinstance(refused, Refused)
    assert refused.fault.reason == reason
    assert (refused.parsed is not None, refused.consulted is not None) == (read, judged)
    assert refused.facts.exchange == "x1"
    assert bool(refused.people) is judged
    assert refused.unmatched == (1 if judged else None)


async def test_what_cancels_a_plan_is_told_with_the_refusal() -> None:
    refused = await planner(World(0)).plan(request(), "m", "x1")

    assert isinstance(refused, Refused)
    assert isinstance(refused.fault, Cancelled)
    assert isinstance(refused.fault.cause, asyncio.CancelledError)


async def test_a_request_that_could_not_be_read_is_refused_in_the_shape_of_its_api() -> None:
    planning = planner(World(), DECLARED)
    refused = planning.refused(Refusal("x"), request(), "x1")
    assert refused.dialect is planning.dialects["s"]


async def test_the_dialect_of_a_declared_shape_is_made_once_for_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    planning = planner(World(), DECLARED)
    monkeypatch.delattr(dialects, "dialect_of")
    plans = [await planning.plan(request({"text": "Ann Lund: Hello."}), "m", name) for name in ("x1", "x2")]

    assert [plan.dialect for plan in plans] == [planning.dialects["s"]] * 2
    assert all(isinstance(plan, Plan) for plan in plans)


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: request(text=text).body),
    st.sampled_from(["/v1/s", "/other", ""]),
    st.sampled_from([None, "m", "none", "%"]),
    st.none() | st.integers(0, 3),
)
def test_whatever_comes_and_whatever_fails_the_answer_is_a_value(
    body: bytes, path: str, meeting: str | None, fails: int | None
) -> None:
    inbound = Inbound("POST", path, "", request().headers, body)
    planned = asyncio.run(planner(World(fails)).plan(inbound, meeting, "x1"))

    assert isinstance(planned, Plan | Refused)
    assert planned.facts.exchange == "x1"
    if isinstance(planned, Plan):
        assert hashlib.sha256(planned.outbound.body).digest() == planned.intent.body_sha256
