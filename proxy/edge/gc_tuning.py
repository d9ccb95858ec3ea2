"""Keeps garbage collection from interrupting every decision, and returns freed memory to the system."""

from __future__ import annotations

import ctypes
import gc


def freeze() -> None:
    """Return memory left over from starting, and exclude long-lived objects from garbage collection.

    The pages of excluded objects stay shared with processes that are forked from this one.
    """
    gc.collect()
    # glibc keeps freed memory that lies below later blocks. Other C libraries have no such function, and need none.
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)
    gc.freeze()


def settle() -> None:
    """Exclude long-lived objects from garbage collection once the process has started, and collect less often.

    A decision over a large meeting makes some thousand objects and no cycles; with the default threshold that alone
    starts several collections. Memory that is in no cycle is still freed at once.
    """
    freeze()
    gc.set_threshold(20_000, 20, 20)
