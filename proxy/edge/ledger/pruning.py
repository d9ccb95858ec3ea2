"""Takes the oldest segments away: their events go, the records' commitments stay in tiles and bundles.

Whole segments only, so that what stays is never rewritten, and only from the beginning. Before anything goes, the tiles
are checked against the checkpoint and on the medium, and a record in the log says what goes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import orjson

from proxy.audit.checkpoints import CheckpointFault, read_checkpoint
from proxy.audit.log import lines_of, parse
from proxy.audit.ocsf import Event
from proxy.audit.signing import KeyHistory
from proxy.audit.tile_check import check_tiles
from proxy.edge.ledger.files import Paths, pieces_of, sync_directory
from proxy.edge.ledger.tiles import TileFolder
from proxy.errors import OwnFault


class Prunable(NamedTuple):
    """Segments that may go, oldest first, and the first record that stays. `stopped` says why no more of them may."""

    segments: Sequence[Path]
    before: int
    stopped: str | None = None

    @property
    def records(self) -> int:
        """How many records go."""
        return self.before - int(self.segments[0].name[:20]) if self.segments else 0


def prunable(paths: Paths, before: datetime, keep_from: int, is_held: Callable[[Event], bool]) -> Prunable:
    """The segments all of whose records are older than `before`, and none of whose is held or `keep_from` or after.

    The newest segment always stays.
    """
    chosen: list[Path] = []
    first, stopped = 0, None
    for path, following in pairwise(paths.segment_files()):
        next_first = int(following.name[:20])
        if _time(following) >= before.timestamp() * 1000:
            break
        if next_first > keep_from:
            stopped = "later records are still needed: an exchange is under way, or a target or checkpoint lacks them"
            break
        if any(is_held(event) for event in _events(path)):
            stopped = f"segment {path.name} holds records of somebody on legal hold"
            break
        chosen.append(path)
        first = next_first
    return Prunable(chosen, first, stopped)


def check_commitments(paths: Paths, keys: KeyHistory) -> int:
    """Bring tiles and bundles to the medium and check them. Returns the size of the checkpoint that they fit.

    Raises `OwnFault` if they do not: then nothing may go.
    """
    try:
        checkpoint = read_checkpoint(paths.checkpoint.read_bytes(), keys)
    except (OSError, CheckpointFault):
        raise OwnFault("ledger_incomplete", "there is no checkpoint, so nothing is pruned") from None
    folder = TileFolder(paths.tiles)
    for path in folder.paths():
        _sync(paths.tiles / path)
    for each in (paths.tiles, *(each for each in paths.tiles.rglob("*") if each.is_dir())):
        sync_directory(each)
    checked = check_tiles(checkpoint.size, checkpoint.head, folder)
    if checked.leaves is None or checked.damaged or checked.missing:
        detail = (
            "tiles of the ledger are missing or damaged, so nothing is pruned; restart the proxy, which repairs them"
        )
        raise OwnFault("ledger_incomplete", detail)
    return checkpoint.size


def remove(found: Prunable) -> None:
    """Delete segments, oldest first."""
    for path in found.segments:
        path.unlink(missing_ok=True)
    if found.segments:
        sync_directory(found.segments[0].parent)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _time(segment: Path) -> int:
    """The time of a segment's first record; that of the end of time if it has none."""
    return next((int(event["time"]) for event in _events(segment)), 1 << 62)


def _events(segment: Path) -> Iterator[Event]:
    for raw in lines_of(segment.name, pieces_of(segment)):
        line = parse(raw.content) if raw.whole else None
        if line is not None:
            yield orjson.loads(line.event)
