"""Several processes on one socket: each takes its share of the connections, and none waits for who is not there."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator

import pytest
from harness.patience import PATIENCE

from proxy.edge.http.loads import Loads
from proxy.edge.http.shared_sockets import Shared, SharedServer, bound


@pytest.fixture
def loads() -> Iterator[list[Loads]]:
    """The same numbers, as three processes see them."""
    first = Loads.begun(3)
    made = [first, *(Loads(os.dup(first.file), 3, place) for place in (1, 2))]
    yield made
    for each in made:
        each.close()


def test_the_first_process_counts_its_connections_once_for_each_other(loads: list[Loads]) -> None:
    first, second, third = loads
    assert not first.another_has_fewer(7)
    for each in loads:
        each.has(0)
    assert not any(each.another_has_fewer(0) for each in loads)
    first.has(1)
    assert first.another_has_fewer(1)
    second.has(1)
    assert second.another_has_fewer(1)
    third.has(2)
    assert not second.another_has_fewer(1)
    assert third.another_has_fewer(2)


def test_who_takes_none_is_waited_for_by_nobody(loads: list[Loads]) -> None:
    first, second, third = loads
    for each in loads:
        each.has(0)
    first.away(1)
    third.away()
    assert not first.another_has_fewer(9)
    assert second.another_has_fewer(1)


class Connection(asyncio.Protocol):
    """A connection that is counted where it was taken."""

    def __init__(self, of: list[Connection]) -> None:
        self.of = of

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.of.append(self)


async def test_connections_are_spread_and_those_of_a_busy_process_are_taken_over(loads: list[Loads]) -> None:
    sockets = await bound("127.0.0.1", 0)
    taken: list[list[Connection]] = [[], []]
    servers = []
    for place, of in zip((1, 2), taken, strict=True):
        listening = Shared([each.dup() for each in sockets], loads[place])
        server = SharedServer(listening, lambda of=of: Connection(of), None, None)  # type: ignore[arg-type,return-value]
        servers.append(server)
    clients = []

    async def connect() -> None:
        one = socket.create_connection(sockets[0].getsockname(), PATIENCE)
        clients.append(one)
        async with asyncio.timeout(PATIENCE):
            while sum(map(len, taken)) < len(clients):
                await asyncio.sleep(0.001)
        for server, of in zip(servers, taken, strict=True):
            server.counts(len(of))

    for _ in range(8):
        await connect()
    assert [len(of) for of in taken] == [4, 4]

    servers[1].close()
    for _ in range(4):
        await connect()
    assert [len(of) for of in taken] == [8, 4]

    loads[0].has(0)  # one that never takes any
    await connect()
    assert [len(of) for of in taken] == [9, 4]
    servers[0].close()
    assert not servers[0].is_serving()
    for each in (*clients, *sockets):
        each.close()


async def test_an_address_that_is_let_go_is_waited_for_and_one_that_is_not_is_refused() -> None:
    (held,) = await bound("127.0.0.1", 0)
    address = held.getsockname()
    with pytest.raises(OSError, match="in use"):
        await bound(*address, seconds=0)
    waiting = asyncio.ensure_future(bound(*address, seconds=PATIENCE))
    await asyncio.sleep(0)
    held.close()
    (got,) = await waiting
    got.close()


async def test_it_serves_until_it_is_closed(loads: list[Loads]) -> None:
    listening = Shared(await bound("127.0.0.1", 0), loads[1])
    server = SharedServer(listening, asyncio.Protocol, None, None)  # type: ignore[arg-type]
    serving = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0)
    assert server.is_serving()
    assert not serving.done()
    server.close()
    await asyncio.wait_for(serving, PATIENCE)
    assert not server.is_serving()
