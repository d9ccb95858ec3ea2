"""One exchange over ports that fail or are cancelled at every point where it waits."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from proxy.audit.events import DeliveryProgress, IntentFacts, OutcomeFacts, RefusalFacts
from proxy.consent.records import ConsentRecord, ConsentState, Scope
from proxy.errors import OwnFault, UpstreamFault
from proxy.exchange import Exchange
from proxy.model import Inbound, Meeting, Participant, Profile, ReplyHead, Roster, TextLanguage
from proxy.planning import Planner
from proxy.ports import ClientGone
from proxy.settings import Settings
from proxy.steps.consultation import Consultation

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "1"}}},
        "routes": [{"name": "s", "path": "/v1/s", "dialect": "openai-chat", "purpose": "summary", "recipient": "acme"}],
        "clients": [{"name": "bot", "key_sha256": hashlib.sha256(b"k").hexdigest(), "routes": ["s"]}],
    }
)
MEETING = Meeting("m", NOW - timedelta(hours=1), roster=Roster((Participant("p1", "Ann Lund"),), complete=True))
GRANT = ConsentRecord(
    "g1", "p1", Scope.MEETING, "m", "summary", "acme", "1", ConsentState.GRANTED,
    NOW - timedelta(days=1), None, "verbal", True, "p1", NOW - timedelta(days=1),
)  # fmt: skip
REPLY = json.dumps(
    {"id": "c", "object": "chat.completion", "created": 1, "model": "m",
     "choices": [{"index": 0, "message": {"role": "assistant", "content": "PERSON_1 agrees."}, "finish_reason": "x"}]}
).encode()  # fmt: skip


class World:
    """All ports in one: it writes down what happens, and fails where it is told to."""

    def __init__(self, fail_at: int | None = None, failure: type[BaseException] = asyncio.CancelledError) -> None:
        self.happened: list[str] = []
        self.records: list[object] = []
        self.client: list[bytes] = []
        self.status: int | None = None
        self._fail_at, self._failure, self.waits = fail_at, failure, 0
        self.last_wait = self.failed = ""

    async def point(self, name: str) -> None:
        """A place where an exchange waits."""
        at, self.waits, self.last_wait = self.waits, self.waits + 1, name
        if at == self._fail_at:
            fault, self.failed = self._failure, name
            raise fault("store_unavailable") if issubclass(fault, OwnFault | UpstreamFault) else fault
        await asyncio.sleep(0)

    # ConsentRegistry
    async def meeting(self, meeting_id: str) -> Meeting | None:
        await self.point("meeting")
        return MEETING if meeting_id == "m" else None

    async def meetings_around(self, *_: Any) -> list[Meeting]:
        return []

    async def grants(self, *_: Any, **__: Any) -> list[ConsentRecord]:
        await self.point("grants")
        return [GRANT]

    # Detector, Ledger
    async def tell(self, texts: Any, expected: Any) -> list[TextLanguage]:
        await self.point("tell")
        return [TextLanguage("en", True) for _ in texts]

    async def find(self, excerpts: Any, profile: Profile) -> list[list[Any]]:
        await self.point("find")
        return [[] for _ in excerpts]

    async def begin(self, intent: IntentFacts) -> World:
        await self.point("begin")
        self.happened.append("intent")
        self.records.append(intent)
        return self

    def redeem(self, body: bytes) -> None:
        self.happened.append("redeemed")

    async def finish(self, outcome: OutcomeFacts) -> None:
        self.happened.append("outcome")
        self.records.append(outcome)

    async def refuse(self, refusal: RefusalFacts) -> None:
        self.happened.append("refused")
        self.records.append(refusal)

    # Upstream and its reply
    @asynccontextmanager
    async def send(self, permit: World, outbound: Any) -> AsyncIterator[World]:
        permit.redeem(outbound.body)
        await self.point("connect")
        self.happened.append("sent")
        self.sent = outbound.body
        await self.point("head")
        yield self

    head = ReplyHead(200, {"content-type": "application/json"})

    async def chunks(self) -> AsyncIterator[bytes]:
        for at in range(0, len(REPLY), 40):
            await self.point("chunk")
            yield REPLY[at : at + 40]

    # ReplySink
    async def start(self, status: int, content_type: str, headers: Any = ()) -> None:
        self.status = status

    async def write(self, piece: bytes) -> None:
        await self.point("write")
        self.client.append(piece)

    async def end(self) -> None:
        self.happened.append("ended")

    async def abort(self) -> None:
        self.happened.append("aborted")


class Sink:
    """The client's side of a world; `finish` is the ledger's word there."""

    def __init__(self, world: World) -> None:
        self.start, self.write, self.finish, self.abort = world.start, world.write, world.end, world.abort


async def unwatched(work: Coroutine[Any, Any, None], allowed: Any) -> None:
    await work


async def run(world: World, text: str = "Ann Lund: Hello.", meeting: str | None = "m") -> None:
    consent = Consultation(SETTINGS, world, lambda: NOW)
    planner = Planner(SETTINGS, consent, world, lambda body: hashlib.sha256(body).digest())
    exchange = Exchange(SETTINGS, planner, consent, world, world, unwatched, lambda: NOW, lambda: "x1")
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}).encode()
    headers = (("authorization", "Bearer k"), ("content-type", "application/json"))
    inbound = Inbound("POST", "/v1/s", "", headers, body)
    await exchange.run(exchange.admit(inbound), inbound, meeting, Sink(world))


async def waits_of_a_whole_exchange() -> int:
    world = World()
    await run(world)
    return world.waits


async def test_an_exchange_that_goes_well_is_recorded_before_and_after() -> None:
    world = World()
    await run(world)

    assert world.happened == ["intent", "redeemed", "sent", "ended", "outcome"]
    assert json.loads(b"".join(world.client))["choices"][0]["message"]["content"] == "Ann Lund agrees."
    assert b"Ann" not in world.sent
    assert world.records[-1].delivered is DeliveryProgress.FULL


@pytest.mark.parametrize("failure", [asyncio.CancelledError, RuntimeError, OwnFault, UpstreamFault, ClientGone])
async def test_whatever_fails_wherever_nothing_is_sent_unrecorded(failure: type[BaseException]) -> None:
    for at in range(await waits_of_a_whole_exchange()):
        world = World(at, failure)
        try:
            await run(world)
        except asyncio.CancelledError:
            assert failure is asyncio.CancelledError
        order = world.happened
        if "redeemed" in order:
            assert order.index("intent") < order.index("redeemed"), world.last_wait
            assert order.count("outcome") == 1, world.last_wait
        else:
            assert "sent" not in order
            assert "refused" in order or failure is asyncio.CancelledError, world.last_wait
        if failure is not asyncio.CancelledError and failure is not ClientGone and not world.client:
            assert world.status is not None, f"no answer after a failure at {world.last_wait}"


@pytest.mark.parametrize("failure", [asyncio.CancelledError, RuntimeError])
async def test_what_ends_a_plan_is_recorded_with_all_that_was_known_by_then(failure: type[BaseException]) -> None:
    known: dict[str, tuple[str | None, list[str | None]]] = {}
    for at in range(await waits_of_a_whole_exchange()):
        world = World(at, failure)
        with suppress(asyncio.CancelledError):
            await run(world)
        if "refused" in world.happened:
            (record,) = world.records
            known.setdefault(world.failed, (record.exchange.meeting, [each.participant for each in record.people]))

    assert known["meeting"] == (None, [])
    assert known["grants"] == ("m", [])
    assert known["tell"] == known["find"] == ("m", ["p1"])


async def test_a_request_that_is_cancelled_before_it_leaves_is_cancelled_once_that_is_recorded() -> None:
    world = World(0)
    with pytest.raises(asyncio.CancelledError):
        await run(world)

    (record,) = world.records
    assert (record.status, record.reason, record.fault) == (499, "client_gone", "Cancelled")
    assert world.client == []


@pytest.mark.parametrize(("text", "meeting"), [("Ben: canary", "m"), ("Ann Lund: Hello.", "none"), ("canary", None)])
async def test_a_refusal_is_recorded_and_sends_nothing(text: str, meeting: str | None) -> None:
    world = World()
    await run(world, text, meeting)

    assert world.happened == ["refused", "ended"]
    assert world.status == 403
    assert b"canary" not in b"".join(world.client)


async def test_a_defect_of_ours_is_named_by_its_type_alone() -> None:
    world = World(0, RuntimeError)
    await run(world)

    error = json.loads(b"".join(world.client))["error"]
    assert (world.status, error["code"]) == (500, "internal_error")
    assert "RuntimeError" in error["message"]
