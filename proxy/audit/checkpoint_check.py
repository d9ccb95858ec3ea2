"""Compares the checkpoints that vouch for a log with its tiles and with the records that were read."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from proxy.audit.checkpoints import Checkpoint, CheckpointFault, WitnessKey, parse_checkpoint, read_checkpoint
from proxy.audit.dating import Authority, Stamp
from proxy.audit.findings import Kind, Report, at_file
from proxy.audit.key_check import KeyProblem
from proxy.audit.log import GENESIS, Line, Place
from proxy.audit.signing import KeyHistory
from proxy.audit.tile_check import CheckedTiles, TileFiles, check_tiles, first_leaves, records_of
from proxy.audit.tree import EMPTY_ROOT, HASH_BYTES, Tree, hashes_in, leaf_hash


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a log besides its segments."""

    checkpoint: bytes | None
    """The log's own."""
    tiles: TileFiles | None = None
    kept: Sequence[tuple[str, bytes]] = ()
    """Checkpoints that were kept elsewhere, each with the name of its place."""
    witnesses: Sequence[WitnessKey] = ()
    cosigned: Sequence[tuple[str, bytes]] = ()
    """Checkpoints beside the log that count only for the witnesses that cosigned them."""
    stamps: Sequence[Stamp] = ()
    """Time stamps of its checkpoints."""
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    """The authorities of these stamps, by name."""
    key_problems: Sequence[KeyProblem] = ()
    """What is wrong with its files of keys."""
    older: Sequence[tuple[str, str, bytes]] = ()
    """All checkpoints that an anchor keeps: its name, that of the file, the file. They confirm nothing more."""


_OWN = "checkpoint"
"""The name of the log's own."""


