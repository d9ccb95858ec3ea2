"""The pool of detection workers on real processes: it answers, it fails closed, it recovers, it leaves nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from harness.forks import ForkedNursery
from harness.patience import PATIENCE

from proxy.edge.detection import fork_server as nursery
from proxy.edge.detection.pool import WorkerPool, _batches
from proxy.errors import OwnFault
from proxy.model import Excerpt, Profile
from proxy.settings import DenyList, Detection, Dictionary, Languages, RouteDetection, WordFile

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at processes through /proc")

LIMIT = 300
"""Seconds that detection may take here: more than it ever does on a machine that does much else."""
WANTED = {"PROJECT", "EMAIL_ADDRESS", "DE_TAX_ID"}
TEXT = "Maya Chen from Lisbon said: mail maya.chen@fjord.example or call 020 7946 0018.\n"
DETECTION = Detection(workers=2, timeout_seconds=LIMIT, deny=(DenyList(kind="PROJECT", words=("zephyr",)),))


@pytest.fixture
def forked_nursery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nurseries are forks of one that has loaded: what a pool makes of its workers does not depend on their start."""

    async def begun(control: socket.socket) -> ForkedNursery:
        return ForkedNursery(control)

    monkeypatch.setattr(nursery, "begun", begun)


forked = pytest.mark.usefixtures("forked_nursery")


@asynccontextmanager
async def pool(detection: Detection = DETECTION, **options: Any) -> AsyncIterator[WorkerPool]:
    opened = WorkerPool(detection, **options)
    await opened.start()
    try:
        yield opened
    finally:
        await opened.close()


def status(pid: int) -> dict[str, str]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # The second where it ends between opening and reading.
        return {}
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def alive(pid: int) -> bool:
    return status(pid).get("State", "Z")[0] not in "ZX"


