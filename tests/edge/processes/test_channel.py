"""The connection between processes: answers find who asked, faults pass, and nobody waits for a side that has gone."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from harness.patience import PATIENCE

from proxy.edge.processes.channel import Answerer, Channel, Hearer
from proxy.errors import ClientFault, OwnFault


@asynccontextmanager
async def joined(answers: dict[str, Answerer], hears: dict[str, Hearer]) -> AsyncIterator[tuple[Channel, Channel]]:
    """The side that asks, and the one that answers."""
    loop, sockets = asyncio.get_running_loop(), socket.socketpair()
    asking, answering = Channel({}, {}), Channel(answers, hears)
    for end, channel in zip(sockets, (asking, answering), strict=True):
        end.setblocking(False)
        await loop.create_unix_connection(lambda channel=channel: channel, sock=end)
    try:
        yield asking, answering
    finally:
        asking.close()
        answering.close()


async def test_answers_find_who_asked_whatever_their_order_and_size() -> None:
    async def late(content: bytes) -> bytes:
        await asyncio.sleep(0.01 if content == b"first" else 0)
        return content * 100_000

    async with joined({"late": late}, {}) as (asking, _):
        answers = await asyncio.gather(asking.ask("late", b"first"), asking.ask("late", b"second"))
    assert answers == [b"first" * 100_000, b"second" * 100_000]


async def test_what_is_told_is_heard_in_order_and_before_what_is_asked_afterwards() -> None:
    heard: list[bytes] = []

    async def count(_content: bytes) -> bytes:
        return str(len(heard)).encode()

    async with joined({"count": count}, {"note": heard.append}) as (asking, _):
        for number in range(100):
            asking.tell("note", str(number).encode())
        assert await asking.ask("count") == b"100"
    assert heard == [str(number).encode() for number in range(100)]


async def test_a_fault_is_raised_where_it_was_asked() -> None:
    async def refuse(_content: bytes) -> bytes:
        raise ClientFault("rate_limited", "come back", status=429, retry_after=7)

    async def fail(_content: bytes) -> bytes:
        raise ValueError("quotes what somebody said")

    async with joined({"refuse": refuse, "fail": fail}, {}) as (asking, _):
        with pytest.raises(ClientFault, match="rate_limited") as limited:
            await asking.ask("refuse")
        with pytest.raises(OwnFault, match="internal_error") as failed:
            await asking.ask("fail")
    assert (limited.value.status, limited.value.headers) == (429, (("retry-after", "7"),))
    assert "somebody" not in str(failed.value)


async def test_nobody_waits_for_a_side_that_has_gone() -> None:
    cancelled = asyncio.Event()

    async def never(_content: bytes) -> bytes:
        try:
            return await asyncio.Future()
        finally:
            cancelled.set()

    async with joined({"never": never}, {}) as (asking, answering):
        waiting = asyncio.ensure_future(asking.ask("never"))
        await asyncio.sleep(0.01)
        asking.close()
        with pytest.raises(OwnFault, match="process_ended"):
            await waiting
        async with asyncio.timeout(PATIENCE):
            await cancelled.wait()
            await answering.answered()
        with pytest.raises(OwnFault, match="process_ended"):
            await asking.ask("never")


async def test_who_hears_badly_ends_no_connection() -> None:
    def fail(_content: bytes) -> None:
        raise ValueError

    async def answer(content: bytes) -> bytes:
        return content

    async with joined({"answer": answer}, {"fail": fail}) as (asking, _):
        asking.tell("fail")
        assert await asking.ask("answer", b"x") == b"x"
