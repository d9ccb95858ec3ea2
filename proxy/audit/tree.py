"""The Merkle tree of a log (RFC 6962, section 2.1, SHA-256) and its tiles (C2SP tlog-tiles).

The entries are the records' commitments, 32 bytes each. A tile is a row of up to 256 hashes: at level 0 the hashes of
entries, at each level above the hashes of full tiles below. `Tree` grows one entry at a time and keeps its rightmost
tiles only. `TileReader` computes roots and proofs from tiles that are kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

WIDTH = 256
"""Hashes in a full tile."""
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

_HEIGHT = 8
"""Levels of the tree that one level of tiles spans."""
_ENTRY_PREFIX = HASH_BYTES.to_bytes(2, "big")


def leaf_hash(commitment: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\0" + commitment).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node."""
    return hashlib.sha256(b"\1" + left + right).digest()


def row_hash(hashes: Sequence[bytes]) -> bytes:
    """The root over a row of at least one subtree hash, of which all but the last are full and equally high."""
    row = list(hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)] + odd
    return row[0]


class TileName(NamedTuple):
    """Which tile: its level, its number in the level, and how many hashes it holds."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below ``tile/``, such as ``0/x001/x234/067.p/8``."""
        return f"{self.level}/{self.place}"

    @property
    def place(self) -> str:
        """The path below the level."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return name if self.width == WIDTH else f"{name}.p/{self.width}"


def tiles_of(size: int) -> Iterator[TileName]:
    """All tiles of a tree of this size, level by level."""
    level, count = 0, size
    while count:
        full, rest = divmod(count, WIDTH)
        yield from (TileName(level, index) for index in range(full))
        if rest:
            yield TileName(level, full, rest)
        level, count = level + 1, full


def bundle(commitments: Sequence[bytes]) -> bytes:
    """Entries as C2SP tlog-tiles bundles them: each after its length, two bytes in big-endian order."""
    return b"".join(_ENTRY_PREFIX + commitment for commitment in commitments)


def unbundle(content: bytes) -> list[bytes] | None:
    """The commitments in a bundle. None if it holds anything else."""
    step = len(_ENTRY_PREFIX) + HASH_BYTES
    rows = [content[i : i + step] for i in range(0, len(content), step)]
    if any(len(row) != step or row[:2] != _ENTRY_PREFIX for row in rows):
        return None
    return [row[2:] for row in rows]


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes in a tile; what is left over at its end is cut."""
    return [tile[i : i + HASH_BYTES] for i in range(0, len(tile) - HASH_BYTES + 1, HASH_BYTES)]


@dataclass(slots=True)
class Tree:
    """A tree that grows. `levels` are the rightmost tiles, as far as they are not full, from level 0 upwards."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)
    full: list[tuple[TileName, bytes]] = field(default_factory=list)
    """Tiles that became full since `take_full`, with their hashes joined."""

    @classmethod
    def read(cls, size: int, tile: Callable[[TileName], bytes]) -> Self:
        """The tree of this size, from its rightmost tiles. Raises what `tile` raises."""
        tree, count, level = cls(size), size, 0
        while count:
            count, rest = divmod(count, WIDTH)
            tree.levels.append(hashes_in(tile(TileName(level, count, rest))) if rest else [])
            level += 1
        return tree

    def append(self, commitment: bytes) -> None:
        """Add an entry."""
        self.append_hash(leaf_hash(commitment))

    def append_hash(self, leaf: bytes) -> None:
        """Add an entry of which only the hash is known."""
        self._add(0, leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root hash, 32 bytes."""
        right: list[bytes] = []
        for row in self.levels:
            hashes = [*row, *right]
            right = [row_hash(hashes)] if hashes else []
        return right[0] if right else EMPTY_ROOT

    def take_full(self) -> list[tuple[TileName, bytes]]:
        """The tiles that became full since the last call."""
        full, self.full = self.full, []
        return full

    def partial(self) -> list[tuple[TileName, bytes]]:
        """The rightmost tiles that are neither full nor empty, with their hashes joined."""
        found = []
        for level, row in enumerate(self.levels):
            if row:
                index = self.size // WIDTH ** (level + 1)
                found.append((TileName(level, index, len(row)), b"".join(row)))
        return found

    def _add(self, level: int, hashed: bytes) -> None:
        if level == len(self.levels):
            self.levels.append([])
        row = self.levels[level]
        row.append(hashed)
        if len(row) == WIDTH:
            index = (self.size + 1) // WIDTH ** (level + 1) - 1
            self.full.append((TileName(level, index), b"".join(row)))
            self.levels[level] = []
            self._add(level + 1, row_hash(row))


class TileMissing(Exception):
    """A tile is missing, too short, or does not fit those above it."""


class TileReader:
    """Roots and proofs of a log whose tiles `tile` returns (any width at least as asked), for any size up to `size`."""

    def __init__(self, size: int, tile: Callable[[TileName], bytes]):
        self.size, self._tile = size, tile
        self._rows: dict[TileName, list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """The root of the first `size` entries. Raises `TileMissing`."""
        return self._range(0, size) if size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The hash of an entry. Raises `TileMissing`."""
        return self._node(0, index)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The audit path of entry `index` in the tree of `size` entries (RFC 6962, 2.1.1), from the leaf upwards."""
        start, end, path = 0, size, list[bytes]()
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` entries extends that of `old` (RFC 6962, 2.1.2)."""
        if old in (0, new):
            return []
        return self._subproof(old, 0, new, whole=True)

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self._range(start, end)]
        middle = _split(end - start)
        if old <= middle:
            return [*self._subproof(old, start, start + middle, whole=whole), self._range(start + middle, end)]
        return [*self._subproof(old - middle, start + middle, end, whole=False), self._range(start, start + middle)]

    def _range(self, start: int, end: int) -> bytes:
        """The hash of entries `start` to `end`, where `start` is a multiple of the largest power of two below."""
        width = end - start
        if width & (width - 1) == 0:
            return self._node(width.bit_length() - 1, start // width)
        middle = start + _split(width)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _node(self, height: int, index: int) -> bytes:
        """The hash of a full subtree of 2^height entries, the `index`-th of its height."""
        level, above = divmod(height, _HEIGHT)
        first, count = index << above, 1 << above
        tile, at = divmod(first, WIDTH)
        available = min(WIDTH, self.size // WIDTH**level - tile * WIDTH)
        if at + count > available:
            raise TileMissing
        row = self._row(TileName(level, tile, available))
        return row_hash(row[at : at + count])

    def _row(self, name: TileName) -> list[bytes]:
        if name not in self._rows:
            if len(self._rows) > WIDTH:
                self._rows.clear()
            row = hashes_in(self._tile(name))
            if len(row) < name.width:
                raise TileMissing
            self._rows[name] = row
        return self._rows[name]


def _split(width: int) -> int:
    """The largest power of two smaller than `width`, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether an audit path leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, hashed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            hashed = node_hash(sibling, hashed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hashed == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the newer tree extends the older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        same = old_root == (new_root if old else EMPTY_ROOT)
        return same and not proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
