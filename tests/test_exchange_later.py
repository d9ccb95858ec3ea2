"""An exchange whose reply arrives later, over ports that fail or are cancelled at every point where it waits."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Collection
from datetime import timedelta
from typing import Any

import pytest
from test_exchange import MEETING, NOW, Sink, World, unwatched

from proxy.errors import OwnFault, UpstreamFault
from proxy.exchange import Exchange
from proxy.model import Inbound, Job, Meeting
from proxy.planning import Planner
from proxy.ports import ClientGone
from proxy.settings import Settings
from proxy.steps.consultation import Consultation

ID = "5e0c-1"
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example", "terms": {"version": "1"}}},
        "routes": [
            {"name": "s", "path": "/s", "dialect": "skynet-summaries", "purpose": "summary", "recipient": "acme"},
            {"name": "j", "path": "/job/{job}", "dialect": "skynet-job", "recipient": "acme"},
        ],
        "clients": [{"name": "bot", "key_sha256": hashlib.sha256(b"k").hexdigest(), "routes": ["s", "j"]}],
        "later_replies": {"key": {"env": "K"}},
    }
)
NAMED = json.dumps({"id": ID}).encode()
ENDED = json.dumps({"id": ID, "status": "success", "result": "PERSON_1 agrees."}).encode()


class Later(World):
    """A world in which replies arrive later; `reply` is what the recipient says, `kept` what is on file."""

    reply = NAMED

    def __init__(self, fail_at: int | None = None, failure: type[BaseException] = asyncio.CancelledError) -> None:
        super().__init__(fail_at, failure)
        self.kept: dict[Job, tuple[Collection[str], bytes]] = {}
        self.meetings: dict[str, Meeting] = {"m": MEETING}

    async def meeting(self, meeting_id: str) -> Meeting | None:
        await self.point("meeting")
        return self.meetings.get(meeting_id)

    async def chunks(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self.reply), 7):
            await self.point("chunk")
            yield self.reply[at : at + 7]


class Shelf:
    """The `LaterReplies` of a world; `find` is the detector's word there."""

    def __init__(self, world: Later) -> None:
        self.world = world

    async def keep(self, job: Job, people: Collection[str], contents: bytes) -> None:
        await self.world.point("keep")
        assert self.world.client == []
        self.world.kept[job] = people, contents

    async def find(self, job: Job) -> bytes:
        await self.world.point("shelf")
        return self.world.kept[job][1]


async def run(world: Later, inbound: Inbound, exchange: str = "x1") -> None:
    shelf = Shelf(world)
    consent = Consultation(SETTINGS, world, lambda: NOW)
    planner = Planner(SETTINGS, consent, world, lambda body: hashlib.sha256(body).digest(), later=shelf)
    served = Exchange(SETTINGS, planner, consent, world, world, unwatched, lambda: NOW, lambda: exchange, later=shelf)
    await served.run(served.admit(inbound), inbound, "m", Sink(world))


async def ask(world: Later, text: str = "Ann Lund: Hello.") -> None:
    headers = (("authorization", "Bearer k"), ("content-type", "application/json"))
    await run(world, Inbound("POST", "/s", "", headers, json.dumps({"text": text}).encode()))


async def fetch(world: Later, job: str = ID) -> None:
    world.reply = ENDED
    await run(world, Inbound("GET", f"/job/{job}", "", (("authorization", "Bearer k"),), b""), "x2")


async def asked() -> Later:
    """A world in which a job is on file, and nothing has happened since."""
    before, world = Later(), Later()
    await ask(before)
    world.kept = before.kept
    return world


async def test_what_restores_is_on_file_before_the_client_has_the_id() -> None:
    world = Later()
    await ask(world)

    assert b"".join(world.client) == NAMED
    ((people, contents),) = world.kept.values()
    assert list(world.kept) == [Job("bot", "acme", ID)]
    assert list(people) == ["p1"]
    assert b"Hello" not in contents
    assert json.loads(contents)["originals"] == {"PERSON_1": "Ann Lund"}


async def test_a_reply_is_fetched_as_an_exchange_of_its_own() -> None:
    world = await asked()
    await fetch(world)

    assert world.happened == ["intent", "redeemed", "sent", "ended", "outcome"]
    assert world.sent == b""
    assert json.loads(b"".join(world.client))["result"] == "Ann Lund agrees."
    facts = world.records[0].exchange
    assert (facts.exchange, facts.first_exchange, facts.purpose, facts.meeting) == ("x2", "x1", "summary", "m")
    assert world.records[0].people == ()


@pytest.mark.parametrize("failure", [asyncio.CancelledError, RuntimeError, OwnFault, UpstreamFault, ClientGone])
async def test_whatever_fails_wherever_no_id_is_given_that_nothing_is_kept_for(failure: type[BaseException]) -> None:
    whole = Later()
    await ask(whole)
    for at in range(whole.waits):
        world = Later(at, failure)
        try:
            await ask(world)
        except asyncio.CancelledError:
            assert failure is asyncio.CancelledError
        if not world.kept:
            assert ID.encode() not in b"".join(world.client), world.last_wait
        assert world.happened.count("outcome") == world.happened.count("intent") or "redeemed" not in world.happened


@pytest.mark.parametrize("failure", [asyncio.CancelledError, RuntimeError, OwnFault, UpstreamFault, ClientGone])
async def test_whatever_fails_wherever_nothing_is_fetched_unrecorded(failure: type[BaseException]) -> None:
    whole = await asked()
    await fetch(whole)
    for at in range(whole.waits):
        world = await asked()
        world._fail_at, world._failure = at, failure
        try:
            await fetch(world)
        except asyncio.CancelledError:
            assert failure is asyncio.CancelledError
        order = world.happened
        if "redeemed" in order:
            assert order.index("intent") < order.index("redeemed")
            assert order.count("outcome") == 1
        else:
            assert "sent" not in order
        assert b"Ann Lund" not in b"".join(world.client) or "outcome" in order


async def test_a_meeting_that_is_gone_or_lost_the_speaker_ends_the_job() -> None:
    stranger = Meeting("m", NOW - timedelta(hours=1))
    for meetings in ({}, {"m": stranger}):
        world = await asked()
        world.meetings = meetings
        await fetch(world)
        assert (world.status, world.happened) == (403, ["refused", "ended"])
        assert json.loads(b"".join(world.client))["code"] == "consent_withdrawn"


async def test_a_job_that_stands_for_a_refusal_is_asked_of_nobody() -> None:
    world = await asked()
    await fetch(world, "withheld-0f3c")
    assert (world.status, world.happened) == (403, ["refused", "ended"])
    assert json.loads(b"".join(world.client))["code"] == "job_withheld"


async def test_without_a_key_nothing_is_kept_and_no_id_given() -> None:
    world = Later()
    consent = Consultation(SETTINGS, world, lambda: NOW)
    planner = Planner(SETTINGS, consent, world, lambda body: hashlib.sha256(body).digest())
    headers: Any = (("authorization", "Bearer k"), ("content-type", "application/json"))
    exchange = Exchange(SETTINGS, planner, consent, world, world, unwatched, lambda: NOW, lambda: "x1")
    inbound = Inbound("POST", "/s", "", headers, b'{"text": "Ann Lund: Hello."}')
    await exchange.run(exchange.admit(inbound), inbound, "m", Sink(world))
    assert json.loads(b"".join(world.client))["code"] == "job_not_kept"
