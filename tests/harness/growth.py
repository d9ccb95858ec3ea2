"""Whether work grows with what is read and no faster, by the processor's time of this thread and not by a clock.

Load, other processes and waiting do not count, and nothing is compared with a number of seconds: a sixteenth, a quarter
and the whole of one input are compared with each other. From a sixteenth to the whole, the work is 16 times as much
where it is linear and 256 times where it is quadratic; the bound lies in the middle. Where it is worse, the quarter
tells before the whole is begun.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")

SLACK = 4.0
"""How much more each unit of a larger input may cost: caches of the processor, and memory that is asked for."""
LEAST = 0.0005
"""Seconds of the processor; less than this says nothing of a machine that does other things."""


def linear(read: Callable[[Given], Result], made: Callable[[int], Given], size: int) -> Result:
    """What `read` gives for all that is `made` of a size; fails where the work grows faster than that size.

    `made` takes a size and gives an input as large as that, in whatever unit; it is not counted. `read` must do its
    work each time it is called: nothing may be remembered from an equal input.
    """
    small = made(size // 16)
    read(small)  # what is done once: compiled, loaded
    unit = max(LEAST, _least(read, small, enough=0.0)[0]) / (size // 16)
    for part in (4, 1):
        linearly = unit * (size // part)
        spent, result = _least(read, made(size // part), enough=SLACK * linearly)
        assert spent <= SLACK * linearly, f"{spent / linearly:.1f} times as much as is linear, for {size // part}"
    return result


def _least(read: Callable[[Given], Result], given: Given, *, enough: float) -> tuple[float, Result]:
    """The least of three readings in seconds of the processor, or the first that is `enough`; and what was read."""
    spent = []
    for _ in range(3):
        seconds, result = _spent(read, given)
        spent.append(seconds)
        if seconds <= enough:
            break
    return min(spent), result


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
