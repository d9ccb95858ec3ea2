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

    def prove(self, sequence: int) -> str:
        """Return the proof of a record. Raises `ClientFault` or `OwnFault` if it cannot be proven, or not yet."""
        if sequence >= self._checkpoint.size:
            detail = (
                f"the newest checkpoint covers {self._checkpoint.size} records; try again when the next one is there"
            )
            raise ClientFault("not_covered_yet", detail)
        line = next((line for line in self._lines(sequence) if line.sequence == sequence), None)
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
        """Return the proof of a record; None if it cannot be proven, or not yet."""
        try:
            return self.prove(sequence)
        except (ClientFault, OwnFault):
            return None

    def _lines(self, sequence: int) -> Iterator[Line]:
        for path in _holding(self._paths.segment_files(), sequence):
            for raw in lines_of(path.name, pieces_of(path)):
                line = parse(raw.content) if raw.whole else None
                if line is not None:
                    yield line


def _holding(segments: Sequence[Path], sequence: int) -> Sequence[Path]:
    """The segment in which a record stands, if it is there."""
    before = [path for path in segments if int(path.name[:20]) <= sequence]
    return before[-1:]
