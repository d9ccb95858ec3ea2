"""Sockets on which several processes listen: the next connection goes to the one that has fewest.

A process that took all that wait, as event loops do, would have them all while the others had none. So it takes one at
a time, and leaves it for a moment to another one that has fewer connections.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from aiohttp.web_protocol import RequestHandler

from proxy.edge.http.loads import Loads

BACKLOG = 1024
IN_USE_SECONDS, AGAIN_SECONDS = 5.0, 0.05
"""How long, and how often, an address that is in use is tried again."""
PAUSE_SECONDS = 1.0
"""How long no connection is taken where the system is short of what one needs."""
LEFT_SECONDS, LEFT_TIMES = 0.002, 10
"""How often, and for how long each time, a connection is left to a process that has fewer; that one may be busy."""
_SHORT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


async def bound(host: str, port: int, seconds: float = IN_USE_SECONDS) -> list[socket.socket]:
    """Return sockets that listen on every address of a host. Raises `OSError`, for one in use after `seconds`.

    Siblings of a first process that was killed may have the address until they notice.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return await _bound(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() >= until:
                raise
            await asyncio.sleep(AGAIN_SECONDS)


async def _bound(host: str, port: int) -> list[socket.socket]:
    found = await asyncio.get_running_loop().getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            each = socket.socket(family, kind, protocol)
            sockets.append(each)
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.setblocking(False)
            each.bind(address)
            each.listen(BACKLOG)
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


class Shared(NamedTuple):
    """Sockets that several processes have, and how many connections each has of them."""

    sockets: Sequence[socket.socket]
    loads: Loads


class SharedServer(asyncio.AbstractServer):
    """Serves connections of shared sockets until it is closed. Others that have the same sockets go on listening."""

    def __init__(
        self,
        shared: Shared,
        connection: Callable[[], RequestHandler],
        tls: ssl.SSLContext | None,
        handshake_seconds: float | None,
    ) -> None:
        self._loop, self._connection = asyncio.get_running_loop(), connection
        self._sockets, self._loads = shared
        self._tls, self._handshake_seconds = tls, handshake_seconds
        self._opening: set[asyncio.Task[None]] = set()
        self._open_ones = 0
        self._closed = asyncio.Event()
        self._left = dict.fromkeys(self._sockets, 0)
        self.counts(0)
        for each in self._sockets:
            self._listen(each)

    def counts(self, connections: int) -> None:
        """Note how many connections this process has."""
        self._open_ones = connections
        if self._sockets:
            self._loads.has(connections + len(self._opening))

    def close(self) -> None:
        """Take no more connections."""
        if self._sockets:
            self._loads.away()
        for each in self._sockets:
            self._loop.remove_reader(each.fileno())
            each.close()
        self._sockets = ()
        self._closed.set()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that it serves in."""
        return self._loop

    def is_serving(self) -> bool:
        """Whether it takes connections."""
        return bool(self._sockets)

    async def start_serving(self) -> None:
        """Return at once: it serves from the beginning."""

    async def serve_forever(self) -> None:
        """Return once it is closed."""
        await self._closed.wait()

    async def wait_closed(self) -> None:
        """Return at once: connections end by themselves."""

    def _listen(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            self._loop.add_reader(listening.fileno(), self._take, listening)

    def _take(self, listening: socket.socket) -> None:
        if self._left[listening] < LEFT_TIMES and self._loads.another_has_fewer(self._open_ones + len(self._opening)):
            self._left[listening] += 1
            self._loop.remove_reader(listening.fileno())
            self._loop.call_later(LEFT_SECONDS, self._listen, listening)
            return
        self._left[listening] = 0
        try:
            taken, _ = listening.accept()
        except OSError as error:
            if error.errno in _SHORT_OF:
                self._loop.remove_reader(listening.fileno())
                self._loop.call_later(PAUSE_SECONDS, self._listen, listening)
            return  # Else another process took it, or it ended.
        taken.setblocking(False)
        task = self._loop.create_task(self._open(taken))
        self._opening.add(task)
        task.add_done_callback(self._opened)
        self.counts(self._open_ones)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        self.counts(self._open_ones)

    async def _open(self, taken: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._connection, taken, ssl=self._tls, ssl_handshake_timeout=self._handshake_seconds
            )
        except OSError:  # It ended, or its handshake failed.
            taken.close()
