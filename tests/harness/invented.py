"""How many cases are invented for a property: a quarter of what it names, or with ``EXAMPLES=N`` N times as many.

``EXAMPLES=1 make test`` is the long mode, ``EXAMPLES=20`` a campaign. Every run invents other cases.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
SCALE = float(os.environ.get("EXAMPLES", "0.25"))
FEWEST = 10


def invented(count: int) -> int:
    """How many cases are tried where `count` are named."""
    return max(min(count, FEWEST), round(count * SCALE))


def some(cases: Sequence[Item]) -> list[Item]:
    """A quarter of the cases of one kind, others in every run; all of them in the long mode."""
    return random.sample(cases, min(len(cases), invented(len(cases))))
