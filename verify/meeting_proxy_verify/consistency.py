"""Checks that a newer checkpoint of a log extends an older one, with the tiles of the log."""

from __future__ import annotations

from pathlib import Path

from meeting_proxy_verify.findings import Findings, Place
from meeting_proxy_verify.keys import Keys
from meeting_proxy_verify.merkle import EMPTY_ROOT, consistency_path, extends
from meeting_proxy_verify.notes import Checkpoint, NoteError, read_checkpoint
from meeting_proxy_verify.tiles import Tiles


def read_signed(name: str, data: bytes, keys: Keys, findings: Findings) -> Checkpoint | None:
    """Read a checkpoint of this log; None, with a finding, if it is none, or if no key of the log signed it."""
    try:
        checkpoint = read_checkpoint(data)
    except NoteError as error:
        findings.add("checkpoint_unreadable", str(error), Place(name))
        return None
    if checkpoint.origin != keys.origin:
        findings.add("unknown_origin", f"of another log, {checkpoint.origin}", Place(name))
        return None
    try:
        signer = checkpoint.note.signed_by(keys.of_checkpoint(checkpoint.size))
    except NoteError as error:
        findings.add("bad_signature", str(error), Place(name))
        return None
    if signer is None:
        findings.add("bad_signature", "not signed by the log's key of that time", Place(name))
        return None
    return checkpoint


def check_consistency(old: Checkpoint, new: Checkpoint, directory: Path, findings: Findings) -> None:
    """Prove, with hashes from the tiles, that the tree of the newer checkpoint begins with that of the older.

    Where the hashes came from does not matter: none that are wrong lead to both roots.
    """
    if old.size > new.size:
        findings.add("behind_checkpoint", f"the newer checkpoint has {new.size} records, the older {old.size}")
        return
    if old.size == 0:
        if old.head not in {EMPTY_ROOT, bytes(32)}:
            findings.add("checkpoint_mismatch", "the older checkpoint is of no records, but not of the empty tree")
        return
    tiles = Tiles(directory)
    try:
        path = consistency_path(old.size, new.size, tiles.subtree)
        whole = tiles.subtree(0, new.size)
    except LookupError as error:
        findings.add("tile_missing", "a tile that the proof needs is missing", Place(str(error.args[0])))
        return
    if extends(old.size, old.head, new.size, new.head, path):
        return
    if whole != new.head:
        findings.add("tile_changed", "the tiles are not those of the newer checkpoint, and prove nothing")
    else:
        text = f"the first {old.size} records of the newer checkpoint are not those of the older"
        findings.add("checkpoint_mismatch", text)