class Checkpoints:
    """The checkpoints of a log, and what its tiles and its records say of them."""

    def __init__(self, keys: KeyHistory, report: Report, evidence: Evidence):
        self._keys, self._report = keys, report
        self._stated: list[tuple[str, Checkpoint]] = []
        files = [(_OWN, evidence.checkpoint), *evidence.kept, *evidence.cosigned]
        self._outside = {name for name, _ in evidence.kept}
        self._vouching: dict[str, list[str]] = {}
        self._foreign: list[tuple[str, int]] = []
        self._older: set[str] = set()
        self._accepted: list[range] = []
        self.has_own = evidence.checkpoint is not None
        self._linked = False
        """Whether the log's own checkpoint is of version 1."""
        for problem in evidence.key_problems:
            problem.note(report)
        if evidence.checkpoint is None:
            report.note(Kind.NO_CHECKPOINT, at_file(_OWN), "there is no checkpoint: a cut tail cannot be seen")
        for name, file in files:
            if file is not None:
                self._read(name, file, evidence.witnesses)
        name, newest = max(self._stated, key=lambda each: each[1].size, default=("", None))
        self._kept_newest = name in self._outside
        report.checkpoint, self._newest = None if newest is None else newest.size, newest
        newest_of = set(evidence.kept)
        for anchor, name, file in evidence.older:
            if (anchor, file) not in newest_of:
                self._read_older(anchor, f"{anchor}, {name}", file)
        self.tiles = CheckedTiles()
        self._none = evidence.tiles is None or not any(True for _ in evidence.tiles.paths())
        self._tiled = 0 if evidence.tiles is None else records_of(evidence.tiles)
        if newest is not None and evidence.tiles is not None and not self._none:
            self.tiles = check_tiles(newest.size, newest.head, evidence.tiles)
        self._tree: Tree | None = None if self.tiles.leaves is not None else Tree()
        self._files = None if self.tiles.leaves is not None else evidence.tiles
        """Tiles that no checkpoint proves, to be compared with the lines."""
        self._leaves: dict[int, bytes] = {}
        """The leaves of the lines that passed, for that, by number."""
        sizes = {checkpoint.size for _, checkpoint in self._stated} | {stamp.size for stamp in evidence.stamps}
        self._heads: dict[int, set[bytes]] = {size: set() for size in sizes}
        self._links: dict[int, bytes] = {0: GENESIS}
        if 0 in self._heads:
            self._heads[0].add(EMPTY_ROOT)
        if self.tiles.leaves is not None:
            self._heads |= {size: {root} for size, root in _roots(self.tiles.leaves, sizes)}

    def passes(self, line: Line, link: bytes) -> None:
        """Take note of the next genuine line."""
        size = line.sequence + 1
        if self._files is not None:
            self._leaves[line.sequence] = leaf_hash(line.commitment)
        if line.sequence in self._heads:
            self._links.setdefault(line.sequence, line.previous)
        if self._tree is not None:
            self._grow(self._tree, line)
        if size in self._heads:
            self._links[size] = link

    def _grow(self, tree: Tree, line: Line) -> None:
        """Add the leaf of a line, and before the first of a pruned log those of the lines that are gone."""
        leaves = b""
        if not tree.size and line.sequence and self._files is not None:
            leaves = first_leaves(line.sequence, self._files) or b""
        if tree.size + len(leaves) // HASH_BYTES != line.sequence:
            return
        for leaf in (*hashes_in(leaves), leaf_hash(line.commitment)):
            tree.append_hash(leaf)
            tree.take_full()
            if tree.size in self._heads:
                self._heads[tree.size].add(tree.root())

    def covers(self, size: int) -> bool:
        """Whether the first `size` records are among those whose root the newest checkpoint states, as far as known."""
        if self._newest is None or size > self._newest.size:
            return False
        return self.tiles.leaves is not None or self._newest.head in self._heads[self._newest.size]

    def root(self, size: int) -> bytes | None:
        """The root of the first `size` records, if it is certain; once all lines have passed."""
        heads = self._heads.get(size, set())
        return next(iter(heads)) if len(heads) == 1 else None

    def accepts(self, found: int, anchored: int) -> None:
        """Take note of a record that says that records from `found` up to `anchored` were lost, and that accepted."""
        self._accepted.append(range(found + 1, anchored + 1))

    def end(self, known: int, place: Place) -> None:
        """Compare all checkpoints, and the tiles, with a log of `known` records that ends at `place`."""
        if self._tiled > max(known, self._report.checkpoint or 0):
            detail = f"the tail was cut; records missing after this line that the tiles know: {self._tiled - known}"
            self._report.note(Kind.BEHIND_TILES, place, detail)
        for name, size in self._foreign:
            self._contradicted(name, size, Kind.BAD_SIGNATURE, at_file(name), "another key signed the checkpoint")
        for name, checkpoint in self._stated:
            if checkpoint.size > known:
                missing = checkpoint.size - known
                detail = f"the tail was cut; records missing after this line that {name} states: {missing}"
                self._contradicted(name, checkpoint.size, Kind.BEHIND_CHECKPOINT, place, detail)
                continue
            self._compare(name, checkpoint, place)
        damaged = self.tiles.damaged
        # A checkpoint of version 1 names no root to which they could lead, and one that was kept may be of it.
        if self._files is not None and (self._linked or self._kept_newest or not damaged):
            damaged = self._unlike_lines(self._files)
        for path, detail in damaged.items():
            self._report.note(Kind.TILE_CHANGED, at_file(path if path == "tile" else f"tile/{path}"), detail)
        if self._linked and self.tiles.leaves is None:
            return  # The log's own checkpoint is of version 1, which had no tiles.
        missing = self.tiles.missing or (self._none and bool(self._report.checkpoint))
        if missing:
            detail = "tiles or entry bundles are missing; the proxy makes them anew when it starts"
            self._report.note(Kind.TILES_MISSING, at_file("tile"), detail)

    def _unlike_lines(self, files: TileFiles) -> dict[str, str]:
        """What of the tiles does not fit the other tiles, or the lines, by path."""
        found = check_tiles(self._tiled, None, files)
        if any(self._leaves.get(number, leaf) != leaf for number, leaf in enumerate(hashes_in(found.leaves or b""))):
            found.damaged["tile"] = "the tiles are not those of the records"
        return found.damaged

    def _compare(self, name: str, checkpoint: Checkpoint, place: Place) -> None:
        """Compare a checkpoint with the root of its records, or in version 1 with their link, as far as known."""
        heads, link = self._heads[checkpoint.size], self._links.get(checkpoint.size)
        if checkpoint.head in heads:
            return
        if checkpoint.head == link:
            self._linked |= name == _OWN
            return
        if name in self._outside and (link is None or not (heads or self._none)):
            # It may be of version 1, whose links are gone with the lines; no anchor ever had such a checkpoint.
            detail = (
                f"lines or tiles of the first {checkpoint.size} records, with which to compare {name}, are not there"
            )
            self._contradicted(name, checkpoint.size, Kind.KEPT_NOT_COMPARABLE, at_file(name), detail)
        elif heads or (link is not None and self.tiles.leaves is None and self._none):
            detail = f"{name} states another history of the first {checkpoint.size} records"
            self._contradicted(name, checkpoint.size, Kind.CHECKPOINT_MISMATCH, place, detail)

    def _contradicted(self, name: str, size: int, kind: Kind, place: Place, detail: str) -> None:
        """Take note that a checkpoint contradicts the log: whoever vouches for it confirms nothing of the log.

        One that an anchor keeps beside its newest is not told if the log says that what it states was lost.
        """
        if name in self._older and any(size in lost for lost in self._accepted):
            return
        self._report.note(kind, place, detail)
        for each in self._vouching[name]:
            self._report.confirmed.pop(each, None)

    def _read_older(self, anchor: str, name: str, file: bytes) -> None:
        self._vouching[name] = [anchor]
        self._older.add(name)
        try:
            self._stated.append((name, read_checkpoint(file, self._keys)))
        except CheckpointFault:
            with contextlib.suppress(CheckpointFault):
                self._foreign.append((name, parse_checkpoint(file).size))

    def _read(self, name: str, file: bytes, witnesses: Sequence[WitnessKey]) -> None:
        try:
            checkpoint = read_checkpoint(file, self._keys)
        except CheckpointFault as fault:
            kinds = {"unknown_origin": Kind.UNKNOWN_ORIGIN, "bad_signature": Kind.BAD_SIGNATURE}
            kind = kinds.get(fault.reason, Kind.CHECKPOINT_UNREADABLE)
            self._report.note(kind, at_file(name), "the checkpoint is not one that this key signed for this log")
            return
        self._stated.append((name, checkpoint))
        outside = [name] if name in self._outside else []
        cosigners = [witness.name for witness in witnesses if self._is_cosigned(witness, name, file)]
        self._vouching.setdefault(name, []).extend([*outside, *cosigners])
        for each in (*outside, *cosigners):
            self._report.confirmed[each] = max(self._report.confirmed.get(each, 0), checkpoint.size)

    def _is_cosigned(self, witness: WitnessKey, name: str, file: bytes) -> bool:
        try:
            return witness.cosigned(file) is not None
        except CheckpointFault:
            self._report.note(Kind.BAD_SIGNATURE, at_file(name), f"the cosignature of {witness.name} is not valid")
            return False


def _roots(leaves: bytes, sizes: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """The roots of the trees of these sizes, as far as the hashes of the entries go."""
    tree = Tree()
    for size in sorted(size for size in sizes if size * HASH_BYTES <= len(leaves)):
        for start in range(tree.size * HASH_BYTES, size * HASH_BYTES, HASH_BYTES):
            tree.append_hash(leaves[start : start + HASH_BYTES])
            tree.take_full()
        yield size, tree.root()
