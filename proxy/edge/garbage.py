"""How often the interpreter looks for garbage: not in the middle of every decision."""

from __future__ import annotations

import gc


def settle() -> None:
    """Set apart what lives as long as the process, once it has started, and look through the rest less often.

    A decision over a large meeting makes some thousand values and no cycles; by default that alone starts several
    searches. Memory that is in no cycle is freed at once as before.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
