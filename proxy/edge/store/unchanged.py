"""What was read of the store, for as long as reading it again would give the same.

The statements by which a value was read are asked again each time, and their rows are compared. So a value is never
older than the store: what another process wrote counts in the next read. What is saved is making objects of the rows,
which takes many times as long as SQLite, and whatever is derived from the value and kept with it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from proxy.edge.store.database import FEW, Database
from proxy.edge.store.direct import Asked, Rows

MOST_ROWS = 5_000
"""The most rows that are kept for comparing, about a kilobyte each."""

Value = TypeVar("Value")


class _Read(NamedTuple, Generic[Value]):
    asked: Sequence[Asked]
    rows: Sequence[Rows]
    value: Value

    @property
    def size(self) -> int:
        return 1 + sum(map(len, self.rows))


class Unchanged(Generic[Value]):
    """Values by key, read of one database. A value must depend on nothing but its key and the rows that it is read of.

    And it must not be changed by anybody: who reads it later is given the same one.
    """

    def __init__(self, db: Database, most_rows: int = MOST_ROWS) -> None:
        self._db, self._most = db, most_rows
        self._known: OrderedDict[Hashable, _Read[Value]] = OrderedDict()
        self._held = 0

    async def read(self, key: Hashable, build: Callable[[Database], Awaitable[Value]]) -> Value:
        """Return what `build` makes of the store as it is now. Raises what reading raises."""
        known = self._known.get(key)
        if known is not None and await self._db.answers(known.asked, few=known.size <= FEW) == known.rows:
            if key in self._known:
                self._known.move_to_end(key)
            return known.value
        # In one snapshot, so that the rows kept are those of which the value was made.
        async with self._db.noting() as (db, noted):
            value = await build(db)
            asked = tuple(noted)
            rows = await db.answers(asked)
        self._keep(key, _Read(asked, rows, value))
        return value

    def _keep(self, key: Hashable, read: _Read[Value]) -> None:
        before = self._known.pop(key, None)
        self._held += read.size - (before.size if before is not None else 0)
        self._known[key] = read
        while self._held > self._most:
            _, gone = self._known.popitem(last=False)
            self._held -= gone.size
