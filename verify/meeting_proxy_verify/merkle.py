"""Merkle trees of RFC 6962, section 2.1, with SHA-256, and the checks of proofs of RFC 9162, section 2.1.

A tree is built in a stream: what is kept of it are the unfinished tiles of each level, 256 hashes each (C2SP
tlog-tiles), so that memory does not grow with the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

HASH = 32
TILE = 256
FULL = TILE * HASH

EMPTY_ROOT = sha256(b"").digest()

OnTile = Callable[[int, int, bytes], None]
"""Is told each finished tile: its level, its index in the level, its 256 hashes."""

Subtree = Callable[[int, int], bytes]
"""The root of the leaves from the first number up to, without, the second."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: bytes) -> bytes:
    """The root over nodes of one level, joined, of which at least one is given.

    Nodes are paired from the left, and one that is left over goes up as it is. That is the tree of RFC 6962, whose
    left side is always the largest full tree that leaves something for the right.
    """
    while len(hashes) > HASH:
        whole = len(hashes) - len(hashes) % (2 * HASH)
        pairs = [sha256(b"\x01" + hashes[at : at + 64]).digest() for at in range(0, whole, 64)]
        hashes = b"".join(pairs) + hashes[whole:]
    return hashes


class Tree:
    """A tree that grows leaf by leaf."""

    def __init__(self, on_tile: OnTile | None = None) -> None:
        self.size = 0
        self.on_tile = on_tile
        self._levels: list[bytearray] = [bytearray()]
        self._finished: list[int] = [0]

    def append(self, leaf: bytes) -> None:
        """Take one more leaf hash."""
        self.size += 1
        self._push(0, leaf)

    def extend(self, leaves: bytes) -> None:
        """Take more leaf hashes, joined, that go no further than the end of a tile."""
        self.size += len(leaves) // HASH
        self._push(0, leaves)

    def root(self, more: bytes = b"") -> bytes:
        """The root of the leaves so far, and of `more`, fewer than a tile lacks, without taking these."""
        carried = more
        for level, hashes in enumerate(self._levels):
            joined = bytes(hashes) + carried if level else bytes(hashes) + more
            carried = root_of(joined) if joined else b""
        return carried or EMPTY_ROOT

    def unfinished(self) -> Iterator[tuple[int, int, bytes]]:
        """The last tile of each level that has one: level, index and its 1 to 255 hashes."""
        for level, hashes in enumerate(self._levels):
            if hashes:
                yield level, self._finished[level], bytes(hashes)

    def _push(self, level: int, hashes: bytes) -> None:
        if level == len(self._levels):
            self._levels.append(bytearray())
            self._finished.append(0)
        held = self._levels[level]
        held += hashes
        if len(held) < FULL:
            return
        if len(held) > FULL:
            raise ValueError("more leaves at once than the tile has room for")
        tile = bytes(held)
        held.clear()
        if self.on_tile is not None:
            self.on_tile(level, self._finished[level], tile)
        self._finished[level] += 1
        self._push(level + 1, root_of(tile))


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2); None if its length is wrong."""
    if not 0 <= index < size:
        return None
    here, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if here % 2 or here == last:
            node = node_hash(step, node)
            while here and not here % 2:
                here //= 2
                last //= 2
        else:
            node = node_hash(node, step)
        here //= 2
        last //= 2
    return node if last == 0 else None


def extends(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that one tree is the beginning of another (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    here, last = old - 1, new - 1
    while here % 2:
        here //= 2
        last //= 2
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here % 2 or here == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while here and not here % 2:
                here //= 2
                last //= 2
        else:
            second = node_hash(second, step)
        here //= 2
        last //= 2
    return last == 0 and first == old_root and second == new_root


def consistency_path(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `new` (RFC 6962, section 2.1.2)."""
    if not 0 < old < new:
        return []
    path: list[bytes] = []
    start, end, ours = 0, new, True
    sides: list[bytes] = []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            sides.append(subtree(middle, end))
            end = middle
        else:
            sides.append(subtree(start, middle))
            start, ours = middle, False
    if not ours:
        path.append(subtree(start, end))
    return path + sides[::-1]


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The nodes beside the way from a leaf to the root (RFC 6962, section 2.1.1), lowest first."""
    start, end = 0, size
    sides: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            sides.append(subtree(middle, end))
            end = middle
        else:
            sides.append(subtree(start, middle))
            start = middle
    return sides[::-1]


def _split(count: int) -> int:
    """The largest power of two that is less than the count, of at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
