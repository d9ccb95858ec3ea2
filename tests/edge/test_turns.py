"""Turns at planning: fair among clients, bounded in wait, and never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Gauge, Histogram

from proxy.edge.turns import FIXED_BYTES, SHORT_BYTES, FairTurns
from proxy.errors import OwnFault

LONG = 400_000


def turns(at_once: int = 1, seconds: float = 1000.0, monotonic: Callable[[], float] = lambda: 0.0) -> FairTurns:
    registry = CollectorRegistry()
    shown = Gauge("waiting", "", registry=registry)
    return FairTurns(at_once, seconds, monotonic, shown, Histogram("waited", "", registry=registry))


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def order_of(asked: list[tuple[str, int]], at_once: int = 1) -> list[int]:
    """In which order requests get their turns, all asked for while another has the only one."""
    fair, order = turns(at_once), []

    async def ask(number: int, client: str, size: int) -> None:
        async with fair.turn(client, size):
            order.append(number)
            await settle()

    async with fair.turn("first", 0):
        tasks = []
        for number, (client, size) in enumerate(asked):
            tasks.append(asyncio.ensure_future(ask(number, client, size)))
            await settle()
    await asyncio.gather(*tasks)
    return order


async def test_one_request_of_another_client_does_not_wait_for_all_of_one() -> None:
    order = await order_of([("many", LONG)] * 10 + [("other", LONG)])
    assert order.index(10) <= 1


async def test_short_requests_do_not_wait_for_the_long_ones_of_the_same_client() -> None:
    order = await order_of([("one", LONG)] * 5 + [("one", 500)] * 5)
    assert max(order.index(number) for number in range(5, 10)) <= 5


async def test_long_requests_get_their_turns_beside_short_ones() -> None:
    """One long one costs as much as many short ones, and then has its turn."""
    shorts = 3 * (LONG + FIXED_BYTES) // (500 + FIXED_BYTES)
    order = await order_of([("long", LONG), ("long", LONG)] + [("short", 500)] * shorts)
    assert order.index(1) < shorts


async def test_requests_of_one_kind_and_client_keep_their_order() -> None:
    assert await order_of([("one", 500)] * 8) == list(range(8))


async def test_what_would_wait_too_long_is_refused_before_it_waits() -> None:
    clock = Clock()
    fair = turns(1, 10.0, clock)
    async with fair.turn("a", LONG):
        clock.now = 4.0
    holds = fair.turn("a", LONG)
    await holds.__aenter__()
    waiting = [asyncio.ensure_future(_had(fair)) for _ in range(3)]
    await settle()
    with pytest.raises(OwnFault) as refused:
        await _had(fair)
    assert (refused.value.reason, refused.value.status) == ("overloaded", 503)
    assert refused.value.headers == (("retry-after", "12"),)
    assert not any(each.done() for each in waiting)
    await holds.__aexit__(None, None, None)
    await asyncio.gather(*waiting)


async def _had(fair: FairTurns) -> None:
    async with fair.turn("a", LONG):
        await settle()


async def test_who_waited_too_long_is_refused_and_the_next_is_served() -> None:
    fair = turns(1, 0.01)
    async with fair.turn("a", 0):
        with pytest.raises(OwnFault) as refused:
            await _had(fair)
    assert refused.value.reason == "overloaded"
    await _had(fair)


async def test_after_a_slow_one_an_idle_proxy_takes_the_next_at_once() -> None:
    clock = Clock()
    fair = turns(1, 1.0, clock)
    async with fair.turn("a", 0):
        clock.now = 10_000.0
    await _had(fair)


@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3 * SHORT_BYTES), st.integers(0, 3)), max_size=30),
)
def test_no_turn_is_lost_whoever_gives_up_or_fails(at_once: int, asked: list[tuple[str, int, int]]) -> None:
    """Never more than `at_once` have one, and at the end all are free, whatever is cancelled or raises when."""

    async def run() -> None:
        fair, having, most = turns(at_once), 0, 0

        async def ask(client: str, size: int, *, fails: bool) -> None:
            nonlocal having, most
            async with fair.turn(client, size):
                having += 1
                most = max(most, having)
                try:
                    await settle()
                    if fails:
                        raise ValueError
                finally:
                    having -= 1

        tasks = []
        for client, size, fate in asked:
            tasks.append(asyncio.ensure_future(ask(client, size, fails=fate == 1)))
            if fate == 2:
                await asyncio.sleep(0)
                tasks[-1].cancel()
            elif fate == 3:
                await settle()
                tasks[len(tasks) // 2].cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ValueError):
                await task
        assert having == 0
        assert most <= at_once
        async with asyncio.timeout(60):
            await asyncio.gather(*(_had(fair) for _ in range(at_once + 2)))

    asyncio.run(run())
