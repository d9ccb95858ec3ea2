"""A part that has users and may be replaced: it closes once it was let go and its last user has left."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from proxy.edge import telemetry

Part = TypeVar("Part", covariant=True)  # noqa: PLC0105 - named as what it is

log = telemetry.logger()


class Kept(Generic[Part]):
    """One part. Lives in one event loop; `close` is called once."""

    def __init__(self, part: Part, close: Callable[[], Awaitable[object]]) -> None:
        self.part = part
        self._close = close
        self._users = 0
        self._let_go = False
        self._closing: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()

    @contextmanager
    def used(self) -> Iterator[Part]:
        """Use the part: it does not close before this context is left."""
        self._users += 1
        try:
            yield self.part
        finally:
            self._users -= 1
            self._close_unused()

    def let_go(self) -> None:
        """Close it as soon as nobody uses it."""
        self._let_go = True
        self._close_unused()

    @property
    def has_closed(self) -> bool:
        """Whether it has closed."""
        return self._closed.is_set()

    async def closed(self) -> None:
        """Let it go, and wait until its users have left and it has closed."""
        self.let_go()
        await self._closed.wait()

    def _close_unused(self) -> None:
        if self._let_go and not self._users and self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._end())

    async def _end(self) -> None:
        try:
            await self._close()
        except Exception as error:
            log.error("part_not_closed", exc_info=error)
        finally:
            self._closed.set()
