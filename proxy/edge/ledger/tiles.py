"""Tiles and entry bundles of a log on disk (C2SP tlog-tiles): written with each checkpoint, read for checks and proofs.

They are made of the records' commitments, so those of records that are still there can be made anew at any time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from proxy.audit.tile_check import ENTRIES, read_name
from proxy.audit.tree import (
    HASH_BYTES,
    WIDTH,
    TileMissing,
    TileName,
    TileReader,
    Tree,
    bundle,
    leaf_hash,
    tiles_of,
    unbundle,
)
from proxy.edge.ledger.files import replace_file
from proxy.edge.ledger.sharing import make_folder


class TileFolder:
    """The folder ``tile``. Implements `TileFiles`."""

    def __init__(self, folder: Path):
        self._folder = folder

    def paths(self) -> Iterator[str]:
        """Yield the paths of all files; one that is being written is none yet."""
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and path.suffix != ".new":
                yield path.relative_to(self._folder).as_posix()

    def levels(self) -> list[int]:
        """Return the levels of which there are tiles."""
        folders = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(int(each.name) for each in folders if each.name.isdecimal())

    def read(self, path: str) -> bytes:
        """Return a file's content."""
        return (self._folder / path).read_bytes()

    def tile(self, name: TileName) -> bytes:
        """Return a tile with at least the hashes asked for. Raises `TileMissing`."""
        return self._found(str(name.level), name, HASH_BYTES)

    def entries(self, name: TileName) -> list[bytes]:
        """Return the commitments of a bundle with at least the entries asked for. Raises `TileMissing`."""
        commitments = unbundle(self._found(ENTRIES, name, HASH_BYTES + 2))
        if commitments is None:
            raise TileMissing
        return commitments

    def commitments(self, size: int) -> Iterator[bytes]:
        """Yield the first `size` commitments. Raises `TileMissing`."""
        for name in tiles_of(size):
            if name.level:
                return
            yield from self.entries(name)[: name.width]

    def has_all(self, size: int) -> bool:
        """Return whether all full tiles and bundles of a tree of this size are there."""
        for name in tiles_of(size):
            kinds = (str(name.level), ENTRIES) if not name.level else (str(name.level),)
            if name.width == WIDTH and not all((self._folder / kind / name.place).is_file() for kind in kinds):
                return False
        return True

    def write(self, kind: str, name: TileName, content: bytes) -> None:
        """Write a tile or bundle; narrower ones that a full one makes superfluous are removed."""
        path = self._folder / kind / name.place
        for folder in reversed(path.relative_to(self._folder.parent).parents[:-1]):
            make_folder(self._folder.parent / folder)
        # Not synced: a tile that a loss of power takes is made anew from the records.
        replace_file(path, content, mode=0o640, sync_file=False, sync_folder=False)
        if name.width == WIDTH:
            narrower = path.with_name(path.name + ".p")
            for each in narrower.glob("*") if narrower.is_dir() else ():
                each.unlink()
            with contextlib.suppress(OSError):
                narrower.rmdir()

    def remove_beyond(self, kind: str, size: int, edge: bytes) -> None:
        """Remove files of a longer history: with more than `size` hashes or entries, or other bytes than `edge` has.

        `edge` is the rightmost file that is not full.
        """
        folder, step = self._folder / kind, len(edge) // (size % WIDTH) if size % WIDTH else 0
        for path in list(folder.rglob("*")) if folder.is_dir() else ():
            name = read_name(path.relative_to(self._folder).as_posix())
            if not path.is_file() or name is None:
                continue
            at_edge = name.number == size // WIDTH and name.width < WIDTH
            too_long = name.number * WIDTH + name.width > size
            if too_long or (at_edge and path.read_bytes() != edge[: name.width * step]):
                path.unlink()

    def _found(self, kind: str, name: TileName, step: int) -> bytes:
        places = [name.place, name._replace(width=WIDTH).place]
        whole = self._folder / kind / places[1]
        wider = whole.with_name(whole.name + ".p")
        others = sorted((int(p.name) for p in wider.glob("[0-9]*") if p.name.isdecimal()), reverse=True)
        for place in (*places, *(f"{places[1]}.p/{width}" for width in others)):
            with contextlib.suppress(OSError):
                content = (self._folder / kind / place).read_bytes()
                if len(content) >= name.width * step:
                    return content
        raise TileMissing


class GrowingTiles:
    """The tree of a log that is being written, and what of it is not on disk yet."""

    def __init__(self, folder: TileFolder, tree: Tree, entries: list[bytes]):
        """`entries` are the commitments after the last full bundle."""
        self._folder, self._tree, self._entries = folder, tree, entries
        self._tidy = False

    @classmethod
    def of(cls, folder: TileFolder, commitments: Iterable[bytes]) -> GrowingTiles:
        """The tree of these entries, of which nothing needs to be on disk."""
        tiles = cls(folder, Tree(), [])
        tiles.add(commitments)
        return tiles

    @classmethod
    def read(cls, folder: TileFolder, size: int, root: bytes) -> GrowingTiles | None:
        """The tree on disk. None if its tiles do not lead to the root, or its last bundle does not fit them."""
        try:
            tree = Tree.read(size, lambda name: folder.tile(name)[: name.width * HASH_BYTES])
            rest = size % WIDTH
            entries = folder.entries(TileName(0, size // WIDTH, rest))[:rest] if rest else []
        except TileMissing:
            return None
        if tree.root() != root or [leaf_hash(each) for each in entries] != (tree.levels[0] if tree.levels else []):
            return None
        return cls(folder, tree, entries)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._tree.size

    def add(self, commitments: Iterable[bytes]) -> None:
        """Add entries."""
        for commitment in commitments:
            self._tree.append(commitment)
            self._entries.append(commitment)

    def root(self) -> bytes:
        """The root over all entries."""
        return self._tree.root()

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` entries. Raises `TileMissing`."""
        return TileReader(self.size, self._tile).root(size)

    def write(self) -> None:
        """Write what is not on disk yet. Raises `OSError`; what was not written is tried again the next time.

        The first time, what an earlier run wrote of records that were never finished is removed.
        """
        if not self._tidy:
            self._remove_beyond()
            self._tidy = True
        while self._tree.full:
            name, row = self._tree.full[-1]
            self._folder.write(str(name.level), name, row)
            self._tree.full.pop()
        first = self._tree.size // WIDTH - len(self._entries) // WIDTH
        written = 0
        try:
            while len(self._entries) - written >= WIDTH:
                content = bundle(self._entries[written : written + WIDTH])
                self._folder.write(ENTRIES, TileName(0, first), content)
                first, written = first + 1, written + WIDTH
        finally:
            del self._entries[:written]
        for name, row in self._tree.partial():
            self._folder.write(str(name.level), name, row)
        if self._entries:
            self._folder.write(ENTRIES, TileName(0, first, len(self._entries)), bundle(self._entries))

    def _tile(self, name: TileName) -> bytes:
        kept = dict([*self._tree.full, *self._tree.partial()])
        return kept.get(name) or self._folder.tile(name)

    def _remove_beyond(self) -> None:
        edges = {name.level: row for name, row in self._tree.partial()}
        rest = self._entries[-(self.size % WIDTH) :] if self.size % WIDTH else []
        self._folder.remove_beyond(ENTRIES, self.size, bundle(rest))
        for level in self._folder.levels():
            self._folder.remove_beyond(str(level), self.size // WIDTH**level, edges.get(level, b""))
