"""Connections to the process that forks detection workers, passed from the first process to its siblings.

Each goes over a socket of its own kind, under a tag that the answer on the channel names.
"""

from __future__ import annotations

import itertools
import socket
import struct
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from proxy.detection.memory import Memory
from proxy.edge.detection.fork_server import Nursery
from proxy.edge.detection.pool import WorkerPool
from proxy.edge.kept import Kept
from proxy.edge.processes.channel import Channel
from proxy.errors import OwnFault

NURSERY, LET_GO = "nursery", "let_go"
_NUMBER = struct.Struct("!I")


class Lendable(Protocol):
    """Detection whose nursery and memory siblings share."""

    pool: WorkerPool
    memory: Memory


class LendsTo:
    """Lends to one sibling. What it was lent does not close before it was let go, or the sibling has ended."""

    def __init__(self, passing: socket.socket, known: Callable[[int], Kept[Lendable] | None]) -> None:
        """`known` gives detection by number."""
        self._passing, self._known, self._tags = passing, known, itertools.count()
        self._held: dict[int, ExitStack] = {}

    async def lend(self, content: bytes) -> bytes:
        """Answer `NURSERY`: pass a connection, and return its tag."""
        (number,) = _NUMBER.unpack(content)
        kept = self._known(number)
        if kept is None:
            raise OwnFault("detector_failed", "detection of these settings has ended")
        if number not in self._held:
            self._held[number] = ExitStack()
            self._held[number].enter_context(kept.used())
        tag = _NUMBER.pack(next(self._tags))
        with await kept.part.pool.lend() as lent:
            socket.send_fds(self._passing, [tag], [lent.fileno()])
        return tag

    def let_go(self, content: bytes) -> None:
        """Heed `LET_GO`: the sibling does not use detection of this number any more."""
        held = self._held.pop(_NUMBER.unpack(content)[0], None)
        if held is not None:
            held.close()

    def ended(self) -> None:
        """The sibling has ended."""
        for held in self._held.values():
            held.close()
        self._held.clear()


class Borrows:
    """Takes what is lent to this process. `passing` is its end of the socket for that."""

    def __init__(self, channel: Channel, passing: socket.socket) -> None:
        self._channel, self._passing = channel, passing
        self._passed: dict[bytes, int] = {}

    async def nursery(self, detection: int) -> Nursery:
        """A connection to the nursery of detection of this number. Raises `OwnFault`."""
        tag = await self._channel.ask(NURSERY, _NUMBER.pack(detection))
        while tag not in self._passed:
            told, descriptors, _, _ = socket.recv_fds(self._passing, _NUMBER.size, 1)
            self._passed[told] = descriptors[0]
        control = socket.socket(fileno=self._passed.pop(tag))
        control.setblocking(False)
        return Nursery(None, control)

    def let_go(self, detection: int) -> None:
        """Detection of this number is not used any more."""
        self._channel.tell(LET_GO, _NUMBER.pack(detection))
