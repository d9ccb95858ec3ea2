"""Copies a ledger to another place while a proxy writes to it, and brings such a copy up to date.

A copy only grows. What its checkpoint vouches for is compared byte for byte with the ledger first, so that a history
that was changed in either of the two is found before the copy is touched. What follows is copied anew: a recovery may
have cut records off that no checkpoint covered. The signing key is not copied.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from proxy.audit.checkpoints import CheckpointFault, parse_checkpoint
from proxy.edge.ledger.files import PIECE_BYTES, Paths, replace_file, sync_directory
from proxy.errors import ClientFault, OwnFault

_SMALL = ("public.key", "keys")
"""Files that are replaced as a whole, beside the checkpoint."""
_FOLDERS = ("cosigned", "timestamps")


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: how many records its checkpoint vouches for, and how many bytes were new."""

    records: int
    new_bytes: int
    pruned: tuple[str, ...]
    """Segments that the ledger has no more, since they were pruned."""


def copy_ledger(directory: Path, to: Path) -> Copied:
    """Copy a ledger, or bring its copy up to date.

    Raises `ClientFault` where the copy is no beginning of the ledger, or has files that are not its own; `OwnFault`
    where something cannot be read or written.
    """
    source, target = Paths(directory), Paths(to)
    try:
        _check_apart(source, target)
        # Read first: what it vouches for is in the segments that are read afterwards.
        checkpoint = source.checkpoint.read_bytes()
        small = {name: (directory / name).read_bytes() for name in _SMALL if (directory / name).is_file()}
        records, covered = _size(checkpoint, directory), _covered(target)
        if covered > records:
            raise _differs("checkpoint", f"the copy has {covered} records and the ledger {records}")
        segments = {path: target.segments / path.name for path in source.segment_files()}
        known = {path: _compared(path, copy, covered) for path, copy in segments.items()}
        tiles = {path: to / path.relative_to(directory) for path in _tiles(source)}
        fresh = {path: copy for path, copy in tiles.items() if not _is_there(path, copy)}
        _make(target.segments)
        copied = sum(_extend(path, segments[path], at) for path, at in known.items())
        copied += sum(_put(copy, path.read_bytes()) for path, copy in fresh.items())
        for folder in _FOLDERS:
            for path in sorted((directory / folder).glob("*")):
                _put(to / folder / path.name, path.read_bytes())
        for name, content in small.items():
            _put(to / name, content)
        _put(target.checkpoint, checkpoint)
    except OSError as error:
        raise OwnFault("copy_failed", f"{error.filename or to}: {error.strerror}") from None
    kept = {path.name for path in source.segment_files()}
    gone = tuple(path.name for path in target.segment_files() if path.name not in kept)
    return Copied(records, copied, gone)


def _check_apart(source: Paths, target: Paths) -> None:
    """Raise `ClientFault` for a copy whose files are not its own: writing them would change the ledger, or others'."""
    if target.directory.resolve().is_relative_to(source.directory.resolve()):
        detail = f"{target.directory}: this is the ledger itself, or lies in it; name another folder"
        raise ClientFault("copy_not_apart", detail)
    shared = [path for path in target.directory.rglob("*") if path.is_symlink()]
    for path in source.segment_files():
        copy = target.segments / path.name
        shared += [copy] if copy.exists() and copy.samefile(path) else []
    if shared:
        detail = f"{shared[0]}: this is a link; a copy has files of its own: take it away, or name another folder"
        raise ClientFault("copy_not_apart", detail)


def _size(checkpoint: bytes, directory: Path) -> int:
    try:
        return parse_checkpoint(checkpoint).size
    except CheckpointFault:
        detail = f"{directory}: its checkpoint cannot be read; see: meeting-proxy ledger verify"
        raise OwnFault("copy_failed", detail) from None


def _covered(target: Paths) -> int:
    """How many records the checkpoint of a copy vouches for; 0 without one."""
    return _size(target.checkpoint.read_bytes(), target.directory) if target.checkpoint.is_file() else 0


def _tiles(source: Paths) -> Iterator[Path]:
    for path in sorted(source.tiles.rglob("*")):
        if path.is_file() and path.suffix != ".new":
            yield path


def _extend(source: Path, target: Path, at: int) -> int:
    """Bring one segment up to date from a place on, and return how many bytes were added: whole lines alone."""
    fd = os.open(target, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with source.open("rb") as reading, os.fdopen(fd, "r+b") as writing:
        writing.truncate(at)
        reading.seek(at)
        writing.seek(at)
        added, rest = 0, b""
        while piece := rest + reading.read(PIECE_BYTES):
            whole = piece.rfind(b"\n") + 1
            if len(piece) == len(rest):
                break  # an unfinished last line
            writing.write(piece[:whole])
            added, rest = added + whole, piece[whole:]
        writing.flush()
        os.fsync(writing.fileno())
    return added


def _compared(source: Path, target: Path, covered: int) -> int:
    """The length of what a copy's segment has of the first `covered` records.

    Raises `ClientFault` unless the ledger has the same.
    """
    if not target.is_file():
        return 0
    length = 0
    with source.open("rb") as ours, target.open("rb") as kept:
        for _, line in zip(range(covered - int(target.stem)), kept, strict=False):
            if next(ours, b"") != line:
                raise _differs(target.name, "a record of the copy is not in the ledger")
            length += len(line)
    return length


def _is_there(source: Path, target: Path) -> bool:
    """Whether a copy has a tile, which never changes. Raises `ClientFault` if it has another."""
    if not target.is_file():
        return False
    if target.read_bytes() != source.read_bytes():
        raise _differs(target.name, "a tile of the copy is not that of the ledger")
    return True


def _put(target: Path, content: bytes) -> int:
    """Write a file whole, and return its length."""
    _make(target.parent)
    replace_file(target, content)
    return len(content)


def _make(folder: Path) -> None:
    """Create a folder, and those above it, that only its owner may enter."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700)
        sync_directory(folder.parent)


def _differs(name: str, what: str) -> ClientFault:
    detail = f"{name}: {what}; one of the two was changed: keep both, and run 'meeting-proxy ledger verify' on each"
    return ClientFault("copy_differs", detail)
