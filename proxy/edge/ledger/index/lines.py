"""Reads the records that an index points to from a ledger's segments, and shows that they are the log's."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

import orjson
from sqlalchemy import Connection

from proxy.audit.log import parse, segment_name
from proxy.audit.tree import TileMissing, leaf_hash
from proxy.edge.ledger.files import Paths
from proxy.edge.ledger.index.database import IndexMismatch
from proxy.edge.ledger.index.hashes import ProvenTree
from proxy.edge.ledger.index.questions import Spot
from proxy.edge.ledger.reader import LogIncomplete, Record

_OPEN_SEGMENTS = 16


class Lines:
    """The segments of one ledger, and the tree that a checkpoint states over its records.

    `tree` is None for a log whose checkpoints state none. Records that no checkpoint covers yet are in no tree; these
    only have to match their commitments.
    """

    def __init__(self, folder: Path, tree: ProvenTree | None):
        self._paths, self._tree = Paths(folder), tree
        self._segments: dict[int, int] = {}

    def close(self) -> None:
        """Close the files."""
        for fd in self._segments.values():
            os.close(fd)
        self._segments.clear()

    def leaves(self, connection: Connection, sequences: Collection[int]) -> Mapping[int, bytes]:
        """The hashes that prove these records, as far as the checkpoint covers them. Raises `IndexMismatch`."""
        tree = self._tree
        if tree is None:
            return {}
        try:
            return tree.leaves(connection, [sequence for sequence in sequences if sequence < tree.size])
        except TileMissing:
            raise IndexMismatch("the tree of the index is not the one that the checkpoint states") from None

    def record(self, spot: Spot, leaves: Mapping[int, bytes]) -> Record:
        """The record at a spot, whose leaf has to be that of `leaves`, if it is there.

        Raises `IndexMismatch`, and `LogIncomplete` for a line that does not match its own commitment.
        """
        content = os.pread(self._opened(spot.segment), spot.length + 1, spot.offset)
        line = parse(content[:-1]) if content.endswith(b"\n") else None
        if line is None or line.sequence != spot.sequence:
            raise IndexMismatch(f"record {spot.sequence} does not stand where the index says")
        if not line.intact:
            raise LogIncomplete(f"record {spot.sequence} is damaged in {segment_name(spot.segment)}")
        if leaves.get(spot.sequence, leaf := leaf_hash(line.commitment)) != leaf:
            raise IndexMismatch(f"record {spot.sequence} is not the one that the checkpoint covers")
        return Record(line.sequence, orjson.loads(line.event))

    def _opened(self, segment: int) -> int:
        if segment not in self._segments:
            if len(self._segments) >= _OPEN_SEGMENTS:
                os.close(self._segments.pop(next(iter(self._segments))))
            name = segment_name(segment)
            try:
                self._segments[segment] = os.open(self._paths.segments / name, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                raise LogIncomplete(f"{name} cannot be read") from None
        return self._segments[segment]
