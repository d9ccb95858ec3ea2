"""A log that lacks what an anchor knows does not start, unless the loss is accepted and recorded."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from audit.ledger_samples import intent, outcome
from edge.ledger_stand import AT, checked, events, opened, segments, settings
from harness.patience import PATIENCE

from proxy.audit.checkpoints import parse_checkpoint
from proxy.edge.ledger.anchors import in_store
from proxy.edge.ledger.anchors.anchor import AnchorState
from proxy.edge.ledger.anchors.in_directory import BesideKey
from proxy.edge.ledger.anchors.in_store import InStore, NameTaken
from proxy.edge.store.store import Store
from proxy.errors import OwnFault


class Memory:
    """An anchor that can fail, hang, or be behind."""

    name = "memory"
    every_seconds = 0.0
    tells = True
    compares = False

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.fails = False
        self.hangs = asyncio.Event()
        self.hangs.set()

    async def newest(self, origin: str) -> bytes | None:
        if self.fails:
            raise OSError
        return self.kept[-1] if self.kept else None

    async def keep(self, origin: str, file: bytes) -> tuple[()]:
        await self.hangs.wait()
        if self.fails:
            raise OSError
        self.kept.append(file)
        return ()


async def filled(directory: Path, count: int = 3, *, anchors=(), accept_loss: bool = False) -> None:
    ledger = await opened(directory, anchors=anchors, accept_loss=accept_loss)
    for i in range(count):
        await ledger.begin(intent(f"ex-{i}"))
        await ledger.finish(outcome(f"ex-{i}"))
    await ledger.close()


@pytest.fixture
def anchor() -> Iterator[Memory]:
    yield Memory()


async def test_the_last_checkpoint_is_anchored_at_the_end(tmp_path, anchor):
    await filled(tmp_path, anchors=[anchor])
    assert anchor.kept[-1] == (tmp_path / "ledger" / "checkpoint").read_bytes()


def cut(ledger: Path, how: str, before: Path) -> None:
    if how == "rolled back":
        shutil.rmtree(ledger)
        shutil.copytree(before, ledger)
    elif how == "emptied":
        shutil.rmtree(ledger)
    else:
        (ledger / "checkpoint").unlink()
        shutil.rmtree(ledger / "tile")
        [segment] = segments(ledger.parent)
        lines = segment.read_bytes().splitlines(keepends=True)
        segment.write_bytes(b"".join(lines[:4]))


@pytest.mark.parametrize("how", ["rolled back", "emptied", "cut"])
async def test_a_log_that_was_cut_does_not_start(tmp_path, anchor, how):
    await filled(tmp_path, 1, anchors=[anchor])
    shutil.copytree(tmp_path / "ledger", tmp_path / "before")
    await filled(tmp_path, 3, anchors=[anchor])
    known = parse_checkpoint(anchor.kept[-1]).size
    cut(tmp_path / "ledger", how, tmp_path / "before")

    with pytest.raises(OwnFault, match="--accept-loss") as refused:
        await opened(tmp_path, anchors=[anchor])
    assert refused.value.reason == "ledger_behind_anchor"
    assert "'memory'" in refused.value.detail

    await filled(tmp_path, 1, anchors=[anchor], accept_loss=True)
    told = [e["unmapped"]["ledger"] for e in events(tmp_path) if e["metadata"]["event_code"] == "ledger.loss_accepted"]
    assert [(each["anchored"], each["forked"]) for each in told] == [(known, False)]
    await filled(tmp_path, 1, anchors=[anchor])
    assert checked(tmp_path).problems == []


@pytest.mark.parametrize("other_key", [False, True])
async def test_another_history_of_the_same_length_does_not_start(tmp_path, anchor, other_key):
    await filled(tmp_path, 2, anchors=[anchor])
    shutil.rmtree(tmp_path / "ledger")
    if other_key:
        shutil.rmtree(tmp_path / "keys")
    await filled(tmp_path, 3)
    with pytest.raises(OwnFault) as refused:
        await opened(tmp_path, anchors=[anchor])
    assert refused.value.reason == ("ledger_name_taken" if other_key else "ledger_forked")


async def test_an_anchor_that_cannot_be_asked_stops_nothing(tmp_path, anchor):
    await filled(tmp_path, 1, anchors=[anchor])
    anchor.fails = True
    await filled(tmp_path, 1, anchors=[anchor])


async def test_an_anchor_that_hangs_holds_up_neither_records_nor_other_anchors(tmp_path, anchor):
    other = Memory()
    anchor.hangs.clear()
    ledger = await opened(tmp_path, anchors=[anchor, other], checkpoint_seconds=0.01)
    await ledger.begin(intent("ex-0"))
    await ledger.begin(intent("ex-1"))
    async with asyncio.timeout(PATIENCE):
        while not other.kept:
            await asyncio.sleep(0.01)
    assert ledger.anchoring.states[0].behind_since is not None
    anchor.hangs.set()
    await ledger.close()
    assert anchor.kept[-1] == other.kept[-1]


async def test_an_anchor_that_failed_gets_the_newest_when_it_is_back(tmp_path, anchor):
    ledger = await opened(tmp_path, anchors=[anchor], checkpoint_seconds=0.01)
    ledger.anchoring.retry_seconds = 0.01
    anchor.fails = True
    await ledger.begin(intent("ex-0"))
    async with asyncio.timeout(PATIENCE):
        while not ledger.anchoring.states[0].failures:
            await asyncio.sleep(0.01)
        anchor.fails = False
        while not anchor.kept or ledger.anchoring.states[0].behind_since is not None:
            await asyncio.sleep(0.01)
    await ledger.close()


@pytest.mark.parametrize(
    ("every", "kept_at", "behind_since", "now", "late"),
    [
        (3600, 0, None, 9000, 0),  # It has the newest.
        (3600, 0, 300, 3600, 0),  # It rests.
        (3600, 0, 300, 3700, 100),  # Its rest is over.
        (3600, 0, 4000, 4500, 500),  # Its rest was over before there was something to keep.
        (0, 0, 10, 30, 20),  # It gets each.
        (3600, None, 10, 70, 60),  # It never had one.
    ],
)
def test_an_anchor_is_late_by_its_own_interval(anchor, every, kept_at, behind_since, now, late):
    anchor.every_seconds = every
    state = AnchorState(anchor, behind_since=behind_since, kept_at=kept_at)
    assert state.late(now) == late
    assert state.unanchored(now) == (0 if behind_since is None else now - behind_since)


async def test_beside_the_key_and_in_the_store_checkpoints_are_remembered(tmp_path):
    store = await Store.open(f"sqlite:///{tmp_path}/proxy.db")
    own = [BesideKey(Path(settings(tmp_path).signing_key)), InStore(store, settings(tmp_path), lambda: AT)]
    await filled(tmp_path, 2, anchors=own)
    file = (tmp_path / "ledger" / "checkpoint").read_bytes()
    assert [await each.newest("fjord/egress") for each in own] == [file, file]
    assert await own[1].newest("fjord/other") is None
    assert [(each.origin, each.size, each.at) for each in await store.logs.listed()] == [
        ("fjord/egress", parse_checkpoint(file).size, AT)
    ]
    for missing in own:
        shutil.rmtree(tmp_path / "ledger")
        with pytest.raises(OwnFault) as refused:
            await opened(tmp_path, anchors=[missing])
        assert refused.value.reason == "ledger_behind_anchor"
        await filled(tmp_path, 2, anchors=own, accept_loss=True)
    await store.close()


@pytest.mark.parametrize("key", ["of its own", "the same"])
async def test_two_proxies_that_begin_under_one_name_at_once_are_noticed(tmp_path, key):
    """Each asks the store before the other has put anything there; with one key for both, only the records differ."""
    store = await Store.open(f"sqlite:///{tmp_path}/proxy.db")
    places = [InStore(store, settings(tmp_path / name), lambda: AT) for name in "ab"]
    assert [await place.newest("fjord/egress") for place in places] == [None, None]
    await filled(tmp_path / "a", 2)
    if key == "the same":
        (tmp_path / "b" / "keys").mkdir(parents=True)
        shutil.copy(tmp_path / "a" / "keys" / "ledger.key", tmp_path / "b" / "keys")
    await filled(tmp_path / "b", 3)
    first, second = ((tmp_path / name / "ledger" / "checkpoint").read_bytes() for name in "ab")
    await places[0].keep("fjord/egress", first)
    with pytest.raises(NameTaken):
        await places[1].keep("fjord/egress", second)
    await places[0].keep("fjord/egress", first)
    assert (await store.logs.of("fjord/egress")).checkpoint == first
    await store.close()


async def test_the_end_of_the_process_before_may_reach_the_store_late(tmp_path):
    store = await Store.open(f"sqlite:///{tmp_path}/proxy.db")
    before, now = (InStore(store, settings(tmp_path), lambda: AT) for _ in range(2))
    await filled(tmp_path, 1, anchors=[before])
    await now.newest("fjord/egress")
    await filled(tmp_path, 2)
    late = (tmp_path / "ledger" / "checkpoint").read_bytes()
    await filled(tmp_path, 1)
    await before.keep("fjord/egress", late)
    newest = (tmp_path / "ledger" / "checkpoint").read_bytes()
    await now.keep("fjord/egress", newest)
    assert (await store.logs.of("fjord/egress")).checkpoint == newest
    await store.close()


async def test_the_store_knows_when_the_next_sign_is_due_and_that_a_log_was_closed(tmp_path):
    store = await Store.open(f"sqlite:///{tmp_path}/proxy.db")
    times = iter(AT + timedelta(seconds=n) for n in range(1000))
    own = settings(tmp_path, heartbeat_seconds=20, checkpoint_seconds=3)
    ledger = await opened(tmp_path, anchors=[InStore(store, own, lambda: next(times))])
    async with asyncio.timeout(PATIENCE):
        while (known := await store.logs.of("fjord/egress")) is None:
            await asyncio.sleep(0.01)
    assert (known.within, known.is_closed) == (23, False)
    await in_store.close(ledger, store, "fjord/egress", lambda: next(times))
    assert (await store.logs.of("fjord/egress")).is_closed
    await in_store.close(ledger, store, "fjord/egress", lambda: next(times))

    ledger = await opened(tmp_path, anchors=[InStore(store, own, lambda: next(times))])
    async with asyncio.timeout(PATIENCE):
        while (await store.logs.of("fjord/egress")).is_closed:
            await asyncio.sleep(0.01)
    await in_store.close(ledger, store, "fjord/egress", lambda: next(times))
    await store.close()


async def test_a_proxy_says_now_and_then_that_it_is_there(tmp_path):
    ledger = await opened(tmp_path, heartbeat_seconds=0.05, probe_seconds=0.01)
    async with asyncio.timeout(PATIENCE):
        while sum(e["metadata"]["event_code"] == "ledger.heartbeat" for e in events(tmp_path)) < 2:
            await asyncio.sleep(0.01)
    await ledger.close()
    assert checked(tmp_path).problems == []
