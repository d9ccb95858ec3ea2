"""The tree of a log: proven from its tiles, or, where these do not lead to the checkpoint's root, built from its lines.

Where the tiles prove to be those of the checkpoint, each line is compared with its leaf. Else it is the lines that
decide, if they lead to the root, and the tiles are compared with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.merkle import EMPTY_ROOT, HASH, TILE, Tree, leaf_hash
from meeting_proxy_verify.notes import Checkpoint
from meeting_proxy_verify.tiles import ENTRIES, ENTRY, Comparison, Tiles, read_name


class LogTree:
    """The tree of one log while its lines are read, and the roots that it had at the sizes that are asked for."""

    def __init__(self, tiles: Tiles, checkpoint: Checkpoint | None, sizes: Iterable[int]) -> None:
        self.tiles = tiles
        self.size = 0 if checkpoint is None else checkpoint.size
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        self._wanted = {*sizes, self.size}
        self._sizes = sorted(self._wanted)
        self.comparison = Comparison(tiles, self.size)
        self._tree = Tree(self.comparison.tile)
        self._alive = True
        self._block = b""
        self._block_index = -1
        self.proven = checkpoint is not None and self._prove(checkpoint)
        """Whether the tiles lead to the root that the checkpoint names."""
        if not self.proven:
            self.comparison = Comparison(tiles, self.size)
            self._tree = Tree(self.comparison.tile)
            self.roots = {0: EMPTY_ROOT}

    def _prove(self, checkpoint: Checkpoint) -> bool:
        """Build the tree from its lowest tiles, up to the size of the checkpoint."""
        wanted = [size for size in reversed(self._sizes) if size]
        for index in range((self.size + TILE - 1) // TILE):
            count = min(TILE, self.size - index * TILE)
            hashes = self.tiles.hashes(0, index, count)
            if hashes is None:
                return False
            while wanted and wanted[-1] <= index * TILE + count:
                size = wanted.pop()
                self.roots[size] = self._tree.root(hashes[: (size - index * TILE) * HASH])
            self._tree.extend(hashes)
        return self.size > 0 and self.roots[self.size] == checkpoint.head

    def fits(self, number: int, commitment: bytes) -> bool:
        """Take the next record; tell whether it is the one that the checkpoint's tree has in this place."""
        leaf = sha256(b"\x00" + commitment).digest()
        if self.proven and number < self.size:
            index = number // TILE
            if index != self._block_index:
                self._block = self.tiles.hashes(0, index, min(TILE, self.size - index * TILE)) or b""
                self._block_index = index
            return self._block.startswith(leaf, number % TILE * HASH)
        if self._alive:
            while self._alive and self._tree.size < number:
                self._fill(number)
            if self._alive:
                self._append(leaf)
        return True

    def _append(self, leaf: bytes) -> None:
        self._tree.append(leaf)
        if self._tree.size in self._wanted:
            self.roots[self._tree.size] = self._tree.root()

    def _fill(self, end: int) -> None:
        """Take the leaves of records whose lines are not there from their bundle, or else from their tile."""
        index, at = divmod(self._tree.size, TILE)
        count = min(TILE, end - index * TILE)
        entries = self.tiles.entries(index, count)
        hashes = None if entries is not None else self.tiles.hashes(0, index, count)
        if entries is None and hashes is None:
            self._alive = False
            return
        for one in range(at, count):
            if entries is not None:
                self._append(leaf_hash(entries[one * ENTRY + 2 : (one + 1) * ENTRY]))
            elif hashes is not None:
                self._append(hashes[one * HASH : (one + 1) * HASH])

    def finish(self, records: int) -> None:
        """Compare the tiles at the right edge, and look for files that are none of this tree's."""
        if not self._alive:
            return
        for level, index, hashes in self._tree.unfinished():
            self.comparison.tile(level, index, hashes)
        for name in self.tiles.names():
            found = read_name(name)
            if found is None:
                self.comparison.findings.add("added", "not a tile of the log", Place(name))
                continue
            folder, index, _ = found
            level = 0 if folder == ENTRIES else int(folder)
            if index * TILE >= max(records, self.size) >> (8 * level):
                self.comparison.findings.add("added", "a tile that goes beyond the log", Place(name))

    def report(self, findings: Findings, tiles_needed: bool) -> None:
        """Hand over what was found in the tiles; where none are needed yet, missing ones are no matter."""
        for finding in self.comparison.findings.kept:
            if tiles_needed or finding.code != "tile_missing":
                findings.take(finding)
