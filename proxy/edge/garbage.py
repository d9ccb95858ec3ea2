"""How often the interpreter looks for garbage (not in the middle of every decision), and giving back freed memory."""

from __future__ import annotations

import ctypes
import gc


def freeze() -> None:
    """Give back what starting left over, and set apart what lives as long as the process from what is looked through.

    The pages of what is set apart stay shared with processes that are forked from this one.
    """
    gc.collect()
    # glibc keeps freed memory that later blocks lie above; other libraries of C have no such function, and no need.
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)
    gc.freeze()


def settle() -> None:
    """Set apart what lives as long as the process, once it has started, and look through the rest less often.

    A decision over a large meeting makes some thousand values and no cycles; by default that alone starts several
    searches. Memory that is in no cycle is freed at once as before.
    """
    freeze()
    gc.set_threshold(20_000, 20, 20)
