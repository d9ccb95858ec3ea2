"""The watch over a reply under way: asked while nothing arrives, cancelled when consent is gone, quiet otherwise."""

from __future__ import annotations

import asyncio

import pytest

from proxy.edge.consent_watch import while_allowed
from proxy.errors import OwnFault, Refusal, UpstreamFault


class Stalled:
    """Work that never ends by itself, and notes how it ended."""

    def __init__(self) -> None:
        self.ended = ""

    async def run(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            self.ended = "cancelled and cleaned up"
            raise


def answers(*given: bool):
    left = list(given)

    async def allowed() -> bool:
        return left.pop(0) if left else True

    return allowed


async def test_stalled_work_is_ended_by_a_withdrawal_and_waited_for() -> None:
    work = Stalled()
    with pytest.raises(Refusal) as refused:
        await while_allowed(work.run(), answers(True, True, False), every=0.01)
    assert refused.value.reason == "consent_withdrawn"
    assert work.ended == "cancelled and cleaned up"


async def test_work_that_ends_in_time_is_not_asked_about() -> None:
    asked = []

    async def note() -> bool:
        asked.append("now")
        return True

    work = Ending()
    await while_allowed(work.run(), note)
    assert (work.ended, asked) == ("at once", [])


async def test_what_the_work_raises_comes_through() -> None:
    async def fails() -> None:
        raise UpstreamFault("upstream_broken")

    with pytest.raises(UpstreamFault):
        await while_allowed(fails(), answers())


async def test_a_store_that_fails_or_hangs_ends_the_work() -> None:
    async def broken() -> bool:
        raise OwnFault("store_unavailable")

    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    for allowed in (broken, hangs):
        work = Stalled()
        with pytest.raises(OwnFault, match="store_unavailable"):
            await while_allowed(work.run(), allowed, every=0.01, answer=0.05)
        assert work.ended


async def test_work_that_ends_while_the_store_is_asked_has_ended() -> None:
    ended = asyncio.Event()

    async def slow() -> bool:
        ended.set()
        await asyncio.Event().wait()
        return False

    work = Ending()
    await while_allowed(work.run(ended), slow, every=0.01)
    assert work.ended == "once told"


class Ending:
    """Work that ends at once, or once it is told to."""

    ended = ""

    async def run(self, told: asyncio.Event | None = None) -> None:
        if told is not None:
            await told.wait()
        self.ended = "at once" if told is None else "once told"


async def test_cancelling_the_exchange_cancels_the_work() -> None:
    work = Stalled()
    task = asyncio.create_task(while_allowed(work.run(), answers(), every=0.01))
    await asyncio.sleep(0.03)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.ended
