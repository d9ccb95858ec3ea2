"""What a server lists of the checkpoints that were put there: the sizes in their names, whatever form the list has.

A name has a size as 20 digits. Lists that come in pages, as those of Amazon S3, go on after the largest size so far.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

_SIZE = re.compile(rb"(?<![0-9])[0-9]{20}(?![0-9])")
MOST_PAGES = 4000
"""No list has more pages; a server that goes on for ever is left."""
MOST = 10_000
"""So many checkpoints of a server are compared. Of more, half are the newest, and half are spread over the others."""


async def sizes_listed(page: Callable[[int], Awaitable[bytes]]) -> list[int]:
    """All sizes that a server lists, largest last. `page` is asked for what follows a size, until nothing new does."""
    found: set[int] = set()
    for _ in range(MOST_PAGES):
        after = max(found, default=0)
        new = {int(each) for each in _SIZE.findall(await page(after))} - found
        found |= new
        if not new or max(new) <= after:
            break
    return sorted(found)


def compared(sizes: Sequence[int], most: int = MOST) -> list[int]:
    """Which of these checkpoints are compared, newest first."""
    if len(sizes) <= most:
        return list(reversed(sizes))
    older, newest = sizes[: -(most // 2)], sizes[-(most // 2) :]
    spread = [older[number * len(older) // (most // 2)] for number in range(most // 2)]
    return [*reversed(newest), *reversed(spread)]
