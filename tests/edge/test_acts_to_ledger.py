"""Acts of operators reach a ledger: each one's record is durable before its row goes, whatever fails in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from edge.ledger_stand import settings as ledger_settings

from proxy.audit.acts import Act, Acts, Operator, OperatorKind
from proxy.audit.pseudonyms import MEETING_SUBJECT
from proxy.audit.query import Subject, named_in
from proxy.edge import acts
from proxy.edge.acts import ActsToLedger
from proxy.edge.ledger.ledger import LedgerFiles
from proxy.edge.metrics import Metrics
from proxy.edge.store.store import Store
from proxy.errors import OwnFault
from proxy.settings import Settings

ALICE = Operator(OperatorKind.ACCOUNT, "alice")
SETTINGS = Settings.model_validate(
    {
        "version": 1,
        "organization": "fjord",
        "recipients": {"acme": {"base_url": "https://llm.example/v1", "terms": {"version": "v1"}}},
        "routes": [
            {"name": "s", "path": "/v1/s", "dialect": "transcript", "purpose": "x-own", "recipient": "acme"},
        ],
        "clients": [{"name": "bot", "key_sha256": "0" * 64, "routes": ["s"]}],
    }
)


def now() -> datetime:
    return datetime.now(UTC)


class Told:
    """A ledger in memory, which fails while it is told to."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.fails: Exception | None = None
        self.refuses: set[str] = set()

    async def tell(self, act: Act) -> None:
        if self.fails is not None or act.code in self.refuses:
            raise self.fails or OwnFault("ledger_event_invalid", "this one never fits")
        self.acts.append(act)


def taking(store: Store, told: Told, metrics: Metrics | None = None) -> ActsToLedger:
    return ActsToLedger(store, told.tell, SETTINGS, metrics or Metrics(), now)


async def put(store: Store, number: int, start: int = 0) -> None:
    for each in range(start, start + number):
        await store.acting(ALICE).acts.did(Acts.PERSON_CHANGED, people=[f"p-{each}"])


async def test_all_that_waits_is_taken_in_order_and_nothing_twice(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acts, "AT_ONCE", 4)
    await put(store, 10)
    told = Told()

    assert await taking(store, told).empty()
    assert await taking(store, told).empty()
    assert [act.people for act in told.acts] == [(f"p-{each}",) for each in range(10)]
    assert (await store.acts.waiting()).count == 0


async def test_while_the_ledger_fails_acts_wait_and_nobody_else_does(store: Store):
    told, metrics = Told(), Metrics()
    told.fails = OwnFault("ledger_full", "no room")
    await put(store, 3)
    draining = taking(store, told, metrics)

    assert not await draining.empty()
    await put(store, 1, 3)
    assert (await store.acts.waiting()).count == 4
    assert not await draining.empty()
    shown = metrics.exposition().decode()
    assert "meeting_proxy_acts_waiting 4.0" in shown
    assert 'meeting_proxy_part_failures_total{part="acts",reason="ledger_full"} 2.0' in shown

    told.fails = None
    assert await draining.empty()
    assert len(told.acts) == 4
    assert "meeting_proxy_acts_waiting 0.0" in metrics.exposition().decode()


async def test_one_act_that_never_fits_keeps_no_other(store: Store):
    told = Told()
    told.refuses = {Acts.TERMS_ADDED}
    await put(store, 1)
    await store.acts.did(Acts.TERMS_ADDED)
    await put(store, 1, 1)

    assert not await taking(store, told).empty()
    assert [act.people for act in told.acts] == [("p-0",), ("p-1",)]
    assert (await store.acts.waiting()).count == 1


async def test_a_defect_is_counted_and_ends_nothing(store: Store):
    told, metrics = Told(), Metrics()
    told.fails = ZeroDivisionError()
    await put(store, 1)

    assert not await taking(store, told, metrics).empty()
    assert "meeting_proxy_acts_waiting 1.0" in metrics.exposition().decode()
    assert (await store.acts.waiting()).count == 1


