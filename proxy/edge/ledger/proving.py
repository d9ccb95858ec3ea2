"""Makes proofs of single records from a ledger's files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from proxy.audit import proofs
from proxy.audit.checkpoints import CheckpointFault, parse_checkpoint
from proxy.audit.log import Line, lines_of, parse
from proxy.audit.tree import TileMissing, TileReader, included, leaf_hash
from proxy.edge.ledger.files import Paths, pieces_of
from proxy.edge.ledger.tiles import TileFolder
from proxy.errors import ClientFault, OwnFault

_REPAIR = "run 'meeting-proxy ledger verify'; the proxy makes tiles anew when it starts"


class Prover:
    """Proves records of one ledger as of its newest checkpoint, which is read once."""

    def __init__(self, directory: Path):
        """Raises `OwnFault` if there is no checkpoint."""
        self._paths = Paths(directory)
        try:
            self._file = self._paths.checkpoint.read_bytes()
            self._checkpoint = parse_checkpoint(self._file)
        except (OSError, CheckpointFault):
            raise OwnFault("ledger_incomplete", f"there is no checkpoint that can be read; {_REPAIR}") from None
        self._tiles = TileReader(self._checkpoint.size, TileFolder(self._paths.tiles).tile)
        self._places: dict[Path, dict[int, tuple[int, int]]] = {}
        self.unproven: dict[int, str] = {}
        """Why records could not be proven that `if_possible` was asked for."""

    def prove(self, sequence: int) -> str:
        """Return the proof of a record. Raises `ClientFault` or `OwnFault` if it cannot be proven, or not yet."""
        if sequence >= self._checkpoint.size:
            detail = (
                f"the newest checkpoint covers {self._checkpoint.size} records; try again when the next one is there"
            )
            raise ClientFault("not_covered_yet", detail)
        line = self._line(sequence)
        if line is None:
            raise ClientFault("no_such_record", f"the ledger has no record {sequence}, or it was pruned")
        try:
            path = self._tiles.inclusion(sequence, self._checkpoint.size)
        except TileMissing:
            raise OwnFault("ledger_incomplete", f"tiles are missing; {_REPAIR}") from None
        leaf = leaf_hash(line.commitment)
        if not line.intact or not included(leaf, sequence, self._checkpoint.size, path, self._checkpoint.head):
            raise OwnFault("ledger_tampered", f"record {sequence} does not fit the checkpoint; {_REPAIR}")
        return proofs.rendered(line, path, self._file)

    def if_possible(self, sequence: int) -> str | None:
        """Return the proof of a record; None if it cannot be proven, or not yet, which `unproven` then says."""
        try:
            return self.prove(sequence)
        except (ClientFault, OwnFault) as fault:
            self.unproven[sequence] = str(fault)
            return None

    def _line(self, sequence: int) -> Line | None:
        for path in _holding(self._paths.segment_files(), sequence):
            if path not in self._places:
                self._places[path] = dict(_places(path))
            offset, length = self._places[path].get(sequence, (0, 0))
            with path.open("rb") as file:
                file.seek(offset)
                return parse(file.read(length))
        return None


def _places(path: Path) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield where the records of a segment stand: their numbers, with offset and length in bytes."""
    for raw in lines_of(path.name, pieces_of(path)):
        line = parse(raw.content) if raw.whole else None
        if line is not None:
            yield line.sequence, (raw.place.offset, len(raw.content))


def _holding(segments: Sequence[Path], sequence: int) -> Sequence[Path]:
    """The segment in which a record stands, if it is there."""
    before = [path for path in segments if int(path.name[:20]) <= sequence]
    return before[-1:]
