"""Implements `ports.Watch`: asks for consent every second while a reply is under way, whether or not chunks arrive."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from proxy.errors import OwnFault, Refusal

EVERY_SECONDS = 1.0
ANSWER_SECONDS = 5.0
"""A question without an answer by then counts as a no: the store has failed."""


async def while_allowed(
    work: Coroutine[Any, Any, None],
    allowed: Callable[[], Awaitable[bool]],
    *,
    every: float = EVERY_SECONDS,
    answer: float = ANSWER_SECONDS,
) -> None:
    """As `ports.Watch`. `every` and `answer` are in seconds."""
    task = asyncio.create_task(work)
    try:
        while not await _ended(task, every):
            if not await _answered(task, allowed, answer):
                raise Refusal("consent_withdrawn", "a grant that this reply rests on was withdrawn meanwhile")
    finally:
        if not task.done():
            task.cancel()
            # Wait for the cleanup of the work, which closes the connection to the recipient.
            await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # Retrieved even if another error is being raised.
    task.result()


async def _ended(task: asyncio.Task[None], seconds: float) -> bool:
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


async def _answered(task: asyncio.Task[None], allowed: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Return whether consent stands, or the work ended while it was being asked."""
    asking = asyncio.ensure_future(allowed())
    try:
        await asyncio.wait({task, asking}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return True
        if asking.done():
            return asking.result()
        raise OwnFault("store_unavailable", f"the store did not say within {seconds:g} s whether consent stands")
    finally:
        if not asking.done():
            asking.cancel()
            await asyncio.wait({asking})