async def test_several_proxies_share_the_work(store: Store, store_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acts, "AT_ONCE", 3)
    await put(store, 20)
    told = [Told(), Told(), Told()]
    async with await Store.open(store_url) as one, await Store.open(store_url) as other:
        await asyncio.gather(*(taking(each, at).empty() for each, at in zip((store, one, other), told, strict=True)))
        for each, at in zip((store, one, other), told, strict=True):
            assert await taking(each, at).empty()

    counted = Counter(act.uid for at in told for act in at.acts)
    assert len(counted) == 20
    assert set(counted.values()) == {1}


async def test_a_proxy_that_ends_before_the_row_went_leaves_a_repetition_with_the_same_uid(store: Store):
    told = Told()
    await put(store, 1)

    class Gone(Exception):
        pass

    async def tell_and_end(act: Act) -> None:
        await told.tell(act)
        raise Gone

    await ActsToLedger(store, tell_and_end, SETTINGS, Metrics(), now).empty()
    assert await taking(store, told).empty()
    assert [act.uid for act in told.acts] == [told.acts[0].uid] * 2


async def test_the_record_in_a_ledger_leads_to_the_person_and_the_meeting(store: Store, tmp_path: Path):
    facts = {"state": "granted", "purpose": "x-own", "recipient": "acme"}
    await store.acting(ALICE).acts.did(Acts.CONSENT_RECORDED, people=["p-ann"], meeting="m1", facts=facts)
    await store.acts.did(Acts.CONSENT_RECORDED, facts={"purpose": "x-annika", "recipient": "annika"})
    (first, _) = (await store.acts.oldest(2)).values()
    ledger = await LedgerFiles.open(
        ledger_settings(tmp_path), organization="fjord", keys=store.keys.of, clock=now, version="0.1.0"
    )
    draining = ActsToLedger(store, ledger.tell, SETTINGS, Metrics(), now)
    await draining.start()
    await draining.close()
    await ledger.close()

    lines = next((tmp_path / "ledger" / "segments").iterdir()).read_bytes().splitlines()
    event, other = (each for line in lines if "entity" in (each := orjson.loads(line)["event"]))
    keys = await store.keys.known(["p-ann", MEETING_SUBJECT + "m1"])
    assert [Subject(keys["p-ann"], "fjord").is_named(shown) for shown in named_in(event)] == [True]
    assert Subject(keys[MEETING_SUBJECT + "m1"], "fjord").is_named(event["unmapped"]["ledger"]["meeting"])
    assert event["metadata"]["uid"] == first.uid
    assert event["time"] == int(first.at.timestamp() * 1000)
    assert event["unmapped"]["ledger"]["purpose"] == "x-own"
    assert (other["unmapped"]["ledger"]["purpose"], other["unmapped"]["ledger"]["recipient"]) == ("other", "other")


async def test_who_is_forgotten_while_an_act_waits_gets_no_new_key(store: Store):
    await store.acting(ALICE).acts.did(Acts.PERSON_CHANGED, people=["p-ann"])
    await store.keys.of(["p-ann"])
    await store.acts.forget("p-ann", "ptc:2026:" + "a" * 32)
    await store.keys.forget("p-ann")
    told = Told()

    assert await taking(store, told).empty()
    assert [act.shown for act in told.acts] == [("ptc:2026:" + "a" * 32,)]
    assert await store.keys.known(["p-ann"]) == {}


async def test_the_bytes_of_somebody_forgotten_are_given_up_as_soon_as_that_can_be_done(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    """Another reader of the file may be in the way at first; for other acts nothing is done."""
    asked, answers = list[str](), [False, True]

    async def settle() -> bool:
        asked.append("settle")
        return answers[len(asked) - 1]

    monkeypatch.setattr(store.forgetting, "settle", settle)
    draining = taking(store, Told())
    await put(store, 1)
    assert await draining.empty()
    assert asked == []
    await store.acting(ALICE).acts.did(Acts.PERSON_FORGOTTEN, shown=["ptc:2026:" + "a" * 32])
    for times in (1, 2, 2):
        assert await draining.empty()
        assert len(asked) == times
