"""A part that was replaced closes with its last user, once, and not before."""

from __future__ import annotations

import asyncio

from proxy.edge.kept import Kept


class Part:
    def __init__(self, fails: bool = False) -> None:
        self.closed, self.fails = 0, fails

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.closed += 1
        if self.fails:
            raise OSError


def kept(part: Part) -> Kept[Part]:
    return Kept(part, part.close)


async def test_it_stays_open_while_it_is_used_though_it_was_let_go() -> None:
    part = Part()
    one = kept(part)
    with one.used() as used, one.used():
        assert used is part
        one.let_go()
        await asyncio.sleep(0.01)
        assert part.closed == 0
    await one.closed()
    assert (part.closed, one.has_closed) == (1, True)


async def test_it_stays_open_without_users_until_it_is_let_go() -> None:
    part = Part()
    one = kept(part)
    with one.used():
        pass
    await asyncio.sleep(0.01)
    assert part.closed == 0
    await asyncio.gather(one.closed(), one.closed())
    assert part.closed == 1


async def test_whoever_waits_for_its_end_waits_for_its_users() -> None:
    part = Part()
    one = kept(part)
    with one.used():
        waiting = asyncio.ensure_future(one.closed())
        await asyncio.sleep(0.01)
        assert not waiting.done()
    await waiting
    assert part.closed == 1


async def test_a_part_that_fails_to_close_keeps_nobody_waiting() -> None:
    one = kept(Part(fails=True))
    await one.closed()
    assert one.has_closed
