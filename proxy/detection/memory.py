"""What was found before, so that text that is sent again costs nothing: offsets, kinds, languages, refusals; no text.

What is kept is named by a digest of all that it depends on, under a key that lives as long as the process and is
written nowhere: who has the memory cannot test whether something was said, nor read it. Only answers that are a
function of what was asked may be kept. Then it changes nothing of an answer whether it was remembered, in which order
texts came, or what had to make room.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

DIGEST_BYTES = 16
KEY_BYTES = 32
ENTRY_BYTES = 250
ITEM_BYTES = 350
"""What an entry, and each finding in it, takes in memory: measured, and rounded up."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Usage(NamedTuple):
    """How a memory is used: answers that it gave and that it did not have, entries, and about how many bytes."""

    hits: int
    misses: int
    entries: int
    bytes: int


class Memory:
    """Bounded; of several entries, the one goes that was not asked for longest."""

    def __init__(self, key: bytes, most_bytes: int) -> None:
        """`key`: random, `KEY_BYTES` long. With room for nothing, nothing is kept."""
        self.key = key
        self._most = most_bytes
        self._entries: dict[bytes, tuple[Any, ...]] = {}
        self._bytes = self._hits = self._misses = 0

    @property
    def usage(self) -> Usage:
        """How it was used until now."""
        return Usage(self._hits, self._misses, len(self._entries), self._bytes)

    def scope(self, *of: str | None) -> bytes:
        """Name a scope by what else its answers depend on, and whose they are. Answers of one are none of another's."""
        return _digest(self.key, b"", of)

    async def answers(
        self,
        scope: bytes,
        asked: Sequence[Asked],
        ask: Callable[[list[Asked]], Awaitable[Sequence[Sequence[Answer]]]],
    ) -> list[list[Answer]]:
        """The answer to each of what is asked. Only those that are not remembered are asked for, each once.

        A failure of `ask` passes through, and nothing is kept of it.
        """
        names = [_digest(self.key, scope, each) for each in asked]
        known = await self.recalled(list(dict.fromkeys(names)))
        open_ = {name: each for name, each in zip(names, asked, strict=True) if name not in known}
        if open_:
            answered = await ask(list(open_.values()))
            fresh = {name: tuple(answer) for name, answer in zip(open_, answered, strict=True)}
            self.keep(fresh)
            known |= fresh
        return [list(known[name]) for name in names]

    async def recalled(self, names: Sequence[bytes]) -> dict[bytes, tuple[Any, ...]]:
        """What is remembered under these names."""
        return {name: kept for name in names if (kept := self._recalled(name)) is not None}

    def keep(self, fresh: Mapping[bytes, tuple[Any, ...]]) -> None:
        """Remember answers under their names."""
        for name, answer in fresh.items():
            self._keep(name, answer)

    def _recalled(self, name: bytes) -> tuple[Any, ...] | None:
        kept = self._entries.pop(name, None)
        if kept is None:
            self._misses += 1
            return None
        self._hits += 1
        self._entries[name] = kept
        return kept

    def _keep(self, name: bytes, answer: tuple[Any, ...]) -> None:
        if (size := _size(answer)) > self._most:
            return
        if (known := self._entries.pop(name, None)) is not None:
            self._bytes -= _size(known)
        while self._bytes + size > self._most:
            self._bytes -= _size(self._entries.pop(next(iter(self._entries))))
        self._entries[name] = answer
        self._bytes += size


def _size(answer: tuple[Any, ...]) -> int:
    return ENTRY_BYTES + ITEM_BYTES * len(answer)


def _digest(key: bytes, scope: bytes, told: object) -> bytes:
    """A digest of what is told, in a form that tells any two apart."""
    return blake2b(json.dumps(told).encode(), key=key, person=scope, digest_size=DIGEST_BYTES).digest()
