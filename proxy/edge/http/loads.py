"""How many connections each of the processes has that listen on the same sockets, in memory that they share.

Each writes its own number and reads those of the others, so nothing needs a lock. The first process, which also does
what all share, counts each of its connections as often as there are others: the more there are, the fewer it takes.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile

_NUMBER = struct.Struct("!i")
_AWAY = -1


class Loads:
    """The numbers, of which that of `place` is this process's own."""

    def __init__(self, file: int, processes: int, place: int) -> None:
        """`file` is a descriptor of what `begun` made."""
        self._shared = mmap.mmap(file, processes * _NUMBER.size)
        self._place, self._weight = place, 1 if place else max(1, processes - 1)
        self.file = file

    @classmethod
    def begun(cls, processes: int) -> Loads:
        """The numbers of so many processes, of which the first is this one. None serves yet."""
        # Memory, where there is such a file: a disk may be read-only.
        memory = getattr(os, "memfd_create", None)
        with tempfile.TemporaryFile() if memory is None else os.fdopen(memory("loads"), "w+b") as made:
            made.write(_NUMBER.pack(_AWAY) * processes)
            made.flush()
            return cls(os.dup(made.fileno()), processes, 0)

    def has(self, number: int) -> None:
        """Note how many connections this process has."""
        _NUMBER.pack_into(self._shared, self._place * _NUMBER.size, number * self._weight)

    def away(self, place: int | None = None) -> None:
        """Note that this process, or that of another place, takes no connections."""
        _NUMBER.pack_into(self._shared, (self._place if place is None else place) * _NUMBER.size, _AWAY)

    def another_has_fewer(self, number: int) -> bool:
        """Whether another process that takes connections has fewer than `number`, which this one has."""
        mine = number * self._weight
        found = (each for (each,) in _NUMBER.iter_unpack(self._shared[:]))
        return any(_AWAY < each < mine for place, each in enumerate(found) if place != self._place)

    def close(self) -> None:
        """Let go of the memory."""
        self._shared.close()
        os.close(self.file)