async def eventually(true: object, seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # type: ignore[operator]
            await asyncio.sleep(0.02)


async def test_blocks_are_shared_and_answers_keep_their_order() -> None:
    """Findings come back for each block in its own coordinates, whichever worker read it."""
    blocks = [f"{'x ' * n}zephyr" for n in range(40)] + [""]
    async with pool() as workers:
        found = await workers.find(list(map(Excerpt.whole, blocks)), Profile())
        kinds = {f.kind for findings in await workers.find([Excerpt.whole(TEXT)], Profile()) for f in findings}
    deny = [[(f.start, f.end) for f in findings if f.kind == "PROJECT"] for findings in found]
    assert deny == [[(2 * n, 2 * n + 6)] for n in range(40)] + [[]]
    assert {"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "LOCATION"} <= kinds


async def test_pieces_of_one_entity_come_back_tied() -> None:
    text = "my cell is four one five five five five\nzero one two three"
    async with pool() as workers:
        ((*found,),) = await workers.find([Excerpt.whole(text)], Profile())
    tied = {text[f.start : f.end] for f in found if f.entity == text.index("four")}
    assert tied == {"four one five five five five", "zero one two three"}


@forked
async def test_what_is_asked_while_it_starts_waits_for_a_worker() -> None:
    """Nothing is answered without detection, and nothing is said to be ready before a worker has answered."""
    workers = WorkerPool(Detection(workers=1, timeout_seconds=LIMIT))
    asked = asyncio.create_task(workers.find([Excerpt.whole(TEXT)], Profile()))
    await asyncio.sleep(0)
    assert not await workers.ping()
    try:
        await workers.start()
        assert await workers.ping()
        assert (await asked)[0]
    finally:
        await workers.close()


async def test_a_start_that_is_given_up_leaves_no_process() -> None:
    workers = WorkerPool(Detection(workers=1, timeout_seconds=LIMIT))
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = set(mine.read_text().split())  # a database of other tests, for one
    starting = asyncio.create_task(workers.start())
    await eventually(lambda: set(mine.read_text().split()) != before)
    children = [int(pid) for pid in {*mine.read_text().split()} - before]
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await workers.close()
    assert not any(map(alive, children))


async def test_processes_have_one_thread_and_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers read text from strangers: what the proxy holds in its environment is not theirs."""
    monkeypatch.setenv("ACME_LLM_KEY", "sk-none-of-their-business")
    async with pool() as workers:
        pids = [*workers.pids(), workers.nursery_pid]
        assert len(set(pids)) == 3
        for pid in pids:
            assert status(pid)["Threads"] == "1"
            assert b"none-of-their-business" not in Path(f"/proc/{pid}/environ").read_bytes()


@forked
async def test_a_killed_worker_costs_its_request_alone() -> None:
    async with pool(Detection(workers=2, timeout_seconds=LIMIT)) as workers:
        before = workers.pids()
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        doomed = asyncio.create_task(workers.find([Excerpt.whole(TEXT)], Profile()))
        other = asyncio.create_task(workers.find([Excerpt.whole(TEXT)], Profile()))
        later = asyncio.create_task(workers.find([Excerpt.whole(TEXT)], Profile()))
        await eventually(workers._idle.empty)
        os.kill(before[0], signal.SIGKILL)
        os.kill(before[1], signal.SIGCONT)
        outcomes = await asyncio.gather(doomed, other, later, return_exceptions=True)
        faults = [outcome for outcome in outcomes if isinstance(outcome, OwnFault)]
        assert [fault.reason for fault in faults] == ["detector_crashed"]
        await eventually(lambda: len(workers.pids()) == 2)
        assert before[0] not in workers.pids()
        assert not status(before[0]), "the dead worker was not reaped"
        assert (await workers.find([Excerpt.whole(TEXT)], Profile()))[0]


@forked
async def test_a_worker_that_takes_too_long_is_replaced() -> None:
    async with pool(Detection(workers=1, timeout_seconds=LIMIT)) as workers:
        (stuck,) = workers.pids()
        os.kill(stuck, signal.SIGSTOP)
        patient, workers._detection = workers._detection, Detection(workers=1, timeout_seconds=1)
        with pytest.raises(OwnFault) as caught:
            await workers.find([Excerpt.whole(TEXT)], Profile())
        workers._detection = patient  # before a new worker is asked
        assert caught.value.reason == "detector_timeout"
        await eventually(lambda: workers.pids() not in ([], [stuck]))
        assert (await workers.find([Excerpt.whole(TEXT)], Profile()))[0]
        assert not alive(stuck)


@forked
async def test_a_worker_that_dies_idle_costs_nobody() -> None:
    async with pool(Detection(workers=1, timeout_seconds=LIMIT)) as workers:
        (idle,) = workers.pids()
        os.kill(idle, signal.SIGKILL)
        await eventually(lambda: not alive(idle))
        await asyncio.sleep(0.05)
        assert (await workers.find([Excerpt.whole(TEXT)], Profile()))[0]


@forked
async def test_a_request_that_is_given_up_frees_its_worker() -> None:
    """A client that leaves must not keep a worker busy, nor may its answer reach the next client."""
    async with pool(Detection(workers=1, timeout_seconds=LIMIT)) as workers:
        left = asyncio.create_task(workers.find([Excerpt.whole(TEXT * 2000)], Profile()))
        await eventually(workers._idle.empty)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        found = await workers.find([Excerpt.whole("zephyr in Lisbon")], Profile())
        assert [(f.start, f.end) for f in found[0]] == [(10, 16)]


async def test_when_all_processes_are_killed_detection_comes_back() -> None:
    async with pool(Detection(workers=2, timeout_seconds=LIMIT)) as workers:
        first = [*workers.pids(), workers.nursery_pid]
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        await eventually(lambda: len(workers.pids()) == 2 and not set(workers.pids()) & set(first))
        assert (await workers.find([Excerpt.whole(TEXT)], Profile()))[0]
        assert await workers.ping()
        assert not any(map(alive, first))


@forked
async def test_too_many_requests_are_refused() -> None:
    async with pool(Detection(workers=1, timeout_seconds=LIMIT), max_requests=2) as workers:
        os.kill(workers.pids()[0], signal.SIGSTOP)
        waiting = [asyncio.create_task(workers.find([Excerpt.whole(TEXT)], Profile())) for _ in range(2)]
        await eventually(lambda: workers._requests == 2)
        with pytest.raises(OwnFault) as caught:
            await workers.find([Excerpt.whole(TEXT)], Profile())
        assert caught.value.reason == "detector_busy"
        os.kill(workers.pids()[0], signal.SIGCONT)
        assert all(await asyncio.gather(*waiting))


GERMAN = "Guten Morgen zusammen, wir fangen dann mal an, weil heute leider nicht alle pünktlich kommen können."


@forked
async def test_a_request_names_the_settings_of_its_route_and_its_languages() -> None:
    """Routes that detect differently share workers; a route that is not listed detects as all do."""
    route = DETECTION.model_copy(update={"deny": (), "disable": ("email", "ner_email")})
    async with pool(routes={"quiet": route}) as workers:
        text = "zephyr, maya.chen@fjord.example, 86095742719"
        kinds = {
            route: {f.kind for f in (await workers.find([Excerpt.whole(text)], Profile(route, languages)))[0]} & WANTED
            for route, languages in (("", ()), ("other", ("de",)), ("quiet", ()))
        }
    assert kinds == {"": {"PROJECT", "EMAIL_ADDRESS"}, "other": WANTED, "quiet": set()}


@forked
async def test_words_of_files_reach_the_workers_for_all_routes_and_for_one() -> None:
    """They are in no dump of the settings, so each route's settings must be packed with them."""
    names = Dictionary(kind="PROJECT", file="x").with_words(("blue heron",))
    codes = Dictionary(kind="CODE", file="y").with_words(("grauwölfe",))
    allowed = WordFile(file="z").with_words(("86095742719",))
    for_all = Detection(workers=1, timeout_seconds=LIMIT, dictionaries=(names,))
    route = RouteDetection(dictionaries=(codes,), allow_files=(allowed,)).over(for_all)
    text = "Blue Heron, Grauwölfe, 86095742719"
    async with pool(for_all, routes={"own": route}) as workers:
        kinds = {
            name: {f.kind for f in (await workers.find([Excerpt.whole(text)], Profile(name, ("de",))))[0]}
            & {"PROJECT", "CODE", "DE_TAX_ID"}
            for name in ("", "own")
        }
    assert kinds == {"": {"PROJECT", "DE_TAX_ID"}, "own": {"PROJECT", "CODE"}}


@forked
async def test_languages_are_told_for_each_text() -> None:
    async with pool() as workers:
        told = await workers.tell([TEXT, GERMAN, "", "Ja."] * 5, ["en"])
    assert [each.language for each in told if each.sure] == ["en", "de"] * 5
    assert len(told) == 20


async def test_names_of_other_languages_are_found_in_the_requests_that_hold_them() -> None:
    """Where such text leaves, the workers are forked with the model that reads it."""
    lets = DETECTION.model_copy(update={"languages": Languages(in_part="patterns"), "workers": 1})
    text = "Ich habe gestern mit Ulrike Sommerfeld über den Vertrag und die Fristen gesprochen."
    async with pool(lets) as workers:
        (found,) = await workers.find([Excerpt.whole(text)], Profile("", ("de",)))
    assert "Ulrike Sommerfeld" in {text[each.start : each.end] for each in found if each.kind == "PERSON"}


async def test_close_ends_every_process() -> None:
    async with pool() as workers:
        pids = [*workers.pids(), workers.nursery_pid]
    assert not any(map(alive, pids))


PARENT = """
import asyncio, sys
from proxy.edge.detection import fork_server
from proxy.edge.detection.pool import WorkerPool
from proxy.model import Excerpt, Profile
from proxy.settings import Detection
async def main():
    workers = WorkerPool(Detection(workers=2))
    await workers.start()
    print(workers.nursery_pid, *workers.pids(), flush=True)
    long = Excerpt.whole("Maya Chen from Lisbon. " * 20000)
    await asyncio.gather(*(workers.find([long], Profile()) for _ in range(2)))
asyncio.run(main())
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


async def test_no_process_outlives_a_killed_proxy(parent: subprocess.Popen[str]) -> None:
    """SIGKILL gives the proxy no chance to clean up; its workers, busy ones too, end all the same."""
    assert parent.stdout
    pids = [int(pid) for pid in (await asyncio.to_thread(parent.stdout.readline)).split()]
    assert len(pids) == 3
    assert all(map(alive, pids))
    parent.kill()
    await eventually(lambda: not any(map(alive, pids)))


@pytest.mark.filterwarnings("ignore:Pydantic serializer")
async def test_an_engine_that_does_not_load_is_a_fault_without_text() -> None:
    """The exception's message would quote the operator's pattern; its type is enough."""
    broken = Detection.model_construct(**(Detection().model_dump() | {"threshold": "so-so"}))
    workers = WorkerPool(broken)
    with pytest.raises(OwnFault) as caught:
        await workers.start()
    assert caught.value.reason == "detector_failed"
    assert "ValidationError" in caught.value.detail
    assert "so-so" not in str(caught.value)


def test_batches_hold_neighbours_and_at_least_one_block() -> None:
    assert list(_batches(["aaaa", "b", "cc", "ddddddd", "e"], 4)) == [["aaaa"], ["b", "cc"], ["ddddddd"], ["e"]]
    assert list(_batches([], 4)) == []


@forked
async def test_another_process_has_workers_of_its_own_of_one_nursery() -> None:
    """Lent, a nursery forks workers for somebody else: one side's deaths and end are nothing to the other's."""
    async with pool() as first:

        async def lent() -> nursery.Nursery:
            return nursery.Nursery(None, await first.lend())

        async with pool(nursery=lent) as second:
            assert len(set(filter(alive, (*first.pids(), *second.pids())))) == 4
            killed = second.pids()[0]
            os.kill(killed, signal.SIGKILL)
            await eventually(lambda: len(second.pids()) == 2 and killed not in second.pids())
            (found,) = await second.find([Excerpt.whole(TEXT)], Profile())
            assert {each.kind for each in found} >= {"PERSON", "EMAIL_ADDRESS"}
            theirs = second.pids()
        await eventually(lambda: not any(map(alive, theirs)))
        assert len(list(filter(alive, first.pids()))) == 2
        assert await first.find([Excerpt.whole(TEXT)], Profile()) == [found]


@forked
async def test_whoever_was_lent_a_nursery_that_died_is_lent_the_next_one() -> None:
    """Its workers end with the nursery, and there are new ones as soon as the nursery was replaced."""
    async with pool() as first:

        async def lent() -> nursery.Nursery:
            return nursery.Nursery(None, await first.lend())

        async with pool(nursery=lent) as second:
            before, ended = second.pids(), first.nursery_pid
            assert ended is not None
            os.kill(ended, signal.SIGKILL)
            os.kill(before[0], signal.SIGKILL)
            await eventually(lambda: len(second.pids()) == 2 and not {*before} & {*second.pids()}, LIMIT)
            (found,) = await second.find([Excerpt.whole(TEXT)], Profile())
            assert found
