"""The tree of a log as the index keeps it, so that a record which is read is shown to be the one that the log has.

Of each full tile of leaves there are blocks of eight leaves, each followed by the five hashes that lead from it to the
tile's own: twelve hashes prove a record's place in a tile, instead of 255. The tiles above are kept as they are. The
rightmost ones, which are not full, stand with the last segment (`frontier`). Nobody has to trust any of it: it leads to
the root that the checkpoint states, or it does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, select

from proxy.audit.tree import HASH_BYTES, WIDTH, TileMissing, TileName, Tree, hashes_in, node_hash, row_hash
from proxy.edge.ledger.index.tables import among, blocks, tiles

BLOCK = 8
"""Leaves in a block."""
_BLOCKS = WIDTH // BLOCK
"""Blocks in a tile."""
_LEAVES = BLOCK * HASH_BYTES


def rows_of(log: int, full: Iterable[tuple[TileName, bytes]]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of `blocks` and of `tiles` for tiles that became full."""
    low, high = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for name, row in full:
        if name.level:
            high.append((log, name.level, name.number, row))
        else:
            low += ((log, name.number * _BLOCKS + at, content) for at, content in enumerate(_blocks_of(row)))
    return low, high


def _blocks_of(row: bytes) -> Iterator[bytes]:
    leaves = [row[at : at + _LEAVES] for at in range(0, len(row), _LEAVES)]
    levels = [[_root(each) for each in leaves]]
    while len(levels[-1]) > 2:
        joined = b"".join(levels[-1])
        levels.append([_root(joined[at : at + 2 * HASH_BYTES]) for at in range(0, len(joined), 2 * HASH_BYTES)])
    for number, each in enumerate(leaves):
        yield each + b"".join(level[(number >> height) ^ 1] for height, level in enumerate(levels))


def _root(row: bytes) -> bytes:
    """The root over joined hashes, whose number is a power of two."""
    sha256 = hashlib.sha256
    while len(row) > HASH_BYTES:
        pairs = range(0, len(row), 2 * HASH_BYTES)
        row = b"".join([sha256(b"\1" + row[at : at + 2 * HASH_BYTES]).digest() for at in pairs])
    return row


def _hash_of_tile(content: bytes, number: int) -> bytes:
    """The hash to which the `number`-th block of a tile leads."""
    hashed = _root(content[:_LEAVES])
    for start in range(_LEAVES, len(content), HASH_BYTES):
        sibling = content[start : start + HASH_BYTES]
        hashed = node_hash(sibling, hashed) if number & 1 else node_hash(hashed, sibling)
        number >>= 1
    return hashed


def drop_hashes(connection: Connection, log: int, begins: int, ends: int) -> None:
    """Drop what is not of the records from `begins` until before `ends`, as far as it proves nothing about these."""
    whole = blocks.c.number.between(begins // WIDTH * _BLOCKS, ends // WIDTH * _BLOCKS - 1)
    connection.execute(delete(blocks).where(blocks.c.log == log, ~whole))
    for level in connection.scalars(select(tiles.c.level).where(tiles.c.log == log).distinct()).all():
        there = (tiles.c.log == log, tiles.c.level == level)
        connection.execute(delete(tiles).where(*there, tiles.c.number >= ends // WIDTH ** (level + 1)))


@dataclass(slots=True)
class ProvenTree:
    """The tree over the `size` records that a checkpoint covers. Its root was compared with the checkpoint's."""

    log: int
    edge: Tree
    """Its rightmost tiles, as far as they are not full."""
    _tiles: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many records it covers."""
        return self.edge.size

    def leaves(self, connection: Connection, sequences: Collection[int]) -> dict[int, bytes]:
        """The hashes of the leaves of these records, which all are below `size`.

        Raises `TileMissing` where what the index keeps does not lead to the root.
        """
        full = self.size // WIDTH * WIDTH
        found = {sequence: self.edge.levels[0][sequence - full] for sequence in sequences if sequence >= full}
        wanted = {sequence // BLOCK for sequence in sequences if sequence < full}
        there = (blocks.c.log == self.log, among(connection, blocks.c.number, wanted))
        kept = connection.execute(select(blocks.c.number, blocks.c.hashes).where(*there)).all() if wanted else ()
        proven = {number: self._proven(connection, number, content) for number, content in kept}
        for sequence in sequences:
            if sequence < full:
                leaves, at = proven.get(sequence // BLOCK), sequence % BLOCK * HASH_BYTES
                if leaves is None:
                    raise TileMissing
                found[sequence] = leaves[at : at + HASH_BYTES]
        return found

    def _proven(self, connection: Connection, number: int, content: bytes) -> bytes:
        """The leaves of a block, which lead to the root."""
        tile, at = divmod(number, _BLOCKS)
        if _hash_of_tile(content, at) != self._above(connection, 0, tile):
            raise TileMissing
        return content[:_LEAVES]

    def _above(self, connection: Connection, level: int, number: int) -> bytes:
        """The hash of a full tile, as the tile above has it."""
        above, at = divmod(number, WIDTH)
        if above == self.size // WIDTH ** (level + 2):
            return self.edge.levels[level + 1][at]
        if (level + 1, above) not in self._tiles:
            row = hashes_in(tile_of(connection, self.log, TileName(level + 1, above)))
            if len(row) != WIDTH or row_hash(row) != self._above(connection, level + 1, above):
                raise TileMissing
            self._tiles[level + 1, above] = row
        return self._tiles[level + 1, above][at]


def proven(connection: Connection, log: int, known: Tree, size: int, root: bytes) -> ProvenTree | None:
    """The tree over the first `size` records of an index, whose rightmost tiles are those of `known`.

    None if it has another root. Raises `TileMissing`.
    """
    edge = Tree.read(size, _reading(connection, log, known))
    return ProvenTree(log, edge) if edge.root() == root else None


def _reading(connection: Connection, log: int, known: Tree) -> Callable[[TileName], bytes]:
    """What reads a tile of any width from the index."""

    def tile(name: TileName) -> bytes:
        full = known.size // WIDTH ** (name.level + 1)
        if name.number > full or (name.number == full and name.level >= len(known.levels)):
            raise TileMissing
        content = b"".join(known.levels[name.level]) if name.number == full else tile_of(connection, log, name)
        if len(content) < name.width * HASH_BYTES:
            raise TileMissing
        return content[: name.width * HASH_BYTES]

    return tile


def tile_of(connection: Connection, log: int, name: TileName) -> bytes:
    """A full tile from the index. Raises `TileMissing`."""
    if name.level:
        there = (tiles.c.log == log, tiles.c.level == name.level, tiles.c.number == name.number)
        parts: Sequence[bytes] = connection.scalars(select(tiles.c.hashes).where(*there)).all()
    else:
        numbers = blocks.c.number.between(name.number * _BLOCKS, (name.number + 1) * _BLOCKS - 1)
        query = select(blocks.c.hashes).where(blocks.c.log == log, numbers).order_by(blocks.c.number)
        parts = [each[:_LEAVES] for each in connection.scalars(query)]
    content = b"".join(parts)
    if len(content) != WIDTH * HASH_BYTES:
        raise TileMissing
    return content
