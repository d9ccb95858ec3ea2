"""The tiles of a log's tree and its entry bundles, as files (C2SP tlog-tiles)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.merkle import FULL, HASH, TILE, root_of
from meeting_proxy_verify.plain_files import open_plain

ENTRIES = "entries"
"""The folder that stands beside those of the levels, with the bundles."""

ENTRY = 2 + HASH
"""Bytes of an entry in a bundle: its length, always 32, and a commitment."""

_WIDTH = re.compile("[1-9][0-9]{0,2}")
_STEP = re.compile("[0-9]{3}")
_FOLDER = re.compile(f"{ENTRIES}|[0-9]|[1-5][0-9]|6[0-3]")


def tile_name(folder: str, index: int, width: int = TILE) -> str:
    """The path of a tile or bundle in the directory; `folder` is the level, or `entries`."""
    steps = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        steps.insert(0, f"x{index % 1000:03d}")
    return f"tile/{folder}/{'/'.join(steps)}" + ("" if width == TILE else f".p/{width}")


def read_name(name: str) -> tuple[str, int, int] | None:
    """Folder, index and width of a path, or None if it is none of a tile."""
    path, _, width = name.partition(".p/")
    parts = path.split("/")
    if len(parts) < 3 or not _FOLDER.fullmatch(parts[1]) or (width and not _WIDTH.fullmatch(width)):
        return None
    steps = [step.removeprefix("x") if at < len(parts) - 3 else step for at, step in enumerate(parts[2:])]
    if not all(_STEP.fullmatch(step) for step in steps):
        return None
    found = parts[1], int("".join(steps)), int(width) if width else TILE
    return found if found[2] <= TILE and tile_name(*found) == name else None


class Tiles:
    """Reads the tiles of one directory. Nothing is kept but the tile that was read last."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._last: tuple[str, int, bytes] | None = None

    def widths(self, folder: str, index: int) -> list[int]:
        """The widths in which a tile lies there, widest first."""
        full = tile_name(folder, index)
        found = [TILE] if (self.directory / full).is_file() else []
        try:
            with os.scandir(self.directory / f"{full}.p") as entries:
                names = [entry.name for entry in entries if entry.is_file()]
        except OSError:
            return found
        partial = [int(name) for name in names if _WIDTH.fullmatch(name) and int(name) < TILE]
        return found + sorted(partial, reverse=True)

    def read(self, folder: str, index: int, width: int) -> bytes:
        """The bytes of a tile; b"" if it cannot be read."""
        try:
            with open_plain(self.directory / tile_name(folder, index, width)) as file:
                return file.read(FULL + TILE * 2 + 1)
        except OSError:
            return b""

    def hashes(self, level: int, index: int, count: int) -> bytes | None:
        """The first `count` hashes of a tile, from whichever width holds them; None if none does."""
        return self._first(str(level), index, count, HASH)

    def entries(self, index: int, count: int) -> bytes | None:
        """The first `count` entries of a bundle, each with its length; None if no bundle holds them."""
        return self._first(ENTRIES, index, count, ENTRY)

    def _first(self, folder: str, index: int, count: int, unit: int) -> bytes | None:
        last = self._last
        if last is not None and last[:2] == (folder, index) and len(last[2]) >= count * unit:
            return last[2][: count * unit]
        for width in self.widths(folder, index):
            data = self.read(folder, index, width)
            if width >= count and len(data) == width * unit:
                self._last = folder, index, data
                return data[: count * unit]
        return None

    def subtree(self, start: int, end: int) -> bytes:
        """The root of the leaves from `start` up to `end`, from as few tiles as can be; LookupError if one lacks."""
        if end - start == 1 or ((end - start) & (end - start - 1) == 0 and start % (end - start) == 0):
            height = (end - start).bit_length() - 1
            level, within = divmod(height, 8)
            first = (start >> height) << within
            tile, at = divmod(first, TILE)
            held = self.hashes(level, tile, at + (1 << within))
            if held is None:
                raise LookupError(tile_name(str(level), tile))
            return root_of(held[at * HASH :])
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        return sha256(b"\x01" + self.subtree(start, middle) + self.subtree(middle, end)).digest()

    def names(self) -> Iterator[str]:
        """All files below `tile` but those that were being written (`.new`), by their paths in the directory."""
        waiting = [self.directory / "tile"]
        while waiting:
            try:
                with os.scandir(waiting.pop()) as found:
                    for entry in found:
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append(Path(entry.path))
                        elif not entry.name.endswith(".new"):
                            yield os.path.relpath(entry.path, self.directory).replace(os.sep, "/")
            except OSError:
                continue


class Comparison:
    """Compares the files of tiles with what the tree says they hold; what differs is kept apart in `findings`."""

    def __init__(self, tiles: Tiles, size: int) -> None:
        self.tiles = tiles
        self.size = size
        """As far as the checkpoint goes, each tile must be there."""
        self.findings = Findings()

    def tile(self, level: int, index: int, hashes: bytes) -> None:
        """Compare all files of one tile, and those of its bundle if they are leaves."""
        self._compare(str(level), index, hashes, level)
        if level == 0:
            self._compare(ENTRIES, index, hashes, 0)

    def _compare(self, folder: str, index: int, hashes: bytes, level: int) -> None:
        must = min(TILE, (self.size >> (8 * level)) - index * TILE)
        widths = self.tiles.widths(folder, index)
        if must > 0 and not any(width >= must for width in widths):
            name = tile_name(folder, index, must)
            self.findings.add("tile_missing", "a tile of the checkpoint's tree is missing", Place(name))
        for width in widths:
            data = self.tiles.read(folder, index, width)
            byte = _difference(data, hashes, width) if folder != ENTRIES else _entry_difference(data, hashes, width)
            if byte is None:
                continue
            unit = ENTRY if folder == ENTRIES else HASH
            record = index * TILE + byte // unit if level == 0 else None
            what = "the bundle does not hold the log's commitments" if folder == ENTRIES else (
                "the tile does not hold the hashes of the log's tree"
            )  # fmt: skip
            place = Place(tile_name(folder, index, width), byte=byte, record=record)
            self.findings.add("tile_changed", what, place)


def _difference(data: bytes, hashes: bytes, width: int) -> int | None:
    """The first byte at which a tile is not the beginning of the hashes, or None."""
    wanted = hashes[: width * HASH]
    if data == wanted and len(data) == width * HASH:
        return None
    short = min(len(data), len(wanted))
    return next((at for at in range(short) if data[at] != wanted[at]), short)


def _entry_difference(data: bytes, hashes: bytes, width: int) -> int | None:
    """The byte of the first entry of a bundle that has not its leaf's hash, or None."""
    for at in range(width):
        entry = data[at * ENTRY : (at + 1) * ENTRY]
        leaf = sha256(b"\x00" + entry[2:]).digest()
        if entry[:2] != b"\x00\x20" or len(entry) != ENTRY or leaf != hashes[at * HASH : (at + 1) * HASH]:
            return at * ENTRY
    return None if len(data) == width * ENTRY else width * ENTRY
