"""Whether work grows with what is read and no faster, by the processor's time of this thread and not by a clock.

Load, other processes and waiting do not count, and nothing is compared with a number of seconds: parts of one input,
each four times as large as the one before, are compared with the smallest. From there to the whole, the work is 64
times as much where it is linear and 4,096 times where it is quadratic; the bound lies in between. Work that is costly
is found to grow too fast by a part, before the whole is begun.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

SLACK = 6.0
"""How much more each unit of a larger input may cost: caches of the processor, and memory that is asked for."""
LEAST = 0.0001
"""Seconds of the processor; less than this says nothing of a machine that does other things."""


def linear(read: Callable[[Given], Result], made: Callable[[int], Given], size: int) -> Result:
    """What `read` gives for all that is `made` of a size; fails where the work grows faster than that size.

    `made` takes a size and gives an input as large as that, in whatever unit; it is not counted. `read` must do its
    work each time it is called: nothing may be remembered from an equal input.
    """
    small = made(size // 64)
    read(small)  # what is done once: compiled, loaded
    unit = max(LEAST, min(_spent(read, small)[0] for _ in range(5))) / (size // 64)
    for part in (16, 4, 1):
        given = made(size // part)
        linearly = unit * (size // part)
        spent, result = _spent(read, given)
        for _ in range(2):  # again, where something else may have slowed the processor
            if SLACK * linearly < spent < 2 * SLACK * linearly:
                spent = min(spent, _spent(read, given)[0])
        assert spent <= SLACK * linearly, f"{spent / linearly:.1f} times as much as is linear, for {size // part}"
    return result


def _spent(read: Callable[[Given], Result], given: Given) -> tuple[float, Result]:
    collects = gc.isenabled()
    gc.disable()  # how often it runs depends on all that lives in the process
    try:
        began = time.thread_time()
        result = read(given)
        return time.thread_time() - began, result
    finally:
        if collects:
            gc.enable()
