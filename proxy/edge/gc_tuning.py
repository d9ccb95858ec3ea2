"""Keeps garbage collection from interrupting every decision, and returns freed memory to the system."""

from __future__ import annotations

import asyncio
import ctypes
import gc
from collections.abc import Callable

PAUSE_SECONDS = 5
MUCH_BYTES = 128 << 20


def freeze() -> None:
    """Return memory left over from starting, and exclude long-lived objects from garbage collection.

    The pages of excluded objects stay shared with processes that are forked from this one.
    """
    give_back()
    gc.freeze()


def give_back() -> None:
    """Return freed memory to the system."""
    gc.collect()
    # glibc keeps freed memory that lies below later blocks. Other C libraries have no such function, and need none.
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


async def give_back_now_and_then(received: Callable[[], int], under_way: Callable[[], int]) -> None:
    """Return freed memory every `PAUSE_SECONDS` if something came since, and no request is under way. Never ends.

    `received` are the bytes of all bodies since the start. After `MUCH_BYTES` it does not wait until nothing is under
    way: a proxy that is always busy must not keep what a flood took. It takes some milliseconds.
    """
    seen = 0
    while True:
        await asyncio.sleep(PAUSE_SECONDS)
        came = received() - seen
        if came > MUCH_BYTES or (came and not under_way()):
            seen += came
            give_back()


def settle() -> None:
    """Exclude long-lived objects from garbage collection once the process has started, and collect less often.

    A decision over a large meeting makes some thousand objects and no cycles; with the default threshold that alone
    starts several collections. Memory that is in no cycle is still freed at once.
    """
    freeze()
    gc.set_threshold(20_000, 20, 20)
