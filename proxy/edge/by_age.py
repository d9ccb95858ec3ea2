"""What a proxy does by the clock beside its exchanges: at its start, every few hours, and once its settings change."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from proxy.settings import Settings

EVERY_SECONDS = 6 * 3600.0


class ByAge(ABC):
    """Takes away what is older than the settings in force say. They may change while it waits."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def once(self, settings: Settings) -> None:
        """Take away what is due by these settings, if they say that anything goes. Faults are logged."""

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def know(self, settings: Settings) -> None:
        """Go by these settings from now on: what is due by them goes at once."""
        self._settings = settings
        self._changed.set()

    async def close(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            await self.once(self._settings)
            try:
                await asyncio.wait_for(self._changed.wait(), EVERY_SECONDS)
            except TimeoutError:
                continue
