"""Compares the tiles and entry bundles of a log with the root that its checkpoint states.

If the tiles of level 0 lead to that root, they say for each record which commitment it has to have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from proxy.audit.tree import HASH_BYTES, WIDTH, TileName, Tree, hashes_in, leaf_hash, row_hash, unbundle

ENTRIES: Final = "entries"
"""The folder of the bundles, beside those of the levels."""

_BUNDLES = -1
"""The bundles, as if they were a level of tiles."""
_PATH = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TileFiles(Protocol):
    """The files below ``tile/``, by their paths there."""

    def paths(self) -> Iterable[str]:
        """All that there are."""

    def read(self, path: str) -> bytes:
        """The content of one of them. Raises `OSError`."""


@dataclass(slots=True)
class CheckedTiles:
    """What the tiles of a log prove."""

    leaves: bytes | None = None
    """The hashes of all entries, joined. None if the tiles do not lead to the root."""
    damaged: dict[str, str] = field(default_factory=dict)
    """What is wrong, by path."""
    missing: int = 0
    """How many tiles and bundles are not there."""

    def leaf(self, sequence: int) -> bytes | None:
        """The hash of the entry with this number, if it is known."""
        start = sequence * HASH_BYTES
        return None if self.leaves is None else self.leaves[start : start + HASH_BYTES] or None


def check_tiles(size: int, root: bytes | None, files: TileFiles) -> CheckedTiles:
    """Check all files of the tree of `size` entries with this root. What goes beyond the size is not looked at.

    Without a root, the files are only compared with each other.
    """
    checked = CheckedTiles()
    places = _Places(files, checked.damaged)
    tree, rows = Tree(), list[bytes]()
    uppers: dict[tuple[int, int], bytes] = {}
    for number in range(-(-size // WIDTH)):
        covered = min(WIDTH, size - number * WIDTH) * HASH_BYTES
        row = places.leaves(number, covered)
        if len(row) < covered:
            checked.missing += 1
            return checked
        rows.append(row)
        for leaf in hashes_in(row):
            tree.append_hash(leaf)
        uppers |= {(name.level, name.number): row for name, row in tree.take_full() if name.level}
    uppers |= {(name.level, name.number): row for name, row in tree.partial() if name.level}
    if root is not None and tree.root() != root:
        checked.damaged |= _misled(rows, places) or {"tile": "the tiles do not lead to the checkpoint's root"}
        return checked
    checked.leaves = b"".join(rows)
    uppers |= {(0, number): row for number, row in enumerate(rows)}
    for (level, number), row in [*uppers.items(), *(((_BUNDLES, n), row) for n, row in enumerate(rows))]:
        if places.width(level, number) * HASH_BYTES < len(row):
            checked.missing += 1
        for path, content in places.files_of(level, number):
            if not _fits(_hashes(level, content), row):
                checked.damaged[path] = "it does not fit the checkpoint's root"
    return checked


def first_leaves(count: int, files: TileFiles) -> bytes | None:
    """The hashes of the first `count` entries, joined, as tiles and bundles have them. None if some are not there."""
    places = _Places(files, {})
    spans = ((number, min(WIDTH, count - number * WIDTH) * HASH_BYTES) for number in range(-(-count // WIDTH)))
    rows = [(places.leaves(number, covered), covered) for number, covered in spans]
    return b"".join(row for row, _ in rows) if all(len(row) == covered for row, covered in rows) else None


def records_of(files: TileFiles) -> int:
    """Of how many records at least the tiles and bundles are, by their names, whatever a checkpoint states."""
    names = [name for path in files.paths() if (name := read_name(path)) is not None]
    return max(((each.number * WIDTH + each.width) * WIDTH ** max(each.level, 0) for each in names), default=0)


def _fits(content: bytes | None, row: bytes) -> bool:
    """Whether two rows agree as far as both go."""
    return content is not None and content[: len(row)] == row[: len(content)]


def _hashes(level: int, content: bytes) -> bytes | None:
    if level != _BUNDLES:
        return content
    commitments = unbundle(content)
    return None if commitments is None else b"".join(map(leaf_hash, commitments))


def _misled(rows: list[bytes], places: _Places) -> dict[str, str]:
    """The tiles of level 0, or bundles in their place, that are not what tiles of level 1 or their bundles say."""
    found = {}
    for number, row in enumerate(rows):
        above = hashes_in(places.widest(1, number // WIDTH))[number % WIDTH :]
        full = len(row) == WIDTH * HASH_BYTES
        other = bool(above) and full and above[0] != row_hash(hashes_in(row))
        if other or any(not _fits(_hashes(_BUNDLES, c), row) for _, c in places.files_of(_BUNDLES, number)):
            level = 0 if places.width(0, number) else _BUNDLES
            found[places.path(level, number)] = "it is not what the tile above it or its bundle says"
    return found


class _Places:
    """The files by level and number. A tile that is not full may be there in several widths."""

    def __init__(self, files: TileFiles, damaged: dict[str, str]):
        self._files, self._damaged = files, damaged
        self._paths: defaultdict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
        for path in files.paths():
            name = read_name(path)
            if name is None:
                damaged[path] = "no tile has such a name"
            else:
                self._paths[name.level, name.number].append((name.width, path))

    def width(self, level: int, number: int) -> int:
        """How many hashes the widest file has, by its name; 0 if there is none."""
        return max((width for width, _ in self._paths.get((level, number), [])), default=0)

    def path(self, level: int, number: int) -> str:
        """The path of the widest file."""
        return max(self._paths[level, number])[1]

    def widest(self, level: int, number: int) -> bytes:
        """The content of the widest file that is as long as its name says; empty if there is none."""
        return max((content for _, content in self.files_of(level, number)), key=len, default=b"")

    def leaves(self, number: int, covered: int) -> bytes:
        """The hashes of a tile of level 0, up to `covered` bytes; those of its bundle if the tile is not there."""
        row = self.widest(0, number)
        if len(row) < covered:
            row = _hashes(_BUNDLES, self.widest(_BUNDLES, number)) or row
        return row[:covered]

    def files_of(self, level: int, number: int) -> Iterator[tuple[str, bytes]]:
        """The paths and contents of the files that are as long as their names say."""
        step = HASH_BYTES if level != _BUNDLES else HASH_BYTES + 2
        for width, path in self._paths.get((level, number), []):
            try:
                content = self._files.read(path)
            except OSError:
                content = b""
            if len(content) == width * step:
                yield path, content
            else:
                self._damaged[path] = "it is not as long as its name says"


def read_name(path: str) -> TileName | None:
    """The tile at a path below ``tile/``; bundles have level -1. None if no tile has such a path."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level, place, width = match.groups()
    number = int("".join(part.removeprefix("x") for part in place.split("/")))
    name = TileName(_BUNDLES if level == ENTRIES else int(level), number, int(width) if width else WIDTH)
    return name if name.width <= WIDTH and path.endswith(name.place) else None
